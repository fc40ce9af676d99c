"""The list of a repository's worktrees: where each is, and what has changed of it between two looks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ampsm.git.refs import OWN_REFS, branch_name
from ampsm.git.surroundings.change import WORKTREE, Change
from ampsm.model.errors import quoted
from ampsm.model.naming import WORKTREES_FOLDER
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

#: What git itself writes into the lock of a worktree that it is making.
_BEING_MADE = b"initializing"


@record
class LinkedWorktree:
    """Where a linked worktree is, whether it is locked, whether its folder is there, and what its HEAD says."""

    place: str
    locked: bool
    there: bool
    head: str


@record
class Owners:
    """Whose worktrees are. `session_at` names the session that a place belongs to, `is_meant` says whether a command of
    that session is at work there, or has taken the worktree away; `making` are the ids of those that were being made
    when the agent began."""

    session_at: Callable[[str], str | None]
    is_meant: Callable[[str], bool]
    making: frozenset[str]


def linked_worktrees_of(common: Path) -> dict[str, LinkedWorktree]:
    """The worktrees by the name that git has for each, read from its files."""
    try:
        entries = list(os.scandir(common / "worktrees"))
    except OSError:
        return {}
    found = {}
    for entry in entries:
        if pointer := os.fsdecode(_read(entry.path, "gitdir")).strip():
            place = pointer.removesuffix("/.git")
            lock = f"{entry.path}/locked"
            locked = os.path.lexists(lock) and _read(lock).strip() != _BEING_MADE
            head = os.fsdecode(_read(entry.path, "HEAD")).strip()
            found[entry.name] = LinkedWorktree(place, locked, os.path.lexists(place), head)
    return found


def place_told(found: LinkedWorktree | None) -> str | None:
    """What tells the state of a worktree from any other, but for its HEAD; None for one that is not there."""
    if found is None:
        return None
    return f"{found.place}{' (locked)' if found.locked else ''}{'' if found.there else ' (gone)'}"


def worktree_changes(
    root: Path,
    own: str,
    before: Mapping[str, LinkedWorktree],
    after: Mapping[str, LinkedWorktree],
    owners: Owners,
    refs: Callable[[], Mapping[str, str]],
) -> Iterator[Change]:
    """What has changed, but for what commands of this program do. Of the session's `own` worktree only its lock: all
    else of it is told where it is used. `refs` are those of the repository now."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if place_told(old) == place_told(new) or (name == own and not (old and new and old.place == new.place)):
            continue
        at = (old or new or before[name]).place
        session = None if name == own else owners.session_at(at)
        if session is not None and owners.is_meant(session):
            continue
        if session is None and name != own and _is_of_another_database(root, at, old, new, owners, refs):
            continue
        found = _told(root, at, old, new, session)
        if found is not None:
            message, back, lasting = found
            yield Change(
                f"{WORKTREE}:{name}", WORKTREE, name, place_told(old), place_told(new), message, back, lasting, at
            )


def _told(
    root: Path, at: str, old: LinkedWorktree | None, new: LinkedWorktree | None, session: str | None
) -> tuple[str, str, bool] | None:
    """The message, the way back, and whether it is remembered: that a session has lost its worktree `doctor` finds."""
    git = f"git -C {quoted(root)} worktree"
    what = f"The worktree {at}{f' of session {session}' if session else ''}"
    if old is None:
        return (f"{what} was added", f"{git} remove {quoted(at)}", False) if session is None else None
    if new is None or (old.place == new.place and old.there and not new.there):
        how = "was removed" if new is None else "is gone: its folder was removed"
        if session:
            return f"{what} {how}", f"amp-sessions restore {session}", False
        return f"{what} {how}", _made_again(git, at, old, force=new is not None), True
    if old.place != new.place:
        return f"{what} was moved to {new.place}", f"{git} move {quoted(new.place)} {quoted(at)}", True
    if old.locked != new.locked:
        word, back = ("locked", "unlock") if new.locked else ("unlocked", "lock")
        return f"{what} was {word}", f"{git} {back} {quoted(at)}", True
    return None


def _made_again(git: str, at: str, old: LinkedWorktree, *, force: bool) -> str:
    branch = branch_name(old.head.removeprefix("ref: "))
    what = f"{quoted(at)} {quoted(branch)}" if branch else f"--detach {quoted(at)} {old.head}"
    return f"{git} add {'--force ' * (1 + old.locked) if force else ''}{what}"


def _is_of_another_database(
    root: Path, at: str, old: LinkedWorktree | None, new: LinkedWorktree | None, owners: Owners,
    refs: Callable[[], Mapping[str, str]],
) -> bool:  # fmt: skip
    """Whether what came or went may be the worktree of a session that only another database knows, or that was never
    finished: one that was cleaned up has left a snapshot."""
    if Path(at).parent != root / WORKTREES_FOLDER or (old and new):
        return False
    name = Path(at).name
    return old is None or name in owners.making or f"{OWN_REFS}trash/{name}" in refs()


def _read(*parts: str) -> bytes:
    try:
        return read_plain(Path(*parts))
    except OSError:
        return b""
