"""What commands and people do to branches is seen soon, in the list and on the page alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from ampsm_gui.models.sessions.table import POSITION_ROLE
from ampsm_gui.pages.window.main_window import MainWindow
from tests.gui.conftest import World

Build = Callable[..., MainWindow]


def listed(window: MainWindow, session: dict[str, Any]) -> tuple[int | None, int | None] | None:
    """Ahead and behind as the row of a session says it."""
    model = window.sessions.table.model()
    found = {window.sessions._model.session_row(row).id: row for row in range(model.rowCount())}
    row = found.get(session["id"])
    return None if row is None else model.index(row, 0).data(POSITION_ROLE)


def on_page(window: MainWindow) -> tuple[Any, ...]:
    """Ahead, behind and the changed files as the page says it."""
    view = window.session_page._view or {}
    git, change = view.get("git", {}), view.get("change") or {}
    return git.get("ahead"), git.get("behind"), change.get("files")


def test_list_and_page_follow_git(window: Build, world: World, qtbot: QtBot, monkeypatch: Any) -> None:
    """A person's commit; a merge by another terminal, which moves the base of all and merges one."""
    monkeypatch.setattr("ampsm_gui.pages.sessions.in_sight._CALM_MS", 1_000_000)
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"})
    one, other = world.new(repo, "One"), world.new(repo, "Other")
    made = window(session=other["id"])
    qtbot.waitUntil(lambda: (listed(made, one), listed(made, other)) == ((0, 0), (0, 0)))
    qtbot.waitUntil(lambda: on_page(made) == (0, 0, 0))
    world.commit(Path(other["worktree"]), {"mine.txt": "mine\n"})
    qtbot.waitUntil(lambda: (listed(made, other), on_page(made)) == ((1, 0), (1, 0, 1)))
    world.iterate(one)
    qtbot.waitUntil(lambda: listed(made, one) == (1, 0))
    world.ok("merge", one["id"])
    qtbot.waitUntil(lambda: (listed(made, other), on_page(made)) == ((1, 1), (1, 1, 1)))
    status = world.status(one)["git"]
    qtbot.waitUntil(lambda: listed(made, one) == (status["ahead"], status["behind"]))
    # The figures come from git, the status from the store: each when it is news.
    qtbot.waitUntil(lambda: made.sessions._model.session(one["id"]).status == "done")  # type: ignore[union-attr]


def test_list_and_page_say_alike_that_a_worktree_is_gone(
    window: Build, world: World, qtbot: QtBot, monkeypatch: Any
) -> None:
    """Removed and brought back by hand; and cleaned up, which is not *Ready* either."""
    monkeypatch.setattr("ampsm_gui.pages.sessions.in_sight._CALM_MS", 1_000_000)
    session = world.new(world.make_repo(), "One")
    made = window(session=session["id"])

    def said() -> tuple[str, str]:
        row = made.sessions._model.session(session["id"])
        return row.status if row else "", made.session_page.header.badge.accessibleName()

    qtbot.waitUntil(lambda: said() == ("idle", "Ready"))
    place = Path(session["worktree"])
    place.rename(place.with_name("elsewhere"))
    qtbot.waitUntil(lambda: said() == ("awaiting-input", "Needs you"))
    place.with_name("elsewhere").rename(place)
    qtbot.waitUntil(lambda: said() == ("idle", "Ready"))
    world.ok("cleanup", session["id"], "--yes")
    qtbot.waitUntil(lambda: said()[1] == "Cleaned up")


def test_list_and_page_count_the_same_conflicts_while_an_editor_resolves_them(
    window: Build, world: World, qtbot: QtBot, monkeypatch: Any
) -> None:
    monkeypatch.setattr("ampsm_gui.pages.sessions.in_sight._CALM_MS", 1_000_000)
    monkeypatch.setattr("ampsm_gui.pages.session.reader._OUTSIDE_MS", 100)
    monkeypatch.setattr("ampsm_gui.models.session.reading._STALE_MS", 0)
    world.use(tools=[], edits={"README.md": "session\n", "a.txt": "session\n"})
    repo = world.make_repo()
    session = world.new(repo)
    world.iterate(session)
    world.commit(repo, {"README.md": "main\n", "a.txt": "main\n"}, "on main")
    assert world.cli("rebase", session["id"]).code == 4
    made = window(session=session["id"])

    def said() -> tuple[str, str]:
        row = made.sessions._model.session(session["id"])
        return row.reason if row else "", made.session_page.header.sentence.text()

    qtbot.waitUntil(lambda: said()[0] == "2 conflicts" and "2 conflicted files" in said()[1])
    (Path(session["worktree"]) / "a.txt").write_text("both\n")
    qtbot.waitUntil(lambda: said()[0] == "1 conflict" and "1 conflicted file." in said()[1])
