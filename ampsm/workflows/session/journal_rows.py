"""A journal's fold as rows of the store, and what it cost: the same for a live iteration and for a replayed one."""

from __future__ import annotations

from dataclasses import replace

from ampsm.amp import prices
from ampsm.context import Context
from ampsm.journal.view import IterationView
from ampsm.model.session import Iteration
from ampsm.model.telemetry import ModelUsage, ToolCall, Usage, add_usage
from ampsm.store import iterations, telemetry


def store_view(
    ctx: Context, row: Iteration, view: IterationView, calls: list[ToolCall], known: Iteration | None = None
) -> Iteration:
    """Writes what a fold of events says about the iteration whose row is `row`, beside what is `known` of it: its tool
    calls, its usage, its counts. Writing the same again changes nothing. Returns the row as it is now."""
    spent = priced(ctx, view)
    after = so_far(known or row, view, spent)
    with ctx.store.transaction():
        if calls:
            telemetry.upsert_tool_calls(ctx.store, row.id, calls)
        telemetry.replace_usage(ctx.store, row.id, spent)
        iterations.update_row(ctx.store, row, after)
    return after


def so_far(iteration: Iteration, view: IterationView, spent: list[ModelUsage]) -> Iteration:
    """The iteration with what a fold says of it at any time; it has `spent` so much."""
    return replace(
        iteration, thread_id=view.thread_id, model_requested=view.model_requested, model=view.model,
        usage=add_usage(part.usage for part in spent), tool_calls=view.tool_calls, tool_failures=view.tool_failures,
    )  # fmt: skip


def priced(ctx: Context, view: IterationView) -> list[ModelUsage]:
    """The usage per model with its cost, where the model's price is known (SPEC section 7). What an iteration that has
    ended cost is what its journal says; later prices change nothing."""
    parts = view.usage()
    known = _costs_at_the_end(view, parts)
    return [
        ModelUsage(part.model, replace(part.usage, cost_usd=known[part.model or ""]))
        if known is not None
        else _priced(ctx, part)
        for part in parts
    ]


def costs_of(parts: list[ModelUsage]) -> dict[str, float | None]:
    """US dollars per model, "" for an unknown one: the `costs` of an `iteration_finished`."""
    return {part.model or "": part.usage.cost_usd for part in parts}


def _costs_at_the_end(view: IterationView, parts: list[ModelUsage]) -> dict[str, float | None] | None:
    if view.ending is None:
        return None
    costs = view.ending.costs
    if costs is None and len(parts) == 1 and view.ending.usage is not None:
        costs = {parts[0].model or "": view.ending.usage.get("costUsd")}
    return costs if costs is not None and all((part.model or "") in costs for part in parts) else None


def _priced(ctx: Context, part: ModelUsage) -> ModelUsage:
    usage: Usage = part.usage
    if usage.cost_usd is None:
        usage = replace(usage, cost_usd=prices.cost(part.model, usage, ctx.prices))
    return ModelUsage(part.model, usage)
