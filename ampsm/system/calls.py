"""Programs that are run to their end for what they say (git, gh), and how they are ended when somebody asks to stop.

A hook, a filter, a signing program or an ssh that git starts may take for ever. Ctrl-C, SIGTERM, SIGHUP and `stop` end
a call with all that it started, also in sessions of its own: interrupt, 5 s, terminate, 5 s, kill (SPEC section 5,
"Detached"). Its processes are found by parent pids, and by a variable in their environment that names the call.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ampsm.model.errors import Stopped
from ampsm.model.record import record
from ampsm.system.processes import Process, carrying, descendants, elapsed_ms, is_alive, send
from ampsm.system.stopping import StopRequest, current_request

#: The variable that names a call.
CALL = "AMPSM_CALL"

#: How long a call may take that begins when the stop has been asked for: what is left to do then is little.
LATE_SECONDS = 5.0

#: Seconds between interrupt and terminate, and between terminate and kill; and after a second request.
GRACE_SECONDS = 5.0
_IMPATIENT_SECONDS = 0.3

#: How often a call is looked after: soon where a request has to be heard, which a signal alone does not bring.
_TICK_SECONDS = 0.25
_IDLE_TICK_SECONDS = 1.0
_SLOW_SECONDS = 2.0
_DRAIN_SECONDS = 1.0
_LOOK_SECONDS = 0.05

_NUMBERS = itertools.count(1)
_DEADLINES: list[float] = []


@record
class Completed:
    """A process that ended. `returncode` is -n after signal n."""

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes
    timed_out: bool
    duration_ms: int


def last_lines(said: bytes, limit: int) -> bytes:
    """The lines at the end of an output that fit into `limit` bytes, and the last one whatever its length: what is cut
    out of a line may be a part of a secret, which is not recognised as one."""
    said = said.rstrip()
    if len(said) <= limit:
        return said
    start = said.find(b"\n", len(said) - limit - 1) + 1 or said.rfind(b"\n") + 1
    return said[start:]


def run(
    argv: Sequence[str | bytes],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float | None = 60,
    pass_fds: Sequence[int] = (),
    when_slow: Callable[[], None] | None = None,
) -> Completed:
    """Runs a program to its end, in a session of its own, and returns what it printed. What it leaves running in the
    background is not waited for.

    Standard input is `stdin`, then end of file; it is never inherited. After `timeout` seconds all that it started is
    ended and `timed_out` is true. `when_slow` is called once when it takes long, and may raise. Raises OSError when the
    program cannot be started, and Stopped when a stop is asked for meanwhile, or was before and the call takes longer
    than `LATE_SECONDS`; it is ended then, and on every other exception.
    """
    call = _Call(argv, cwd, env, stdin, pass_fds)
    with call.process:
        timed_out = False
        try:
            stdout, stderr = call.to_end(timeout, when_slow)
        except subprocess.TimeoutExpired:
            timed_out = True
            call.kill()
            stdout, stderr = call.rest()
        except BaseException:
            call.end()
            raise
    words = tuple(os.fsdecode(word) for word in argv)
    return Completed(words, call.process.returncode, stdout, stderr, timed_out, elapsed_ms(call.started))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """While it is entered, calls take so long at most all together: what is done in passing keeps nobody waiting."""
    deadline = time.monotonic() + seconds
    _DEADLINES.append(deadline)
    try:
        yield
    finally:
        _DEADLINES.remove(deadline)


class _Call:
    """A program at work, and the request that ends it."""

    def __init__(
        self,
        argv: Sequence[str | bytes],
        cwd: str | os.PathLike[str] | None,
        env: Mapping[str, str] | None,
        stdin: bytes,
        pass_fds: Sequence[int],
    ) -> None:
        self.started = time.monotonic()
        self._stdin: bytes | None = stdin or None
        self._name = f"{os.getpid()}-{next(_NUMBERS)}"
        self._stop = current_request()
        self._asked_before = self._stop.times if self._stop else 0
        self._known: list[int] = []
        self.process = Process(
            argv,
            cwd=cwd,
            env={**(os.environ if env is None else env), CALL: self._name},
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=pass_fds,
        )

    def to_end(self, timeout: float | None, when_slow: Callable[[], None] | None) -> tuple[bytes, bytes]:
        """What it prints. Raises TimeoutExpired, and Stopped."""
        limits = [*_DEADLINES, *(() if timeout is None else (self.started + timeout,))]
        limit = min(limits, default=None)
        ended_at: float | None = None
        while True:
            now = time.monotonic()
            _heed(self._stop, self._asked_before, now - self.started)
            if when_slow is not None and now - self.started > _SLOW_SECONDS:
                when_slow()
                when_slow = None
            if limit is not None and now >= limit and self.process.poll() is None:
                raise subprocess.TimeoutExpired(self.process.args, timeout or 0)
            given, self._stdin = self._stdin, None
            try:
                return self.process.communicate(given, timeout=self._tick(limit, now))
            except subprocess.TimeoutExpired as waiting:
                if self.process.poll() is None:
                    continue
                ended_at = ended_at or time.monotonic()
                if time.monotonic() - ended_at > _DRAIN_SECONDS:
                    return waiting.stdout or b"", waiting.stderr or b""

    def rest(self) -> tuple[bytes, bytes]:
        """What it had printed when it was ended."""
        try:
            return self.process.communicate(timeout=_DRAIN_SECONDS)
        except subprocess.TimeoutExpired as waiting:
            return waiting.stdout or b"", waiting.stderr or b""

    def end(self) -> None:
        """Ends it with all that it started; at once when that is asked for again."""
        try:
            for sign in (signal.SIGINT, signal.SIGTERM):
                self._tell(sign)
                if self._ends():
                    return
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends at once what still lives, and what that starts meanwhile."""
        deadline = time.monotonic() + _DRAIN_SECONDS
        while self._living() and time.monotonic() < deadline:
            self._tell(signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)
        self.process.poll()

    def _tick(self, limit: float | None, now: float) -> float:
        tick = _IDLE_TICK_SECONDS if self._stop is None else _TICK_SECONDS
        return tick if limit is None else max(0.0, min(tick, limit - now))

    def _tell(self, sign: signal.Signals) -> None:
        for pid in self._living():
            send(pid, sign)
            send(pid, signal.SIGCONT)

    def _ends(self) -> bool:
        began = time.monotonic()
        while self._living():
            impatient = self._stop is not None and self._stop.times > 1
            if time.monotonic() - began > (_IMPATIENT_SECONDS if impatient else GRACE_SECONDS):
                return False
            self.process.poll()
            time.sleep(_LOOK_SECONDS)
        return True

    def _living(self) -> list[int]:
        """Its processes. One that has lost its parent is known from before, or carries the call's name."""
        if self.process.poll() is None:
            self._known += [pid for pid in (self.process.pid,) if pid not in self._known]
        found = [*descendants(self.process.pid), *carrying(f"{CALL}={self._name}")]
        self._known = [pid for pid in dict.fromkeys([*self._known, *found]) if is_alive(pid)]
        return self._known


def _heed(stop: StopRequest | None, before: int, seconds: float) -> None:
    if stop is not None and (stop.times > before or (stop.requested and seconds > LATE_SECONDS)):
        raise Stopped(stop.signal_name or signal.SIGINT.name)
