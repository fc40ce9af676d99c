"""What was done to a session's branch as a whole: the stack that `undo` takes back, and which commits are the agent's.

Kept in `operations.json` beside the session's journals, so that a lost database loses nothing. An operation is written
before the branch moves: one whose result the branch never had was cut off before it happened (SPEC section 6).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import commits, refs
from ampsm.journal.follower import read_events
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.system.files import atomic_write, locked, make_private_dir

_BACKUPS = refs.OWN_REFS + "backup/"
_ITERATIONS = refs.OWN_REFS + "iterations/"


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


@record
class SessionCommit:
    """One commit of a session; `amp` when an iteration made it, else a person did."""

    sha: str
    subject: str
    amp: bool
    parents: tuple[str, ...]


def operations(ctx: Context, session_id: str) -> list[Operation]:
    """All that was ever done, oldest first. Raises `failed` for a file that cannot be read: never taken for "none"."""
    return _load(_file(ctx, session_id)).operations


def push(ctx: Context, session: Session, operation: Operation) -> Operation:
    """Records an operation, before the branch moves; its `n` is given here. One that moves the same as the top of the
    stack takes its place, so that a repeated step is recorded once."""

    def add(known: _Known) -> _Known:
        top = next((found for found in reversed(known.operations) if not found.undone), None)
        if top and _moves(top) == _moves(operation):
            number, others = top.n, [found for found in known.operations if found is not top]
        else:
            number, others = max((found.n for found in known.operations), default=0) + 1, known.operations
        return replace(known, operations=[*others, replace(operation, n=number)])

    return _change(ctx, session.id, add).operations[-1]


def mark(ctx: Context, session: Session, number: int, *, undoing: bool = False, undone: bool = False) -> None:
    """Notes that an operation is being undone, or was: then it is off the stack."""
    at = utc_now() if undone else None
    _change(ctx, session.id, lambda known: replace(known, operations=[
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


def amp_shas(ctx: Context, session: Session) -> set[str]:
    """The commits that rewrites made out of amp commits."""
    return set(_load(_file(ctx, session.id)).amp_commits)


def note_rebase(ctx: Context, session: Session, before: tuple[str, str], after: tuple[str, str]) -> None:
    """Remembers which commits a rebase made out of the agent's; `before` and `after` are each a range `(start, end)`.

    A rebase keeps author, date and message, so that its commits are known by them; what is left by their order.
    """
    root = Path(session.repo)
    old, new = (commits.commits_between(root, *found) for found in (before, after))
    waiting: dict[tuple[object, ...], list[str]] = {}
    for commit in new:
        waiting.setdefault(_identity(commit), []).append(commit.sha)
    mapping = {c.sha: waiting[_identity(c)].pop(0) for c in old if waiting.get(_identity(c))}
    rest_old = [commit.sha for commit in old if commit.sha not in mapping]
    rest_new = [commit.sha for commit in new if commit.sha not in mapping.values()]
    if len(rest_old) == len(rest_new):
        mapping |= zip(rest_old, rest_new, strict=True)
    note_rewrite(ctx, session, mapping)


def note_rewrite(ctx: Context, session: Session, mapping: Mapping[str, str], also: Collection[str] = ()) -> None:
    """Remembers that commits were rewritten, old to new: what comes from an amp commit is one, and so are `also`."""
    known_amp = amp_shas(ctx, session) | (_in_iterations(ctx, session) if mapping else set())
    new = {mapping[old] for old in mapping if old in known_amp}
    _change(ctx, session.id, lambda known: replace(
        known, amp_commits=list(dict.fromkeys([*known.amp_commits, *sorted({*new, *also})]))
    ))  # fmt: skip


def classify(ctx: Context, session: Session, branch_point: str, tip: str) -> list[SessionCommit]:
    """The session's commits, oldest first, each amp or manual: an amp commit has the session's trailer, is inside a
    recorded iteration, or came from one by a rewrite of the program's own (SPEC section 6)."""
    found = commits.commits_between(Path(session.repo), branch_point, tip)
    trailed = {commit.sha for commit in found if commit.trailers.get("Ampsm-Session") == session.id}
    amp = trailed | amp_shas(ctx, session)
    if any(commit.sha not in amp for commit in found):
        amp |= _in_iterations(ctx, session)
    return [SessionCommit(commit.sha, commit.subject, commit.sha in amp, commit.parents) for commit in found]


def _in_iterations(ctx: Context, session: Session) -> set[str]:
    """The commits inside recorded iterations, but for those that a person had made before the agent started."""
    root = Path(session.repo)
    prefix = f"{_ITERATIONS}{session.id}/"
    tips = refs.refs_below(root, prefix)
    inside: set[str] = set()
    for name, end in tips.items():
        number, _, which = name.removeprefix(prefix).rpartition("-")
        start = tips.get(f"{prefix}{number}-start")
        if which == "end" and start and start != end:
            inside.update(commit.sha for commit in commits.commits_between(root, start, end))
            inside -= _manual_in(ctx, session.id, number)
    return inside


def _manual_in(ctx: Context, session_id: str, number: str) -> set[str]:
    if not number.isdigit():
        return set()
    events = read_events(ctx.paths.journal(session_id, int(number)))
    return {event.sha for event in events if getattr(event, "kind", None) == "manual" and hasattr(event, "sha")}


def _moves(found: Operation) -> tuple[object, ...]:
    return found.operation, found.from_sha, found.to_sha, found.target


def _identity(commit: commits.CommitInfo) -> tuple[object, ...]:
    return commit.author, commit.authored_at, commit.subject, tuple(sorted(commit.trailers.items()))


@record
class _Known:
    """What the file holds."""

    operations: list[Operation]
    amp_commits: list[str]


def _file(ctx: Context, session_id: str) -> Path:
    return ctx.paths.journal_dir(session_id) / "operations.json"


def _change(ctx: Context, session_id: str, change: Callable[[_Known], _Known]) -> _Known:
    path = _file(ctx, session_id)
    make_private_dir(path.parent)
    with locked(path.with_suffix(".lock")):
        before = _load(path)
        after = change(before)
        if after != before:
            document = {
                "operations": [{_key(f.name): getattr(op, f.name) for f in fields(op)} for op in after.operations],
                "ampCommits": after.amp_commits,
            }
            atomic_write(path, json.dumps(document, ensure_ascii=False, indent=1).encode(), mode=0o600)
    return after


def _load(path: Path) -> _Known:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        names = {_key(field.name): field.name for field in fields(Operation)}
        return _Known(
            [
                Operation(**{names[key]: value for key, value in op.items() if key in names})
                for op in found["operations"]
            ],
            list(found["ampCommits"]),
        )
    except FileNotFoundError:
        return _Known([], [])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError("failed", f"{path} cannot be read: {error}", hint=f"look at {path}") from None


def _key(name: str) -> str:
    """`from_sha` → `fromSha`, as in every JSON document."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
