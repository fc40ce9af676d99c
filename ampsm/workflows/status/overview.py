"""All sessions at a glance, as the desktop app lists them: status with its reason, tokens by iteration, position; and
whether they are to be read again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.model.telemetry import Usage
from ampsm.store import overview as figures
from ampsm.store import sessions
from ampsm.workflows.session.arrival import merged_into
from ampsm.workflows.session.lookup import list_sessions, notice_dead_workers
from ampsm.workflows.session.recover import worker_lives
from ampsm.workflows.session.repository_of import missing_repositories
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import Condition, condition_of
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.git_state import GitState
from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.merge_status import merge_status

_RECENT = 10

#: Ahead and behind, None where not known.
Position = tuple[int | None, int | None]


@record
class SessionRow:
    """One session of the list. `status` is what its badge shows, `reason` says in two or three words why; `tokens` are
    those of the last ten iterations, oldest first. `ahead` and `behind` are asked for apart: they need git."""

    id: str
    name: str
    repository: str
    repo: str
    branch: str
    status: str
    reason: str
    iterations: int
    tokens: tuple[int | None, ...]
    total_tokens: int | None
    running_since: str | None
    last_activity_at: str
    cleaned_up: bool
    model: str | None
    ahead: int | None = None
    behind: int | None = None


def sessions_overview(ctx: Context, *, include_cleaned: bool = False) -> list[SessionRow]:
    """Every session, newest activity first. Two queries, and git only about what waits for conflicts; a worker that was
    killed is noticed."""
    found = list_sessions(ctx, include_cleaned=include_cleaned)
    tokens = figures.recent_tokens(ctx.store, _RECENT)
    gone = missing_repositories(found)
    return [_row(ctx, session, tokens, session.repo in gone) for session in found]


def today(ctx: Context) -> Usage:
    """Tokens and cost of the iterations that ended since midnight, local time."""
    notice_dead_workers(ctx)
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return figures.usage_since(ctx.store, midnight.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", ""))


def _row(ctx: Context, session: Session, tokens: dict[str, tuple[int | None, ...]], gone: bool) -> SessionRow:
    last, condition = session.last_iteration, _condition(ctx, session, gone)
    status, reason = wording.shown_status(condition), wording.reason(condition)
    running = session.status == "running" and last is not None and last.status == "running"
    return SessionRow(
        id=session.id, name=session.name, repo=session.repo,
        repository=os.path.basename(session.repo) or session.repo,  # noqa: PTH119 - a thousand of them
        branch=session.branch, iterations=session.iterations,
        status=status, reason="" if status == Kind.CLEANED_UP.value else reason,
        tokens=tokens.get(session.id, ()), total_tokens=session.totals.total_tokens,
        running_since=last.started_at if running and last else None, last_activity_at=session.last_activity_at,
        cleaned_up=session.cleaned_up_at is not None, model=session.model or (last.model if last else None),
    )  # fmt: skip


def _condition(ctx: Context, session: Session, gone: bool) -> Condition:
    """Reads a file only of sessions that wait, and once of each merge; asks git which conflicts are left. Of a session
    that would be ready but for its repository, which is `gone`, or its worktree, that is what is true."""
    merge = merge_status(ctx, session, ask_git=False) if session.status == "awaiting-input" else None
    if merge is not None and merge.waiting_for == "conflicts" and not gone:
        merge = merge_status(ctx, session)
    git = None
    if session.status == "idle" and gone:
        git = GitState(repository_problem="does not exist")
    elif session.status == "idle" and not session.cleaned_up_at and not os.path.lexists(session.worktree):
        git = GitState(branch_there=True)
    into = merged_into(ctx, session) if session.status == "done" else None
    return condition_of(Facts(session, git=git, merge=merge, merged_into=into))


class Positions:
    """How many commits sessions are ahead of their base and behind it. Keeps what git has said of two commits, which
    never changes; any thread may ask."""

    def __init__(self) -> None:
        self._between = lru_cache(4096)(repository.ahead_behind)

    def of(self, ctx: Context, ids: Sequence[str]) -> dict[str, Position]:
        """Ahead and behind by session id; (None, None) where that cannot be known. One read of refs a repository."""
        found: dict[str, Position] = dict.fromkeys(ids, (None, None))
        by_repository: dict[str, list[Session]] = {}
        for session in sessions.sessions_by_id(ctx.store, ids):
            if not session.cleaned_up_at:
                by_repository.setdefault(session.repo, []).append(session)
        for repo, group in by_repository.items():
            names = {name for session in group for name in (session.branch, session.base_branch) if name}
            try:
                tips = refs.read_refs(Path(repo), [refs.branch_ref(name) for name in names])
            except (UserError, OSError):
                continue
            found.update((session.id, self._of(session, tips)) for session in group)
        return found

    def _of(self, session: Session, tips: Mapping[str, str]) -> Position:
        tip = tips.get(refs.branch_ref(session.branch))
        base = session.base_branch and tips.get(refs.branch_ref(session.base_branch))
        try:
            return self._between(session.repo, tip, base or session.base_sha) if tip else (None, None)
        except (UserError, OSError):
            return None, None


class StoreVersion:
    """Says whether something else is to be read than when it was last asked: somebody has changed the database, or a
    worker was killed, which changes nothing in it. Closes the context it got."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seen = ctx.store.data_version()
        self._running = sessions.running_ids(ctx.store)
        self._dead = self._without_worker()

    def moved(self) -> bool:
        """Whether, since the last call, anyone but this connection has committed something, or the worker of a session
        that says `running` was killed."""
        before = self._seen, self._dead
        self._seen = self._ctx.store.data_version()
        if self._seen != before[0]:
            self._running = sessions.running_ids(self._ctx.store)
        self._dead = self._without_worker()
        return (self._seen, self._dead) != before

    def replaced(self) -> bool:
        """Whether another file is in the database's place, or none: this connection sees nothing of it."""
        return self._ctx.store.replaced()

    def close(self) -> None:
        self._ctx.close()

    def _without_worker(self) -> set[str]:
        return {session_id for session_id in self._running if not worker_lives(self._ctx, session_id)}
