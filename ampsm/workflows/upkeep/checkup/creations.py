"""Creations that were killed before they were done, or before they could take back what they had made (SPEC 4.6)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.system.locks import lock_holder
from ampsm.workflows.session.creation import finish_half_made, pending
from ampsm.workflows.upkeep.checkup.findings import WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    folder = checkup.ctx.paths.creating_dir
    for session_id in pending(checkup.ctx):
        note = folder / f"{session_id}.json"
        if lock_holder(note.with_suffix(".lock")) is not None or not note.exists():
            continue  # its `new` is at work
        yield Finding(
            "half-made-session", WARNING, session_id,
            "A `new` was killed while it made this session. The next `new` takes back what it has left.",
            "doctor --fix removes its worktree and branch, if they hold no work",
            partial(_finish, checkup.ctx, note),
        )  # fmt: skip


def _finish(ctx: Context, note: Path) -> None:
    finish_half_made(ctx)
    if note.exists():
        raise UserError("uncommitted-changes", "it may hold work, so all of it stays", hint=f"cat '{note}'")
