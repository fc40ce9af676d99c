"""What a cell of the session table says: as text, as tooltip, to a screen reader."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ampsm_gui.look import figures
from ampsm_gui.look.status import session_look
from ampsm_gui.models.sessions.order import SessionColumn

if TYPE_CHECKING:
    from ampsm.workflows.status import Position, SessionRow

HEADERS = (
    "Status", "Name", "Repository", "Branch", "Iterations", "Ahead/behind", "Tokens by iteration", "Last activity",
)  # fmt: skip


def reason(row: SessionRow, now: datetime) -> str:
    """Why it has its status; how long, while it is at work: `iteration 3, 2:04`."""
    since = running_time(row.running_since, now) if row.running_since else ""
    return ", ".join(part for part in (row.reason, since) if part)


def running_time(since: str, now: datetime) -> str:
    """`0:41`, `2:04`, `1:02:04`."""
    try:
        seconds = max(0, int((now - datetime.fromisoformat(since)).total_seconds()))
    except (ValueError, TypeError):
        return ""
    minutes, seconds = divmod(seconds, 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def activity(row: SessionRow, now: datetime) -> str:
    """When something last happened; `now` while it is at work."""
    return "now" if row.running_since else figures.ago(row.last_activity_at, now)


def position(found: Position) -> str:
    """`↑5 ↓12`; `–` where not known."""
    ahead, behind = found
    return figures.UNKNOWN if ahead is None else f"↑{ahead} ↓{behind or 0}"


def cell(row: SessionRow, column: SessionColumn, found: Position, now: datetime) -> str:
    """The text of a cell."""
    if column == SessionColumn.STATUS:
        why = reason(row, now)
        word = session_look(row.status).word
        return f"{word} · {why}" if why else word
    if column == SessionColumn.NAME:
        return row.name
    if column == SessionColumn.REPOSITORY:
        return row.repository
    if column == SessionColumn.BRANCH:
        return row.branch
    if column == SessionColumn.ITERATIONS:
        return str(row.iterations) if row.iterations else figures.UNKNOWN
    if column == SessionColumn.POSITION:
        return position(found)
    if column == SessionColumn.TOKENS:
        return figures.tokens(row.total_tokens)
    return activity(row, now)


def tip(row: SessionRow, column: SessionColumn, found: Position, now: datetime) -> str:
    """The whole of what the cell may have cut off, and the exact figure."""
    if column == SessionColumn.STATUS:
        return "\n".join((row.name, cell(row, column, found, now), f"{row.repository}: {row.branch}"))
    if column == SessionColumn.REPOSITORY:
        return row.repo
    if column == SessionColumn.POSITION:
        ahead, behind = found
        return "" if ahead is None else f"{figures.count(ahead, 'commit')} ahead of its base, {behind or 0} behind"
    if column == SessionColumn.TOKENS:
        return "not reported" if row.total_tokens is None else f"{row.total_tokens:,} tokens"
    if column == SessionColumn.ACTIVITY:
        return figures.exact_time(row.last_activity_at)
    return cell(row, column, found, now)


def shortened(name: str, most: int = 48) -> str:
    """A name for the middle of a sentence."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def spoken(row: SessionRow, column: SessionColumn, found: Position, now: datetime) -> str:
    """Status, reason and name for the whole row; a cell with its heading otherwise."""
    if column == SessionColumn.STATUS:
        # Without the running time: a screen reader would speak every second.
        return ", ".join(part for part in (session_look(row.status).word, row.reason, row.name) if part)
    if column == SessionColumn.POSITION:
        return tip(row, column, found, now) or "Ahead and behind not known"
    return f"{HEADERS[column]}: {cell(row, column, found, now)}"
