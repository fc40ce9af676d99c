"""What the stand-in for the Amp service answers: scenarios, faults, and what it remembers.

A marker in the user's message, `[[scenario:edit]]`, picks the turns of a scenario; none: one line of text. `{cwd}` in a
scenario is the folder Amp works in, or the one named by `[[cwd:/path]]`.
"""

import re
import threading
import uuid


def text(s):
    return {"type": "text", "text": s}


def tool(name, **inp):
    return {"type": "tool_use", "name": name, "input": inp}


def think(s):
    return {"type": "thinking", "thinking": s}


SCENARIOS = {
    "default": [[text("Hello from the stub.")]],
    "think": [[think("Two plus two is four."), text("4")]],
    "edit": [
        [think("I look at the file first."), text("I will read the file."), tool("Read", path="{cwd}/README.md")],
        [
            text("Now I edit it."),
            tool("edit_file", path="{cwd}/README.md", old_str="# hello", new_str="# hello, edited by amp"),
        ],
        [tool("Bash", cmd="git status --short", cwd="{cwd}")],
        [text("Done: I edited README.md.")],
    ],
    "create": [
        [tool("create_file", path="{cwd}/notes/new.txt", content="line 1\nline 2\n")],
        [text("Created notes/new.txt.")],
    ],
    "parallel": [
        [text("Two at once."), tool("Bash", cmd="echo one; sleep 1", cwd="{cwd}"), tool("glob", filePattern="**/*.md")],
        [text("Both ran.")],
    ],
    "toolfail": [
        [tool("edit_file", path="{cwd}/README.md", old_str="no such text", new_str="x")],
        [tool("Bash", cmd="exit 3", cwd="{cwd}")],
        [text("The edit failed and the command exited with 3.")],
    ],
    "danger": [  # asks for permission unless everything is allowed
        [tool("Bash", cmd="git push --force origin main", cwd="{cwd}")],
        [text("Tried to push.")],
    ],
    "subagent": [
        [tool("Task", prompt="[[scenario:sub]] list files in {cwd}", description="list the files")],
        [text("The subagent listed the files.")],
    ],
    "sub": [
        [tool("Bash", cmd="ls", cwd="{cwd}")],
        [text("README.md is there.")],
    ],
    "long": [[tool("Bash", cmd="sleep 600", cwd="{cwd}")], [text("Slept.")]],
    "maxtokens": [[text("I was cut o"), {"type": "_stop", "reason": "max_tokens"}]],
    "refuse": [[text("No."), {"type": "_stop", "reason": "refusal"}]],
    "commit": [
        [tool("create_file", path="{cwd}/a.txt", content="a\n")],
        [tool("Bash", cmd="git add -A && git commit -m 'add a'", cwd="{cwd}")],
        [text("Committed.")],
    ],
}

# Faults of model calls: HTTP status, Anthropic-style error type, message, extra headers
FAULTS = {
    "rate": (429, "rate_limit_error", "This request would exceed your rate limit.", {"retry-after": "1"}),
    "overloaded": (529, "overloaded_error", "Overloaded", {}),
    "credits": (402, "insufficient_credits", "Insufficient credit balance. Add credits to continue.", {}),
    "auth": (401, "authentication_error", "invalid x-api-key", {}),
    "forbidden": (403, "permission_error", "Forbidden", {}),
    "context": (400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum", {}),
    "server": (500, "api_error", "Internal server error", {}),
    "hangup": None,  # close the connection without an answer
    "midstream": None,  # start a stream, send an error event, stop
    "cut": None,  # start a stream, then close it
}

USER = {
    "id": "user_stub",
    "username": "stub",
    "email": "stub@example.invalid",
    "firstName": "Stub",
    "lastName": "User",
    "emailVerified": True,
    "createdAt": "2025-01-01T00:00:00.000Z",
    "siteAdmin": False,
    "features": [],
    "team": None,
    "workspace": None,
    "freeTierEnabled": False,
    "mysteriousMessage": None,
    "admin": False,
}

MARK = re.compile(r"\[\[scenario:(\w+)\]\]")
CWD = re.compile(r"\[\[cwd:([^\]]+)\]\]")
LOCK = threading.Lock()
STATE = {"log": [], "threads": {}, "faults": [], "results": {}}


def flat(content):
    if isinstance(content, str):
        return content
    return "\n".join(b.get("text", "") for b in content or [] if isinstance(b, dict) and b.get("type") == "text")


def pick(body):
    """The turn of the model that answers a Messages request, and the working folder."""
    msgs, at, name, cwd = body.get("messages") or [], -1, "default", None
    for i, m in enumerate(msgs):
        if m.get("role") != "user":
            continue
        c = m.get("content")
        only_results = isinstance(c, list) and any(isinstance(b, dict) and b.get("type") == "tool_result" for b in c)
        t = flat(c)
        hit = MARK.search(t)
        if hit:
            at, name = i, hit.group(1)
        elif not only_results:
            at, name = i, "default"
        w = CWD.search(t)
        if w:
            cwd = w.group(1)
    turn = sum(1 for m in msgs[at + 1 :] if m.get("role") == "assistant")
    if cwd is None:  # the system prompt names the working folder
        sysm = body.get("system")
        s = sysm if isinstance(sysm, str) else "\n".join(b.get("text", "") for b in sysm or [])
        w = re.search(r"(?:[Ww]orking directory|[Ww]orkspace root[^:\n]*)[^/\n]*(/[^\s`'\"]+)", s)
        cwd = w.group(1) if w else "."
    turns = SCENARIOS.get(name) or SCENARIOS["default"]
    return turns[min(turn, len(turns) - 1)], cwd


def fill(v, cwd):
    if isinstance(v, str):
        return v.replace("{cwd}", cwd)
    if isinstance(v, list):
        return [fill(x, cwd) for x in v]
    if isinstance(v, dict):
        return {k: fill(x, cwd) for k, x in v.items()}
    return v


def blocks_of(turn, cwd):
    out, stop, delay = [], None, 0.0
    for b in turn:
        if b["type"] == "_stop":
            stop = b["reason"]
        elif b["type"] == "_delay":
            delay = b["s"]
        else:
            b = fill(dict(b), cwd)
            if b["type"] == "tool_use":
                b["id"] = "toolu_stub" + uuid.uuid4().hex[:18]
            out.append(b)
    if stop is None:
        stop = "tool_use" if any(b["type"] == "tool_use" for b in out) else "end_turn"
    return out, stop, delay
