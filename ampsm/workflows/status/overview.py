"""All sessions at a glance, as the desktop app lists them: status with its reason, tokens by iteration, position."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.model.telemetry import Usage
from ampsm.store import overview as figures
from ampsm.store import sessions
from ampsm.workflows.session.lookup import list_sessions, notice_dead_workers
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import condition_of
from ampsm.workflows.status.observed import Observed, merge_status

_RECENT = 10


@record
class SessionRow:
    """One session of the list. `reason` says in two or three words why the status is what it is; `tokens` are those of
    the last ten iterations, oldest first. `ahead` and `behind` are asked for apart: they need git."""

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
    """Every session, newest activity first. Two queries and no git; a worker that was killed is noticed."""
    found = list_sessions(ctx, include_cleaned=include_cleaned)
    tokens = figures.recent_tokens(ctx.store, _RECENT)
    return [_row(ctx, session, tokens) for session in found]


def today(ctx: Context) -> Usage:
    """Tokens and cost of the iterations that ended since midnight, local time."""
    notice_dead_workers(ctx)
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return figures.usage_since(ctx.store, midnight.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", ""))


def _row(ctx: Context, session: Session, tokens: dict[str, tuple[int | None, ...]]) -> SessionRow:
    last = session.last_iteration
    running = session.status == "running" and last is not None and last.status == "running"
    return SessionRow(
        id=session.id,
        name=session.name,
        repository=os.path.basename(session.repo) or session.repo,  # noqa: PTH119 - a thousand of them
        repo=session.repo,
        branch=session.branch,
        status=session.status,
        reason=_reason(ctx, session),
        iterations=session.iterations,
        tokens=tokens.get(session.id, ()),
        total_tokens=session.totals.total_tokens,
        running_since=last.started_at if running and last else None,
        last_activity_at=session.last_activity_at,
        cleaned_up=session.cleaned_up_at is not None,
        model=session.model or (last.model if last else None),
    )


def _reason(ctx: Context, session: Session) -> str:
    """Reads a file only of sessions that wait."""
    merge = merge_status(ctx, session, ask_git=False) if session.status == "awaiting-input" else None
    return wording.reason(condition_of(Observed(session, merge=merge)))


class Positions:
    """How many commits sessions are ahead of their base and behind it. Keeps what git has said of two commits, which
    never changes; any thread may ask."""

    def __init__(self, limit: int = 4096) -> None:
        self._known: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._limit = limit
        self._lock = threading.Lock()

    def of(self, ctx: Context, ids: Sequence[str]) -> dict[str, tuple[int | None, int | None]]:
        """Ahead and behind by session id; (None, None) where that cannot be known. One read of refs a repository."""
        found: dict[str, tuple[int | None, int | None]] = dict.fromkeys(ids, (None, None))
        by_repository: dict[str, list[Session]] = {}
        for session in sessions.sessions_by_id(ctx.store, ids):
            if not session.cleaned_up_at:
                by_repository.setdefault(session.repo, []).append(session)
        for repo, group in by_repository.items():
            found.update(self._of_repository(Path(repo), group))
        return found

    def _of_repository(self, root: Path, group: Sequence[Session]) -> dict[str, tuple[int | None, int | None]]:
        if not root.is_dir():
            return {}
        names = {name for session in group for name in (session.branch, session.base_branch) if name}
        try:
            tips = refs.read_refs(root, [refs.branch_ref(name) for name in names])
        except (UserError, OSError):
            return {}
        return {session.id: self._of(root, session, tips) for session in group}

    def _of(self, root: Path, session: Session, tips: Mapping[str, str]) -> tuple[int | None, int | None]:
        tip = tips.get(refs.branch_ref(session.branch))
        base = session.base_branch and tips.get(refs.branch_ref(session.base_branch))
        try:
            return self._between(root, tip, base or session.base_sha) if tip else (None, None)
        except (UserError, OSError):
            return None, None

    def _between(self, root: Path, tip: str, target: str) -> tuple[int, int]:
        key = (str(root), tip, target)
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = repository.ahead_behind(root, tip, target)
            with self._lock:
                if len(self._known) >= self._limit:
                    self._known.clear()
                self._known[key] = known
        return known
