"""The context of a test's database, for what is called in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampsm.context import Context, open_context
from tests.conftest import world
from tests.support.place import Place
from tests.support.world import World

__all__ = ["World", "world"]


@pytest.fixture
def ctx(home: Path) -> Iterator[Context]:
    """The context of this test's database."""
    with open_context() as found:
        yield found


@pytest.fixture
def place(world: World, ctx: Context) -> Place:
    """A repository, and sessions in it that are handled in this process."""
    return Place(world, ctx)
