"""Small records kept in files of their own beside the database: a session, its open merge, its queue, …

A `Record` says what a file holds, a `RecordFile` loads, saves and changes it. A file is written whole or not at all, to
the disk, for its owner only; two processes that change it take turns. What an earlier release wrote is read, what a
later one added is ignored and survives a change. A file that cannot be read is never taken for one that is not there.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from ampsm.model.errors import UserError
from ampsm.system.files import atomic_write, locked, make_private_dir, sync_directory
from ampsm.system.os_errors import os_errors_in_words, where_to_look
from ampsm.system.plain_files import read_plain

T = TypeVar("T")

_WITHHELD = frozenset({errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM})


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """What a record file holds, or a part of it. Fields that a later release adds need a default.

    Where records are listed in a file, the first field tells them apart.
    """

    def document(self) -> dict[str, Any]:
        """As plain JSON values, with the names that the file has."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document


class RecordFile(Generic[T]):
    """The file at `path`, which holds a `kind`: a Record, or a tuple of them.

    `renamed` are the fields that an earlier release wrote under another name: that name → the one of this release.
    """

    def __init__(self, path: Path, kind: type[T], *, renamed: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._kind = kind
        self._renamed = renamed

    @property
    def lock_path(self) -> Path:
        return self.path.with_suffix(".lock")

    def load(self) -> T | None:
        """What the file holds; None when there is none. Raises `failed` for one that cannot be read."""
        found = self._found()
        return None if found is None else found[0]

    def save(self, value: T) -> T:
        """Writes a record that the caller knows whole; returns it. A file that cannot be read is `set_aside`. Raises
        `disk-full` or `database-unavailable`; the file is as it was then."""
        try:
            found = self._found()
        except UserError:
            self.set_aside()
            found = None
        self._write(value, found)
        return value

    def change(self, how: Callable[[T | None], T]) -> T:
        """Writes what `how` makes of the record (None without a file), while no other process can; returns it. `how`
        may raise. Raises as `load` and `save` do."""
        with self.locked():
            found = self._found()
            value = how(found[0] if found else None)
            if found is None or value != found[0]:
                self._write(value, found)
        return value

    def set_aside(self) -> Path:
        """Puts whatever is there beside it, under a name that is free: `<name>.unreadable`, …; returns that. Raises as
        `save`."""
        free = free_name(self.path)
        with os_errors_in_words(self.path):
            self.path.rename(free)
            sync_directory(self.path.parent)
        return free

    def remove(self) -> None:
        """Removes the file; fine when there is none."""
        with os_errors_in_words(self.path):
            self.path.unlink(missing_ok=True)
            if self.path.parent.is_dir():
                sync_directory(self.path.parent)

    @contextmanager
    def locked(self, *, wait: bool = True) -> Iterator[bool]:
        """Holds the file against others that change it. Yields whether it is held: always, unless `wait` is false."""
        with ExitStack() as held:
            with os_errors_in_words(self.lock_path):
                mine = held.enter_context(locked(self.lock_path, wait=wait))
            yield mine

    def _found(self) -> tuple[T, Any] | None:
        """The record in the file, and the document it was made of."""
        try:
            # Names of files may be no UTF-8; the first release wrote some of them as their bytes.
            document = json.loads(read_plain(self.path).decode("utf-8", "surrogateescape"))
            if self._renamed:
                document = {self._renamed.get(name, name): value for name, value in document.items()}
            return msgspec.convert(document, self._kind), document
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, msgspec.MsgspecError) as e:
            reason = e.strerror if isinstance(e, OSError) else str(e)
            raise UserError(
                "failed", f"{self.path} cannot be read: {reason}",
                hint=where_to_look(self.path) if is_withheld(e) else "amp-sessions doctor --fix",
                details={"path": os.fspath(self.path)},
            ) from e  # fmt: skip

    def _write(self, value: T, found: tuple[T, Any] | None) -> None:
        document = msgspec.to_builtins(value)
        if found is not None:
            document = _with_unknown(document, msgspec.to_builtins(found[0]), found[1])
        # In ASCII, which can hold what UTF-8 cannot: names of files with bytes of some other encoding.
        text = json.dumps(document, indent=1)
        with os_errors_in_words(self.path):
            make_private_dir(self.path.parent)
            atomic_write(self.path, text.encode(), mode=0o600)


def free_name(path: Path) -> Path:
    """A name beside a file for what is to be put out of its way: `<name>.unreadable`, …; nothing has it."""
    names = (f"{path.name}.unreadable{number or ''}" for number in range(1000))
    return next(place for name in names if not os.path.lexists(place := path.with_name(name)))


def is_withheld(error: BaseException | None) -> bool:
    """Whether a file may be as it should be, and the system does not give it to this user now."""
    return isinstance(error, OSError) and error.errno in _WITHHELD


def _with_unknown(new: Any, known: Any, found: Any) -> Any:
    """The document `new`, with what was not understood of the document `found`, which was taken for `known`."""
    if isinstance(new, dict) and isinstance(found, dict):
        understood = {key: _with_unknown(value, known.get(key), found.get(key)) for key, value in new.items()}
        return understood | {key: value for key, value in found.items() if key not in known}
    if isinstance(new, list | tuple) and isinstance(found, list):
        before = {_name(one): (one, other) for one, other in zip(known, found, strict=True)}
        return [_with_unknown(value, *before.get(_name(value), (None, None))) for value in new]
    return new


def _name(item: Any) -> str | int | None:
    """What tells a listed record from the others; None for what is no record."""
    first = next(iter(item.values()), None) if isinstance(item, dict) else None
    return first if isinstance(first, str | int) else None
