"""Texts in the database that cannot be read: damaged by a disk, or written by something else than this program."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.phrases import counted
from ampsm.model.session import Session
from ampsm.store import iterations, texts
from ampsm.store.texts import IllText
from ampsm.workflows.session import session_file
from ampsm.workflows.session.replay import first_row, journals, replay
from ampsm.workflows.upkeep import rebuild
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings

#: Rows that a journal has whole.
_REPLAYED = ("tool_calls", "usage")

#: What a journal says of an iteration's start.
_BEGINNING = ("prompt", "started_at", "start_sha", "model_requested")


def check_texts(checkup: Checkup) -> Findings:
    """One finding a session; those whose session is not known together."""
    if checkup.store is None:
        return
    found: dict[str, list[IllText]] = {}
    for ill in texts.ill_texts(checkup.store):
        found.setdefault(ill.session_id or str(checkup.ctx.paths.database), []).append(ill)
    for subject, ills in sorted(found.items()):
        where = ", ".join(sorted({f"{ill.table}.{ill.column}" for ill in ills}))
        yield Finding(
            "text-unreadable", ERROR, subject,
            f"{counted(len(ills), 'text')} in the database cannot be read (not UTF-8, or broken JSON): {where}.",
            "doctor --fix reads them from session.json and journals again, and replaces what these do not have",
            partial(_mend, checkup.ctx, subject, ills),
        )  # fmt: skip


def _mend(ctx: Context, session_id: str, ills: Sequence[IllText]) -> None:
    numbers = journals(ctx, session_id)
    known = session_file.known_session(ctx, session_id)
    with ctx.store.transaction():
        for ill in ills:
            if ill.table in _REPLAYED and numbers and known:
                texts.remove_row(ctx.store, ill)
            else:
                texts.mend(ctx.store, ill)
    if known is None:
        return
    try:
        rebuild.rebuild_session(ctx, session_id)
        for number in numbers:
            _beginning_of_journal(ctx, known, number)
            rebuild.rebuild_iteration(ctx, known, number)
    except UserError:
        return  # the checks of sessions and iterations, which come next, say what is wrong with the files


def _beginning_of_journal(ctx: Context, session: Session, number: int) -> None:
    """What an iteration began with is what nothing else compares with its journal."""
    row, found = iterations.iteration(ctx.store, session.id, number), replay(ctx, session.id, number)
    if row is None or not found.begun:
        return
    first = first_row(session, found.view)
    differing = {name: getattr(first, name) for name in _BEGINNING if getattr(first, name) != getattr(row, name)}
    iterations.update_iteration(ctx.store, row.id, **differing)
