"""The seven columns of a Usage, in the order in which every table and query has them."""

from __future__ import annotations

from typing import Any

from ampsm.model.telemetry import Usage

USAGE_COLUMNS = (
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cost_usd",
    "estimated",
)

NOTHING_REPORTED = Usage()


def usage_from(values: tuple[Any, ...]) -> Usage:
    """The Usage in seven column values."""
    prompt, completion, total, cache_read, cache_write, cost, estimated = values
    if total is None and cost is None and prompt is None and completion is None:
        return NOTHING_REPORTED
    return Usage(
        prompt, completion, total, cache_read, cache_write, None if cost is None else round(cost, 8), bool(estimated)
    )


def usage_values(usage: Usage) -> tuple[Any, ...]:
    return (
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.total_tokens,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.cost_usd,
        int(usage.estimated),
    )
