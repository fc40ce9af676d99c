"""Calling the agent again after what waiting can cure, at growing intervals (setting `ampRetries`)."""

from __future__ import annotations

import select
import time

from ampsm.amp.failures import Failure
from ampsm.system.stopping import StopRequest
from ampsm.workflows.iteration.recording import Recorder

#: Seconds before the second, third, … attempt; the last one before every further.
WAITS = (1.5, 5.0, 15.0, 30.0, 60.0)


class Attempts:
    """The attempts of one iteration: at most `retries` after the first, all together within `seconds`.

    A failure that waiting can cure allows another one. So does a thread that a retry finds gone although this iteration
    began it: it never reached the server, and the next attempt starts over.
    """

    def __init__(self, recorder: Recorder, *, retries: int, seconds: float, stop: StopRequest | None) -> None:
        self.number = 1
        self._recorder = recorder
        self._most = 1 + retries
        self._deadline = time.monotonic() + seconds
        self._stop = stop

    @property
    def seconds_left(self) -> float:
        """How long the attempt that starts now may take."""
        return max(0.0, self._deadline - time.monotonic())

    def again(self, failure: Failure) -> bool:
        """Waits until it is time for the next attempt; False when there is none. A requested stop ends the wait: the
        caller looks for it."""
        wait = self._wait_for(failure)
        if self.number >= self._most or wait is None or self.seconds_left <= wait:
            return False
        self.number += 1
        when = f"in {wait:g} s" if wait else "now"
        self._recorder.warn(
            "retrying", f"{failure.message}: trying again {when}, attempt {self.number} of {self._most}"
        )
        _sleep(wait, self._stop)
        return True

    def _wait_for(self, failure: Failure) -> float | None:
        if failure.can_retry:
            return WAITS[min(self.number, len(WAITS)) - 1]
        began_here = self._recorder.view.thread_id != self._recorder.iteration.thread_id
        return 0.0 if failure.code == "thread-gone" and self.number > 1 and began_here else None


def _sleep(seconds: float, stop: StopRequest | None) -> None:
    if stop is None:
        time.sleep(seconds)
    else:
        select.select([stop.fd], [], [], seconds)
