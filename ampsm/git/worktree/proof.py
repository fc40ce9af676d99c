"""Proving that a folder is the worktree, and has the branch, that was recorded (SPEC section 5.2)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import git, line_of
from ampsm.git.location import common_dir, git_dir_at
from ampsm.git.refs import branch_name
from ampsm.git.repository import Head, head
from ampsm.git.worktree import administration
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few


def prove_worktree(worktree: Path, repo: Path) -> Head:
    """Proves that `worktree` is the top of a worktree of the repository `repo` (SPEC section 5.2); returns its HEAD.

    Raises `worktree-missing` or `wrong-worktree` (exit 5); `details` say what differs, or is damaged.
    """
    if (found := _head_if_in_place(worktree, repo)) is not None and _is_whole(worktree, repo):
        return found
    if (damaged := administration.damage(repo, worktree)) is not None:
        raise UserError(
            "wrong-worktree",
            f"What git keeps of the worktree {worktree} is damaged: {few(damaged.parts)}; its files are left alone",
            hint=f"git -C {quoted(repo)} worktree repair {quoted(worktree)}",
            details={"worktree": str(worktree), "damaged": list(damaged.parts)},
        )  # fmt: skip
    if found is not None:
        return found
    if is_vacant(worktree):
        gone = "is an empty folder" if worktree.exists() else "does not exist"
        raise UserError(
            "worktree-missing", f"The worktree {worktree} {gone}", hint=f"git -C {quoted(repo)} worktree list",
            details={"worktree": str(worktree)},
        )  # fmt: skip
    done = git(worktree, "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir", check=False)
    expected_top = os.path.realpath(worktree)
    try:
        expected_common = str(common_dir(repo))
    except UserError:
        expected_common = f"{repo} (which is no repository any more)"
    if done.returncode == 0 and line_of(done) == f"{expected_top}\n{expected_common}" and not worktree.is_symlink():
        return head(worktree)
    top = line_of(git(worktree, "rev-parse", "--show-toplevel", check=False)) or None
    common = line_of(git(worktree, "rev-parse", "--path-format=absolute", "--git-common-dir", check=False)) or None
    if worktree.is_symlink():
        differs = f"it is a link to {expected_top}"
    elif top is None:
        differs = "it is in no git repository"
    elif top != expected_top:
        differs = f"git finds the worktree {top} there"
    else:
        differs = f"it belongs to {common}, not to {expected_common}"
    raise UserError(
        "wrong-worktree",
        f"{worktree} is not the session's worktree any more: {differs}",
        hint=f"git -C {quoted(repo)} worktree list",
        details={
            "worktree": {"expected": expected_top, "found": top},
            "repository": {"expected": expected_common, "found": common},
        },
    )


def prove_place(worktree: Path, repo: Path, branch: str) -> str:
    """Proves that this is the session's worktree with the session's branch checked out; returns the commit it is at.

    Raises as `prove_worktree`, and `branch-moved` (exit 5) when HEAD is anywhere else.
    """
    found = prove_worktree(worktree, repo)
    if found.branch == branch and found.sha is not None:
        return found.sha
    where = f"on branch {found.branch}" if found.branch else f"detached at {(found.sha or 'nothing')[:10]}"
    if found.branch == branch:
        where = f"on branch {branch}, which does not exist any more"
    raise UserError(
        "branch-moved", f"HEAD of {worktree} is {where}; the session's branch is {branch}",
        hint=f"git -C {quoted(worktree)} switch {quoted(branch)}",
        details={"expected": branch, "found": found.branch, "head": found.sha},
    )  # fmt: skip


def _head_if_in_place(worktree: Path, repo: Path) -> Head | None:
    """HEAD of the worktree, when one question is enough for the whole proof. What is wrong, and which error that is,
    the single ones find out."""
    if worktree.is_symlink() or not worktree.is_dir() or not repo.is_dir():
        return None
    done = git(
        worktree, "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir", "HEAD^{commit}",
        "--symbolic-full-name", "HEAD", check=False,
    )  # fmt: skip
    place, said = f"{os.path.realpath(worktree)}\n{_own_common_dir(repo)}\n", line_of(done)
    if done.returncode != 0 or not said.startswith(place):
        return None
    sha, _, ref = said.removeprefix(place).partition("\n")
    return Head(sha, branch_name(ref))


def git_dir_of(worktree: Path, repo: Path) -> Path | None:
    """git's own folder of a linked worktree of `repo`, as its `.git` file names it; None when there is no such file, or
    it leads anywhere else. Asks no git."""
    named = None if worktree.is_symlink() else git_dir_at(worktree)
    found = named and Path(os.path.realpath(named))
    return found if found and str(found.parent) == f"{_own_common_dir(repo)}/worktrees" and found.is_dir() else None


def _is_whole(worktree: Path, repo: Path) -> bool:
    admin = git_dir_of(worktree, repo)
    return admin is not None and administration.is_whole(worktree, admin)


def _own_common_dir(repo: Path) -> str | None:
    """The git directory of a main checkout, None when it is none. A folder `.git` is it, as long as git says the same
    of the worktree: then it has found a repository there."""
    own = repo / ".git"
    if own.is_dir() and not (own / "commondir").exists():
        return os.path.realpath(own)
    try:
        return str(common_dir(repo))
    except UserError:
        return None
