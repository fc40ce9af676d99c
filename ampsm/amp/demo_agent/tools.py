"""The tools that the agent calls: each gives its result as Amp words it, and whether it failed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ampsm.amp.demo_agent.cancelling import as_any_program, cancellable


def read(args: dict[str, Any]) -> tuple[str, bool]:
    try:
        lines = Path(args["path"]).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        return f"Cannot read {args['path']}: {error.strerror}", True
    numbered = "\n".join(f"{n}: {line}" for n, line in enumerate(lines, 1))
    return json.dumps({"absolutePath": args["path"], "content": numbered}), False


def create_file(args: dict[str, Any]) -> tuple[str, bool]:
    path = Path(args["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(args["content"], encoding="utf-8")
    return f"Successfully created file {path}", False


def edit_file(args: dict[str, Any]) -> tuple[str, bool]:
    path, old, new = Path(args["path"]), args["old_str"], args["new_str"]
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if old not in before:
        return "Could not find exact match for old_str", True
    after = before.replace(old, new, 1)
    path.write_text(after, encoding="utf-8")
    line = before[: before.index(old)].count("\n") + 1
    sides = before.splitlines(), after.splitlines()
    changes = unified_diff(*sides, str(path), str(path), "original", "modified", lineterm="")
    diff = "\n".join(["```diff", f"Index: {path}", "=" * 67, *changes, "```"])
    return json.dumps({"diff": diff, "lineRange": [line, line + new.count("\n")]}), False


def bash(args: dict[str, Any]) -> tuple[str, bool]:
    # In a session of its own, as Amp's commands are; ended when the agent is.
    child = subprocess.Popen(
        ["/bin/sh", "-c", args["cmd"]],
        cwd=args.get("cwd"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=as_any_program if os.name == "posix" else None,  # noqa: PLW1509 - one thread
    )
    try:
        with cancellable():
            output = _output_of(child)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    return json.dumps({"output": output.decode("utf-8", "replace"), "exitCode": child.returncode}), False


def _output_of(child: subprocess.Popen[bytes]) -> bytes:
    while True:
        try:
            return child.communicate(timeout=0.2)[0]
        except subprocess.TimeoutExpired:
            pass  # a signal that came just before the wait is noticed only now


RUN: dict[str, Callable[[dict[str, Any]], tuple[str, bool]]] = {
    "Read": read,
    "create_file": create_file,
    "edit_file": edit_file,
    "Bash": bash,
}
