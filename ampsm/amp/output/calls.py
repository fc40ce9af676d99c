"""Tool calls of logs that tell of begin and end apart, mostly without an id (SPEC section 7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ampsm.amp.output.figures import between
from ampsm.journal.events import ToolFinished, ToolStarted
from ampsm.model.session import utc_text

_REMEMBERED = 4_096


class LoggedCalls:
    """Pairs ends with starts: by id when the log has them, else by name, the first open start first.

    `prefix` begins every id that is made here, so that ids stay apart when an agent is run several times.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._made = 0
        self._open: dict[str, tuple[str, datetime | None]] = {}
        self._by_name: dict[str, dict[str, None]] = {}

    def is_open(self, tool: str) -> bool:
        """Whether a call of this tool waits for its end."""
        return tool in self._by_name

    def start(
        self, tool: str, args: dict[str, Any], *, at: datetime | None, call: str | None = None, estimated: bool = False
    ) -> ToolStarted | None:
        """A call begins; None when this id is open already (a line sent twice)."""
        ident = self._ident(call)
        if ident in self._open:
            return None
        if len(self._open) >= _REMEMBERED:
            self._close(next(iter(self._open)))
        self._open[ident] = (tool, at)
        self._by_name.setdefault(tool, {})[ident] = None
        event = ToolStarted(id=ident, tool=tool, args=args, estimated=estimated)
        if at is not None:
            event.logged_at = utc_text(at)
        return event

    def finish(
        self,
        tool: str | None,
        success: bool | None,
        *,
        at: datetime | None,
        duration_ms: int | None = None,
        call: str | None = None,
        result: str | None = None,
        error: str | None = None,
    ) -> ToolFinished | None:
        """A call ends; None when no such call is open. Without a duration of its own it took what the log's times
        say."""
        ident = self._matching(tool, call)
        if ident is None:
            return None
        started_at = self._close(ident)
        if duration_ms is None:
            duration_ms = between(started_at, at)
        event = ToolFinished(id=ident, success=success, duration_ms=duration_ms, result=result, error=error)
        if at is not None:
            event.logged_at = utc_text(at)
        return event

    def _ident(self, call: str | None) -> str:
        if call is not None:
            return f"{self._prefix}{call}"
        self._made += 1
        return f"{self._prefix}log-{self._made}"

    def _matching(self, tool: str | None, call: str | None) -> str | None:
        if call is not None and (ident := self._ident(call)) in self._open:
            return ident
        names = self._by_name.get(tool) if tool is not None else None  # ids may be those of lines, not of calls
        return next(iter(names)) if names else None

    def _close(self, ident: str) -> datetime | None:
        tool, started_at = self._open.pop(ident)
        names = self._by_name[tool]
        del names[ident]
        if not names:
            del self._by_name[tool]
        return started_at
