"""What calls said, in the console: every kind is drawn as what it is, and nothing that a tool says can break it."""

from __future__ import annotations

import json
import time
from array import array
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ampsm.context import Context
from ampsm.journal import events as ev
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.reading import Rows
from ampsm_gui.models.console.results import WantedResult, make_results
from ampsm_gui.models.console.row_places import RowPlace
from ampsm_gui.models.console.section import Section
from ampsm_gui.models.results.lines import plain_line_of
from ampsm_gui.pages.console.feed import JournalFeed
from ampsm_gui.widgets.console.strips import FILE, RAW, WHOLE, Block, Deed
from ampsm_gui.widgets.console.view import ConsoleView
from tests.support.every_result import every_result, png

WORKTREE = "/tmp/shop/.worktrees/one"
_SIZE = (840, 560)


class Drawn:
    """A console over calls that have ended, each opened."""

    def __init__(self, theme: Theme, qtbot: QtBot, calls: list[dict[str, Any]], size: tuple[int, int] = _SIZE) -> None:
        self.model = ConsoleModel()
        self.view = ConsoleView(theme, self.model)
        qtbot.addWidget(self.view)
        self.asked: list[list[WantedResult]] = []
        self.model.results.wanted.connect(self.asked.append)
        self.opened: list[Any] = []
        self.view.file_requested.connect(self.opened.append)
        self.view.copy_wanted.connect(lambda make: QGuiApplication.clipboard().setText(make()))
        self.model.calls = True
        self.view.set_following(False)
        self._show(calls)
        self.view.resize(*size)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.settle()

    def settle(self) -> None:
        """Until everything in sight is made and laid out."""
        app = QGuiApplication.instance()
        assert app is not None
        for _ in range(6):
            app.processEvents()
            for wanted in self.asked:
                self.model.results.keep(make_results(wanted))
            self.asked.clear()
        app.processEvents()

    def block(self, call: int = 0) -> Block:
        """What stands below a call."""
        found = self.view.delegate.layout.block(self.model.place(1 + call), self.view.viewport().width())
        assert found is not None
        return found

    def text(self, call: int = 0) -> list[str]:
        """Its lines."""
        return [strip.line.text[strip.begin : strip.end] for strip in self.block(call).strips if strip.line is not None]

    def foot(self, call: int = 0) -> list[str]:
        return [word.words for word in self.block(call).foot]

    def deeds(self, call: int = 0) -> list[Deed]:
        row = self.model.index(1 + call, 0)
        return self.view.delegate.deeds(self.model.place(1 + call), self.view.visualRect(row))

    def picture(self) -> QImage:
        self.settle()
        return self.view.viewport().grab().toImage()

    def copied(self, call: int = 0) -> str:
        self.view.setCurrentIndex(self.model.index(1 + call, 0))
        self.view.copy_current()
        return QGuiApplication.clipboard().text()

    def click(self, deed: Deed, call: int = 0) -> None:
        """Clicks the first place where a click does this."""
        rect = self.view.visualRect(self.model.index(1 + call, 0))
        place = self.model.place(1 + call)
        for y in range(rect.top() + 2, rect.bottom(), 3):
            for x in range(rect.left(), rect.right(), 4):
                if self.view.delegate.deed_at(place, rect, QPoint(x, y)) == deed:
                    QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, y))
                    self.settle()
                    return
        raise AssertionError(deed)

    def _show(self, calls: list[dict[str, Any]]) -> None:
        entries = []
        for number, call in enumerate(calls):
            started = ev.ToolStarted(tool=call["name"], args=call.get("input", {}), id=str(number))
            entry = ConsoleEntry(number, started, b"")
            entry.ending = ev.ToolFinished(
                id=str(number), result=call["result"], success=call.get("success", True), duration_ms=1
            )
            entries.append(entry)
        document = {"number": 1, "status": "succeeded", "prompt": "", "startedAt": None}
        self.model.set_journals([(document, Path("/nowhere"))], WORKTREE)
        section: Section = self.model.sections[0]
        self.model.set_rows(section, Rows(0, len(calls), array("Q", range(len(calls))), {}, entries, []))


Draw = Callable[..., Drawn]


