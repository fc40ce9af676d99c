"""Iterations: journals (the truth) against rows, tool calls and usage in the store (the index)."""

from __future__ import annotations

from typing import Any

from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ModelUsage, Usage, add_usage
from ampsm.store import iterations, telemetry
from ampsm.store.connection import Store
from ampsm.store.usage_columns import usage_from, usage_values
from ampsm.workflows.session import recover
from ampsm.workflows.session.journal_rows import priced
from ampsm.workflows.session.replay import Replay, journals, replay
from ampsm.workflows.upkeep import rebuild
from ampsm.workflows.upkeep.checkup.findings import WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    if checkup.store is None:
        return
    for session in checkup.sessions():
        rows = {row.number: row for row in iterations.iterations_of(checkup.store, session.id)}
        numbers = journals(checkup.ctx, session.id)
        under_way = max(numbers, default=0) if recover.worker_lives(checkup.ctx, session.id) else None
        for number in sorted({*rows, *numbers}):
            if number == under_way:
                continue
            if number in numbers:
                yield from _with_journal(checkup, checkup.store, session, number, rows.get(number))
            else:
                yield Finding(
                    "journal-missing", WARNING, f"{session.id}/{number}",
                    f"The journal {checkup.ctx.paths.journal(session.id, number)} is gone. What the database knows of "
                    "the iteration stays, but its log cannot be shown.", "put the file back from a backup",
                )  # fmt: skip


def _with_journal(checkup: Checkup, store: Store, session: Session, number: int, row: Iteration | None) -> Findings:
    found = replay(checkup.ctx, session.id, number)
    # One that has not ended, though nobody works, is `activity`'s matter.
    if not found.begun or (not found.ended and row is not None):
        return

    def repair() -> None:
        rebuild.restore_iteration(checkup.ctx, session, number)

    fix = "doctor --fix makes the database say what the journal says"
    if row is None:
        yield Finding(
            "iteration-without-row", WARNING, f"{session.id}/{number}",
            "The iteration has a journal, but the database does not know it.", fix, repair,
        )  # fmt: skip
        return
    parts = [name for name, differs in _differences(checkup, store, session, row, found).items() if differs]
    extra = _extra_calls(store, session, found)
    if parts and not extra:
        yield Finding(
            "iteration-differs", WARNING, f"{session.id}/{number}",
            f"The database says something else than the journal about: {', '.join(parts)}.", fix, repair,
        )  # fmt: skip
    if extra:
        yield Finding(
            "journal-cut", WARNING, f"{session.id}/{number}",
            f"The database has {extra} tool calls that the journal does not have, which was cut or changed. They stay.",
            "put the journal back from a backup",
        )  # fmt: skip


def _differences(checkup: Checkup, store: Store, session: Session, row: Iteration, found: Replay) -> dict[str, bool]:
    view = found.view
    stored = {call.seq: call for call in telemetry.tool_calls(store, session.id, iterations=[view.number])}
    spent = priced(checkup.ctx, view)
    kept = telemetry.usage_of(store, session.id).get(view.number, [])
    total = add_usage(part.usage for part in spent)
    return {
        "status": (row.status, row.ended_at, row.error) != (view.status, view.ended_at, view.error),
        "tool calls": any(stored.get(call.seq) != call for call in found.calls),
        "counts": (row.tool_calls, row.tool_failures) != (view.tool_calls, view.tool_failures),
        "usage": _by_model(kept) != _by_model(spent) or _as_stored(row.usage) != _as_stored(total),
        "model": (row.model, row.thread_id) != (view.model, view.thread_id),
    }


def _extra_calls(store: Store, session: Session, found: Replay) -> int:
    known = {call.seq for call in found.calls}
    stored = telemetry.tool_calls(store, session.id, iterations=[found.view.number])
    return sum(call.seq not in known for call in stored)


def _by_model(parts: list[ModelUsage]) -> dict[Any, Usage]:
    return {part.model or "": _as_stored(part.usage) for part in parts}


def _as_stored(usage: Usage) -> Usage:
    return usage_from(usage_values(usage))
