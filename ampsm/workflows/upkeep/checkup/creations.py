"""Creations that were killed before they were done, or before they could take back what they had made (SPEC 4.6)."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.system.locks import lock_holder
from ampsm.workflows.session import create
from ampsm.workflows.upkeep.checkup.findings import WARNING, Checkup, Finding, Findings


def pending(ctx: Context) -> dict[str, str]:
    """Id and branch of the sessions that are being created, or were when their `new` was killed."""
    folder = ctx.paths.creating_dir
    found: dict[str, str] = {}
    for note in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            found[note.stem] = str(json.loads(note.read_bytes())["branch"])
        except (OSError, ValueError, KeyError, TypeError):
            found[note.stem] = ""
    return found


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
    create.finish_half_made(ctx)
    if note.exists():
        raise UserError("uncommitted-changes", "it may hold work, so all of it stays", hint=f"cat '{note}'")
