"""The service of mid 2026 and later: the server runs the agent loop over a web socket (JSON-RPC 2.0 frames) and leases
tool calls to the command, which registers its tools as the thread's executor and runs them."""

import json
import random
import string
import struct
import threading
import time
import uuid

from amp_service_model import CWD, FAULTS, LOCK, MARK, SCENARIOS, STATE, USER, blocks_of, flat

ALNUM = string.ascii_uppercase + string.digits


def rid(prefix):
    return prefix + "-" + "".join(random.choice(ALNUM) for _ in range(22))


def neo_tool(b, cwd):
    """A scenario's tool call in the words of the newer command."""
    n, i = b["name"], b["input"]
    if n == "Bash":
        return "shell_command", {"command": i["cmd"], "workdir": i.get("cwd", cwd)}
    if n == "create_file":
        body = "".join(f"+{line}\n" for line in i["content"].splitlines())
        return "apply_patch", {"patchText": f"*** Begin Patch\n*** Add File: {i['path']}\n{body}*** End Patch"}
    if n == "edit_file":
        change = f"*** Update File: {i['path']}\n@@\n-{i['old_str']}\n+{i['new_str']}"
        return "apply_patch", {"patchText": f"*** Begin Patch\n{change}\n*** End Patch"}
    if n == "Read":
        return "shell_command", {"command": "cat " + i["path"], "workdir": cwd}
    return n, i


class Socket:
    """the server side of one web socket, text frames only"""

    def __init__(self, h):
        self.r, self.w, self.lock, self.alive, self.log = h.rfile, h.wfile, threading.Lock(), True, h.server.logfile

    def recv(self):
        buf = b""
        while True:
            b = self.r.read(2)
            if len(b) < 2:
                return None
            fin, op, masked, n = b[0] & 0x80, b[0] & 15, b[1] & 0x80, b[1] & 127
            if n == 126:
                n = struct.unpack(">H", self.r.read(2))[0]
            elif n == 127:
                n = struct.unpack(">Q", self.r.read(8))[0]
            k = self.r.read(4) if masked else b"\0\0\0\0"
            d = self.r.read(n)
            d = bytes(c ^ k[j & 3] for j, c in enumerate(d)) if masked else d
            if op == 8:
                return None
            if op == 9:
                self.frame(10, d)
                continue
            if op == 10:
                continue
            buf += d
            if fin:
                return buf.decode("utf8", "replace")

    def frame(self, op, d):
        n = len(d)
        head = bytes([0x80 | op]) + (
            bytes([n]) if n < 126 else b"\x7e" + struct.pack(">H", n) if n < 65536 else b"\x7f" + struct.pack(">Q", n)
        )
        with self.lock:
            try:
                self.w.write(head + d)
                self.w.flush()
            except OSError:
                self.alive = False

    def send_text(self, t):
        self.frame(1, t.encode())

    def send(self, obj):
        if self.log:
            with LOCK:
                self.log.write(json.dumps({"t": round(time.time(), 3), "ws": "<", "body": obj}) + "\n")
                self.log.flush()
        self.send_text(json.dumps(obj))

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})


