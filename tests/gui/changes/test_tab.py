"""The Changes tab over real sessions: sources, tree, diff, search, what stays while the agent writes."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QTreeView
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.changes.sources import Source
from ampsm_gui.models.diff.rows import FOLD
from ampsm_gui.pages.changes.tab import ChangesTab
from ampsm_gui.widgets.diff.view import DiffView
from tests.gui.conftest import World

BEFORE = "".join(f"value_{number} = {number}\n" for number in range(120))
AFTER = BEFORE.replace("value_5 = 5\n", "value_5 = 'five'\n").replace("value_90 = 90\n", "value_90 = 90\nmore = 1\n")


@pytest.fixture
def session(world: World, kept: Callable[..., Any]) -> Any:
    return kept("code", lambda: _session(world))


def _session(world: World) -> dict[str, Any]:
    repo = world.make_repo()
    (repo / "src" / "code.py").write_text(BEFORE)
    world.git(repo, "add", "-A")
    world.git(repo, "commit", "-qm", "code")
    return world.new(repo, "Login")


@pytest.fixture
def tab(desktop: Desktop, qtbot: QtBot) -> Iterator[ChangesTab]:
    made = ChangesTab(desktop)
    qtbot.addWidget(made)
    made.resize(1156, 600)
    made.show()
    yield made
    made.show_session(None)


def place_of(session: dict[str, Any]) -> Path:
    return Path(session["worktree"])


def place_of_row(diff: DiffView, row: int) -> QRect:
    """Where a row is painted in the viewport."""
    height = diff._geometry.row_height
    return QRect(0, row * height - diff.verticalScrollBar().value(), diff.viewport().width(), height)


def rows_of(tab: ChangesTab) -> list[str]:
    return [change.path for change in tab.tree.model.files]


def show(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any], path: str) -> None:
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: path in rows_of(tab))
    choose(tab, qtbot, path)


def is_split(tab: ChangesTab) -> bool:
    return tab.pane.diff.split


def shows(tab: ChangesTab, paths: list[str]) -> bool:
    return rows_of(tab) == paths


def choose(tab: ChangesTab, qtbot: QtBot, path: str) -> None:
    tab.tree.show_path(path)
    qtbot.waitUntil(lambda: bool(tab.pane.file and tab.pane.file.change.path == path))


def test_everything_that_changed_is_in_the_tree(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    counts: list[int | None] = []
    tab.count_changed.connect(counts.append)
    place = place_of(session)
    (place / "src" / "code.py").write_text(AFTER)
    (place / "new folder").mkdir()
    (place / "new folder" / "日本 😀.txt").write_text("x\n")
    show(tab, qtbot, session, "src/code.py")
    view = tab.findChild(QTreeView, "changesTree")
    assert view is not None
    assert view.model().rowCount() == 2
    assert counts[-1] == 2
    index = tab.tree.model.index_of_path("src/code.py")
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Modified: src/code.py, 2 lines added, 1 removed"
    diff = tab.findChild(DiffView, "diffView")
    assert diff is tab.pane.diff
    assert diff.rows is not None
    assert len(diff.rows.changes) == 2


def test_nothing_changed_yet_then_something(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: tab.layout_of.message == "Nothing changed yet")
    (place_of(session) / "a.txt").write_text("x\n")
    tab.refresh()
    qtbot.waitUntil(lambda: rows_of(tab) == ["a.txt"])
    assert tab.layout_of.message == ""


def test_iterations_commits_and_what_is_not_committed(
    tab: ChangesTab, qtbot: QtBot, world: World, session: dict[str, Any]
) -> None:  # fmt: skip
    place = place_of(session)
    (place / "first.txt").write_text("1\n")
    world.ok("commit", session["id"], "--message", "My first")
    (place / "second.txt").write_text("2\n")
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: rows_of(tab) == ["first.txt", "second.txt"])
    box = tab.findChild(QComboBox, "changesSource")
    assert box is not None
    words = [box.itemText(row) for row in range(box.count()) if box.itemData(row) is not None]
    assert words[:2] == ["Everything", "Not committed"]
    assert words[2].endswith("My first")
    for row, wanted in ((1, ["second.txt"]), (box.count() - 1, ["first.txt"]), (0, ["first.txt", "second.txt"])):
        box.setCurrentIndex(row)
        box.activated.emit(row)
        qtbot.waitUntil(partial(shows, tab, wanted))


def test_layouts_changes_and_files_by_keys(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    place = place_of(session)
    (place / "src" / "code.py").write_text(AFTER)
    (place / "zz.txt").write_text("x\n")
    show(tab, qtbot, session, "src/code.py")
    diff = tab.pane.diff
    tab.setFocus()
    assert tab.focusProxy() is tab.tree.view
    diff.setFocus()
    assert is_split(tab)
    QTest.keyClick(diff, Qt.Key.Key_S)
    assert not is_split(tab)
    QTest.keyClick(diff, Qt.Key.Key_S)
    for expected in (0, 1, 1):
        QTest.keyClick(diff, Qt.Key.Key_N)
        assert diff.change == expected
    QTest.keyClick(diff, Qt.Key.Key_P)
    assert diff.change == 0
    QTest.keyClick(diff, Qt.Key.Key_V)
    assert tab.tree.model.index_of_path("src/code.py").data(Qt.ItemDataRole.AccessibleTextRole).endswith("viewed")
    QTest.keyClick(diff, Qt.Key.Key_BracketRight)
    qtbot.waitUntil(lambda: tab.tree.current_path == "zz.txt")
    QTest.keyClick(diff, Qt.Key.Key_BracketLeft)
    qtbot.waitUntil(lambda: tab.tree.current_path == "src/code.py")


def test_white_space_can_be_hidden(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    (place_of(session) / "src" / "code.py").write_text(BEFORE.replace("value_5 = 5", "value_5   =   5"))
    show(tab, qtbot, session, "src/code.py")
    QTest.keyClick(tab.pane.diff, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: tab.pane.sentence == "Nothing but white space has changed.")
    tab.pane.header.space.click()
    qtbot.waitUntil(lambda: tab.pane.sentence == "")


def test_search_marks_counts_and_opens_folds(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    (place_of(session) / "src" / "code.py").write_text(AFTER)
    show(tab, qtbot, session, "src/code.py")
    QTest.keyClick(tab.pane.diff, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = tab.pane.find_bar
    QTest.keyClicks(bar.field, "VALUE_50")
    count = bar.findChild(QLabel)
    assert isinstance(count, QLabel)
    qtbot.waitUntil(lambda: count.text() == "1 of 1")
    rows = tab.pane.diff.rows
    assert rows is not None
    assert rows.open_gaps()
    QTest.keyClicks(bar.field, "nope")
    qtbot.waitUntil(lambda: count.text() == "Not found")
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_code_is_copied_without_signs(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    (place_of(session) / "src" / "code.py").write_text("a😀b\n\ttab\n")
    show(tab, qtbot, session, "src/code.py")
    diff = tab.pane.diff
    QTest.keyClick(diff, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(diff, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().strip() == "a😀b\n\ttab"
    place = place_of_row(diff, 0)
    right = diff.viewport().width() // 2 + 60
    QTest.mouseDClick(diff.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(right, place.center().y()))
    assert diff.selected_text() in ("a", "😀", "b")


def test_the_place_stays_while_the_agent_writes(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    file = place_of(session) / "src" / "code.py"
    file.write_text("".join(f"other_{number} = {number}\n" for number in range(400)))
    show(tab, qtbot, session, "src/code.py")
    diff = tab.pane.diff
    diff.verticalScrollBar().setValue(200 * diff.verticalScrollBar().singleStep())
    QTest.keyClick(diff, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    selected = diff.selected_text()
    assert selected.startswith("other_")
    old = diff.document
    file.write_text("first = 1\nsecond = 2\n" + file.read_text())
    (place_of(session) / "aaa.txt").write_text("before the others\n")
    tab.refresh()
    qtbot.waitUntil(lambda: diff.document is not old, timeout=5000)
    top = diff.verticalScrollBar().value() // diff.verticalScrollBar().singleStep()
    assert tab.tree.current_path == "src/code.py"
    assert top == 202
    assert diff.selected_text() == selected
    assert "aaa.txt" in rows_of(tab)


def test_a_folded_part_opens_and_closes(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    (place_of(session) / "src" / "code.py").write_text(AFTER)
    show(tab, qtbot, session, "src/code.py")
    diff = tab.pane.diff
    rows = diff.rows
    assert rows is not None
    before, fold = len(rows.rows), [at for at, row in enumerate(rows.rows) if row[0] == FOLD][1]
    place = place_of_row(diff, fold).center()
    QTest.mouseClick(diff.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(rows.rows) > before
    QTest.mouseClick(diff.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(rows.rows) == before
    QTest.keyClick(diff, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert len(rows.rows) >= 120


def test_what_has_no_lines_says_so(
    tab: ChangesTab, qtbot: QtBot, world: World, session: dict[str, Any], run_git: Callable[..., str]
) -> None:  # fmt: skip
    place = place_of(session)
    (place / "data.bin").write_bytes(b"\0" * 3000)
    (place / "empty").write_text("")
    (place / "README.md").chmod(0o755)
    image = QImage(12, 8, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(place / "logo.png"))
    (place / "moved.py").write_bytes((place / "src" / "code.py").read_bytes())
    (place / "src" / "code.py").unlink()
    for path, sentence in (
        ("data.bin", "A binary file of 3.0 kB was added."),
        ("empty", "An empty file was added."),
        ("README.md", "Only its mode changed: from a file to an executable file."),
        ("moved.py", "Renamed from src/code.py. What it holds is the same."),
    ):
        show(tab, qtbot, session, path)
        assert tab.pane.sentence == sentence
    choose(tab, qtbot, "logo.png")
    assert tab.pane.sentence == ""
    assert tab.pane.file is not None
    assert tab.pane.file.pictures is not None
    assert tab.pane.file.pictures[1].image is not None
    assert tab.pane.file.pictures[1].image.width() == 12


def test_a_drawing_under_the_name_of_an_image_reads_no_file(
    tab: ChangesTab, qtbot: QtBot, tmp_path: Path, session: dict[str, Any]
) -> None:
    """What it names may be a pipe, at which the window would wait for ever."""
    secret = QImage(16, 16, QImage.Format.Format_RGB32)
    secret.fill(Qt.GlobalColor.green)
    secret.save(str(tmp_path / "secret.png"))
    link = f'<image width="32" height="32" xlink:href="{tmp_path / "secret.png"}"/>'
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    drawing = f'<svg {names} width="32" height="32">{link}</svg>'.encode()
    place = place_of(session)
    (place / "zipped.png").write_bytes(gzip.compress(drawing))
    (place / "marked.png").write_bytes(drawing)
    (place / ".gitattributes").write_text("*.png binary\n")
    for name in ("zipped.png", "marked.png"):
        show(tab, qtbot, session, name)
        assert tab.pane.file is not None and tab.pane.file.pictures is not None
        image = tab.pane.file.pictures[1].image
        assert image is not None and image.isNull(), name


def test_narrow_it_is_unified_with_the_tree_as_a_field(
    tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]
) -> None:  # fmt: skip
    (place_of(session) / "src" / "code.py").write_text(AFTER)
    (place_of(session) / "zz.txt").write_text("x\n")
    tab.resize(756, 400)
    show(tab, qtbot, session, "src/code.py")
    assert not is_split(tab)
    assert not tab.tree.isVisible()
    QTest.keyClick(tab.pane.diff, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert tab.tree.isVisible()
    QTest.keyClicks(tab.tree.filter, "zz")
    qtbot.waitUntil(lambda: tab.tree.current_path == "zz.txt")
    QTest.keyClick(tab.tree.filter, Qt.Key.Key_Return)
    assert not tab.tree.isVisible()
    tab.resize(1156, 400)
    assert is_split(tab)
    assert tab.tree.isVisible()


def test_a_session_that_cannot_be_read_says_why(
    tab: ChangesTab, qtbot: QtBot, world: World, session: dict[str, Any]
) -> None:  # fmt: skip
    world.ok("cleanup", session["id"], "--yes")
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: "was cleaned up" in tab.layout_of.message)


def test_conflicts_links_and_submodules(
    tab: ChangesTab, qtbot: QtBot, world: World, session: dict[str, Any]
) -> None:  # fmt: skip
    place = place_of(session)
    (place / "lib").mkdir()
    world.git(place / "lib", "init", "-q")
    world.git(place / "lib", "commit", "-q", "--allow-empty", "-m", "x")
    sub = world.git(place / "lib", "rev-parse", "HEAD").strip()
    world.git(place, "update-index", "--add", "--cacheinfo", f"160000,{sub},lib")
    (place / "link").write_text("text\n")
    world.git(place, "add", "link")
    world.git(place, "commit", "-qm", "submodule and file")
    (place / "link").unlink()
    (place / "link").symlink_to("README.md")
    world.git(place, "checkout", "-q", "-b", "other")
    (place / "src" / "code.py").write_text("theirs\n")
    world.git(place, "commit", "-qam", "theirs")
    world.git(place, "checkout", "-q", session["branch"])
    (place / "src" / "code.py").write_text("ours\n")
    world.git(place, "commit", "-qam", "ours")
    with pytest.raises(AssertionError):
        world.git(place, "merge", "other")
    show(tab, qtbot, session, "lib")
    assert tab.pane.sentence == f"A submodule was added at commit {sub[:10]}."
    choose(tab, qtbot, "src/code.py")
    document = tab.pane.diff.document
    assert document is not None
    assert any(line.text.startswith("<<<<<<<") for line in document.lines)
    assert tab.pane.file is not None
    assert tab.pane.file.change.status == "unmerged"


def test_a_source_that_a_squash_replaced_gives_way(
    tab: ChangesTab, qtbot: QtBot, world: World, session: dict[str, Any]
) -> None:  # fmt: skip
    (place_of(session) / "first.txt").write_text("1\n")
    world.ok("commit", session["id"], "--message", "My first")
    show(tab, qtbot, session, "first.txt")
    gone = Source("commit", "0" * 40, "00000000", "gone")
    tab.layout_of.source_chosen.emit(gone)
    qtbot.waitUntil(lambda: tab.layout_of.message == "" and rows_of(tab) == ["first.txt"])
    tab.refresh()
    qtbot.waitUntil(lambda: rows_of(tab) == ["first.txt"])


def test_an_iteration_is_a_source_and_shows_what_it_did(
    tab: ChangesTab, qtbot: QtBot, world: World, session: dict[str, Any]
) -> None:  # fmt: skip
    (place_of(session) / "mine.txt").write_text("1\n")
    world.ok("commit", session["id"], "--message", "Mine")
    world.use(edits={"agent.txt": "by the agent\n"})
    world.iterate(session)
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: rows_of(tab) == ["agent.txt", "mine.txt"])
    box = tab.findChild(QComboBox, "changesSource")
    assert box is not None
    row = next(row for row in range(box.count()) if box.itemText(row).startswith("Iteration 1"))
    box.activated.emit(row)
    qtbot.waitUntil(lambda: rows_of(tab) == ["agent.txt"])


def test_of_a_huge_diff_only_what_is_in_sight_is_laid_out(
    tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]
) -> None:  # fmt: skip
    (place_of(session) / "huge.txt").write_text("".join(f"line {number}\n" for number in range(50_000)))
    show(tab, qtbot, session, "huge.txt")
    diff = tab.pane.diff
    assert not diff.split  # it has one side only
    assert diff.rows is not None
    assert len(diff.rows.rows) == 50_000
    diff.verticalScrollBar().setValue(diff.verticalScrollBar().maximum())
    diff.viewport().repaint()
    assert diff.laid_out < 200


def test_colours_follow_the_theme(tab: ChangesTab, qtbot: QtBot, session: dict[str, Any]) -> None:
    (place_of(session) / "new.py").write_text("x = 1\n")
    show(tab, qtbot, session, "new.py")
    theme = tab.desktop.theme
    for scheme in ("dark", "light"):
        theme.set_preference(scheme)
        image = tab.pane.diff.viewport().grab().toImage()
        place = place_of_row(tab.pane.diff, 0)
        seen = image.pixelColor(place.right() - 4, place.center().y())
        assert seen == theme.color("diff.addedLine")


def test_an_iteration_that_runs_never_says_that_it_changed_nothing(
    tab: ChangesTab, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    world.use(tools=[], edits={}, hang=300)
    world.ok("iterate", session["id"], "--detach")
    tab.show_session(session["id"])
    tab.show_iteration(1)
    qtbot.waitUntil(lambda: tab._corner.text().startswith("Iteration 1"))
    assert tab.layout_of.message == "Nothing changed yet"
    world.ok("stop", session["id"])
    tab.refresh()
    qtbot.waitUntil(lambda: tab.layout_of.message == "Nothing changed here")


def test_a_manual_commit_is_shown_alone(tab: ChangesTab, world: World, session: dict[str, Any], qtbot: QtBot) -> None:
    world.commit(place_of(session), {"one.txt": "1\n"}, "first")
    sha = world.commit(place_of(session), {"two.txt": "2\n"}, "second")
    tab.show_session(session["id"])
    tab.show_commit(sha)
    qtbot.waitUntil(lambda: rows_of(tab) == ["two.txt"])
    assert tab._corner.text() == f"{sha[:8]} · second"
