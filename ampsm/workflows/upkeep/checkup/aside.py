"""Putting what is damaged out of the way, so that it can be made again: nothing of it is deleted."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.context import Context
from ampsm.model.errors import UserError, quoted
from ampsm.store.opening import STORE_LOCK
from ampsm.system.files import locked
from ampsm.system.locks import lock_holder
from ampsm.workflows.session import session_file


def free_folder(database: Path) -> Path:
    """The name of a folder that is not there yet, for a database and the files beside it."""
    names = (database.with_name(f"{database.name}.damaged{number or ''}") for number in range(1000))
    return next(name for name in names if not os.path.lexists(name))


def database_files(database: Path) -> list[Path]:
    """The database and what SQLite keeps beside it, as far as it is there."""
    files = (database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal"))
    return [file for file in files if os.path.lexists(file)]


def move_database_away(ctx: Context, files: list[Path]) -> Path:
    """Puts these files of the database into a folder of their own, and returns that. Raises `busy` while somebody is at
    work in a session, who may write into the database; OSError."""
    database = ctx.paths.database
    with locked(ctx.paths.data_dir / STORE_LOCK):
        if busy := _at_work(ctx):
            raise UserError(
                "busy", f"Session {busy} is at work, and may write into {database}",
                hint=f"amp-sessions stop {busy} ; then amp-sessions doctor --fix", details={"sessionId": busy},
            )  # fmt: skip
        folder = free_folder(database)
        folder.mkdir(mode=0o700)
        for file in files:
            if os.path.lexists(file):
                file.rename(folder / file.name)
    return folder


def moved_by_hand(database: Path, files: list[Path]) -> str:
    """The same as a command to type."""
    folder = quoted(free_folder(database))
    return f"mkdir {folder} && mv {' '.join(quoted(file) for file in files)} {folder}"


def _at_work(ctx: Context) -> str | None:
    for session_id in session_file.known_ids(ctx):
        if lock_holder(ctx.paths.lock(session_id)) is not None:
            return session_id
    return None
