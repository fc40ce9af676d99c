"""Who holds a session, by name: in its lock's file, and in a second one beside its journals.

A lock goes with its file: whoever removes or replaces that (`rm -rf locks`) lets a second process have one of its own.
The second name keeps it out as long as the first process lives.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ampsm.model.record import record
from ampsm.system.processes import is_alive, process_start

_SECOND = "holder.json"
_LONGEST = 4096
_LOOKS = 5


@record
class Holder:
    """Who holds a session: process, what it does (`iteration`, `test`, `commit`, …) and since when."""

    pid: int
    start: str | None
    what: str
    since: str
    iteration_id: str | None = None

    @property
    def alive(self) -> bool:
        """Whether exactly that process still runs."""
        return is_alive(self.pid) and process_start(self.pid) == self.start

    def text(self) -> bytes:
        """As it is written."""
        named = {"pid": self.pid, "start": self.start, "what": self.what, "since": self.since}
        return json.dumps({**named, "iteration": self.iteration_id}).encode()


def holder_in(text: bytes) -> Holder | None:
    """The holder that a file names; None for anything else."""
    try:
        found: dict[str, Any] = json.loads(text)
        return Holder(found["pid"], found["start"], found["what"], found["since"], found["iteration"])
    except (ValueError, KeyError, TypeError):
        return None


def holder_named(fd: int) -> Holder | None:
    """The holder as named in the open file of a lock, which may be written at this moment."""
    for _ in range(_LOOKS):
        if (holder := holder_in(os.pread(fd, _LONGEST, 0))) is not None:
            return holder
        time.sleep(0.01)
    return None


class SecondName:
    """The second name of whoever holds the lock at `path`, which is `<data>/locks/<session>.lock`.

    A session without a folder for its journals has none. It is a help that may fail: a full disk does not matter.
    """

    def __init__(self, path: Path) -> None:
        self._folder = path.parent.parent / "journals" / path.stem
        self._file = self._folder / _SECOND

    def write(self, holder: Holder) -> None:
        try:
            temporary = self._file.with_name(f".{_SECOND}.{os.getpid()}.tmp")
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                os.write(handle, holder.text())
            finally:
                os.close(handle)
            temporary.replace(self._file)
        except OSError:
            return

    def clear(self) -> None:
        try:
            self._file.unlink(missing_ok=True)
        except OSError:
            return

    def living(self) -> Holder | None:
        """The holder, if that process still runs."""
        try:
            handle = os.open(self._file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            holder = holder_in(os.read(handle, _LONGEST))
        except OSError:
            return None
        finally:
            os.close(handle)
        return holder if holder is not None and holder.alive else None
