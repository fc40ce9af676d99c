"""Appends events to a journal: redacted, numbered, stamped, on their way to the disk at once (SPEC section 5)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from ampsm.journal.codec import encode
from ampsm.journal.events import UNSET, Commit, Event, IterationFinished, IterationStarted
from ampsm.journal.follower import lines_from_end
from ampsm.model.session import utc_now
from ampsm.system.files import make_private_dir, sync_directory
from ampsm.system.os_errors import os_errors_in_words
from ampsm.system.secrecy.redaction import Redactor
from ampsm.system.unfollowed import open_append

E = TypeVar("E", bound=Event)

#: `raw_seq` of an event that was made from the same agent line as the last event with `raw`.
SAME_LINE = -1

_SYNCED = (IterationStarted, Commit, IterationFinished)
_STAMPED = frozenset({"v", "seq", "at", "raw"})


class JournalWriter:
    """The one writer of a journal. Opening an existing one goes on after its last event; an incomplete last line that a
    kill left there gets its end and stays. Raises `disk-full`, `database-unavailable` or OSError."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        with os_errors_in_words(path):
            make_private_dir(path.parent)
            is_new = not path.exists()
            self._file = open_append(path)
        if is_new:
            sync_directory(path.parent)
        self.last_seq, self._last_at = _end_of(path)
        self._last_raw_seq: int | None = None
        self._half_line = _ends_half(self._file)

    def append(self, event: E) -> E:
        """Redacts, numbers and stamps the event itself, writes it through to the operating system, and returns it.

        Times never go backwards. At `iteration_started`, `commit` and `iteration_finished` the journal is on the disk
        when this returns.
        """
        self._redact(event)
        event.seq = self.last_seq + 1
        event.at = self._last_at = max(utc_now(), self._last_at)
        if event.raw is not UNSET:
            self._last_raw_seq = event.seq
        elif event.raw_seq == SAME_LINE:
            event.raw_seq = UNSET if self._last_raw_seq is None else self._last_raw_seq
        self._write(encode(event))
        self.last_seq = event.seq
        if isinstance(event, _SYNCED):
            with os_errors_in_words(self.path):
                os.fsync(self._file)
        return event

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> JournalWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _redact(self, event: Event) -> None:
        if isinstance(event.raw, str):
            event.raw = self._redactor.redact_line(event.raw)
        for name in event.__struct_fields__:
            value = getattr(event, name)
            if name not in _STAMPED and isinstance(value, str | dict | list):
                clean = self._clean(value)
                if clean != value:
                    setattr(event, name, clean)

    def _clean(self, value: Any) -> Any:
        try:
            return self._redactor.redact_value(value)
        except RecursionError:  # absurdly nested arguments; the line itself is kept as `raw`
            return type(value)()

    def _write(self, line: bytes) -> None:
        # A half line, ours or a killed writer's, must not swallow the event that comes after it.
        rest = memoryview(b"\n" + line if self._half_line else line)
        with os_errors_in_words(self.path):
            while rest:
                self._half_line = True
                rest = rest[os.write(self._file, rest) :]
        self._half_line = False


def _end_of(path: Path) -> tuple[int, str]:
    """Number and time of the last event, also of a type this version does not know; (0, "") in an empty journal."""
    for line in lines_from_end(path):
        try:
            found = json.loads(line)
            return int(found["seq"]), str(found["at"])
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
    return 0, ""


def _ends_half(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"
