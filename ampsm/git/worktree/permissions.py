"""What in a worktree the system would not let this user read or delete: files of another user (a container's root),
unreadable and immutable ones. A cleanup that would stop at them half-way is refused before it begins."""

from __future__ import annotations

import array
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ampsm.git.worktree.folder_scan import FILE, Found, cannot_remove
from ampsm.model.errors import quoted

#: Linux: read the flags of a file, of which these two keep even root from deleting it.
_GET_FLAGS, _IMMUTABLE, _APPEND_ONLY = 0x80086601, 0x10, 0x20


def require_removable(top: Path, entries: Mapping[str, Found]) -> None:
    """Raises `cannot-remove` (exit 5), naming the paths and the command that helps, when a scanned worktree holds what
    could not be read into a snapshot, or not be deleted."""
    paths = {"": top, **{path: top / path for path in entries}}
    filled = {path.rpartition("/")[0] for path in entries}
    others: list[Path] = []
    own: list[Path] = []
    kept: list[Path] = []
    for path, place in paths.items():
        facts = place.lstat()
        mine = os.geteuid() in (0, facts.st_uid)
        is_folder = stat.S_ISDIR(facts.st_mode)
        if is_folder and path in filled and not mine and not os.access(place, os.W_OK | os.X_OK):
            others.append(place)
        elif path and entries[path].kind == FILE and not os.access(place, os.R_OK):
            (own if mine else others).append(place)
        elif (stat.S_ISREG(facts.st_mode) or is_folder) and _is_kept_by_flag(place):
            kept.append(place)
    if kept:
        to = f"sudo chattr -R -i -a {_words(kept)}"
        raise cannot_remove(kept, "An immutable flag keeps {} from being deleted", to)
    if others:
        to = f"sudo chown -R {os.geteuid()} {_words(others)}"
        raise cannot_remove(others, "This user may not read or delete {}", to)
    if own:
        raise cannot_remove(
            own, "A snapshot cannot keep {}, which this user may not read", f"chmod -R u+rwX {_words(own)}"
        )


def _words(places: list[Path]) -> str:
    """The paths to type; of folders that lie in each other the outer ones."""
    outer = [place for place in places if not any(other in place.parents for other in places)]
    return " ".join(map(quoted, outer))


def _is_kept_by_flag(place: Path) -> bool:
    try:
        import fcntl

        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (ImportError, OSError):
        return False
    try:
        flags = array.array("l", [0])
        fcntl.ioctl(descriptor, _GET_FLAGS, flags, True)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return bool(flags[0] & (_IMMUTABLE | _APPEND_ONLY))
