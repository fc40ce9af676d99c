"""What an iteration spent and did: tokens, tool calls, test results (SPEC sections 3 and 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

from ampsm.model.record import record

Number = TypeVar("Number", int, float)


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

    @property
    def fresh_tokens(self) -> int | None:
        """Input that came neither from the cache nor went into it."""
        if self.prompt_tokens is None:
            return None
        return max(0, self.prompt_tokens - (self.cache_read_tokens or 0) - (self.cache_write_tokens or 0))

    @property
    def cache_share(self) -> float | None:
        """Which part of the input was read from the cache, from 0 to 1; None when it was not reported."""
        if not self.prompt_tokens or self.cache_read_tokens is None:
            return None
        return self.cache_read_tokens / self.prompt_tokens


_COUNTS = tuple(f.name for f in fields(Usage) if f.name not in ("cost_usd", "estimated"))


def add_usage(parts: Iterable[Usage]) -> Usage:
    """The sum of several usages. A count is None if no part reports it; the cost is None if a part that reports
    tokens has an unknown cost, since a partial sum would be a wrong bill."""
    known = [part for part in parts if part.reported or part.cost_usd is not None]
    if not known:
        return Usage()
    sums = {name: known_sum(getattr(part, name) for part in known) for name in _COUNTS}
    costs = [part.cost_usd for part in known]
    cost = None if any(c is None for c in costs) else round(sum(c for c in costs if c is not None), 8)
    return replace(Usage(), **sums, cost_usd=cost, estimated=any(part.estimated for part in known))


def known_sum(values: Iterable[Number | None]) -> Number | None:
    """The sum of those that are known; None when none is."""
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


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
