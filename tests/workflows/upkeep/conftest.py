"""A machine to fall ill, and the doctor for it."""

from __future__ import annotations

from pathlib import Path

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


@pytest.fixture
def doctor(world: World, tmp_path: Path) -> Doctor:
    return Doctor(world, tmp_path)
