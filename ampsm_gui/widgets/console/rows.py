"""What a row of the console says of its event: how long it took, when it was, how a row of one line looks."""

from __future__ import annotations

from datetime import UTC, datetime

from ampsm.journal import events as ev
from ampsm.journal.results import FAILURE
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.note import ending_token


def duration_of(entry: ConsoleEntry, live: bool) -> int | None:
    """How long a call took, or has taken so far."""
    ending, event = entry.ending, entry.event
    if ending is not None and ending.duration_ms is not None:
        return ending.duration_ms
    if event is None or (ending is None and not live):
        return None
    until = datetime.now(UTC).isoformat() if ending is None else ending.at
    return _milliseconds(event.at, until)


def since(start: object, entry: ConsoleEntry) -> str:
    """How long after `start` it was, as a clock; empty when that is not known."""
    at = entry.event.at if entry.event is not None else ""
    took = _milliseconds(str(start), at) if start else None
    if took is None:
        return ""
    minutes, seconds = divmod(took // 1000, 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _milliseconds(start: str, end: str) -> int | None:
    try:
        took = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    except ValueError:
        return None
    return max(0, round(took.total_seconds() * 1000))


def note_look(entry: ConsoleEntry) -> tuple[str, str, str]:
    """Icon, colour and font of a row of one line."""
    match entry.event:
        case ev.Warned():
            return "status-warning", "warning.text", "body"
        case ev.IterationFinished():
            return iteration_look(entry.event.status).glyph, ending_token(entry.event), "body"
        case ev.OutputLine() | ev.TestOutput():
            return "", "danger.text" if FAILURE.match(entry.text, 0, 200) else "text.primary", "mono"
    return "", "text.muted", "mono"
