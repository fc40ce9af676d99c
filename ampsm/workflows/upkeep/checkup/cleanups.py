"""Cleanups that were killed: the snapshot is whole, and what was being removed is half gone."""

from __future__ import annotations

from functools import partial

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.finishing.cleanup import note as cleanup_note
from ampsm.workflows.session.held import held
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    for session in checkup.at_rest():
        try:
            note = cleanup_note.load_note(checkup.ctx, session)
        except UserError as error:
            yield Finding("cleanup-note-unreadable", ERROR, session.id, error.message, error.hint)
            continue
        if note is not None:
            yield Finding(
                "cleanup-unfinished", WARNING, session.id,
                "A `cleanup` was killed while it removed worktree and branch. All of it is in the snapshot.",
                f"doctor --fix finishes it; then amp-sessions restore {session.id} brings it back",
                partial(_finish, checkup.ctx, session),
            )  # fmt: skip


def _finish(ctx: Context, session: Session) -> None:
    with held(ctx, session.id, "cleanup") as (session, _):
        cleanup_note.finish_killed(ctx, session, lambda note: None)
