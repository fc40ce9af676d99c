"""Fixtures of the command-line tests: a session to work with, and a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World


@dataclass(frozen=True)
class Screen:
    """What a command wrote to a terminal, and how it ended."""

    code: int
    text: str


@pytest.fixture
def session(world: World, kept: Callable[..., Any]) -> Any:
    """The document of a new session in a repository, whose agent edits one file."""
    return kept("session", lambda: _session(world))


def _session(world: World) -> dict[str, Any]:
    world.use(tools=[{"name": "Read", "input": {"path": "README.md"}, "result": "hello"}],
              edits={"src/feature.py": "x = 1\n"}, text="Add a feature.")  # fmt: skip
    return world.new(world.make_repo(), "Add a feature", prompt="Do it")


@pytest.fixture
def on_terminal(world: World, tmp_path: Path) -> Callable[..., Screen]:
    """`on_terminal(*args, width=80, env={}, typed="")` runs `amp-sessions` on a terminal of its own."""

    def run(
        *args: object, width: int = 80, env: dict[str, str] | None = None, typed: str = "", timeout: float = 60
    ) -> Screen:
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        whole = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        process = world.start(*args, streams=(child, child, child), env=whole, cwd=tmp_path)
        os.close(child)
        os.write(parent, typed.encode())
        data, deadline = b"", time.monotonic() + timeout
        while time.monotonic() < deadline:
            if select.select([parent], [], [], 0.2)[0]:
                try:
                    part = os.read(parent, 65536)
                except OSError:  # Linux: the other side is closed
                    break
                if not part:
                    break
                data += part
        os.close(parent)
        return Screen(process.wait(timeout=60), data.decode("utf-8", "replace").replace("\r\n", "\n"))

    return run
