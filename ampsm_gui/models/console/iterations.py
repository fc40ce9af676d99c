"""Which iterations a session has, and what happened between them, as the console takes them. Read on the pool."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ampsm.context import Context
from ampsm.model.record import document
from ampsm.workflows.review import (
    counts_of_tests,
    iteration_journals,
    session_history,
    steps_between,
    subject_lines,
)
from ampsm.workflows.session import require_session
from ampsm_gui.models.history.table import HistoryStep
from ampsm_gui.models.history.tests import with_counts


class IterationsRead(NamedTuple):
    """The documents of iterations with their journals; by number what each was about, and the steps after it."""

    journals: list[tuple[dict[str, Any], Path]]
    worktree: str
    about: dict[int, str]
    steps: dict[int, list[HistoryStep]]


def read_iterations(ctx: Context, session_id: str, before: IterationsRead | None) -> IterationsRead:
    """Reads them; `before` is what was read last. While the same iteration runs as then nothing comes between others:
    git, of which all that takes nine questions, is not asked several times a second."""
    session, found = require_session(ctx, session_id), iteration_journals(ctx, session_id)
    counts = counts_of_tests(found)
    journals = [(with_counts(document(iteration), counts), path) for iteration, path in found]
    if before is not None and _running(journals) is not None and _running(journals) == _running(before.journals):
        return before._replace(journals=journals)
    words = subject_lines(session, [iteration for iteration, _ in found])
    steps = steps_between(session_history(ctx, session_id))
    told = ctx.redactor_at_hand.redact_value({"about": [*words.values()], "steps": document([*steps.values()])})
    return IterationsRead(
        journals, session.worktree, dict(zip(words, told["about"], strict=True)),
        dict(zip(steps, told["steps"], strict=True)),
    )  # fmt: skip


def _running(journals: list[tuple[dict[str, Any], Path]]) -> int | None:
    """The number of the iteration that runs, always the last one."""
    last = journals[-1][0] if journals else None
    return last["number"] if last is not None and last["status"] == "running" else None
