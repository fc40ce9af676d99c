"""What a session's iterations spent and how long they took: the answer of `usage`, and figures for plots and tables."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.model.record import record
from ampsm.model.telemetry import Usage, add_usage, known_sum
from ampsm.store.iterations import iterations_of
from ampsm.store.telemetry import usage_of
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
    def duration_ms(self) -> int | None:
        return known_sum((self.agent_ms, self.test_ms))


@record
class ModelSpent:
    """What one model spent in the iterations it was used in; `requested` are the words by which it was asked for."""

    model: str | None
    requested: tuple[str, ...]
    iterations: int
    usage: Usage
    duration_ms: int | None


@record
class SessionUsage:
    """Each iteration, oldest first, and each model, in the order of their first use."""

    iterations: list[Spent]
    models: list[ModelSpent]

    @property
    def totals(self) -> Usage:
        return add_usage(one.usage for one in self.iterations)


def session_usage(ctx: Context, ref: str, *, last: int | None = None) -> SessionUsage:
    """What all iterations of a session spent, or its `last` ones, each and by model. While one runs, the sum in its row
    may lag behind what its models reported."""
    session = require_session(ctx, ref)
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
    return SessionUsage(spent, [_of_model(model, uses) for model, uses in of_models.items()])


def _of_model(model: str | None, uses: list[tuple[Spent, Usage]]) -> ModelSpent:
    asked = dict.fromkeys(one.requested for one, _ in uses if one.requested and one.requested != model)
    usage = add_usage(usage for _, usage in uses)
    return ModelSpent(model, tuple(asked), len(uses), usage, known_sum(one.duration_ms for one, _ in uses))
