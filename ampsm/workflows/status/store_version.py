"""Noticing that somebody has changed the database."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context


class StoreVersion:
    """Says whether other connections have changed the database since it was last asked; closes the context it got."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seen = ctx.store.data_version()
        self._file = _identity(ctx.paths.database)

    def moved(self) -> bool:
        """Whether something was committed, by anyone but this connection, since the last call."""
        version = self._ctx.store.data_version()
        moved, self._seen = version != self._seen, version
        return moved

    def replaced(self) -> bool:
        """Whether another file is in the database's place, or none: this connection sees nothing of it."""
        return _identity(self._ctx.paths.database) != self._file

    def close(self) -> None:
        self._ctx.close()


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
