"""Ctrl-C, SIGTERM and SIGHUP as a request to stop that long work looks at between two steps (SPEC section 2)."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

#: The requests of this process that are entered now, the innermost last.
_ENTERED: list[StopRequest] = []


class StopRequest:
    """Whether somebody asked to stop, and by which signal. `fd` becomes readable when it happens."""

    def __init__(self) -> None:
        self.fd, self._write_fd = os.pipe()
        os.set_blocking(self._write_fd, False)
        self.signal_name: str | None = None
        self.times = 0
        self.made_at: float | None = None

    @property
    def requested(self) -> bool:
        return self.signal_name is not None

    def request(self, signal_name: str) -> None:
        """Asks to stop; asking again makes an impatient stop (`times` > 1)."""
        self.signal_name = self.signal_name or signal_name
        self.made_at = self.made_at or time.monotonic()
        self.times += 1
        try:
            os.write(self._write_fd, b"!")
        except OSError:
            pass

    def comes_within(self, seconds: float) -> bool:
        """Whether it has been made, or is so soon: of signals sent to several processes ours may be the last."""
        if not self.requested:
            select.select([self.fd], [], [], seconds)
        return self.requested

    def close(self) -> None:
        os.close(self.fd)
        os.close(self._write_fd)


def current_request() -> StopRequest | None:
    """The request that the signals to this process set now; None in a thread beside the main one, which hears none."""
    return _ENTERED[-1] if _ENTERED and threading.current_thread() is threading.main_thread() else None


def is_heard(sign: signal.Signals) -> bool:
    """Whether a signal may be caught: one that is ignored stays so (`nohup`, a job that a script started with `&`). An
    interrupt to the leader of a session of its own is no terminal's that was meant for others."""
    if signal.getsignal(sign) is not signal.SIG_IGN:
        return True
    return sign is signal.SIGINT and os.getsid(0) == os.getpid()


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """While it is entered, the three signals that are heard set the request instead of ending the process; programs
    that are run meanwhile are ended by it, see `system.calls`.

    Outside the main thread signals cannot be caught: then nothing ever sets the request.
    """
    stop = StopRequest()
    previous = {}

    def on_signal(number: int, _frame: FrameType | None) -> None:
        stop.request(signal.Signals(number).name)

    if threading.current_thread() is threading.main_thread():
        previous = {sign: signal.signal(sign, on_signal) for sign in _SIGNALS if is_heard(sign)}
    _ENTERED.append(stop)
    try:
        yield stop
    finally:
        _ENTERED.remove(stop)
        for sign, handler in previous.items():
            signal.signal(sign, handler)
        stop.close()
