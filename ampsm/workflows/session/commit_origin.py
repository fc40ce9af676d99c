"""Which commits of a session are the agent's and which a person's, also through the rewrites of the program's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import commits, refs
from ampsm.git.rewrite import rebase
from ampsm.journal.events import Commit
from ampsm.journal.follower import read_events
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import operations
from ampsm.workflows.session.operations import Recorded

_ITERATIONS = refs.OWN_REFS + "iterations/"


@record
class SessionCommit:
    """One commit of a session; `amp` when an iteration made it, else a person did."""

    sha: str
    subject: str
    amp: bool
    parents: tuple[str, ...]


def note_rebase(ctx: Context, session: Session, before: tuple[str, str], after: tuple[str, str]) -> None:
    """Remembers which commits a rebase made out of the agent's; `before` and `after` are ranges `(start, end)`."""
    note_rewrite(ctx, session, rebase.made_of(Path(session.repo), before, after))


def note_rewrite(ctx: Context, session: Session, mapping: Mapping[str, str], also: Collection[str] = ()) -> None:
    """Remembers that commits were rewritten, old to new: what comes from an amp commit is one, and so are `also`."""
    inside = _in_iterations(ctx, session) if mapping else set()

    def add(known: Recorded) -> Recorded:
        amp = inside.union(known.amp_commits)
        new = sorted({*also, *(made for old, made in mapping.items() if old in amp)})
        return replace(known, amp_commits=tuple(dict.fromkeys([*known.amp_commits, *new])))

    operations.change(ctx, session.id, add)


def classify(ctx: Context, session: Session, branch_point: str, tip: str) -> list[SessionCommit]:
    """The session's commits, oldest first, each amp or manual: an amp commit has the session's trailer, is inside a
    recorded iteration, or came from one by a rewrite of the program's own (SPEC section 6)."""
    found = commits.commits_between(Path(session.repo), branch_point, tip)
    trailed = {commit.sha for commit in found if commit.trailers.get("Ampsm-Session") == session.id}
    amp = trailed.union(operations.load(ctx, session.id).amp_commits)
    if any(commit.sha not in amp for commit in found):
        amp |= _in_iterations(ctx, session)
    return [SessionCommit(commit.sha, commit.subject, commit.sha in amp, commit.parents) for commit in found]


def _in_iterations(ctx: Context, session: Session) -> set[str]:
    """The commits inside recorded iterations, except those that a person had made before the agent started."""
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
    return {event.sha for event in events if isinstance(event, Commit) and event.kind == "manual"}
