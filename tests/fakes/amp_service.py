#!/usr/bin/env python3
"""Stands in for the Amp service on the loopback, so that a real, unmodified `amp` runs whole iterations offline.

    python3 amp_service.py [--port N] [--log requests.jsonl] [--require-key KEY]

It prints its address. `amp` needs AMP_URL set to it, AMP_API_KEY to anything, a scratch HOME and
AMP_SKIP_UPDATE_CHECK=1. It plays, only as far as `amp -x` needs them:

  * POST /api/internal?<method>     small JSON calls
  * POST /api/provider/anthropic/v1/messages    (amp up to May 2026) the public Anthropic Messages format: the command
    runs the agent loop itself
  * POST /api/thread-actors and a web socket under /actors/gateway/    (amp from mid 2026) the server runs the loop

The shapes were learnt from the command's own requests and error messages, those of the web socket also from public
test fixtures that were read as a description; no code was taken from any of them. All answers are invented.

POST /_stub/fail {"kind": "rate", "times": 2}   just the next model turns fail (amp_service_model.FAULTS)
GET  /_stub/log, /_stub/threads                 what was asked; the threads as uploaded
POST /_stub/reset
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from amp_service_model import FAULTS, LOCK, STATE, USER, blocks_of, pick
from amp_service_threads import ACTORS, Socket, actor_for


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a):
        pass

    # -- plumbing
    def body(self):
        if (self.headers.get("transfer-encoding") or "").lower() == "chunked":
            buf = b""
            while True:
                n = int(self.rfile.readline().split(b";")[0].strip() or b"0", 16)
                if n == 0:
                    self.rfile.readline()
                    return buf
                buf += self.rfile.read(n)
                self.rfile.readline()
        n = int(self.headers.get("content-length") or 0)
        return self.rfile.read(n) if n else b""

    def reply(self, obj, status=200, headers=None, ctype="application/json"):
        data = obj if isinstance(obj, bytes) else json.dumps(obj).encode()
        self.send_response(status)
        self.send_header("content-type", ctype)
        self.send_header("content-length", str(len(data)))
        for k, v in (headers or {}).items():
            self.send_header(k, v)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def handle_any(self):
        raw = self.body()
        url = urlsplit(self.path)
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = {"_raw": raw.decode("utf8", "replace")}
        rec = {
            "t": round(time.time(), 3),
            "method": self.command,
            "path": self.path,
            "headers": {k.lower(): v for k, v in self.headers.items()},
            "body": body,
        }
        if url.path.startswith("/_stub/"):
            return self.control(url, body)
        with LOCK:
            STATE["log"].append(rec)
            if self.server.logfile:
                self.server.logfile.write(json.dumps(rec) + "\n")
                self.server.logfile.flush()
        if self.server.require_key and self.server.require_key not in (
            (self.headers.get("authorization") or "").removeprefix("Bearer "),
            self.headers.get("x-api-key"),
        ):
            if url.path.startswith("/api/internal"):
                return self.reply({"ok": False, "error": {"code": "auth-required", "message": "Unauthorized"}}, 401)
            return self.reply(
                {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}, 401
            )
        if url.path == "/api/internal":
            return self.internal(url.query.split("&")[0], body.get("params") or {})
        if url.path.endswith("/v1/messages"):
            return self.messages(body)
        if url.path == "/api/thread-actors":
            return self.reply(actor_for(body.get("threadId"), body.get("agentMode")).created())
        if url.path == "/api/user-actor-credentials":
            return self.reply({"userId": USER["id"], "wsToken": "stub", "poolName": "stub"})
        if url.path == "/actors/metadata":
            return self.reply({"runtime": "rivetkit", "version": "2.0.0", "actorNames": {}})
        if url.path == "/api/telemetry":
            return self.reply({"ok": True})
        if url.path.startswith("/actors/gateway/") and (self.headers.get("upgrade") or "").lower() == "websocket":
            return self.websocket(url)
        if url.path == "/api/threads":
            return self.reply(
                [
                    {
                        "id": k,
                        "v": v.get("v"),
                        "title": v.get("title"),
                        "created": v.get("created"),
                        "data": v,
                        "creatorUserID": USER["id"],
                        "meta": {"visibility": "private"},
                        "updatedAt": "2026-01-01T00:00:00.000Z",
                    }
                    for k, v in STATE["threads"].items()
                ]
            )
        return self.reply({"ok": False, "error": {"code": "not-found", "message": "the stub has no " + url.path}}, 404)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def control(self, url, body):
        if url.path == "/_stub/log":
            return self.reply(STATE["log"])
        if url.path == "/_stub/threads":
            return self.reply(STATE["threads"])
        if url.path == "/_stub/fail":
            with LOCK:
                STATE["faults"][:] = [body["kind"]] * int(body.get("times", 1))
            return self.reply({"armed": STATE["faults"]})
        if url.path == "/_stub/result":  # {"method": "getUserInfo", "result": {...}} overrides an internal answer
            STATE["results"][body["method"]] = body
            return self.reply({})
        if url.path == "/_stub/reset":
            STATE.update(log=[], threads={}, faults=[], results={})
            return self.reply({})
        return self.reply({}, 404)

    # -- small JSON calls
    def internal(self, method, params):
        if method in STATE["results"]:
            o = STATE["results"][method]
            return self.reply(o["reply"] if "reply" in o else {"ok": True, "result": o["result"]}, o.get("status", 200))
        if method == "getUserInfo":
            return self.reply({"ok": True, "result": USER})
        if method == "uploadThread":
            t = params.get("thread") or {}
            STATE["threads"][t.get("id")] = t
            return self.reply({"ok": True, "result": {}})
        if method == "getThread":
            t = STATE["threads"].get(params.get("thread"))
            if t is None and params.get("thread") in ACTORS:
                t = ACTORS[params["thread"]].data()
            if t is None:
                return self.reply({"ok": False, "error": {"code": "thread-not-found", "message": "no such thread"}})
            return self.reply(
                {
                    "ok": True,
                    "result": {
                        "thread": {
                            "id": t["id"],
                            "v": t.get("v"),
                            "data": t,
                            "title": t.get("title"),
                            "created": t.get("created"),
                            "creatorUserID": USER["id"],
                            "userID": USER["id"],
                            "archived": False,
                            "meta": {"visibility": "private", "sharedGroupIDs": []},
                            "createdAt": "2026-01-01T00:00:00.000Z",
                            "updatedAt": "2026-01-01T00:00:00.000Z",
                        }
                    },
                }
            )
        if method == "listThreads":
            return self.reply(
                {
                    "ok": True,
                    "result": {
                        "threads": [
                            {
                                "id": k,
                                "v": v.get("v"),
                                "title": v.get("title"),
                                "created": v.get("created"),
                                "updatedAt": "2025-01-01T00:00:00Z",
                                "userLastInteractedAt": v.get("created"),
                                "messageCount": len(v.get("messages", [])),
                                "creatorUserID": USER["id"],
                            }
                            for k, v in STATE["threads"].items()
                        ]
                    },
                }
            )
        if method in ("getThreadTail", "getThreadInitialTranscriptPage"):
            a = actor_for(params.get("thread"), None)
            return self.reply(
                {
                    "ok": True,
                    "result": {
                        "thread": {"data": a.data()},
                        "messages": a.messages,
                        "hasMoreBefore": False,
                        "firstMessageIndex": 0,
                        "firstMessageID": a.messages[0]["messageId"] if a.messages else None,
                    },
                }
            )
        if method in ("loadPlugins", "listAgentModes"):
            return self.reply({"ok": True, "result": []})
        if method == "loadSkills":
            return self.reply({"ok": True, "result": {"sources": []}})
        return self.reply({"ok": True, "result": {}})

    # -- the newer service: one web socket per party of a thread
    def websocket(self, url):
        key = self.headers["sec-websocket-key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("upgrade", "websocket")
        self.send_header("connection", "Upgrade")
        self.send_header("sec-websocket-accept", base64.b64encode(hashlib.sha1(key).digest()).decode())
        if "rivet" in (self.headers.get("sec-websocket-protocol") or ""):
            self.send_header("sec-websocket-protocol", "rivet")
        self.end_headers()
        self.close_connection = True
        q = parse_qs(url.query)
        thread = (q.get("rvt-key") or [""])[0]
        sock = Socket(self)
        actor = actor_for(thread, None) if "/threadActor/" in url.path else None
        sock.send_text("pong")
        try:
            while True:
                t = sock.recv()
                if t is None:
                    break
                if t == "ping":
                    sock.send_text("pong")
                    continue
                try:
                    m = json.loads(t)
                except ValueError:
                    continue
                with LOCK:
                    rec = {"t": round(time.time(), 3), "ws": ">", "thread": thread, "body": m}
                    STATE["log"].append(rec)
                    if self.server.logfile:
                        self.server.logfile.write(json.dumps(rec) + "\n")
                        self.server.logfile.flush()
                if actor is not None:
                    for one in m if isinstance(m, list) else [m]:
                        actor.receive(sock, one)
        except (OSError, ConnectionError):
            pass
        finally:
            if actor is not None:
                actor.gone(sock)

    # -- the model
    def messages(self, body):
        choice = body.get("tool_choice") or {}
        if choice.get("type") == "tool":  # side calls such as a title: plain JSON, one forced tool
            inp = {"title": "Stub title"} if choice.get("name") == "set_title" else {}
            return self.reply(
                self.message(
                    body,
                    [
                        {
                            "type": "tool_use",
                            "id": "toolu_stub" + uuid.uuid4().hex[:8],
                            "name": choice.get("name"),
                            "input": inp,
                        }
                    ],
                    "tool_use",
                )
            )
        with LOCK:
            fault = STATE["faults"].pop(0) if STATE["faults"] else None
        if fault == "hangup":
            self.close_connection = True
            self.connection.close()
            return None
        if fault and FAULTS.get(fault):
            st, typ, msg, hdr = FAULTS[fault]
            return self.reply({"type": "error", "error": {"type": typ, "message": msg}}, st, hdr)
        turn, cwd = pick(body)
        blocks, stop, delay = blocks_of(turn, cwd)
        msg = self.message(body, blocks, stop)
        if not body.get("stream"):
            return self.reply(msg)
        return self.sse(msg, delay, fault)

    def message(self, body, blocks, stop):
        n = len(json.dumps(body.get("messages", []))) // 4
        return {
            "id": "msg_stub" + uuid.uuid4().hex[:16],
            "type": "message",
            "role": "assistant",
            "model": body.get("model"),
            "content": blocks,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {
                "input_tokens": n,
                "cache_creation_input_tokens": 120,
                "cache_read_input_tokens": 1000,
                "output_tokens": 5 + len(json.dumps(blocks)) // 4,
                "service_tier": "standard",
            },
        }

    def sse(self, msg, delay, fault):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("cache-control", "no-cache")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True

        def ev(kind, **d):
            self.wfile.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **d})}\n\n".encode())
            self.wfile.flush()

        try:
            start = dict(msg, content=[], stop_reason=None, usage=dict(msg["usage"], output_tokens=1))
            ev("message_start", message=start)
            if fault == "midstream":
                ev("error", error={"type": "overloaded_error", "message": "Overloaded"})
                return
            for i, b in enumerate(msg["content"]):
                if b["type"] == "text":
                    ev("content_block_start", index=i, content_block={"type": "text", "text": ""})
                    for part in re.findall(r"\S+\s*|\s+", b["text"]):
                        ev("content_block_delta", index=i, delta={"type": "text_delta", "text": part})
                        time.sleep(delay)
                elif b["type"] == "thinking":
                    ev(
                        "content_block_start",
                        index=i,
                        content_block={"type": "thinking", "thinking": "", "signature": ""},
                    )
                    ev("content_block_delta", index=i, delta={"type": "thinking_delta", "thinking": b["thinking"]})
                    ev("content_block_delta", index=i, delta={"type": "signature_delta", "signature": "c3R1Yg=="})
                else:
                    ev(
                        "content_block_start",
                        index=i,
                        content_block={"type": "tool_use", "id": b["id"], "name": b["name"], "input": {}},
                    )
                    s = json.dumps(b["input"])
                    for k in range(0, len(s), 40):
                        ev(
                            "content_block_delta",
                            index=i,
                            delta={"type": "input_json_delta", "partial_json": s[k : k + 40]},
                        )
                ev("content_block_stop", index=i)
                if fault == "cut":
                    return
            ev("message_delta", delta={"stop_reason": msg["stop_reason"], "stop_sequence": None}, usage=msg["usage"])
            ev("message_stop")
        except (BrokenPipeError, ConnectionResetError):
            pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):  # a killed client is no news
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", help="a file that gets every request and frame")
    parser.add_argument("--require-key", help="answer 401 to any other key")
    options = parser.parse_args()
    server = Server(("127.0.0.1", options.port), Handler)
    server.logfile = open(options.log, "a") if options.log else None  # noqa: SIM115
    server.require_key = options.require_key
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
