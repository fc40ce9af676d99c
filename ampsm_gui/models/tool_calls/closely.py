"""One call closely: its arguments and what it said, as lines with colours. For the pool."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ampsm.context import Context
from ampsm.journal import events as ev
from ampsm.journal.text import plain_lines
from ampsm.model.telemetry import ToolCall
from ampsm.workflows.review import tool_call_details
from ampsm.workflows.session import require_session
from ampsm_gui.models.results.lines import Piece, ShownLine, plain_line_of, shown_line
from ampsm_gui.models.results.shown import MOST_LINES, ShownResult, said_of, shown_result
from ampsm_gui.models.results.whole import result_lines
from ampsm_gui.models.tool_calls.rows import Place

#: Arguments that say again what the changes of a file show.
_IN_CHANGES = frozenset(("old_str", "new_str", "content", "patchText"))
_WIDEST_NAME = 16


@dataclass(frozen=True)
class CallClosely:
    """A call with all that it said. `raw` are arguments and result as they were given."""

    arguments: list[ShownLine]
    result: ShownResult
    said: list[str]
    lines: list[ShownLine]
    raw: list[ShownLine]

    def copied(self, *, raw: bool) -> str:
        """All of it as text, as it is shown or as it was given."""
        if raw:
            return "\n".join([*(line.text for line in self.raw), *([""] if self.raw else []), self.result.raw])
        said = self.said
        return "\n".join([*(line.text for line in self.arguments), *([""] if self.arguments and said else []), *said])


def read_closely(ctx: Context, session_id: str, place: Place) -> CallClosely:
    """Reads a call and decodes it. Raises as `tool_call_details`."""
    call, result = tool_call_details(ctx, session_id, *place)
    return closely(call, result, require_session(ctx, session_id).worktree)


def closely(call: ToolCall, result: str | None, worktree: str) -> CallClosely:
    """A call as it is shown. Never raises for what a tool said."""
    started = ev.ToolStarted(id=call.id, tool=call.tool, args=call.args)
    has_ended = result is not None or call.error is not None or call.success is not None
    ended = ev.ToolFinished(id=call.id, success=call.success, result=result, error=call.error) if has_ended else None
    shown = shown_result(started, ended, result, worktree, "", whole=True)
    kept = {name: value for name, value in call.args.items() if shown.kind != "changes" or name not in _IN_CHANGES}
    said = said_of(started, ended, result, worktree)
    return CallClosely(argument_rows(kept), shown, said, result_lines(shown), argument_rows(call.args))


def argument_rows(args: dict[str, Any]) -> list[ShownLine]:
    """Arguments, one a line as long as it is one, the names in a column."""
    width = min(_WIDEST_NAME, max((len(name) for name in args), default=0))
    found: list[ShownLine] = []
    for name, value in args.items():
        lines = plain_lines(value) if isinstance(value, str) else [json.dumps(value, ensure_ascii=False)]
        first, *others = lines or [""]
        found.append(shown_line((Piece(f"{' '.join(plain_lines(name)):<{width}}  ", "text.muted"), Piece(first))))
        found += [plain_line_of(f"{'':<{width}}  {line}") for line in others[:MOST_LINES]]
    return found
