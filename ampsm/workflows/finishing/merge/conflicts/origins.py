"""Which commits made a hunk what it is, on either side (SPEC section 12)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.blame import commits_of_lines, commits_that_removed
from ampsm.git.objects import blob_at, commits_between
from ampsm.git.objects.commit_info import CommitInfo
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge.conflicts.hunks import Region
from ampsm.workflows.session.open_merge import OpenMerge


@record
class HunkCommit:
    """A commit that made or removed lines of a hunk; `iteration` is the number of the session's that made it."""

    sha: str
    subject: str
    author: str
    authored_at: str
    iteration: int | None


@record
class HunkCommits:
    """The commits of both sides, oldest first."""

    target: tuple[HunkCommit, ...]
    session: tuple[HunkCommit, ...]


@record
class Ends:
    """Between which commits a side was changed, and where the file is there."""

    base: str
    tip: str
    path: str


def commits_of(session: Session, merge: OpenMerge, region: Region, target: Ends, picked: Ends) -> HunkCommits:
    """The commits that made the lines of a hunk, or took away those of the base; `picked` is the commit that the rebase
    has stopped at, with its parent. For one that a squash has just made the commits that went into it are told.
    Raises GitError."""
    of_session = _before_squash(Path(session.repo), merge, picked)
    return HunkCommits(
        _commits(session, target, region.base_lines, region.target_lines),
        _commits(session, of_session, region.base_lines, region.session_lines),
    )


def _before_squash(root: Path, merge: OpenMerge, picked: Ends) -> Ends:
    """The range that was squashed, where its ends have the very same file."""
    long = Ends(merge.branch_point, merge.tip_before, picked.path)
    known = [
        (blob_at(root, one, picked.path), blob_at(root, other, picked.path))
        for one, other in ((long.base, picked.base), (long.tip, picked.tip))
    ]
    return long if all(one == other for one, other in known) else picked


def _commits(session: Session, ends: Ends, base_lines: range, lines: range) -> tuple[HunkCommit, ...]:
    root = Path(session.repo)
    made = commits_of_lines(root, ends.base, ends.tip, ends.path, lines)
    if not made and base_lines:
        made = commits_that_removed(root, ends.base, ends.tip, ends.path, base_lines)
    return tuple(_told(session, commit) for commit in commits_between(root, ends.base, ends.tip) if commit.sha in made)


def _told(session: Session, commit: CommitInfo) -> HunkCommit:
    number = commit.trailers.get("Ampsm-Iteration", "")
    own = commit.trailers.get("Ampsm-Session") == session.id and number.isdigit()
    return HunkCommit(commit.sha, commit.subject, commit.author, commit.authored_at, int(number) if own else None)
