"""Noticing that somebody has changed the database, or that a worker was killed, which changes nothing in it."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.store import sessions
from ampsm.workflows.session.recover import worker_lives


class StoreVersion:
    """Says whether something else is to be read than when it was last asked; closes the context it got."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seen = ctx.store.data_version()
        self._file = _identity(ctx.paths.database)
        self._running = sessions.running_ids(ctx.store)
        self._dead = self._without_worker()

    def moved(self) -> bool:
        """Whether, since the last call, anyone but this connection has committed something, or the worker of a session
        that says `running` was killed."""
        version, dead = self._ctx.store.data_version(), self._dead
        moved, self._seen = version != self._seen, version
        if moved:
            self._running = sessions.running_ids(self._ctx.store)
        self._dead = self._without_worker()
        return moved or self._dead != dead

    def replaced(self) -> bool:
        """Whether another file is in the database's place, or none: this connection sees nothing of it."""
        return _identity(self._ctx.paths.database) != self._file

    def _without_worker(self) -> set[str]:
        return {session_id for session_id in self._running if not worker_lives(self._ctx, session_id)}

    def close(self) -> None:
        self._ctx.close()


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