class Actor:
    """one thread on the server"""

    def __init__(self, tid, mode):
        self.id, self.mode, self.v, self.messages, self.created_ms = (
            tid,
            mode or "medium",
            0,
            [],
            int(time.time() * 1000),
        )
        self.socks, self.executor, self.cwd, self.tools = [], None, ".", []
        self.waiting, self.cancelled, self.lock, self.state = {}, False, threading.Lock(), "idle"

    def data(self):
        return {
            "id": self.id,
            "v": self.v,
            "created": self.created_ms,
            "agentMode": self.mode,
            "messages": self.messages,
            "meta": {"usesThreadActors": True, "usesDtw": True, "visibility": "private"},
            "env": {"trees": []},
            "title": "Stub title",
        }

    def created(self):
        return {
            "threadId": self.id,
            "wsToken": "stub",
            "ownerUserId": USER["id"],
            "threadVersion": self.v,
            "usesDtw": True,
            "usesThreadActors": True,
            "executorType": "local-client",
            "poolName": "stub",
            "agentMode": self.mode,
        }

    def gone(self, sock):
        with self.lock:
            if sock in self.socks:
                self.socks.remove(sock)
            if self.executor is sock:
                self.executor = None

    def set_state(self, state, mid=None):
        self.state = state
        self.broadcast("agent_state", {"state": state, "agentMode": self.mode, **({"messageId": mid} if mid else {})})

    def broadcast(self, method, params):
        for s in list(self.socks):
            s.notify(method, params)

    def add(self, msg):
        msg = {
            "threadId": self.id,
            "readAt": None,
            "createdAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            **msg,
        }
        self.v += 1
        self.messages.append(msg)
        STATE["threads"][self.id] = self.data()
        self.broadcast("message_added", {"message": msg, "seq": self.v})

    def receive(self, sock, m):
        method, p = m.get("method"), m.get("params") or {}
        if sock not in self.socks:
            self.socks.append(sock)
        if method == "executor_connect":
            self.executor = sock
            sock.notify(
                "executor_connected",
                {
                    "executorId": p.get("clientId"),
                    "registeredToolCount": 0,
                    "guidanceInventory": [],
                    "resumeBootstrap": False,
                    "executorSystemInfo": True,
                },
            )
        elif method in ("executor_environment_snapshot", "executor_environment_update"):
            e = p.get("environment") or {}
            trees = e.get("trees") or (e.get("initial") or {}).get("trees") or []
            if trees:
                self.cwd = trees[0].get("uri", "").removeprefix("file://") or self.cwd
        elif method == "executor_tools_register":
            self.tools += p.get("tools") or []
        elif method == "executor_tool_result":
            w = self.waiting.pop(p.get("toolCallId"), None)
            sock.notify("executor_tool_result_ack", {"toolCallId": p.get("toolCallId")})
            if w is not None:
                w.append(p.get("run"))
        elif method in ("client_cancel", "client_interrupt_queued_msg"):
            self.cancelled = True
        if m.get("id") is not None:
            result = {"ok": True}
            if method == "client_resume":
                sock.send(
                    [
                        {"type": "agent_state", "state": self.state, "agentMode": self.mode},
                        {"type": "thread_settings", "settings": {}},
                        {"type": "thread_features", "features": []},
                        {"type": "queued_messages", "messages": [], "openConversationBatchId": None},
                        {"type": "tool_approval_queue", "approvals": []},
                    ]
                )
                result = {"replayMessageCount": 0, "storedEventCount": 0, "replayThroughSeq": self.v}
            sock.send({"jsonrpc": "2.0", "id": m["id"], "result": result})
        if method == "client_append_user_msg":
            threading.Thread(target=self.turn, args=(p,), daemon=True).start()

    def model_tools(self):
        """the tools the model is offered, in the names the model uses"""
        back = {v: k for k, v in EXECUTOR_NAMES.items()}
        return sorted({back.get(t.get("name"), t.get("name")) for t in self.tools})

    def turn(self, p):
        self.cancelled = False
        self.add({"messageId": p.get("messageId") or rid("M"), "role": "user", "content": p.get("content")})
        self.set_state("working")
        t = flat(p.get("content"))
        hit, w = MARK.search(t), CWD.search(t)
        name = hit.group(1) if hit else "default"
        cwd = w.group(1) if w else self.cwd
        for step in SCENARIOS.get(name) or SCENARIOS["default"]:
            with LOCK:
                fault = STATE["faults"].pop(0) if STATE["faults"] else None
            if fault:
                _, typ, msg, _ = FAULTS.get(fault) or (500, "api_error", "Internal server error", {})
                self.v += 1
                self.broadcast("error_set", {"seq": self.v, "error": {"message": msg, "code": typ}})
                self.set_state("idle")
                return
            blocks, stop, delay = blocks_of(step, cwd)
            for b in blocks:
                if b["type"] == "tool_use":
                    b["name"], b["input"] = neo_tool(b, cwd)
                    b["id"], b["complete"] = rid("TU"), True
            n = sum(len(json.dumps(x)) for x in self.messages) // 4
            time.sleep(0.05 + delay * 10)
            if self.cancelled:
                break
            for b in blocks:
                b["blockState"] = "complete"
                if b["type"] == "thinking":
                    b["signature"] = "stub"
            mid = rid("M")
            self.broadcast("inference_tools", {"messageId": mid, "agentMode": self.mode, "tools": self.model_tools()})
            self.set_state("streaming", mid)
            self.add(
                {
                    "messageId": mid,
                    "role": "assistant",
                    "content": blocks,
                    "state": {"type": "complete", "stopReason": stop},
                    "usage": {
                        "model": "stub-model",
                        "maxInputTokens": 300000,
                        "inputTokens": n,
                        "outputTokens": 20,
                        "cacheCreationInputTokens": 120,
                        "cacheReadInputTokens": 1000,
                        "totalInputTokens": n + 1120,
                        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
                        "features": [],
                    },
                }
            )
            calls = [b for b in blocks if b["type"] == "tool_use"]
            if not calls:
                break
            self.set_state("running_tools", mid)
            results = []
            for b in calls:
                box = []
                self.waiting[b["id"]] = box
                lease = {
                    "toolCallId": b["id"],
                    "toolName": EXECUTOR_NAMES.get(b["name"], b["name"]),
                    "args": b["input"],
                    "messageId": mid,
                }
                if self.executor:
                    self.executor.notify("tool_lease", lease)
                end = time.time() + 120
                while not box and time.time() < end and not self.cancelled and self.socks:
                    time.sleep(0.02)
                results.append(
                    {
                        "type": "tool_result",
                        "toolUseID": b["id"],
                        "run": box[0] if box else {"status": "cancelled", "reason": "user:interrupted"},
                    }
                )
            self.add({"messageId": rid("M"), "role": "user", "content": results})
            if self.cancelled:
                break
        self.set_state("idle")


EXECUTOR_NAMES = {"shell_command": "async_shell_command"}
ACTORS: dict = {}


def actor_for(tid, mode):
    with LOCK:
        if not tid:
            u = uuid.uuid4().hex
            ms = f"{int(time.time() * 1000):012x}"
            tid = f"T-{ms[:8]}-{ms[8:]}-7{u[:3]}-8{u[3:6]}-{u[6:18]}"
        if tid not in ACTORS:
            ACTORS[tid] = Actor(tid, mode)
        return ACTORS[tid]
