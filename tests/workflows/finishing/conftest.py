"""Sessions whose history a test has drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.context import Context
from tests.support.drawn import Drawn, draw_session
from tests.support.world import World


@pytest.fixture
def drawn(ctx: Context, tmp_path: Path, world: World) -> Callable[..., Drawn]:
    """`drawn(text, name="Drawn")`: a session with the history that the text draws, in a repository of its own."""

    def make(text: str, *, name: str = "Drawn") -> Drawn:
        repo = tmp_path / f"repo-{len(list(tmp_path.glob('repo-*')))}"
        repo.mkdir()
        world.git(repo, "init", "-q")
        return draw_session(world, ctx, repo, text, name=name)

    return make
