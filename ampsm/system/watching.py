"""Watching a child to its end: its output as it comes, and how it is told to stop (SPEC section 5, "Detached")."""

from __future__ import annotations

import time
from collections.abc import Callable

from ampsm.system.child import Child
from ampsm.system.processes import descendants, end_processes
from ampsm.system.stopping import StopRequest

#: Seconds between interrupt and terminate, and between terminate and kill.
GRACE_SECONDS = 5.0

_IMPATIENT_SECONDS = 0.3
_TICK_SECONDS = 0.25
_DRAIN_SECONDS = 0.3
_DRAIN_AT_MOST_SECONDS = 5.0


class Watch:
    """Watches one child until it has ended.

    `on_data` gets each piece of output (stream name, bytes); `why_end` is asked several times a second, with the
    seconds since the start, whether and why the child must end: `timed-out`, `stopped`, … With `at_once` among those
    reasons the interrupt is left out.
    """

    def __init__(
        self,
        child: Child,
        *,
        on_data: Callable[[str, bytes], None],
        why_end: Callable[[float], str | None],
        stop: StopRequest | None,
        at_once: frozenset[str] = frozenset(),
    ) -> None:
        self._child = child
        self._on_data = on_data
        self._why_end = why_end
        self._stop = stop
        self._at_once = at_once
        self._told_at: float | None = None
        self._steps_taken = 0
        self.reason: str | None = None

    def to_end(self) -> int:
        """Reads until the child has ended and its output is read; returns its exit code (-n after signal n).

        What others still hold its pipes open does not keep us. On an exception its whole tree is killed.
        """
        try:
            self._read_all()
            while (code := self._child.wait(_TICK_SECONDS)) is None:
                self._check(time.monotonic())
            return code
        except BaseException:
            self._kill_tree()
            raise
        finally:
            self._child.close()

    def _read_all(self) -> None:
        ended_at: float | None = None
        while self._child.open_streams:
            wake = self._stop.fd if self._stop and self._told_at is None else None
            arrived = self._child.read(_TICK_SECONDS if ended_at is None else 0.05, wake)
            for stream, data in arrived:
                if data:
                    self._on_data(stream, data)
            now = time.monotonic()
            if self._child.poll() is None:
                self._check(now)
            elif ended_at is None:
                ended_at = now
            elif now - ended_at > (_DRAIN_AT_MOST_SECONDS if arrived else _DRAIN_SECONDS):
                return

    def _check(self, now: float) -> None:
        if self.reason is None:
            stopped = self._stop is not None and self._stop.requested
            self.reason = "stopped" if stopped else self._why_end(now - self._child.started)
        if self.reason is None:
            return
        if self._told_at is None:
            self._told_at = now
        grace = _IMPATIENT_SECONDS if self._stop and self._stop.times > 1 else GRACE_SECONDS
        due = min(3, 1 + int((now - self._told_at) / grace) + (self.reason in self._at_once))
        if due > self._steps_taken:
            self._steps_taken = due
            (self._child.interrupt, self._child.terminate, self._kill_tree)[due - 1]()

    def _kill_tree(self) -> None:
        """Collects the tree before the kill: what its members started in sessions of their own is found by parents."""
        tree = descendants(self._child.pid)
        self._child.kill()
        end_processes(lambda: tree, grace=0.0, keep=[self._child.pid])
