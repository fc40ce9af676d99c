"""Ending on SIGINT or SIGTERM: once, and only where the agent waits."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Cancelled(BaseException):
    """SIGINT or SIGTERM came."""


def let_signals(how: str) -> None:
    """Lets the signals that cancel wait ("SIG_BLOCK") or come ("SIG_UNBLOCK")."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(getattr(signal, how), {signal.SIGINT, signal.SIGTERM})


@contextmanager
def cancellable() -> Iterator[None]:
    """Only here the run can be cancelled: not in the middle of a line, nor between a command's start and its being
    known, where it would be left running."""
    let_signals("SIG_UNBLOCK")
    try:
        yield
    finally:
        let_signals("SIG_BLOCK")


def as_any_program() -> None:
    """For what is started, before it runs: the signals come to it, and do to it what they do to any program. One that
    was sent to the whole group while it was being started ends it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    let_signals("SIG_UNBLOCK")


class Cancelling:
    """What SIGINT and SIGTERM do: the first one ends the run, what comes while it ends does nothing."""

    begun = False

    def __call__(self, _number: int, _frame: object) -> None:
        begun, self.begun = self.begun, True
        let_signals("SIG_BLOCK")
        if not begun:
            raise Cancelled
