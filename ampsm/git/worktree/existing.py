"""A worktree or a branch that is there already, as people name it (SPEC section 3, `adopt`)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git import checkouts, location, refs, repository
from ampsm.model.errors import UserError, quoted


def worktree_at(place: str, repo: str | None) -> Path | None:
    """The top of the worktree that `place` is a path in; None when it is meant as a branch: it is no folder, or one
    inside a worktree that has the name of a branch."""
    path = Path(place).expanduser()
    there = path.is_dir()
    if not there and not path.is_absolute() and not place.startswith("."):
        return None
    top = location.top_of(path) if there else None
    if there and (top is None or str(top) != os.path.realpath(path)):
        root = repository.main_root(repo or ("." if top is None else path))
        if refs.read_ref(root, refs.branch_ref(place)):
            return None
    if top is None:
        said = f"Could not locate git repository at {path}" if there else f"There is no folder {path}"
        raise UserError("not-a-repository", said, hint=_what_is_there(path, repo), details={"path": str(path)})
    return top


def _what_is_there(path: Path, repo: str | None) -> str:
    """The command that shows what could have been meant."""
    if repo is None and location.top_of(".") is None:
        return f"ls {quoted(next(folder for folder in path.absolute().parents if folder.is_dir()))}"
    return f"git -C {quoted(repo)} worktree list" if repo else "git worktree list"


def branch_of(root: Path, worktree: Path) -> str:
    """The branch checked out in a linked worktree."""
    if worktree == root:
        raise _main_checkout(root, str(worktree))
    found = repository.head(worktree)
    if found.branch is None:
        raise UserError(
            "no-such-branch", f"The worktree {worktree} is on no branch (detached at {(found.sha or '')[:10]})",
            hint=f"git -C {quoted(worktree)} switch -c NAME", details={"worktree": str(worktree), "head": found.sha},
        )  # fmt: skip
    if found.sha is None:
        raise repository.no_commits(worktree)
    return found.branch


def branch_to_check_out(root: Path, name: str) -> str:
    """The local branch of a name, which the main checkout does not have and no operation of git will come back to."""
    branch = repository.resolve_base(root, name, None).branch
    if branch is None or refs.read_ref(root, refs.branch_ref(branch)) is None:
        raise refs.no_such_branch(root, name)
    if repository.head(root).branch == branch:
        raise _main_checkout(root, branch)
    if busy := [found for found in checkouts.checkouts(root, branch) if not found.current]:
        raise UserError(
            "branch-checked-out", f"The branch {branch} is in a {busy[0].operation} at {busy[0].worktree}",
            hint=f"git -C {quoted(busy[0].worktree)} status", details={"worktree": str(busy[0].worktree)},
        )  # fmt: skip
    return branch


def _main_checkout(root: Path, what: str) -> UserError:
    """Where the main checkout has another branch than sessions start from, that branch can be had by leaving it."""
    base = repository.resolve_base(root, None, None).branch
    if base is None or base == repository.head(root).branch:
        hint = f"amp-sessions new --repo {quoted(root)} --name '…' --prompt '…'"
    else:
        hint = f"git -C {quoted(root)} switch {quoted(base)}"
    return UserError(
        "main-checkout", f"{what} is the main checkout of {root}, or checked out in it; a session needs another place",
        hint=hint, details={"worktree": str(root)},
    )  # fmt: skip
