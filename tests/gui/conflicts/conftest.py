"""A session whose merge waits at conflicts, and the page for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.conflicts.page import ConflictPage
from tests.gui.conftest import World

Text = str | bytes | None
#: Base, target and session of each path; None is a file that is not there.
Sides = dict[str, tuple[Text, Text, Text]]


def numbered(count: int, **changed: str) -> str:
    """Lines `line 1`, `line 2` …, some of them others: `numbered(9, l3="x")`."""
    return "".join(f"{changed.get(f'l{number}', f'line {number}')}\n" for number in range(1, count + 1))


TWO = (
    numbered(30),
    numbered(30, l5="target five", l15="only target", l25="target end"),
    numbered(30, l5="session five", l25="session end"),
)


@pytest.fixture
def conflicted(world: World, kept: Callable[..., Any]) -> Callable[[Sides], dict[str, Any]]:
    """`conflicted({path: (base, target, session)})`: a session whose merge has stopped there."""

    def find(sides: Sides) -> dict[str, Any]:
        found: dict[str, Any] = kept(f"conflicted {sides}", lambda: make(sides))
        return found

    def make(sides: Sides) -> dict[str, Any]:
        base, target, session = ({path: texts[at] for path, texts in sides.items()} for at in range(3))
        repo = world.make_repo(files={path: text for path, text in base.items() if text is not None})
        world.use(edits={"own.txt": "own\n"})
        made = world.new(repo, "Type the settings")
        world.iterate(made)
        _become(world, Path(made["worktree"]), base, session, "Type them")
        _become(world, repo, base, target, "Send the locale")
        assert world.cli("merge", made["id"], "--message", "feat: all").code == 4
        return made

    return find


@pytest.fixture
def page(request: pytest.FixtureRequest, qtbot: QtBot) -> Callable[[dict[str, Any]], ConflictPage]:
    """`page(session)`: shown, with its first file open. There is no desktop before it, which would read each step of a
    scene."""

    def make(session: dict[str, Any]) -> ConflictPage:
        desktop: Desktop = request.getfixturevalue("desktop")
        made = ConflictPage(desktop, session["id"])
        qtbot.addWidget(made)
        made.resize(900, 600)
        made.show()
        qtbot.waitUntil(lambda: made.shown_path() != "", timeout=10_000)
        return made

    return make


def _become(world: World, where: Path, base: dict[str, Text], wanted: dict[str, Text], message: str) -> None:
    gone = [path for path, text in wanted.items() if text is None and base[path] is not None]
    if gone:
        world.git(where, "rm", "-q", *gone)
    world.commit(where, {path: text for path, text in wanted.items() if text not in (None, base[path])}, message)
