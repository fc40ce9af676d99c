"""What a session's iterations spent and how long they took: the answer of `usage`, and figures for plots and tables."""

from __future__ import annotations

from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.model.telemetry import Usage, add_usage
from ampsm.store.iterations import iterations_of
from ampsm.store.telemetry import usage_of
from ampsm.workflows.review.numbers import require_positive
from ampsm.workflows.session.lookup import require_session


@record
class Spent:
    """One iteration's figures. `model` is the one that was used, `requested` the mode or model that was asked for.
    `agent_ms` is its duration without the test script. What is not known is None."""

    number: int
    status: str
    started_at: str
    model: str | None
    requested: str | None
    usage: Usage
    agent_ms: int | None
    test_ms: int | None
    tool_calls: int
    tool_failures: int

    @property
    def fresh_tokens(self) -> int | None:
        """Input that came neither from the cache nor went into it."""
        prompt = self.usage.prompt_tokens
        if prompt is None:
            return None
        return max(0, prompt - (self.usage.cache_read_tokens or 0) - (self.usage.cache_write_tokens or 0))

    @property
    def duration_ms(self) -> int | None:
        parts = [part for part in (self.agent_ms, self.test_ms) if part is not None]
        return sum(parts) if parts else None


@record
class ModelSpent:
    """What one model spent in the iterations it was used in; `requested` are the words by which it was asked for."""

    model: str | None
    requested: tuple[str, ...]
    iterations: int
    usage: Usage
    duration_ms: int | None


@record
class Statistics:
    """All iterations, oldest first, and the models, the one that spent most first."""

    iterations: tuple[Spent, ...]
    models: tuple[ModelSpent, ...]

    def last(self, count: int | None) -> list[Spent]:
        """The last `count` iterations; all of them for None."""
        return list(self.iterations[-count:] if count else self.iterations)


@record
class SessionUsage:
    """The answer of `usage`: the sum, each iteration, and each model that reported something, in order of time."""

    totals: Usage
    iterations: list[Spent]
    models: list[ModelSpent]


def statistics(ctx: Context, ref: str, *, last: int | None = None) -> Statistics:
    """The figures of a session's iterations, or of its `last` ones."""
    spent, models = _figures(ctx, require_session(ctx, ref), last)
    models.sort(key=lambda found: (-(found.usage.total_tokens or -1), found.model or ""))
    return Statistics(tuple(spent), tuple(models))


def session_usage(ctx: Context, ref: str, *, last: bool = False, range_: int | None = None) -> SessionUsage:
    """What all iterations spent, the last one or the last `range_` ones. Raises `usage` or `invalid-value` (exit 2)."""
    require_positive("--range", range_)
    if last and range_ is not None:
        raise UserError("usage", "--last and --range exclude each other", hint=f"amp-sessions usage {ref} --last")
    spent, models = _figures(ctx, require_session(ctx, ref), 1 if last else range_)
    reported = [found for found in models if found.model is not None or found.usage.reported]
    return SessionUsage(add_usage(one.usage for one in spent), spent, reported)


def _figures(ctx: Context, session: Session, last: int | None) -> tuple[list[Spent], list[ModelSpent]]:
    """What the last iterations spent, each and by model. While one runs, the sum in its row may lag behind what its
    models reported."""
    iterations = iterations_of(ctx.store, session.id)
    parts = usage_of(ctx.store, session.id)
    spent, of_models = [], dict[str | None, list[tuple[Spent, Usage]]]()
    for found in iterations[-last:] if last else iterations:
        models = parts.get(found.number, [])
        test_ms = found.test.duration_ms if found.test else None
        agent_ms = None if found.duration_ms is None else max(0, found.duration_ms - (test_ms or 0))
        one = Spent(
            found.number, found.status, found.started_at, found.model, found.model_requested,
            add_usage(part.usage for part in models) if models else found.usage,
            agent_ms, test_ms, found.tool_calls, found.tool_failures,
        )  # fmt: skip
        spent.append(one)
        for model, usage in [(part.model, part.usage) for part in models] or [(found.model, found.usage)]:
            of_models.setdefault(model, []).append((one, usage))
    return spent, [_of_model(model, uses) for model, uses in of_models.items()]


def known_cost(iterations: list[Spent]) -> tuple[float | None, int]:
    """The sum of the costs that are known, None without any, and how many iterations have none: a sum alone would be
    a wrong bill."""
    costs = [one.usage.cost_usd for one in iterations]
    known = [cost for cost in costs if cost is not None]
    return (sum(known) if known else None), len(costs) - len(known)


def cache_share(usage: Usage) -> float | None:
    """Which part of the input was read from the cache, from 0 to 1; None when it was not reported."""
    if not usage.prompt_tokens or usage.cache_read_tokens is None:
        return None
    return usage.cache_read_tokens / usage.prompt_tokens


def _of_model(model: str | None, uses: list[tuple[Spent, Usage]]) -> ModelSpent:
    asked = dict.fromkeys(one.requested for one, _ in uses if one.requested and one.requested != model)
    times = [one.duration_ms for one, _ in uses if one.duration_ms is not None]
    return ModelSpent(
        model, tuple(asked), len(uses), add_usage(usage for _, usage in uses), sum(times) if times else None
    )


def as_rows(found: Statistics) -> tuple[list[list[Any]], list[list[Any]]]:
    """The figures as two tables with a first row of names: by iteration and by model."""
    iterations: list[list[Any]] = [[
        "iteration", "status", "startedAt", "model", "modelRequested", "cacheReadTokens", "cacheWriteTokens",
        "freshTokens", "completionTokens", "totalTokens", "costUsd", "agentMs", "testMs", "toolCalls", "toolFailures",
    ]]  # fmt: skip
    iterations += [
        [
            one.number, one.status, one.started_at, one.model, one.requested, one.usage.cache_read_tokens,
            one.usage.cache_write_tokens, one.fresh_tokens, one.usage.completion_tokens, one.usage.total_tokens,
            one.usage.cost_usd, one.agent_ms, one.test_ms, one.tool_calls, one.tool_failures,
        ]
        for one in found.iterations
    ]  # fmt: skip
    models: list[list[Any]] = [["model", "iterations", "totalTokens", "completionTokens", "costUsd", "durationMs"]]
    models += [
        [m.model, m.iterations, m.usage.total_tokens, m.usage.completion_tokens, m.usage.cost_usd, m.duration_ms]
        for m in found.models
    ]
    return iterations, models
