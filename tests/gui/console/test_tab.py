"""The console over real journals: what is written shows, folds, is found and followed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ampsm.journal import events as ev
from ampsm.journal.codec import encode
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.results import copied
from ampsm_gui.models.console.search import find_rows
from ampsm_gui.pages.console.tab import ConsoleTab
from ampsm_gui.widgets.console.strips import Block
from tests.support.world import World

Build = Callable[..., ConsoleTab]

_TOOLS = [
    {"name": "Read", "input": {"path": "src/tokens.py"}, "result": "one\ntwo"},
    {
        "name": "Bash", "input": {"cmd": "pytest -q tests/auth"}, "error": True,
        "result": "\n".join([*(f"line {number}" for number in range(30)), "1 failed, 17 passed"]),
    },
]  # fmt: skip


@pytest.fixture
def build(desktop: Desktop, qtbot: QtBot) -> Iterator[Build]:
    """`build(session, size=(820, 560))`: the tab, shown."""

    def make(session: dict[str, Any] | None = None, size: tuple[int, int] = (820, 560)) -> ConsoleTab:
        tab = ConsoleTab(desktop)
        qtbot.addWidget(tab)
        tab.resize(*size)
        tab.show()
        qtbot.waitExposed(tab)
        if session is not None:
            tab.show_session(session["id"])
        return tab

    yield make


def lines(tab: ConsoleTab) -> list[str]:
    return [str(tab.model.index(row, 0).data()) for row in range(tab.model.rowCount())]


def current(tab: ConsoleTab) -> str:
    """The current row with the iteration it belongs to."""
    place = tab.view.current_place()
    return "" if place is None else f"{place.section.number}: {tab.model.words(place)}"


def is_following(tab: ConsoleTab) -> bool:
    return tab.view.following


def row_with(tab: ConsoleTab, words: str) -> int:
    return next(row for row, line in enumerate(lines(tab)) if words in line)


def test_an_iteration_is_told_in_readable_lines(build: Build, world: World, qtbot: QtBot) -> None:
    world.use(tools=_TOOLS)
    session = world.new(world.make_repo(), prompt="Rotate the tokens")
    world.iterate(session)
    tab = build(session)
    qtbot.waitUntil(lambda: any("● Bash" in line for line in lines(tab)))
    assert lines(tab)[0] == f"Created from main at {session['baseSha'][:7]}"
    assert lines(tab)[1].startswith("Iteration 1")
    assert "Rotate the tokens" in lines(tab)[2]
    assert any("● Read src/tokens.py" in line and "✔" in line for line in lines(tab))


@pytest.mark.session(iterations=1, tools=_TOOLS)
def test_what_failed_is_open_the_rest_folded(build: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    tab = build(session)
    qtbot.waitUntil(lambda: any("Bash" in line for line in lines(tab)))
    read, bash = tab.model.place(row_with(tab, "● Read")), tab.model.place(row_with(tab, "● Bash"))
    assert tab.model.is_open(bash)
    assert not tab.model.is_open(read)
    folded = tab.view.rowHeight(row_with(tab, "● Read"))
    tab.view.setFocus()
    tab.view.setCurrentIndex(tab.model.index(row_with(tab, "● Read"), 0))
    QTest.keyClick(tab.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: tab.view.rowHeight(row_with(tab, "● Read")) > folded)
    high = tab.view.rowHeight(row_with(tab, "● Bash"))
    row = row_with(tab, "● Bash")
    tab.view.scrollTo(tab.model.index(row, 0))
    block = tab.view.delegate.layout.block(tab.model.place(row), tab.view.viewport().width())
    assert block is not None
    assert [word.words for word in block.foot if word.deed] == ["Show all 31 lines", "Copy command", "raw"]
    tab.model.show_whole(row)
    qtbot.waitUntil(lambda: tab.view.rowHeight(row) > 2 * high)
    tab.view.setCurrentIndex(tab.model.index(row, 0))
    QTest.keyClick(tab.view, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: "1 failed, 17 passed" in QGuiApplication.clipboard().text())


@pytest.mark.session(iterations=1)
def test_older_iterations_are_folded_and_read_when_unfolded(
    build: Build, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    world.iterate(session, "--notes", "Now the second")
    tab = build(session)
    qtbot.waitUntil(lambda: any("Now the second" in line for line in lines(tab)))
    assert [line.split(",")[0] for line in lines(tab)[1:3]] == ["Iteration 1", "Iteration 2"]
    tab.model.toggle(1)
    qtbot.waitUntil(lambda: any("do the thing" in line for line in lines(tab)[2:4]))
    tab.model.toggle(1)
    assert lines(tab)[2].startswith("Iteration 2")
    tab.show_iteration(1)
    qtbot.waitUntil(lambda: len(lines(tab)) > 3 and not any("Iteration 2" in line for line in lines(tab)))


def test_grows_while_an_iteration_runs(
    build: Build, desktop: Desktop, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    world.use(sleep=0.1, lines=40)
    tab = build(session)
    desktop.watcher.changed.connect(tab.refresh)
    world.ok("iterate", session["id"], "--detach")
    qtbot.waitUntil(lambda: tab.model.rowCount() > 3, timeout=8000)
    before = tab.model.rowCount()
    qtbot.waitUntil(lambda: tab.model.rowCount() > before + 5, timeout=8000)
    assert lines(tab)[-1] == "Amp is at work"
    qtbot.waitUntil(lambda: lines(tab)[1].startswith("Iteration 1, Succeeded"), timeout=20000)
    qtbot.waitUntil(lambda: lines(tab)[-1].startswith("Commit "), timeout=8000)
    qtbot.waitUntil(lambda: not tab.feed.following)


@pytest.mark.session(iterations=1, tools=_TOOLS)
def test_search_finds_marks_and_steps(build: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    tab = build(session)
    qtbot.waitUntil(lambda: any("Bash" in line for line in lines(tab)))
    corner = tab.corner()
    assert corner is not None
    corner.show()
    tab._corner.field.setText("17 PASSED")
    qtbot.waitUntil(lambda: tab._corner.said.text() == "1 of 1")
    assert "Bash" in current(tab)
    tab._corner.field.setText("nothing says this")
    qtbot.waitUntil(lambda: tab._corner.said.text() == "No hit")


@pytest.mark.session(iterations=1)
def test_raw_shows_the_agents_own_lines(build: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    tab = build(session)
    qtbot.waitUntil(lambda: len(lines(tab)) > 3)
    tab.view.setFocus()
    QTest.keyClick(tab.view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: any(line.startswith('{"type"') for line in lines(tab)))
    QTest.keyClick(tab.view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: any("Added the feature" in line for line in lines(tab)))


@pytest.mark.session(iterations=1, lines=200)
def test_scrolling_up_ends_following(build: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    tab = build(session)
    bar = tab.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 500 and bar.value() == bar.maximum())
    assert is_following(tab)
    bar.setValue(bar.maximum() // 2)
    assert not is_following(tab)
    for _ in range(2):  # raw, and back: nothing of it is new
        tab._corner.raw.click()
        qtbot.waitUntil(lambda: tab.model.rowCount() > 150)
    assert not is_following(tab) and not tab.view._to_end.isVisible()
    tab.view.setFocus()
    QTest.keyClick(tab.view, Qt.Key.Key_End)
    assert is_following(tab)
    assert bar.value() == bar.maximum()


def test_no_iteration_says_what_to_do(build: Build, world: World, session: dict[str, Any], qtbot: QtBot) -> None:
    world.use()
    tab = build(session)
    qtbot.waitUntil(tab._pages.empty.isVisible)
    assert tab._pages.empty.accessibleName() == "No iteration yet"


def test_steps_of_a_sub_agent_hang_below_their_call(build: Build, world: World, qtbot: QtBot) -> None:
    steps = [
        {"name": "Grep", "id": f"g{n}", "parent": "t", "input": {"pattern": f"p{n}"}, "result": "x"} for n in range(6)
    ]
    world.use(tools=[{"name": "Task", "id": "t", "input": {"description": "Look around"}, "result": "done"}, *steps])
    session = world.new(world.make_repo())
    world.iterate(session)
    tab = build(session)
    qtbot.waitUntil(lambda: any("Grep p1" in line for line in lines(tab)))
    row = row_with(tab, "4 more steps of the sub-agent")
    assert not any("Grep p3" in line for line in lines(tab))
    count = tab.model.rowCount()
    tab.model.toggle(row)
    assert tab.model.rowCount() == count + 3
    qtbot.waitUntil(
        lambda: [line.split("Grep ")[1][:2] for line in lines(tab) if "Grep " in line] == [f"p{n}" for n in range(6)]
    )
    tab.model.toggle(row_with(tab, "● Task"))
    assert tab.model.rowCount() == count


@pytest.mark.session(iterations=1, tools=_TOOLS)
def test_search_goes_into_folded_iterations(build: Build, world: World, session: dict[str, Any], qtbot: QtBot) -> None:
    world.use(tools=[])
    world.iterate(session)
    tab = build(session)
    qtbot.waitUntil(lambda: any("Added the feature" in line for line in lines(tab)))
    assert tab.model.sections[0].folded
    tab._corner.field.setText("17 passed")
    qtbot.waitUntil(lambda: current(tab).startswith("1: "))
    assert "Bash" in current(tab)


def test_paths_are_told_from_the_worktree_and_stay_whole_closely(
    build: Build, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    root = session["worktree"]
    world.use(tools=[
        {"name": "Read", "input": {"path": f"{root}/src/tokens.py"}, "result": "one"},
        {"name": "Grep", "input": {"pattern": "token", "path": root}, "result": "two"},
    ])  # fmt: skip
    world.iterate(session)
    tab = build(session)
    qtbot.waitUntil(lambda: any("● Grep" in line for line in lines(tab)))
    read, grep = row_with(tab, "● Read src/tokens.py"), row_with(tab, "● Grep")
    entries = [tab.model.place(row).entry for row in (read, grep)]
    assert [entry.summary() for entry in entries if entry] == ["src/tokens.py", "token in ."]
    tab.model.toggle(read)
    assert entries[0] is not None and copied(entries[0], raw=False).split("\n")[-2:] == [
        f"path: {root}/src/tokens.py",
        "one",
    ]
    tab.view.setCurrentIndex(tab.model.index(read, 0))
    tab.view.setFocus()
    QTest.keyClick(tab.view, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: f"● Read {root}/src/tokens.py" in QGuiApplication.clipboard().text())
    tab._corner.field.setText(f"{root}/src/tok")
    qtbot.waitUntil(lambda: tab._corner.said.text() == "1 of 1")
    assert "● Read" in current(tab)
    tab._corner.field.clear()
    QTest.keyClick(tab.view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: any(f"{root}/src/tokens.py" in line for line in lines(tab)))


def test_a_long_result_is_whole_to_its_end(build: Build, world: World, qtbot: QtBot) -> None:
    """Events hold the beginning of a long result; what is shown and copied is all of it."""
    said = json.dumps({"output": "\n".join(f"step {number} of a long build" for number in range(900)), "exitCode": 2})
    world.use(tools=[{"name": "Bash", "input": {"cmd": "make"}, "result": said}])
    session = world.new(world.make_repo())
    world.iterate(session)
    tab = build(session)

    def block() -> Block | None:
        rows = [row for row, line in enumerate(lines(tab)) if "● Bash" in line]
        return tab.view.delegate.layout.block(tab.model.place(rows[0]), tab.view.viewport().width()) if rows else None

    qtbot.waitUntil(lambda: (found := block()) is not None and bool(found.foot))
    found = block()
    assert found is not None
    assert [word.words for word in found.foot] == ["Exit code 2", "Show all 900 lines", "Copy command", "raw"]
    assert [strip.line.text for strip in found.strips if strip.line is not None][-1] == "step 899 of a long build"
    tab.view.setCurrentIndex(tab.model.index(row_with(tab, "● Bash"), 0))
    QGuiApplication.clipboard().clear()
    entry = tab.model.place(row_with(tab, "● Bash")).entry
    assert entry is not None
    entry.result = None  # as of a row that was out of sight for long
    tab.view.copy_current()
    assert not QGuiApplication.clipboard().text()  # made on the pool
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().endswith("step 899 of a long build"))
    QTest.keyClick(tab.view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: any("step 9 of a long build" in line for line in lines(tab)))
    assert all(len(line) <= 4_000 for line in lines(tab))  # a row shows no more, and is painted often
    tab.view.setCurrentIndex(tab.model.index(row_with(tab, "step 9 of a long build"), 0))
    tab.view.copy_current()
    assert "step 899 of a long build" in QGuiApplication.clipboard().text()


def test_a_hit_in_the_middle_of_a_result_is_shown(build: Build, world: World, qtbot: QtBot, theme: Theme) -> None:
    """Also in one that was folded, and in lines that are left out until all are asked for."""
    said = json.dumps({"output": "\n".join(f"step {number} of a build" for number in range(300)), "exitCode": 0})
    world.use(tools=[{"name": "Bash", "input": {"cmd": "make"}, "result": said}], lines=60)
    session = world.new(world.make_repo())
    world.iterate(session)
    tab = build(session)
    qtbot.waitUntil(lambda: any("● Bash" in line for line in lines(tab)))
    row = row_with(tab, "● Bash")
    assert not tab.model.is_open(tab.model.place(row))
    tab._corner.field.setText("step 97 of")

    def marked() -> bool:
        image, ground = tab.view.viewport().grab().toImage(), theme.color("selection.findCurrent").rgb()
        return any(image.pixel(x, y) == ground for y in range(image.height()) for x in range(0, image.width(), 3))

    qtbot.waitUntil(marked)
    block = tab.view.delegate.layout.block(tab.model.place(row), tab.view.viewport().width())
    assert block is not None
    top = next(strip.top for strip in block.strips if strip.line is not None and "step 97 " in strip.line.text)
    place = tab.view.rowViewportPosition(row) + tab.view.delegate.layout.row_height() + top
    assert 0 < place < tab.view.viewport().height() - theme.f


def test_search_goes_through_all_of_a_result_and_finds_rows_only(build: Build, world: World, qtbot: QtBot) -> None:
    """What is far in a long result, of which events hold the beginning; no phase, and no end that the header says."""
    said = "\n".join(f"step {number} of a long build" for number in range(900))
    world.use(tools=[{"name": "Bash", "input": {"cmd": "make"}, "result": said}])
    session = world.new(world.make_repo())
    world.iterate(session)
    tab = build(session)
    qtbot.waitUntil(lambda: any("● Bash" in line for line in lines(tab)))
    tab._corner.field.setText("step 899 of")
    qtbot.waitUntil(lambda: "● Bash" in current(tab))
    journal = tab.model.sections[0].path
    rows = set(tab.model.sections[0].offsets)
    for words in ("commit", "succeeded", "agent", "record"):
        assert {offset for _, offset in find_rows([(1, journal)], words, raw=False)} <= rows, words


def test_search_finds_calls_in_their_order(tmp_path: Path) -> None:
    """Of calls that one line of the agent ends, the hits in results and in arguments."""
    journal = tmp_path / "1.jsonl"
    events = [
        ev.ToolStarted(id="a", tool="Bash", args={"cmd": "make"}, seq=1),
        ev.ToolStarted(id="b", tool="Bash", args={"cmd": "make needle"}, seq=2),
        ev.ToolFinished(
            id="b", success=True, result="nothing", seq=3, raw=_raw_results(b="nothing", a="needle " + "x" * 5_000)
        ),
        ev.ToolFinished(id="a", success=True, result="y" * 3_999 + "…", seq=4, raw_seq=3),
    ]
    lines = [encode(event) for event in events]
    journal.write_bytes(b"".join(lines))
    assert find_rows([(1, journal)], "needle", raw=False) == [(1, 0), (1, len(lines[0]))]


def _raw_results(**results: str) -> str:
    blocks = [{"type": "tool_result", "tool_use_id": name, "content": said} for name, said in results.items()]
    return json.dumps({"type": "user", "message": {"role": "user", "content": blocks}})