@pytest.fixture
def draw(theme: Theme, qtbot: QtBot) -> Iterator[Draw]:
    def make(*calls: dict[str, Any], size: tuple[int, int] = _SIZE) -> Drawn:
        return Drawn(theme, qtbot, list(calls), size)

    yield make


def _every() -> dict[str, dict[str, Any]]:
    calls = every_result(WORKTREE)
    names = ("output", "edit", "matches", "file", "picture", "json", "patch", "prose", "short")
    return dict(zip(names, calls, strict=True))


def _has(image: QImage, color: QColor) -> bool:
    wanted = color.rgb()
    return any(image.pixel(x, y) == wanted for y in range(image.height()) for x in range(0, image.width(), 3))


def test_output_shows_its_two_ends_and_why_it_failed(draw: Draw, theme: Theme) -> None:
    drawn = draw({**_every()["output"], "success": False})
    text = drawn.text()
    assert text[0].strip() == "RUN  v3.2.4 ~/src/web-console"
    assert text[-1].startswith("Tests  1 failed") and len(text) == 6
    assert [strip.left_out for strip in drawn.block().strips if strip.kind == "between"] == [58]
    assert drawn.foot() == ["Exit code 1", "Show all 64 lines", "Copy command", "raw"]
    picture = drawn.picture()
    for token in ("running.tint", "danger.tint", "danger.text", "surface.sunken"):
        assert _has(picture, theme.color(token)), token
    drawn.click(Deed(WHOLE))
    assert len(drawn.text()) == 64 and "Show less" in drawn.foot()
    assert "\x1b" not in drawn.copied() and "part-57.test.ts" in drawn.copied() and '"output"' not in drawn.copied()


def test_an_edit_is_a_diff_with_its_file_in_the_row(draw: Draw, theme: Theme) -> None:
    drawn = draw(_every()["edit"])
    lines = [(strip.line.number, strip.line.sign) for strip in drawn.block().strips if strip.line]
    assert lines[:4] == [(22, " "), (23, "-"), (24, "-"), (23, "+")]
    picture = drawn.picture()
    for token in ("diff.addedLine", "diff.removedLine", "diff.addedWord", "diff.removedGutter"):
        assert _has(picture, theme.color(token)), token
    drawn.click(next(deed for deed in drawn.deeds() if deed.action == FILE))
    assert [place.path for place in drawn.opened] == ["src/settings/profile.ts"]
    assert "src/settings/profile.ts +5 −2\n@@ -22" in drawn.copied() and '{"diff"' not in drawn.copied()


def test_words_beside_a_diff_leave_its_numbers_their_room(draw: Draw) -> None:
    said = "I did it:\n```diff\n--- a/x.py\n+++ b/x.py\n@@ -41 +41,2 @@\n-a\n+b\n+c\n```\nThat is all."
    drawn = draw({"name": "mcp__editor", "result": said})
    block = drawn.block()
    changed = [strip for strip in block.strips if strip.line is not None and strip.line.sign]
    assert [strip.line.number for strip in changed if strip.line] == [41, 41, 42]
    assert all(block.number_end < block.sign_left < strip.left for strip in changed)
    assert drawn.text()[-2:] == ["I did it:", "That is all."]
    assert drawn.block().strips[-1].left < block.sign_left


def test_a_diff_that_a_command_printed_keeps_the_command_in_its_row(draw: Draw) -> None:
    diff = "diff --git a/x.py b/x.py\nindex 1..2\n--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"
    drawn = draw({"name": "Bash", "input": {"cmd": "git diff"}, "result": json.dumps({"output": diff, "exitCode": 0})})
    assert [place.path for place in drawn.block().heads.values()] == ["x.py"]
    entry, head = drawn.model.place(1).entry, drawn.view.delegate.head
    assert entry is not None
    parts = head.parts(entry, drawn.model.results.of(entry), drawn.view.viewport().rect())
    assert [part.words for part in parts] == ["Bash", "git diff", "+2", "−1"]


def test_why_a_call_failed_is_said_once(draw: Draw) -> None:
    drawn = draw({"name": "Read", "input": {"path": "a.py"}, "result": "File not found: a.py", "success": False})
    assert [*drawn.text(), *drawn.foot()] == ["File not found: a.py"]


