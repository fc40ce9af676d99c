"""What was done to a session's branch as a whole: the stack that `undo` takes back.

Kept in `operations.json` beside the session's journals, so that a lost database loses nothing. An operation is written
before the branch moves: one whose result the branch never had was cut off before it happened (SPEC section 6).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import refs
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.system.files import atomic_write, locked, make_private_dir

_BACKUPS = refs.OWN_REFS + "backup/"


@record
class Operation:
    """A squash, rebase or merge. The session's branch went from `from_sha` to `to_sha`; `backup_ref` keeps the former.

    `target` is what a merge moved besides: `{"ref", "from", "to"}`. `branch_point` of a merge is where the merged
    commits begin. The `…_before` are the session's facts from before, for `undo`. `undoing` while that is at work;
    `undone_at` is when it was taken back, None for one that was by an older version.
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
    target: dict[str, str] | None = None
    branch_point: str | None = None
    undoing: bool = False
    undone: bool = False
    undone_at: str | None = None


def operations(ctx: Context, session_id: str) -> list[Operation]:
    """All that was ever done, oldest first. Raises `failed` for a file that cannot be read: never taken for "none"."""
    return load(ctx, session_id).operations


def push(ctx: Context, session: Session, operation: Operation) -> Operation:
    """Records an operation, before the branch moves; its `n` is given here. One that moves the same as the top of the
    stack takes its place, so that a repeated step is recorded once."""

    def add(known: Recorded) -> Recorded:
        top = next((found for found in reversed(known.operations) if not found.undone), None)
        if top and _moves(top) == _moves(operation):
            number, others = top.n, [found for found in known.operations if found is not top]
        else:
            number, others = max((found.n for found in known.operations), default=0) + 1, known.operations
        return replace(known, operations=[*others, replace(operation, n=number)])

    return change(ctx, session.id, add).operations[-1]


def mark(ctx: Context, session: Session, number: int, *, undoing: bool = False, undone: bool = False) -> None:
    """Notes that an operation is being undone, or was: then it is off the stack."""
    at = utc_now() if undone else None
    change(ctx, session.id, lambda known: replace(known, operations=[
        replace(found, undoing=undoing, undone=undone, undone_at=at) if found.n == number else found
        for found in known.operations
    ]))  # fmt: skip


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


def merged_point(ctx: Context, session: Session, tip: str) -> str | None:
    """Where the commits of a `done` session begin: as recorded at the merge that left its branch at `tip`."""
    if session.status != "done":
        return None
    merges = [found for found in operations(ctx, session.id) if found.operation == "merge" and not found.undone]
    return merges[-1].branch_point if merges and merges[-1].to_sha == tip else None


def _moves(found: Operation) -> tuple[object, ...]:
    return found.operation, found.from_sha, found.to_sha, found.target


@record
class Recorded:
    """What the file holds."""

    operations: list[Operation]
    amp_commits: list[str]


def _file(ctx: Context, session_id: str) -> Path:
    return ctx.paths.journal_dir(session_id) / "operations.json"


def change(ctx: Context, session_id: str, alter: Callable[[Recorded], Recorded]) -> Recorded:
    """Changes what is recorded, under its lock; returns it as it is then."""
    path = _file(ctx, session_id)
    make_private_dir(path.parent)
    with locked(path.with_suffix(".lock")):
        before = load(ctx, session_id)
        after = alter(before)
        if after != before:
            document = {
                "operations": [{_key(f.name): getattr(op, f.name) for f in fields(op)} for op in after.operations],
                "ampCommits": after.amp_commits,
            }
            atomic_write(path, json.dumps(document, ensure_ascii=False, indent=1).encode(), mode=0o600)
    return after


def load(ctx: Context, session_id: str) -> Recorded:
    """What the file holds; nothing when there is none. Raises `failed` when it cannot be read."""
    path = _file(ctx, session_id)
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        names = {_key(field.name): field.name for field in fields(Operation)}
        return Recorded(
            [
                Operation(**{names[key]: value for key, value in op.items() if key in names})
                for op in found["operations"]
            ],
            list(found["ampCommits"]),
        )
    except FileNotFoundError:
        return Recorded([], [])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError("failed", f"{path} cannot be read: {error}", hint=f"look at {path}") from None


def _key(name: str) -> str:
    """`from_sha` → `fromSha`, as in every JSON document."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
