"""Commands that bring back a ref or the HEAD of a main checkout, and work in the state that there is."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.checkouts import Checkout, checkouts
from ampsm.git.command import answer_or, git, line_of
from ampsm.git.refs import branch_name, read_ref
from ampsm.model.errors import quoted
from ampsm.system.plain_files import read_plain

_SYMBOLIC = "ref: "


def of_ref(root: Path, name: str, old: str | None, new: str | None) -> str | None:
    """How a ref is brought from `new` back to `old`, with the files of a worktree that has it checked out. What each
    of them says may be `ref: ` and the name of another ref: that one is left alone."""
    in_root = f"git -C {quoted(root)}"
    if old and old.startswith(_SYMBOLIC):
        return f"{in_root} symbolic-ref {quoted(name)} {quoted(old.removeprefix(_SYMBOLIC))}"
    if new and new.startswith(_SYMBOLIC):
        away = f"{in_root} symbolic-ref --delete {quoted(name)}"
        return f"{away} && {in_root} update-ref {quoted(name)} {old}" if old else away
    if old is None:
        return f"{in_root} update-ref --no-deref -d {quoted(name)} {new or ''}".rstrip()
    if new is None:
        return f"{in_root} update-ref {quoted(name)} {old}"
    branch = branch_name(name)
    found = answer_or(list[Checkout](), checkouts, root, branch) if branch else []
    if found and found[0].current and not _index_is(found[0].worktree, old):
        return f"git -C {quoted(found[0].worktree)} reset --keep {old}"
    return f"{in_root} update-ref --no-deref {quoted(name)} {old} {new}"


def of_ref_as_it_is(root: Path, name: str, old: str | None) -> str | None:
    """The same from where the ref is now. Raises GitError."""
    said = answer_or(None, lambda: line_of(git(root, "symbolic-ref", "--quiet", name, check=False)))
    return of_ref(root, name, old, f"{_SYMBOLIC}{said}" if said else read_ref(root, name))


def of_head(root: Path, said: str) -> str:
    """How the main checkout gets the HEAD back that it had."""
    branch = branch_name(said.removeprefix("ref: "))
    where = quoted(branch) if branch else f"--detach {said}"
    return f"git -C {quoted(root)} switch {where}"


def worktree_of(admin: Path) -> Path | None:
    """The worktree that a linked worktree's git directory belongs to."""
    try:
        return Path(os.fsdecode(read_plain(admin / "gitdir")).strip()).parent
    except OSError:
        return None


def _index_is(worktree: Path, commit: str) -> bool:
    return git(worktree, "diff-index", "--cached", "--quiet", commit, "--", check=False).returncode == 0