def test_each_file_of_a_patch_has_a_row_of_its_own(draw: Draw) -> None:
    drawn = draw(_every()["patch"])
    block = drawn.block()
    assert [place.path for place in block.heads.values()] == ["src/settings/profile.ts", "src/new.py"]
    assert list(block.changed.values()) == [(5, 2), (2, 0)]
    drawn.click(Deed(FILE, "src/new.py", list(block.heads.values())[1]))
    assert drawn.opened[0].path == "src/new.py"


def test_matches_are_links_with_what_was_sought_marked(draw: Draw, theme: Theme) -> None:
    drawn = draw(_every()["matches"])
    assert len(drawn.text()) == 3 and drawn.foot()[0] == "Show all 9 matches"
    assert _has(drawn.picture(), theme.color("selection.find"))
    deed = next(deed for deed in drawn.deeds() if deed.place is not None and deed.place.line == 9)
    drawn.click(deed)
    assert [(place.path, place.line) for place in drawn.opened] == [("src/settings/billing.ts", 9)]


def test_a_file_is_shown_with_its_numbers_and_colours(draw: Draw, theme: Theme) -> None:
    drawn = draw(_every()["file"])
    assert [strip.line.number for strip in drawn.block().strips if strip.line] == [1, 2, 3, 4, 5, 6]
    assert drawn.foot() == ["Show all 58 lines", "raw"]
    line = drawn.block().strips[0].line
    assert line is not None and "syntax.keyword" in {piece.token for piece in line.pieces}
    drawn.view.setCurrentIndex(drawn.model.index(1, 0))
    QTest.keyClick(drawn.view, Qt.Key.Key_Return)
    drawn.settle()
    assert len(drawn.text()) == 58


def test_an_image_is_drawn_small_with_its_size_in_the_row(draw: Draw) -> None:
    drawn = draw(_every()["picture"])
    assert drawn.block().picture is not None
    entry = drawn.model.place(1).entry
    assert entry is not None and entry.result is not None and entry.result.note.startswith("144 × 60, PNG, ")
    assert _has(drawn.picture(), QColor("#2b3a67"))


def test_an_image_that_was_looked_at_stands_above_the_words(
    draw: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "WORKTREE", str(tmp_path))
    (tmp_path / "page.png").write_bytes(png())
    call = {"name": "look_at", "input": {"path": f"{tmp_path}/page.png"}, "result": "A page.\n\n- with **one** bar"}
    drawn = draw(call, {**call, "input": {"path": "gone.png"}})
    seen, gone = drawn.block(0), drawn.block(1)
    kinds = [strip.kind for strip in seen.strips]
    assert kinds == ["picture", "text"] and seen.picture is not None and seen.text is not None
    assert seen.text.toPlainText() == "A page.\nwith one bar" and _has(drawn.picture(), QColor("#2b3a67"))
    entry = drawn.model.place(1).entry
    assert entry is not None and entry.result is not None and entry.result.note.startswith("144 × 60, PNG, ")
    assert [deed.words for deed in drawn.deeds(0) if deed.action == FILE] == ["page.png"]
    assert gone.picture is None and [strip.kind for strip in gone.strips] == ["text"]


def test_json_is_folded_below_its_first_level(draw: Draw) -> None:
    drawn = draw(_every()["json"])
    text = drawn.text()
    assert text[1:4] == ['  "id": 4182,', '  "state": "failed",', '  "jobs": [ … ],  6 entries']
    drawn.click(Deed("fold", "/failure"))
    assert '    "job": "e2e",' in drawn.text()
    drawn.click(Deed("fold", "/failure"))
    assert drawn.text() == text
    drawn.view.setCurrentIndex(drawn.model.index(1, 0))
    QTest.keyClick(drawn.view, Qt.Key.Key_Return)
    drawn.settle()
    assert '      "name": "job 5",' in drawn.text()


def test_prose_is_markdown(draw: Draw) -> None:
    drawn = draw(_every()["prose"])
    text = drawn.block().text
    assert text is not None
    assert "**" not in text.toPlainText() and "DateField" in text.toPlainText()
    assert next(strip.line.text for strip in drawn.block().strips if strip.line) == "task:"


