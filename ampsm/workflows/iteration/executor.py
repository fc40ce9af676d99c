"""What whoever starts iterations needs of the place where they run: this machine now, others later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ampsm.journal.events import AnyEvent
from ampsm.workflows.iteration.iterate import IterateOptions
from ampsm.workflows.iteration.stop import StopResult


class Executor(Protocol):
    """Starts iterations that outlive whoever asked for them, ends them, and tells what they do."""

    def start(self, session_id: str, options: IterateOptions | None) -> int | None:
        """The number of the iteration, as soon as it has begun; None when that takes long, and is left to the worker.
        Without options the queue is run; None then when there was nothing to run. Raises the UserError with which it
        could not begin (`busy`, a wrong worktree, …)."""

    def stop(self, session_id: str, *, empty_queue: bool = False) -> StopResult:
        """Stops what runs in the session, the whole tree of processes; what it had done is kept."""

    def follow(self, session_id: str, number: int, *, from_start: bool = True) -> Iterator[AnyEvent]:
        """The events of an iteration until it ends or its worker is dead; of one that has ended they just end."""
