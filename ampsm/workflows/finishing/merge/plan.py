"""What a merge with given options would do with a session's commits, and what a preflight finds (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.prediction import APART, EACH, SQUASHED, MovedCommit, Pending, Prediction, predict
from ampsm.model.merge import FAIL, PreflightCheck
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.workflows.session import commit_origin
from ampsm.workflows.session.branch_point import Target, point_to_rewrite
from ampsm.workflows.session.open_merge import MergeOptions


@record
class MergePlan:
    """The commits that the target lacks, oldest first, from `branch_point` to `tip`, and what putting them there would
    meet."""

    branch_point: str
    tip: str
    commits: tuple[commit_origin.SessionCommit, ...]
    prediction: Prediction
    #: Whether the commits become one first, and whether they are then put on top of the target.
    squashes: bool
    rebases: bool
    #: Whether merge commits, which a rebase leaves out, have changed something by themselves.
    leaves_out: bool
    #: The paths that the merge writes on the target, each with git's letter: as predicted, else all that the session
    #: changed, as far as anybody can tell before conflicts are resolved.
    written: tuple[tuple[str, str], ...]

    @property
    def amp(self) -> int:
        return sum(commit.amp for commit in self.commits)

    @property
    def manual(self) -> int:
        return len(self.commits) - self.amp


@record
class Distance:
    """How far the session's branch and the target are apart, in commits, those of the session by whose they are."""

    ahead: int
    behind: int
    branch_point: str | None
    amp_commits: int
    manual_commits: int


@record
class PreflightReport:
    """What is known about a merge before it is made. `interrupted` is an iteration whose changes are committed first;
    `plan` is None when the session's branch is gone."""

    session: Session
    target: Target
    plan: MergePlan | None
    distance: Distance
    checks: tuple[PreflightCheck, ...]
    interrupted: Iteration | None

    @property
    def failed(self) -> list[PreflightCheck]:
        return [check for check in self.checks if check.status == FAIL]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths in which they are expected."""
        return tuple(self.plan.prediction.conflicts) if self.plan else ()


@record
class Readiness:
    """The answer of `preflight`; `issues` are the messages of the checks that failed."""

    ready: bool
    checks: tuple[PreflightCheck, ...]
    issues: tuple[str, ...]
    branch: Distance
    conflicts: tuple[str, ...]


def merge_plan(
    ctx: Context, session: Session, options: MergeOptions, target: Target, tip: str, *,
    pending: Pending | None = None,
) -> MergePlan:  # fmt: skip
    """The plan for merging the session's `tip` into `target`; `pending` as of `predict`. Programs that git runs for
    it run, too. Raises GitError."""
    point = point_to_rewrite(session, tip, target.sha)
    commits = tuple(commit_origin.classify(ctx, session, point, tip))
    how = EACH if not options.squash else SQUASHED if options.include else APART
    changes = [MovedCommit(commit.sha, commit.parents, commit.amp) for commit in commits]
    prediction = predict(
        Path(session.repo), Path(session.worktree), tip=tip, target=target.sha, branch_point=point, commits=changes,
        how=how, pending=pending, programs=True,
    )  # fmt: skip
    known = prediction.separable and not prediction.conflicts
    written = prediction.changed if known else repository.changed_paths(session.repo, point, tip)
    rebases = point != target.sha
    leaves_out = False
    if how == EACH and rebases and known and any(len(commit.parents) > 1 for commit in commits):
        whole = predict(
            Path(session.repo), Path(session.worktree), tip=tip, target=target.sha, branch_point=point,
            commits=changes, how=SQUASHED, pending=pending, programs=True,
        )  # fmt: skip
        leaves_out = whole.result is not None and whole.result != prediction.result
    return MergePlan(
        point, tip, commits, prediction, is_squashed(options, commits, rebases=rebases), rebases, leaves_out, written
    )  # fmt: skip


def is_squashed(options: MergeOptions, commits: Sequence[commit_origin.SessionCommit], *, rebases: bool) -> bool:
    """Whether a merge makes one commit of these first. One that is alone is kept untouched unless there is a new
    message for it, or it is a merge commit that is rebased, which git would leave out."""
    alone = len(commits) == 1 and options.message is None and not (rebases and len(commits[0].parents) > 1)
    return options.squash and bool(commits) and not alone


def moved_commits(options: MergeOptions, commits: Sequence[commit_origin.SessionCommit]) -> int:
    """How many commits are put on top of the target: where there are several, only the first that stops can be
    foreseen."""
    if not options.squash:
        return len(commits)
    manual = sum(not commit.amp for commit in commits)
    return min(len(commits), 1) if options.include else min(len(commits) - manual, 1) + manual
