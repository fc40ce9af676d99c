"""Who may write in a session's worktree: one `flock` a session (SPEC section 5.1).

The lock's descriptor is handed to the agent as a safety net: as long as any process that inherited it lives, the
session is not free. The file's text only names the holder; the kernel's lock decides, and where its file was removed
the holder's second name (`holders`).
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ampsm.model.errors import UserError
from ampsm.model.session import utc_now
from ampsm.system.holders import Holder, SecondName, holder_in, holder_named
from ampsm.system.os_errors import os_errors_in_words
from ampsm.system.processes import process_start
from ampsm.system.unfollowed import is_file_at, open_lock

#: How long looking at a lock may keep somebody else from taking it.
_GLANCE_SECONDS = 0.3

#: What a holder is called that only looks, and ends by itself within a moment: others wait for it, this long.
LOOK = "look"
_LOOK_SECONDS = 15.0

#: Names of holders are padded to this length, so that a shorter one leaves nothing of a longer one.
_NAME_BYTES = 512


class SessionLock:
    """A lock that is held; `fd` is what the agent inherits."""

    def __init__(self, path: Path, fd: int, session_id: str, what: str) -> None:
        self.path = path
        self.fd = fd
        self.session_id = session_id
        self._what = what
        self._since = utc_now()
        self._second = SecondName(path)
        self.name_holder()

    def name_holder(self, iteration_id: str | None = None, what: str | None = None) -> None:
        """Writes who holds the lock, for the message that others get, and `what` it does now if that is something else
        than it was taken for."""
        holder = Holder(os.getpid(), process_start(os.getpid()), what or self._what, self._since, iteration_id)
        # Never empty in between: who cannot read the holder's name would take it for dead.
        with os_errors_in_words(self.path):
            os.pwrite(self.fd, holder.text().ljust(_NAME_BYTES), 0)
        self._second.write(holder)

    def release(self) -> None:
        self._second.clear()
        os.ftruncate(self.fd, 0)
        os.close(self.fd)


@contextmanager
def session_lock(path: Path, session_id: str, what: str) -> Iterator[SessionLock]:
    """Holds the session's lock at `path` (`Paths.lock(session_id)`). Raises `busy` (exit 6) naming the holder,
    `disk-full` or `database-unavailable`."""
    lock = acquire(path, session_id, what)
    try:
        yield lock
    finally:
        lock.release()


def acquire(path: Path, session_id: str, what: str) -> SessionLock:
    """As `session_lock`, for a lock that is released by hand."""
    while True:
        with os_errors_in_words(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = open_lock(path)
        _take(fd, session_id)
        if is_file_at(fd, path):
            break
        os.close(fd)  # removed or replaced meanwhile: others lock what is there now
    try:
        if (holder := SecondName(path).living()) is not None:
            raise _busy(session_id, holder)
        return SessionLock(path, fd, session_id, what)
    except BaseException:
        os.close(fd)
        raise


def _take(fd: int, session_id: str) -> None:
    deadline, patience = (time.monotonic() + seconds for seconds in (_GLANCE_SECONDS, _LOOK_SECONDS))
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            holder = holder_in(os.pread(fd, 4096, 0))
            alive = holder is not None and holder.alive
            looks = holder is not None and alive and holder.what == LOOK and time.monotonic() < patience
            if not looks and (alive or time.monotonic() > deadline):
                os.close(fd)
                raise _busy(session_id, holder) from error
        time.sleep(0.01)


def lock_holder(path: Path) -> Holder | None:
    """Who holds the lock now; None when it is free. Observes without taking the lock for longer than a glance."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return SecondName(path).living()
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return holder_named(fd) or Holder(0, None, "unknown", utc_now())
    finally:
        os.close(fd)
    return SecondName(path).living()


def lock_stamp(path: Path) -> tuple[int, int] | None:
    """Is another one when somebody has taken or left the lock since; it is not touched for that."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _busy(session_id: str, holder: Holder | None) -> UserError:
    """The error for somebody who comes second; `stop` ends iterations and test scripts, everything else ends soon by
    itself."""
    details: dict[str, Any] = {}
    who, hint = "another process holds it", f"amp-sessions status {session_id}"
    if holder is not None:
        stoppable = holder.what in ("iteration", "test")
        who = f"process {holder.pid} holds it ({holder.what}, since {holder.since})"
        if not holder.alive:
            who = f"its worker, process {holder.pid}, is gone, but something that it started still runs"
        hint = f"amp-sessions {'stop' if stoppable or not holder.alive else 'status'} {session_id}"
        details = {"pid": holder.pid, "what": holder.what, "since": holder.since, "iterationId": holder.iteration_id}
    return UserError(
        "busy", f"Session {session_id} is busy: {who}", hint=hint, details={"sessionId": session_id, **details}
    )
