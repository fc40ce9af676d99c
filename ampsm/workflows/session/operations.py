"""What was done to a session's branch as a whole: the stack that `undo` takes back.

Kept in `operations.json` beside the session's journals, so that a lost database loses nothing. An operation is written
before the branch moves: one whose result the branch never had was cut off before it happened (SPEC section 6).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import field
from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import refs
from ampsm.model.merge import MergeStatus
from ampsm.model.session import Session, utc_now
from ampsm.system.record_file import Record, RecordFile
from ampsm.workflows.session.open_merge import StepTaken

_BACKUPS = refs.OWN_REFS + "backup/"


class MovedTarget(Record, frozen=True):
    """The target's ref, which a merge moved between two commits."""

    ref: str
    from_sha: str = field(name="from")
    to_sha: str = field(name="to")

    @property
    def branch(self) -> str:
        return refs.branch_name(self.ref) or self.ref


class Operation(Record, frozen=True):
    """A squash, rebase or merge. The session's branch went from `from_sha` to `to_sha`; `backup_ref` keeps the former.

    `target` is what a merge moved besides. `branch_point` of a merge is where the merged commits begin. The `…_before`
    are the session's facts from before, for `undo`. `undoing` while that is at work; `undone_at` is when it was taken
    back, None for one that was by an older version.
    """

    n: int
    operation: str
    at: str
    from_sha: str
    to_sha: str
    backup_ref: str
    status_before: str
    merged_at_before: str | None = None
    blocked_by_tests_before: bool = False
    target: MovedTarget | None = None
    branch_point: str | None = None
    undoing: bool = False
    undone: bool = False
    undone_at: str | None = None


class EndedMerge(Record, frozen=True):
    """What became of a merge or rebase, given up or not; fields as in `model.merge.Merge`. `n` is the number of its
    operation, if it got as far; `steps` are those it took, `warnings` what went wrong after it."""

    merge_id: str
    operation: str
    status: MergeStatus
    started_at: str
    ended_at: str
    from_sha: str
    to_sha: str | None
    target: str
    onto_sha: str
    target_from: str | None = None
    target_to: str | None = None
    commit_sha: str | None = None
    pushed: bool = False
    pull_request: str | None = None
    n: int | None = None
    steps: tuple[StepTaken, ...] = ()
    warnings: tuple[str, ...] = ()


class Recorded(Record, frozen=True):
    """What the file holds: operations, oldest first, the commits that rewrites made out of the agent's, and the merges
    and rebases that are over."""

    operations: tuple[Operation, ...] = ()
    amp_commits: tuple[str, ...] = ()
    merges: tuple[EndedMerge, ...] = ()


def load(ctx: Context, session_id: str) -> Recorded:
    """What is recorded; nothing when there is no file. Raises `failed` for one that cannot be read."""
    return operations_file(ctx, session_id).load() or Recorded()


def change(ctx: Context, session_id: str, alter: Callable[[Recorded], Recorded]) -> Recorded:
    """Changes what is recorded, while nobody else can; returns it as it is then. Raises as `load`."""
    return operations_file(ctx, session_id).change(lambda found: alter(found or Recorded()))


def operations(ctx: Context, session_id: str) -> tuple[Operation, ...]:
    """All that was ever done, oldest first. Raises as `load`."""
    return load(ctx, session_id).operations


def push(ctx: Context, session: Session, operation: Operation) -> Operation:
    """Records an operation, before the branch moves; its `n` is given here. One that moves the same as the top of the
    stack takes its place, so that a repeated step is recorded once."""

    def add(known: Recorded) -> Recorded:
        top = next((found for found in reversed(known.operations) if not found.undone), None)
        if top and _moves(top) == _moves(operation):
            number, others = top.n, [found for found in known.operations if found is not top]
        else:
            number, others = max((found.n for found in known.operations), default=0) + 1, list(known.operations)
        return replace(known, operations=(*others, replace(operation, n=number)))

    return change(ctx, session.id, add).operations[-1]


def mark(ctx: Context, session: Session, number: int, *, undoing: bool = False, undone: bool = False) -> None:
    """Notes that an operation is being undone, or was: then it is off the stack."""
    at = utc_now() if undone else None
    change(ctx, session.id, lambda known: replace(known, operations=tuple(
        replace(found, undoing=undoing, undone=undone, undone_at=at) if found.n == number else found
        for found in known.operations
    )))  # fmt: skip


def note_end(ctx: Context, session_id: str, ended: EndedMerge) -> None:
    """Notes what became of a merge or rebase, in place of what was noted of it before."""
    change(ctx, session_id, lambda known: replace(
        known, merges=(*(found for found in known.merges if found.merge_id != ended.merge_id), ended)
    ))  # fmt: skip


def undo_stack(ctx: Context, session_id: str, tip: str) -> list[Operation]:
    """What `undo` could take back one after the other, the last one first; `tip` is where the branch is now.

    What was cut off before it moved the branch is left out. The list may begin with an operation whose result is not
    at `tip`: then commits were made, or the branch was moved, since; or its undoing was cut off.
    """
    stack = [found for found in reversed(operations(ctx, session_id)) if not found.undone]
    while stack and tip == stack[0].from_sha != stack[0].to_sha and not stack[0].undoing:
        del stack[0]
    return stack


def next_backup_ref(ctx: Context, session: Session) -> str:
    """A free name for the tip from before a rewrite: `refs/ampsm/backup/<session-id>/<n>`."""
    prefix = f"{_BACKUPS}{session.id}/"
    taken = [name.removeprefix(prefix) for name in refs.refs_below(Path(session.repo), prefix)]
    known = [found.backup_ref.removeprefix(prefix) for found in operations(ctx, session.id)]
    return f"{prefix}{max((int(name) for name in (*taken, *known) if name.isdigit()), default=0) + 1}"


def last_backup(session: Session) -> tuple[str, str] | None:
    """The newest ref that keeps what the session's branch was before it was rewritten, and the commit; None without
    one. Raises GitError."""
    prefix = f"{_BACKUPS}{session.id}/"
    kept = refs.refs_below(Path(session.repo), prefix)
    numbered = [(int(number), name) for name in kept if (number := name.removeprefix(prefix)).isdigit()]
    return (max(numbered)[1], kept[max(numbered)[1]]) if numbered else None


def merged_point(ctx: Context, session: Session, tip: str) -> str | None:
    """Where the commits of a `done` session begin: as recorded at the merge that left its branch at `tip`."""
    if session.status != "done":
        return None
    merges = [found for found in operations(ctx, session.id) if found.operation == "merge" and not found.undone]
    return merges[-1].branch_point if merges and merges[-1].to_sha == tip else None


def _moves(found: Operation) -> tuple[object, ...]:
    return found.operation, found.from_sha, found.to_sha, found.target


def operations_file(ctx: Context, session_id: str) -> RecordFile[Recorded]:
    return RecordFile(ctx.paths.journal_dir(session_id) / "operations.json", Recorded)
