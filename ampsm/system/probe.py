"""Probing a program: asking it something within a time limit that holds, whatever the program does."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence

from ampsm.model.record import record
from ampsm.system.child import Child
from ampsm.system.processes import descendants, is_alive, send
from ampsm.system.stopping import StopRequest

_TICK_SECONDS = 0.25
_DRAIN_SECONDS = 0.3
_GRACE_SECONDS = 0.3
_SHORT = 4096
_LONGEST_ANSWER = 64 * 1024 * 1024


@record
class Answer:
    """What a program printed and how it ended: exit code (-n after signal n), None when it was ended by us, for
    `reason`: timed-out, stopped or given-up."""

    exit_code: int | None
    stdout: bytes
    stderr: bytes
    reason: str | None = None

    @property
    def text(self) -> str:
        """All it printed."""
        return (self.stdout + b"\n" + self.stderr).decode("utf-8", "replace")


def probe(
    argv: Sequence[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    timeout: float,
    stop: StopRequest | None = None,
    give_up_at: bytes | None = None,
) -> Answer:
    """Runs a program with closed standard input and returns its answer.

    After `timeout` seconds, when a stop is requested or its standard output begins with `give_up_at`, its whole tree is
    ended within a second. What it leaves in the background is not waited for, even if that holds its pipes open. Raises
    OSError when it cannot start.
    """
    child = Child(argv, cwd=cwd, env=env)
    heard: dict[str, list[bytes]] = {"stdout": [], "stderr": []}
    try:
        reason = _listen(child, heard, timeout, stop, give_up_at)
        return Answer(
            child.poll() if reason is None else None, b"".join(heard["stdout"]), b"".join(heard["stderr"]), reason
        )
    finally:
        if child.poll() is None:
            _end_tree(child)
        child.close()


def _listen(
    child: Child, heard: dict[str, list[bytes]], timeout: float, stop: StopRequest | None, give_up_at: bytes | None
) -> str | None:
    """Reads until the program has ended; why it must be ended, None when it has."""
    ended_at: float | None = None
    size = 0
    while True:
        for stream, data in child.read(_TICK_SECONDS if ended_at is None else 0.02, stop.fd if stop else None):
            size += len(data)
            if size <= _LONGEST_ANSWER:
                heard[stream].append(data)
        now = time.monotonic()
        if stop is not None and stop.requested:
            return "stopped"
        if give_up_at and size < _SHORT and b"".join(heard["stdout"]).startswith(give_up_at):
            return "given-up"
        if child.poll() is not None:
            ended_at = ended_at or now
            if not child.open_streams or now - ended_at > _DRAIN_SECONDS:
                return None
        elif now - child.started > timeout:
            return "timed-out"
        elif not child.open_streams:
            child.wait(_TICK_SECONDS)


def _end_tree(child: Child) -> None:
    # Collected before the first signal: a child that has lost its parent is not found any more. Its group holds those
    # that it starts meanwhile.
    tree = [child.pid, *descendants(child.pid)]
    for sign, tell_group in ((signal.SIGTERM, child.terminate), (signal.SIGKILL, child.kill)):
        tell_group()
        for pid in tree:
            send(pid, sign)
        deadline = time.monotonic() + _GRACE_SECONDS
        while any(is_alive(pid) for pid in tree) and time.monotonic() < deadline:
            child.wait(0.02)
    child.wait(_GRACE_SECONDS)