def test_raw_is_what_amp_gave_in_its_place(draw: Draw) -> None:
    drawn = draw(_every()["output"])
    drawn.view.setCurrentIndex(drawn.model.index(1, 0))
    drawn.click(Deed(RAW))
    assert drawn.text()[0].startswith('{"output": "\\u001b[7;36m RUN')
    assert drawn.copied() == _every()["output"]["result"]
    assert len(drawn.text()) == 12 and "Show all of it" in drawn.foot()
    drawn.click(Deed(WHOLE))
    assert "".join(drawn.text()) == _every()["output"]["result"]
    QTest.keyClick(drawn.view, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    drawn.settle()
    assert drawn.text()[0].strip().startswith("RUN")


def test_raw_says_how_much_of_it_is_left_out(draw: Draw) -> None:
    drawn = draw({"name": "strange", "result": "\n".join(f"row {number}" for number in range(4_000))})
    drawn.view.setCurrentIndex(drawn.model.index(1, 0))
    drawn.model.show_raw(1)
    assert len(drawn.text()) == 12 and "Show all of it" in drawn.foot()
    drawn.model.show_whole(1)
    drawn.settle()
    assert drawn.text()[-2:] == ["row 2999", "… 8,999 more characters, which Copy has"]
    assert drawn.copied().endswith("row 3999")


def test_each_result_comes_whatever_is_asked_for_meanwhile(desktop: Desktop, qtbot: QtBot) -> None:
    """All of a result is asked for while the same one and another are not made yet."""
    model = ConsoleModel()
    feed = JournalFeed(desktop, model)
    calls = [ConsoleEntry(number, ev.ToolStarted(tool="Bash", args={}, id=str(number)), b"") for number in range(2)]
    gate = Event()

    def keep_thread(_context: Context) -> bool:
        return gate.wait(5)

    kept: list[bool] = []
    for thread in range(3):
        desktop.background.ask(thread, keep_thread, kept.append)
    for call in calls:
        call.ending = ev.ToolFinished(id=str(call.offset), result="done", success=True)
    with qtbot.waitSignal(model.results.wanted):
        assert [model.results.of(call) for call in calls] == [None, None]
    with qtbot.waitSignal(model.results.wanted):
        model.results.of(calls[0], whole=True)
    gate.set()
    qtbot.waitUntil(lambda: all(call.result is not None for call in calls))
    qtbot.waitUntil(lambda: calls[0].result is not None and calls[0].result.whole)
    feed.show_session(None)


def test_a_row_never_has_the_words_of_one_that_is_gone(draw: Draw) -> None:
    """Sections come and go, one in the place of another in memory; their events are as long as those before."""
    layout = draw().view.delegate.layout
    for number in range(100, 160):
        section = Section({"number": 1, "status": "succeeded"}, Path("/nowhere"))
        entry = ConsoleEntry(0, ev.AssistantText(text=f"do {number}"), b"")
        text = layout.text(RowPlace(section, 0, entry), entry, 400)
        assert text is not None and text.toPlainText() == f"do {number}"
        del section


def test_keys_go_through_a_result_that_is_higher_than_the_view(draw: Draw) -> None:
    lines = "\n".join(f"line {number}" for number in range(200))
    drawn = draw({"name": "Bash", "input": {"cmd": "x"}, "result": lines}, _every()["short"])
    drawn.model.show_whole(1)
    drawn.view.setCurrentIndex(drawn.model.index(1, 0))
    drawn.settle()
    places: list[int] = []
    while drawn.view.currentIndex().row() == 1 and len(places) < 100:
        places.append(drawn.view.verticalScrollBar().value())
        QTest.keyClick(drawn.view, Qt.Key.Key_PageDown if len(places) % 2 else Qt.Key.Key_J)
        drawn.settle()
    assert drawn.view.currentIndex().row() == 2 and 5 < len(places) < 100
    steps = [after - before for before, after in pairwise(places)]
    assert min(steps) >= 0 and max(steps) < drawn.view.viewport().height()


_HUGE = {
    "Bash": json.dumps({"output": "x" * 2**20, "exitCode": 1}),
    "Grep": "\n".join(f"src/some.py:{number}: line {number}" for number in range(30_000)),
    "Read": json.dumps({"absolutePath": "a.py", "content": "\n".join(f"{n}: def f{n}(): pass" for n in range(30_000))}),
    "mcp__x__y": json.dumps({str(number): [number] for number in range(50_000)}),
    "edit_file": "```diff\n@@ -1,20000 +1,20000 @@\n" + "-a = 1\n+b = 2\n" * 20_000 + "```",
    "oracle": "# Said\n" + "Some **words** and `code`.\n\n" * 30_000,
}  # fmt: skip


@pytest.mark.parametrize("tool", _HUGE)
def test_a_huge_result_is_bounded(draw: Draw, tool: str) -> None:
    """Folded, whole and raw it is there within a moment: what is not in sight costs next to nothing."""
    drawn = draw({"name": tool, "input": {"path": "a.py", "pattern": "line"}, "result": _HUGE[tool], "success": False})
    entry = drawn.model.place(1).entry
    assert entry is not None and entry.result is not None
    kept = [*entry.result.lines, *(line for change in entry.result.changes for line in change.lines)]
    assert len(kept) < 100 and entry.result.decoded.body is None  # small objects in great number stall the window
    for change in (drawn.model.show_whole, drawn.model.show_raw, drawn.model.show_whole):
        began = time.process_time()
        change(1)
        drawn.view.viewport().repaint()
        assert time.process_time() - began < 0.5
        drawn.settle()
        assert len(drawn.block().strips) < 20_000


_HOSTILE = (
    "[" * 1000 + "]" * 1000,
    json.dumps({"absolutePath": "a.png", "content": b64encode(png()[:60]).decode()}),
    json.dumps({"absolutePath": "a.png", "content": b64encode(png(30, 20).replace(
        b"\x00\x00\x00\x1e\x00\x00\x00\x14", b"\x00\x00\xff\xff\x00\x00\xff\xff")).decode()}),
    json.dumps({"output": "\x1b]0;title\x07\x1b[2J\x1b[31mred \x9b32m green\x1b[", "exitCode": 0}),
    "user\u202egnp.exe\u2066 \u200f \u2028 next\x00\x07",
    "```diff\n@@ -1,9 +1,9 @@\n" + "-a\n+b\n" * 5 + "+" + "y" * 20_000 + "\n```",
    "```diff\n--- a/\u202e\n+++ b/\u202e\n@@ -1 +1,99999 @@\n+x",
    '{"n": 1' + "0" * 5000 + ', "inf": 1e999}',
    '{"output": "cut of',
    "# Said\n\n" + "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n",
    "全" * 5000,
    json.dumps({"files": [{"uri": "\u202e" * 500, "diff": "no diff", "type": 7}, {}, {"diff": 1}]}),
)  # fmt: skip


@pytest.mark.parametrize("tool", ["Bash", "mcp__x__y", "Read", "Grep", "edit_file", "oracle"])
def test_nothing_that_a_tool_says_breaks_the_console(draw: Draw, tool: str) -> None:
    """Every kind of nonsense, folded, whole and raw: laid out and painted, no control character among it."""
    calls = [
        {"name": tool, "input": {"path": "a.png", "pattern": "(x+)+y|line"}, "result": said, "success": number % 2 == 0}
        for number, said in enumerate(_HOSTILE)
    ]
    drawn = draw(*calls)
    for row in range(1, 1 + len(calls)):
        drawn.view.show_row(row)
        drawn.settle()
        assert not set("".join(drawn.text(row - 1))) & set("\x1b\x07\x00\n")
        for change in (drawn.model.show_whole, drawn.model.show_raw, drawn.model.show_whole):
            change(row)
            assert not drawn.view.viewport().grab().toImage().isNull()


@pytest.mark.parametrize(("long", "said"), [(4_001, " … 1 more character"), (5_001, " … 1,001 more characters")])
def test_what_is_left_out_is_counted_as_one_or_many(long: int, said: str) -> None:
    assert plain_line_of("x" * long).pieces[-1].text == said
