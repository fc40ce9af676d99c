"""How the merge or rebase of a session stands that is open, or how the last one ended: step by step, as recorded."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.objects import is_ancestor, resolve_commit
from ampsm.git.push import branch_on, remotes, require_remote
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import lookup, merge_records, open_merge, operations
from ampsm.workflows.session.open_merge import MergeOptions, StepTaken
from ampsm.workflows.session.operations import EndedMerge

_REMOTES = "refs/remotes/"


@record
class PushPlace:
    """Where the target of a merge goes when it is pushed: a `branch` of a `remote`; `command` does that."""

    remote: str
    branch: str
    command: tuple[str, ...]


@record
class MergeCourse:
    """The session's branch was at `tip_before` when it began. `steps` are those that were taken, each once, of one that
    is over all. `commit` is what came of it; `step` and `waiting_for` are None when it is over, `options` as well.
    `published_in` are the remote-tracking branches that have the commit of one that did not push it: somebody has,
    since. `push_to` is where it can be pushed, None where the target has no remote, or no longer has the commit."""

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
    push_to: PushPlace | None = None

    @property
    def is_open(self) -> bool:
        return self.status == MergeStatus.OPEN


def merge_course(ctx: Context, ref: str) -> MergeCourse | None:
    """The open merge or rebase of a session, else the last one; None where there was none. Reads files only, but of a
    merge that has not pushed. Raises what `require_session` does, and `failed` for a file that cannot be read."""
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
    to_push = told.status == MergeStatus.MERGED and not last.pushed
    return MergeCourse(
        last.merge_id, last.operation, told.status, None, None, last.target, last.onto_sha, last.from_sha,
        last.commit_sha, None, last.steps, (), last.warnings, last.pushed, last.pull_request, last.started_at,
        last.ended_at, *(_not_pushed(session, last) if to_push else ()),
    )  # fmt: skip


def _not_pushed(session: Session, last: EndedMerge) -> tuple[tuple[str, ...], PushPlace | None]:
    """Which remote-tracking branches have what came of the merge, and where it would be pushed."""
    root, commit = Path(session.repo), last.commit_sha
    if commit is None:
        return (), None
    try:
        found = refs.refs_containing(root, commit, _REMOTES)
        return tuple(name.removeprefix(_REMOTES) for name in found), _push_place(root, last.target, commit)
    except (UserError, OSError):
        return (), None  # what is wrong there, the session says


def _push_place(root: Path, target: str, commit: str) -> PushPlace | None:
    tip = resolve_commit(root, refs.branch_ref(target))
    if tip is None or not is_ancestor(root, commit, tip) or not remotes(root):
        return None
    remote = require_remote(root, target, None)
    ref = branch_on(root, target, remote)
    command = ("git", "-C", str(root), "push", remote, f"{commit}:{ref}")
    return PushPlace(remote, refs.branch_name(ref) or ref, command)
