"""git's own folder of a worktree, and the logs of its branch: before git writes there, nothing in them leads elsewhere.

An agent has the rights of the user, and git follows links: a message goes into `COMMIT_EDITMSG`, a line into a log, the
index next to what `index` leads to. What git only writes down is taken out of the way; what it needs is replaced by a
plain file with the same content.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ampsm.git.git_files.pointers import named_folder
from ampsm.model.errors import UserError, quoted
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

#: Folders of a git directory whose files git writes while it commits, merges or rebases.
_FOLDERS = ("rebase-merge", "rebase-apply", "sequencer", "logs")
#: What git cannot go on without.
_NEEDED = frozenset({
    "HEAD", "commondir", "config.worktree", "gitdir", "index", "locked", "packed-refs", "rebase-merge", "rebase-apply",
    "sequencer",
})  # fmt: skip
_MOST = 2**28


def keep_git_inside(where: Path, refs: Iterable[str] = ()) -> None:
    """Sees to it that a git which writes in the worktree at `where`, and moves its branch or one of `refs`, writes to
    files of its own. Where there is no worktree, nothing is looked at.

    Raises `wrong-worktree` (exit 5) for a pipe, or anything else that is no file, in place of one that git needs.
    """
    git_dir = named_folder(where / ".git", "gitdir: ") or where / ".git"
    common = named_folder(git_dir / "commondir", "")
    logs = (common or git_dir) / "logs"
    if logs.is_symlink() or not logs.is_dir():  # first of all: what is below would be where that leads
        _make_plain(logs, needed=False, log=False)
    packed = (common or git_dir) / "packed-refs"
    if not _is_shared(packed):
        _make_plain(packed, needed=True, log=False)
    for entry in _of_worktree(git_dir) if common else _of_main_checkout(git_dir):
        is_log = entry.parent == git_dir / "logs"
        needed = entry.name in _NEEDED if entry.parent == git_dir else not is_log
        _make_plain(entry, needed=needed, log=is_log)
    own = _named_ref(git_dir)
    for ref in {*refs, *([own] if own else [])}:
        _clear_log(logs, ref)


def _of_worktree(git_dir: Path) -> Iterator[Path]:
    yield from _entries(git_dir)
    for name in _FOLDERS:
        yield from () if (git_dir / name).is_symlink() else _entries(git_dir / name)


def _of_main_checkout(git_dir: Path) -> Iterator[Path]:
    yield from (git_dir / name for name in ("index", "COMMIT_EDITMSG", "ORIG_HEAD", "logs/HEAD"))


def _entries(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [entry.path for entry in entries if not entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    yield from map(Path, found)


def _make_plain(entry: Path, *, needed: bool, log: bool) -> None:
    try:
        facts = entry.lstat()
    except OSError:
        return
    if stat.S_ISDIR(facts.st_mode) or (stat.S_ISREG(facts.st_mode) and facts.st_nlink < 2):
        return  # a folder: another git has made it since it was looked at
    if entry.name == "HEAD" and stat.S_ISLNK(facts.st_mode) and str(entry.readlink()).startswith("refs/"):
        return  # as git itself may write it (core.preferSymlinkRefs)
    if not needed and not (log and stat.S_ISREG(facts.st_mode)):
        entry.unlink(missing_ok=True)
        return
    try:
        content = read_plain(entry, limit=_MOST)
    except OSError as error:
        raise UserError(
            "wrong-worktree", f"git cannot use {entry}: {error.strerror or 'it cannot be read'}",
            hint=f"rm {quoted(entry)}", details={"path": str(entry)},
        ) from None  # fmt: skip
    atomic_write(entry, content)


def _clear_log(logs: Path, ref: str) -> None:
    """Takes away what leads out of the way to a ref's log, and what is no folder on it."""
    at, log = logs, logs / ref
    for part in Path(ref).parts:
        at = at / part
        if at.is_symlink() and not (at.name == "refs" and _is_shared(at)):
            at.unlink(missing_ok=True)
            return
        if not at.is_dir():
            _make_plain(at, needed=False, log=at == log)


def _is_shared(entry: Path) -> bool:
    """Whether a worktree made by hand shares its packed refs, or the logs of its refs, as it does the refs."""
    top = entry.parent if entry.name == "packed-refs" else entry.parent.parent
    refs = top / "refs"
    return refs.is_symlink() and entry.resolve() == refs.resolve().parent / entry.relative_to(top)


def _named_ref(git_dir: Path) -> str | None:
    try:
        said = os.fsdecode(read_plain(git_dir / "HEAD", limit=2**16)).strip()
    except OSError:
        return None
    ref = said.removeprefix("ref: ")
    return ref if ref.startswith("refs/") and ".." not in ref else None
