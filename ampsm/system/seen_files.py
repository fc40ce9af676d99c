"""Putting a file where an editor may write at the same moment: what came there since it was seen is not written over.

To look and then to replace leaves an instant between the two. So both files change places in one step, where the system
can, and what comes out is looked at: it goes back when it is another one than was seen.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

#: By what it is told whether somebody has written a file since; None: there was nothing.
FileSeen = tuple[int, ...] | None

_HERE, _EXCHANGE = -100, 2
#: What a system says that cannot do it, or cannot on this disk.
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM)


class WrittenMeanwhileError(Exception):
    """There is another file than was seen; it stays."""


def seen_at(place: Path) -> FileSeen:
    """What is at a place now."""
    try:
        facts = place.lstat()
    except OSError:
        return None
    return facts.st_mode, facts.st_ino, facts.st_size, facts.st_mtime_ns


def replace_seen(new: Path, place: Path, seen: FileSeen) -> None:
    """Puts a file or link in the place of what was seen there. `new` is gone then, whatever happens. Raises
    WrittenMeanwhileError, and OSError as `os.replace`."""
    try:
        if seen is None:
            _put_where_nothing_is(new, place)
            return
        ours = seen_at(new)
        if not _swapped(new, place):
            _replace_at_once(new, place, seen)
        elif seen_at(new) != seen:
            _give_back(new, place, ours)
            raise WrittenMeanwhileError
    except FileNotFoundError as error:
        if seen_at(place) is None and place.parent.is_dir():
            raise WrittenMeanwhileError from error
        raise
    finally:
        new.unlink(missing_ok=True)


def remove_seen(place: Path, aside: Path, seen: FileSeen) -> None:
    """Removes what was seen at a place; `aside` is free and on the same disk. Raises as `replace_seen`."""
    if seen_at(place) != seen:
        raise WrittenMeanwhileError
    if seen is None:
        return
    try:
        place.rename(aside)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        place.unlink()
        return
    if seen_at(aside) != seen:
        _put_where_nothing_is(aside, place)
        raise WrittenMeanwhileError
    aside.unlink()


def _put_where_nothing_is(new: Path, place: Path) -> None:
    try:
        os.link(new, place, follow_symlinks=False)
    except FileExistsError:
        raise WrittenMeanwhileError from None
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        _replace_at_once(new, place, None)
    new.unlink(missing_ok=True)


def _give_back(theirs: Path, place: Path, ours: FileSeen) -> None:
    """Puts what came out back in its place, where `ours` is, or by now something newer, or nothing: the newest stays
    there. What is at `theirs` then, nobody wants."""
    try:
        _swapped(theirs, place)
        if seen_at(theirs) != ours:
            _swapped(theirs, place)
    except FileNotFoundError:
        with suppress(WrittenMeanwhileError):
            _put_where_nothing_is(theirs, place)


def _replace_at_once(new: Path, place: Path, seen: FileSeen) -> None:
    """Where the system can do no better."""
    if seen_at(place) != seen:
        raise WrittenMeanwhileError
    new.replace(place)


def _swapped(one: Path, other: Path) -> bool:
    """Whether two files have changed places; False where the system cannot do that."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), os.fspath(other))
