"""What became of a session's merges and rebases, as reports want it: told by its files, indexed in the store.

`operations.json` has those that are over, `merge.json` the one that is open. Rows are made from nothing else, so that a
store that was lost, or that could not be written for a while, gets the same rows again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from msgspec import structs

from ampsm.context import Context
from ampsm.model.errors import DespiteOutages, UserError
from ampsm.model.merge import Merge, MergeStatus
from ampsm.model.session import utc_now
from ampsm.store import merges
from ampsm.workflows.session import open_merge, operations
from ampsm.workflows.session.open_merge import OpenMerge
from ampsm.workflows.session.operations import EndedMerge, Operation

#: What the file has of a merge that is over, and reports do not.
_NOT_REPORTED = ("merge_id", "n", "steps", "warnings")


def end_merge(ctx: Context, session_id: str, merge: OpenMerge, status: MergeStatus) -> None:
    """Records what has become of an open merge or rebase, and forgets that it was open."""
    moved = merge.target_from if merge.target_from != merge.target_to else None
    tip = None if status == MergeStatus.ABORTED else merge.tip
    ended = EndedMerge(
        merge_id=merge.merge_id, operation=merge.operation, status=status, started_at=merge.started_at,
        ended_at=utc_now(), from_sha=merge.tip_before, to_sha=tip, target=merge.target_name, onto_sha=merge.onto,
        target_from=moved, target_to=merge.target_to if moved else None, commit_sha=_commit(merge, status),
        pushed=merge.pushed, pull_request=merge.pull_request, n=merge.recorded_as, steps=merge.steps,
        warnings=merge.warnings,
    )  # fmt: skip
    operations.note_end(ctx, session_id, ended)
    forget_merge(ctx, session_id)


def forget_merge(ctx: Context, session_id: str) -> None:
    """Forgets an open merge or rebase that has changed nothing."""
    open_merge.forget(ctx, session_id)
    index_merges(ctx, session_id)


def index_merges(ctx: Context, session_id: str) -> None:
    """Brings the rows of a session's merges up to date. Where the store cannot be written now, that is left to the next
    time. Raises `failed` for a file that cannot be read."""
    with DespiteOutages(), ctx.store.transaction():  # read inside, so that who reads later also writes later
        merges.replace_merges(ctx.store, session_id, recorded_merges(ctx, session_id))


def settle_merges(ctx: Context, session_id: str) -> None:
    """Brings the rows of a session that is held up to date, where a kill or a locked store has left them behind. Files
    that cannot be read keep nobody from working: `doctor` tells of them."""
    with suppress(UserError):
        if recorded_merges(ctx, session_id) != merges.merges_of(ctx.store, session_id):
            index_merges(ctx, session_id)


def index_earlier_merges(ctx: Context) -> None:
    """Makes the rows of sessions that are older than the table, all or none: what cannot be written now is left to the
    next time."""
    if not (earlier := merges.sessions_to_index(ctx.store)):
        return
    with DespiteOutages(), ctx.store.transaction():
        for session_id in earlier:
            try:
                recorded = recorded_merges(ctx, session_id)
            except UserError:
                continue  # its files cannot be read, which `doctor` says
            merges.replace_merges(ctx.store, session_id, recorded)


def recorded_merges(ctx: Context, session_id: str) -> list[Merge]:
    """All merges and rebases of a session as its files tell them, oldest first. Raises as `index_merges`."""
    recorded, at_work = operations.load(ctx, session_id), open_merge.load(ctx, session_id)
    by_number = {found.n: found for found in recorded.operations}
    found = {ended.merge_id: _ended(session_id, ended, by_number.get(ended.n or 0)) for ended in recorded.merges}
    told = {ended.n for ended in recorded.merges}
    if at_work is not None and at_work.merge_id not in found:
        found[at_work.merge_id] = _open(session_id, at_work)
        told.add(at_work.recorded_as)
    for operation in recorded.operations:
        if operation.operation in ("merge", "rebase") and operation.n not in told:
            merge = _of_first_release(session_id, operation)
            found[merge.id] = merge
    return sorted(found.values(), key=lambda merge: (merge.started_at, merge.id))


def _commit(merge: OpenMerge, status: MergeStatus) -> str | None:
    """The commit that came of it."""
    if status == MergeStatus.MERGED:
        return merge.target_to or merge.onto
    return None if status == MergeStatus.ABORTED else merge.tip


def _open(session_id: str, merge: OpenMerge) -> Merge:
    return Merge(
        merge.merge_id, session_id, merge.operation, MergeStatus.OPEN, merge.started_at, merge.tip_before,
        target=merge.target_name, onto_sha=merge.onto, waiting_for=merge.waiting_for,
    )  # fmt: skip


def _ended(session_id: str, ended: EndedMerge, operation: Operation | None) -> Merge:
    known = {name: value for name, value in structs.asdict(ended).items() if name not in _NOT_REPORTED}
    merge = Merge(id=ended.merge_id, session_id=session_id, **known)
    if operation is None or not operation.undone or ended.status == MergeStatus.ABORTED:
        return merge
    return replace(merge, status=MergeStatus.UNDONE, undone_at=operation.undone_at)


def _of_first_release(session_id: str, operation: Operation) -> Merge:
    """One of which only the operation is known. A merge that moved no target opened a pull request."""
    target = operation.target
    status = MergeStatus.REBASED if operation.operation == "rebase" else MergeStatus.PULL_REQUEST
    if target is not None:
        status = MergeStatus.MERGED
    return Merge(
        f"{session_id}/o{operation.n}", session_id, operation.operation,
        MergeStatus.UNDONE if operation.undone else status, operation.at, operation.from_sha, operation.to_sha,
        target=target.branch if target else None, target_from=target.from_sha if target else None,
        target_to=target.to_sha if target else None, commit_sha=target.to_sha if target else operation.to_sha,
        ended_at=operation.at, undone_at=operation.undone_at,
    )  # fmt: skip
