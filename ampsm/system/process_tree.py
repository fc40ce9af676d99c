"""Ending what an iteration's agent or test script left running (SPEC sections 5.1 and 5.8)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection

from ampsm.system.processes import (
    command_of,
    descendants,
    end_processes,
    going_on_beside,
    marked_processes,
    reap_orphans,
)
from ampsm.system.stopping import StopRequest

#: How long what was left running may take to end by itself.
PATIENCE_SECONDS = 5.0


class ProcessTree:
    """The processes of one iteration: all that carry its marker, and all that this process has since adopted. `stop`
    asks them to end.

    What ran before, and what goes on beside this process, is not the iteration's, whatever it starts meanwhile: a
    window opens followers, and its orphans come to us.
    """

    def __init__(self, iteration_id: str, stop: StopRequest | None = None) -> None:
        self._iteration_id = iteration_id
        self._stop = stop
        self._others = frozenset(descendants(os.getpid()))

    def living(self) -> list[int]:
        """Pids of those that live."""
        mine = descendants(os.getpid(), without=self._others)
        if mine:
            mine = descendants(os.getpid(), without=self._others.union(going_on_beside()))
        return mine + [pid for pid in marked_processes(self._iteration_id) if pid not in mine]

    def end(self, *, patience: float = PATIENCE_SECONDS, grace: float = PATIENCE_SECONDS) -> list[str]:
        """Waits `patience` seconds for them, then interrupts, terminates and kills; returns the names of those that had
        to be signalled. After a stop there is no waiting, and the seconds count from it: however many processes there
        are, one after another, a stop takes as long as that of one."""
        since = self._stop.made_at if self._stop else None
        return end_living(self.living, patience=patience if since is None else 0.0, grace=grace, since=since)


def end_orphans(iteration_id: str) -> list[str]:
    """Ends what the dead worker of an iteration left running; nobody listens to it any more."""
    return end_living(lambda: marked_processes(iteration_id), patience=0.0, grace=PATIENCE_SECONDS)


def end_living(
    living: Callable[[], Collection[int]], *, patience: float, grace: float, since: float | None = None
) -> list[str]:  # fmt: skip
    deadline = time.monotonic() + patience
    while (left := living()) and time.monotonic() < deadline:
        time.sleep(0.05)
        reap_orphans()
    names = [f"{pid} ({command_of(pid) or 'gone'})" for pid in left]
    if left:
        end_processes(living, grace=grace, since=since)
        reap_orphans()
    return names
