"""Commits of the target's upstream among those of a session: they came by a rebase onto `origin/main`, or by a merge of
it, while the local `main` stayed behind. A squash would fold them in as if they were the session's work."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ampsm.git import repository
from ampsm.git.checkouts import where_checked_out
from ampsm.git.command import git_answer
from ampsm.git.objects import commits_between
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import counted
from ampsm.model.session import Session


def require_none_of_upstream(session: Session, branch: str, own: Iterable[str]) -> None:
    """Raises `not-ready` (exit 5) when any of the commits `own` of a session is one that the upstream of a local
    branch has, as last fetched, and the branch lacks."""
    root = Path(session.repo)
    if not repository.behind_upstream(root, branch):
        return
    lacking = {commit.sha for commit in commits_between(root, f"refs/heads/{branch}", f"{branch}@{{upstream}}")}
    if not (found := sum(sha in lacking for sha in own)):
        return
    upstream = git_answer(root, "rev-parse", "--abbrev-ref", f"{branch}@{{upstream}}") or f"{branch}@{{upstream}}"
    raise UserError(
        "not-ready",
        f"The session has {counted(found, 'commit')} of {upstream} that {branch} lacks: bring it up to date first",
        hint=_catch_up(root, branch, upstream), details={"branch": branch, "upstream": upstream, "commits": found},
    )  # fmt: skip


def _catch_up(root: Path, branch: str, upstream: str) -> str:
    """The command that gives a branch what its upstream has, wherever it is checked out."""
    apart = repository.ahead_behind(root, f"refs/heads/{branch}", f"{branch}@{{upstream}}")[0]
    place = where_checked_out(root, branch)
    if place is None and not apart:
        full = git_answer(root, "rev-parse", "--symbolic-full-name", f"{branch}@{{upstream}}") or upstream
        return f"git -C {quoted(root)} fetch . {quoted(f'{full}:refs/heads/{branch}')}"
    there = f"git -C {quoted(place or root)}"
    merge = f"{there} merge {'' if apart else '--ff-only '}{quoted(upstream)}"
    return merge if place else f"{there} switch {quoted(branch)} && {merge}"
