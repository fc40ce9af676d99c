"""What an iteration spent and did: tokens, tool calls, test results (SPEC sections 3 and 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from ampsm.model.record import record


@record
class Usage:
    """Token usage; a figure that nobody reported is None, never 0. `cost_usd` is US dollars."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cost_usd: float | None = None
    estimated: bool = False

    @property
    def reported(self) -> bool:
        """Whether any token figure is known."""
        return self.total_tokens is not None


_COUNTS = tuple(f.name for f in fields(Usage) if f.name not in ("cost_usd", "estimated"))


def add_usage(parts: Iterable[Usage]) -> Usage:
    """The sum of several usages. A count is None if no part reports it; the cost is None if a part that reports
    tokens has an unknown cost, since a partial sum would be a wrong bill."""
    known = [part for part in parts if part.reported or part.cost_usd is not None]
    if not known:
        return Usage()
    sums: dict[str, int | None] = {}
    for name in _COUNTS:
        values = [value for part in known if (value := getattr(part, name)) is not None]
        sums[name] = sum(values) if values else None
    costs = [part.cost_usd for part in known]
    cost = None if any(c is None for c in costs) else round(sum(c for c in costs if c is not None), 8)
    return replace(Usage(), **sums, cost_usd=cost, estimated=any(part.estimated for part in known))


@record
class ModelUsage:
    """What one model spent in one iteration; `model` None when no model was reported."""

    model: str | None
    usage: Usage


@record
class ToolCall:
    """One tool call; `success` None while it runs or when its result never came. `seq` is that of its start event."""

    id: str
    iteration: int
    seq: int
    tool: str
    args: dict[str, Any]
    started_at: str
    success: bool | None = None
    duration_ms: int | None = None
    ended_at: str | None = None
    error: str | None = None
    parent_id: str | None = None
    estimated: bool = False


@record
class TestResult:
    """How a test script ended. `exit_code` is 128+n after signal n."""

    __test__ = False

    command: str
    exit_code: int
    passed: bool
    duration_ms: int
    timed_out: bool = False
