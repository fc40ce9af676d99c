"""How the merge or rebase of a session stands that is open, or how the last one ended: step by step, as recorded."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import lookup, merge_records, open_merge, operations
from ampsm.workflows.session.open_merge import MergeOptions, StepTaken
from ampsm.workflows.session.operations import EndedMerge

_REMOTES = "refs/remotes/"


@record
class MergeCourse:
    """The session's branch was at `tip_before` when it began. `steps` are those that were taken, each once, of one that
    is over all. `commit` is what came of it; `step` and `waiting_for` are None when it is over, `options` as well.
    `published_in` are the remote-tracking branches that have the commit of one that did not push it, though it was
    asked to: somebody has, since."""

    merge_id: str
    operation: str
    status: MergeStatus
    step: MergeStep | None
    waiting_for: WaitsFor | None
    target: str
    onto: str
    tip_before: str
    commit: str | None
    options: MergeOptions | None
    steps: tuple[StepTaken, ...]
    conflicts: tuple[str, ...]
    warnings: tuple[str, ...]
    pushed: bool
    pull_request: str | None
    started_at: str
    ended_at: str | None
    published_in: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status == MergeStatus.OPEN


def merge_course(ctx: Context, ref: str) -> MergeCourse | None:
    """The open merge or rebase of a session, else the last one; None where there was none. Reads files only, but of one
    that could not push. Raises what `require_session` does, and `failed` for a file that cannot be read."""
    session = lookup.require_session(ctx, ref)
    found = open_merge.load(ctx, session.id)
    if found is not None:
        return MergeCourse(
            found.merge_id, found.operation, MergeStatus.OPEN, found.step, found.waiting_for, found.target_name,
            found.onto, found.tip_before, None, found.options, found.steps, found.conflicts, found.warnings,
            found.pushed, found.pull_request, found.started_at, None,
        )  # fmt: skip
    over = operations.load(ctx, session.id).merges
    if not over:
        return None
    last = over[-1]
    told = next(merge for merge in merge_records.recorded_merges(ctx, session.id) if merge.id == last.merge_id)
    return MergeCourse(
        last.merge_id, last.operation, told.status, None, None, last.target, last.onto_sha, last.from_sha,
        last.commit_sha, None, last.steps, (), last.warnings, last.pushed, last.pull_request, last.started_at,
        last.ended_at, _published_in(session, last),
    )  # fmt: skip


def _published_in(session: Session, last: EndedMerge) -> tuple[str, ...]:
    push = next((taken for taken in last.steps if taken.step == MergeStep.PUSH), None)
    if last.pushed or last.commit_sha is None or push is None or push.status != "failed":
        return ()
    try:
        found = refs.refs_containing(Path(session.repo), last.commit_sha, _REMOTES)
    except (UserError, OSError):
        return ()  # what is wrong there, the session says
    return tuple(name.removeprefix(_REMOTES) for name in found)
