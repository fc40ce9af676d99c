"""What readers see in place of rows that a dead worker left: sessions as they will be once a command settles them.

Look-ups write nothing. They lay this over the rows of a connection (`Store.unsettled`), where every reading function of
the store finds it, and which is gone before the connection writes.
"""

from __future__ import annotations

from ampsm.journal.events import AnyEvent
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ModelUsage, ToolCall


@record
class UnsettledIteration:
    """An iteration as it will be. `models` is what each model spent, `calls` are the tool calls that the rows do not
    have, or not so; `endings` are the events that its journal lacks."""

    iteration: Iteration
    models: list[ModelUsage]
    calls: list[ToolCall]
    endings: list[AnyEvent]


@record
class UnsettledSession:
    """A session as its row will have it, and those of its iterations that are not settled, by number."""

    session: Session
    iterations: dict[int, UnsettledIteration]
