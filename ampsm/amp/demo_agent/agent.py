"""One run: what is said and which tools are called, reported as Amp reports it."""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from ampsm.amp.demo_agent.cancelling import cancellable
from ampsm.amp.demo_agent.tools import RUN

TOOLS = ["Bash", "create_file", "edit_file", "Read", "Task"]


class Agent:
    """One run: says things, uses tools, and reports both as Amp does."""

    def __init__(self, options: dict[str, str], prompt: str) -> None:
        self.options = options
        self.prompt = prompt
        self.thread = options.get("thread") or f"T-{uuid.uuid4()}"
        self.streams = "--stream-json" in options or "--stream-json-thinking" in options
        self.started = time.monotonic()
        self.turns = 0
        self.context = 9_000 + len(prompt) // 4
        self.answer = ""
        self.speed = float(os.environ.get("AMPSM_DEMO_SPEED") or 1)

    def emit(self, kind: str, **fields: Any) -> None:
        if self.streams:
            print(json.dumps({"type": kind, **fields}, ensure_ascii=False), flush=True)

    def pause(self, seconds: float) -> None:
        with cancellable():
            time.sleep(seconds / self.speed if self.speed > 0 else 0)

    def begin(self) -> None:
        mode = self.options.get("-m") or self.options.get("--mode") or "smart"
        self.emit(
            "system",
            subtype="init",
            cwd=str(Path.cwd()),
            session_id=self.thread,
            tools=TOOLS,
            mcp_servers=[],
            agent_mode=mode,
        )
        self._message("user", [{"type": "text", "text": self.prompt}])

    def say(
        self, text: str, *tools: tuple[str, dict[str, Any]], thought: str = "", parent: str | None = None
    ) -> list[str]:
        """One turn of the model: a text, and the tools it calls. Returns the ids of the calls."""
        self.pause(0.12)
        content: list[dict[str, Any]] = []
        if thought and "--stream-json-thinking" in self.options:
            content.append({"type": "thinking", "thinking": thought})
        if text:
            content.append({"type": "text", "text": text})
            self.answer = self.answer if parent else text
        calls = [f"toolu_demo{uuid.uuid4().hex[:18]}" for _ in tools]
        for call, (name, args) in zip(calls, tools, strict=True):
            content.append({"type": "tool_use", "id": call, "name": name, "input": args})
        written, size = 400 + 37 * self.turns, len(json.dumps(content)) // 4
        usage = {
            "input_tokens": 6 + self.turns,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": self.context,
            "output_tokens": 18 + size,
            "max_tokens": 300_000,
            "service_tier": "standard",
        }
        self.context += written + size
        self.turns += 1
        self._message("assistant", content, parent, stop_reason="tool_use" if tools else "end_turn", usage=usage)
        return calls

    def use(self, text: str, name: str, thought: str = "", **args: Any) -> bool:
        """One turn with one tool: calls it, runs it, reports its result; whether it worked."""
        (call,) = self.say(text, (name, args), thought=thought)
        self.pause(0.05)
        result, failed = RUN[name](args)
        self.results([(call, result, failed)])
        code = json.loads(result).get("exitCode", 0) if result.startswith("{") else 0
        return not failed and code == 0

    def results(self, results: list[tuple[str, str, bool]]) -> None:
        self._message(
            "user",
            [
                {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": failed}
                for call, text, failed in results
            ],
        )

    def edit(self, text: str, path: str, old: str, new: str) -> bool:
        return self.use(text, "edit_file", path=str(Path.cwd() / path), old_str=old, new_str=new)

    def create(self, text: str, path: str, content: str) -> bool:
        return self.use(text, "create_file", path=str(Path.cwd() / path), content=content)

    def bash(self, text: str, command: str) -> bool:
        return self.use(text, "Bash", cmd=command, cwd=str(Path.cwd()))

    def end(self, error: str | None = None) -> None:
        verdict: dict[str, Any] = {"result": self.answer} if error is None else {"error": error}
        self.emit(
            "result",
            subtype="success" if error is None else "error_during_execution",
            duration_ms=round((time.monotonic() - self.started) * 1000),
            is_error=error is not None,
            num_turns=self.turns,
            **verdict,
            session_id=self.thread,
        )
        if not self.streams and error is None:
            print(self.answer, flush=True)
        elif not self.streams:
            print(f"Error: {error}", file=sys.stderr)

    def _message(self, role: str, content: list[dict[str, Any]], parent: str | None = None, **more: Any) -> None:
        kind = {"type": "message"} if role == "assistant" else {}
        self.emit(
            role,
            message={**kind, "role": role, "content": content, **more},
            parent_tool_use_id=parent,
            session_id=self.thread,
        )
