"""A database that another program keeps locked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from ampsm.context import Context
from ampsm.store import opening


@contextmanager
def locked_store(ctx: Context) -> Iterator[None]:
    """While it is entered nobody can write the database, and nobody waits for it."""
    ctx.store.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(ctx.paths.database, isolation_level=None)
    with closing(other), pytest.MonkeyPatch.context() as at_once:
        at_once.setattr(opening, "BUSY_SECONDS", 0)
        other.execute("BEGIN IMMEDIATE")
        yield
