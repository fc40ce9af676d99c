"""Worktrees and branches that look like a session's and belong to none of this database. They are never removed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from ampsm.git import repository
from ampsm.git.command import git, line_of
from ampsm.git.worktree import worktrees
from ampsm.model.errors import UserError
from ampsm.model.naming import WORKTREES_FOLDER
from ampsm.workflows.session.creation import pending
from ampsm.workflows.upkeep.checkup.findings import WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    # In this order: what is being created meanwhile is a note first, then a session.
    listed = [(root, worktrees.linked_worktrees(root), _session_branches(root)) for root in _readable(checkup)]
    half_made = pending(checkup.ctx)
    known = checkup.sessions()
    places = {os.path.realpath(session.worktree) for session in known}
    for root, linked, branches in listed:
        for path, branch in linked:
            ours = path.parent == root / WORKTREES_FOLDER and path.is_dir()
            if ours and str(path) not in places and path.name not in half_made:
                yield _worktree(root, path, branch)
        spoken_for = {session.branch for session in known if session.repo == str(root)}
        spoken_for |= {*half_made.values(), *(branch for _, branch in linked if branch)}
        for branch in branches:
            if branch not in spoken_for:
                yield _branch(root, branch)


def _readable(checkup: Checkup) -> list[Path]:
    """The repositories that git can read; of the others `places` tells."""
    found = []
    for root in checkup.repositories():
        try:
            repository.common_dir(root)
        except UserError:
            continue
        found.append(root)
    return found


def _session_branches(root: Path) -> list[str]:
    return line_of(git(root, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/amp/")).split()


def _worktree(root: Path, path: Path, branch: str | None) -> Finding:
    """The words `git worktree remove` refuse to remove uncommitted work, so they may be typed as they are."""
    return Finding(
        "worktree-without-session", WARNING, str(path),
        f"No session of this database has this worktree (on {branch or 'no branch'}): it is another database's, or its "
        "session was lost. Nothing is removed here, as it may hold work.",
        f"git -C {shlex.quote(str(path))} status ; when nothing in it is needed: git -C {shlex.quote(str(root))} "
        f"worktree remove {shlex.quote(str(path))}",
    )  # fmt: skip


def _branch(root: Path, branch: str) -> Finding:
    repo = shlex.quote(str(root))
    return Finding(
        "branch-without-session", WARNING, branch,
        f"No session of this database has this branch of {root}. Its commits are left alone.",
        f"git -C {repo} log {branch} ; when they are merged or not needed: git -C {repo} branch -d {branch}",
    )  # fmt: skip
