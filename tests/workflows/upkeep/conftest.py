"""A machine to fall ill, and the doctor for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "db" / "sessions.sqlite"


@pytest.fixture
def data(database: Path) -> Path:
    """The folder of journals, notes and settings beside the database."""
    return database.with_name("sessions.d")


class WaitingIteration(NamedTuple):
    """An iteration whose agent goes on until it is told to: its session, and `end`, which lets it end."""

    session: dict[str, Any]
    end: Callable[[], object]


@pytest.fixture
def waiting(world: World, tmp_path: Path, wait_until: Callable[..., Any]) -> WaitingIteration:
    ready, go = tmp_path / "ready", tmp_path / "go"
    world.use(ready=ready, hang_until=go)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    return WaitingIteration(session, go.touch)


@pytest.fixture
def doctor(world: World, tmp_path: Path) -> Doctor:
    return Doctor(world, tmp_path)
