"""Merges and rebases: what the files of a session say (the truth) against their rows in the store (the index)."""

from __future__ import annotations

from functools import partial

from ampsm.model.errors import UserError
from ampsm.store import merges
from ampsm.system.locks import lock_holder
from ampsm.workflows.session.merge_records import index_merges, recorded_merges
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    if checkup.store is None:
        return
    for session in checkup.sessions():
        if lock_holder(checkup.ctx.paths.lock(session.id)) is not None:
            continue  # one may be at work
        try:
            recorded = recorded_merges(checkup.ctx, session.id)
        except UserError as error:
            yield Finding("merges-unreadable", ERROR, session.id, f"Its merges: {error.message}", error.hint)
            continue
        if recorded != merges.merges_of(checkup.store, session.id):
            yield Finding(
                "merges-differ", WARNING, session.id,
                "The database says something else than the session's files about its merges and rebases.",
                "doctor --fix makes the database say what the files say",
                partial(index_merges, checkup.ctx, session.id),
            )  # fmt: skip
