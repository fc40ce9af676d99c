"""What a merge with given options would do with a session's commits (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git.prediction import APART, EACH, SQUASHED, MovedCommit, Prediction, predict
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import commit_origin
from ampsm.workflows.session.branch_point import Target, point_to_rewrite
from ampsm.workflows.session.commit_origin import SessionCommit
from ampsm.workflows.session.open_merge import MergeOptions


@record
class MergePlan:
    """The commits that the target lacks, oldest first, from `branch_point` to `tip`, and what putting them there would
    meet; `squashes` when the session's history is rewritten for it."""

    branch_point: str
    tip: str
    commits: tuple[SessionCommit, ...]
    squashes: bool
    prediction: Prediction

    @property
    def amp(self) -> int:
        return sum(commit.amp for commit in self.commits)

    @property
    def manual(self) -> int:
        return len(self.commits) - self.amp


def merge_plan(ctx: Context, session: Session, options: MergeOptions, target: Target, tip: str) -> MergePlan:
    """The plan for merging the session's `tip` into `target`. Raises GitError."""
    root = Path(session.repo)
    point = point_to_rewrite(session, tip, target.sha)
    commits = tuple(commit_origin.classify(ctx, session, point, tip))
    how = EACH if not options.squash else SQUASHED if options.include else APART
    changes = [MovedCommit(commit.sha, commit.parents, commit.amp) for commit in commits]
    prediction = predict(
        root, Path(session.worktree), tip=tip, target=target.sha, branch_point=point, commits=changes, how=how
    )
    return MergePlan(point, tip, commits, squashes(options, len(commits)), prediction)


def squashes(options: MergeOptions, commits: int) -> bool:
    """Whether so many commits are squashed: a session that is one commit already is kept untouched, unless there is
    a new message for it."""
    return options.squash and commits > 0 and (commits > 1 or options.message is not None)
