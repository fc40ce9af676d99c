"""Words of users, agents, repositories and git are shown as they are: nothing in them is mark-up, nothing is loaded."""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QWidget

import ampsm_gui
from ampsm_gui import grab
from ampsm_gui.look.plain import as_signs, own_markup, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.texts import RowTexts
from ampsm_gui.widgets.label import Label, MarkupLabel
from ampsm_gui.widgets.output_text import OutputText
from ampsm_gui.widgets.sessions.row_text import Face
from ampsm_gui.widgets.tables.delegate import CellDelegate
from tests.gui.conftest import World
from tests.gui.shown import Shown
from tests.support.variants import slow_but

PACKAGE = Path(ampsm_gui.__file__).parent
ROLES = [
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole,
]  # fmt: skip
#: Those that Qt reads as HTML when it looks like it.
READ_AS_HTML = {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole}
DIALOGS = ("squashAction", "rebaseAction", "mergeAction", "undoAction", "cleanupAction")


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """Words that draw a picture, from a pipe that nobody writes to, where they are taken for HTML."""
    os.mkfifo(tmp_path / "pipe")
    return f"<b>x</b><img src='{tmp_path / 'pipe'}'>&amp; &lt;i> \u202ez"


@pytest.fixture
def session(world: World, hostile: str) -> dict[str, Any]:
    """A session in which every word that somebody else chose is hostile."""
    path = hostile.replace("/", "").replace("'", "") + ".txt"
    answer = f"{hostile}\n\n![picture]({hostile.split(chr(39))[1]})\n\n[link](file:///etc/passwd)"
    tools = [{"name": f"Bash{hostile}", "input": {"cmd": hostile}, "result": hostile},
             {"name": f"Read{hostile}", "input": {"path": hostile}, "error": hostile}]  # fmt: skip
    world.use(tools=tools, edits={path: f"{hostile}\n"}, text=answer, model=f"model {hostile}")
    repo = world.make_repo("repo<b>&amp;")
    world.git(repo, "switch", "-qc", "y<img>&lt;")
    found = world.new(
        repo,
        hostile,
        "--base",
        "y<img>&lt;",
        "--model",
        hostile,
        "--script",
        f'echo "{hostile}"; false',
        prompt=hostile,
    )
    world.iterate(found, "--notes", hostile, code=8)
    Path(found["worktree"], "by hand<img>").write_text(hostile)
    world.ok("commit", found["id"], "--message", hostile)
    return found


def all_indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield index
            if column == 0:
                yield from all_indexes(model, index)


def faults(top: QWidget) -> list[str]:
    """What is shown as something else than its words, with where it is."""
    found = []
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        for words in (widget.toolTip(), widget.whatsThis()):
            if GuiQt.mightBeRichText(words):
                found.append(f"{where}: tip {words!r}")
        for action in widget.actions():
            if GuiQt.mightBeRichText(action.toolTip()):
                found.append(f"{where}: tip of {action.text()!r}")
        shown = [widget.toolTip(), widget.whatsThis(), widget.windowTitle()]
        shown += [widget.text()] if isinstance(widget, (QLabel, QAbstractButton)) else []
        if any("\u202e" in words for words in shown):
            found.append(f"{where}: turned {shown}")
        if isinstance(widget, MarkupLabel):
            if "<img" in widget.text() or "<b>x" in widget.text():
                found.append(f"{where}: {widget.text()!r}")
        elif isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            found.append(f"{where}: {widget.textFormat()} {widget.text()!r}")
        if isinstance(widget, QAbstractButton) and "&amp;" in widget.text().replace("&&", ""):
            found.append(f"{where}: sign {widget.text()!r}")
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for index in all_indexes(widget.model(), QModelIndex()):
                for role in ROLES:
                    words = index.data(role)
                    if role in READ_AS_HTML and isinstance(words, str) and GuiQt.mightBeRichText(words):
                        found.append(f"{where}: {role} {words!r}")
    return found


def test_no_page_shows_more_than_words(
    world: World, session: dict[str, Any], window: Callable[..., MainWindow], hostile: str
) -> None:
    found = window(session["id"])
    grab._settle(found)
    assert any("<b>x" in label.text() for label in found.findChildren(QLabel)), "nothing hostile is shown"
    for mode in ("list", "table"):
        found.set_mode(mode)
        grab._settle(found)
        assert faults(found) == []
    found.set_mode("list")
    for name in TabName:
        found.session_page.show_tab(name)
        grab._settle(found)
        for view in found.findChildren(QAbstractItemView):
            model = view.model()
            if model is not None and view.isVisible():
                view.setCurrentIndex(model.index(model.rowCount() - 1, 0))
        grab._settle(found)
        found.grab()
        assert faults(found) == [], name


@pytest.mark.parametrize("action", slow_but(DIALOGS, ["mergeAction"]))
def test_no_dialog_shows_more_than_words(shown: Shown, session: dict[str, Any], action: str) -> None:
    shown.show(session)
    made = shown.actions.action(action)
    if action == "undoAction":
        shown.until(lambda: not shown.desktop.background.busy)
    else:
        shown.until(made.isEnabled)
        made.trigger()
        shown.until(lambda: not shown.desktop.background.busy)
    shown.qtbot.wait(1)
    assert faults(shown.window) == []


@given(st.text(alphabet="<>/!?&;ltbimgsrcqx =\n\u2060'\"-"))
def test_a_tip_is_never_taken_for_html(words: str) -> None:
    said = plain_tip(words)
    assert not GuiQt.mightBeRichText(said)
    assert said.replace("\u2060", "") == words.replace("\u2060", "")


@given(st.text(alphabet="<>/bi mgrcspandtyle='#0f:;\"\n"))
def test_only_our_own_mark_up_is_left(words: str) -> None:
    said = own_markup(f"<b>ours</b>{words}<img src='/x'><a href='/y'>y</a><span style='color:#123456'>z</span>")
    assert "<img" not in said and "<a " not in said
    assert said.startswith("<b>ours</b>")


#: Where HTML is written out, all of it constant.
_HTML = {"pages/window/menus.py"}
_TIPS = {"setToolTip", "setStatusTip", "setWhatsThis"}
_BARRED = {"setHtml", "insertHtml", "QToolTip", "setOpenExternalLinks", "QMessageBox", "setDetailedText", "RichText"}


def _is_plain(words: ast.expr) -> bool:
    if isinstance(words, ast.IfExp):
        return _is_plain(words.body) and _is_plain(words.orelse)
    return isinstance(words, ast.Constant) or (
        isinstance(words, ast.Call) and isinstance(words.func, ast.Name) and words.func.id == "plain_tip"
    )


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_goes_round_the_plain_way(path: Path) -> None:
    where = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text())):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if where != "widgets/label.py":
            assert name not in _BARRED or where in _HTML, (node, name)
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called != "QLabel", f"{where}:{node.lineno}: a Label, or a MarkupLabel"
            if called in _TIPS:
                assert _is_plain(node.args[0]), f"{where}:{node.lineno}: plain_tip(…)"


def test_no_control_character_hides_in_a_line() -> None:
    controls = [*map(chr, range(9)), *map(chr, range(10, 32)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2028"]
    line = "".join(f"a{sign}" for sign in controls)
    shown = as_signs(line)
    assert shown.isprintable() and len(shown) == len(line) and as_signs("a\tb") == "a\tb"


def test_labels_are_plain(qapp: object) -> None:
    assert Label("<b>x</b>").textFormat() == Qt.TextFormat.PlainText
    assert MarkupLabel("<b>x</b><img src='y'>").text() == "<b>x</b>&lt;img src='y'>"


def test_painted_words_keep_their_order(theme: Theme) -> None:
    """What is painted without a widget: the rows of sessions, of tables, of the console."""
    turned, plain = "a \u202eb\u202c c \u2066d\u2069", "a \ufffdb\ufffd c \ufffdd\ufffd"
    cells, pen, face = CellDelegate(theme), RowPen(theme), Face(theme.font("body"))
    color = theme.color("text.primary")

    def cell(painter: QPainter, place: QRect, words: str) -> None:
        cells._paint_text(painter, place, words, ("body", 400), "text.primary", False)

    ways: list[Callable[[QPainter, QRect, str], object]] = [
        cell,
        lambda painter, place, words: pen.write(painter, place, words, "body", "text.primary"),
        lambda painter, place, words: face.paint_left(painter, place, words, color),
    ]
    for way in ways:
        for width in (300, 40):
            pictures = []
            for words in (turned, plain):
                picture = QImage(300, 30, QImage.Format.Format_RGB32)
                picture.fill(0xFFFFFF)
                painter = QPainter(picture)
                way(painter, QRect(0, 0, width, 30), words)
                painter.end()
                pictures.append(picture)
            assert pictures[0] == pictures[1]
    assert RowTexts(theme)._make(turned, "markdown", 300).toPlainText() == plain
    output = OutputText(theme)
    output.set_output(turned)
    assert output.toPlainText() == plain


@pytest.mark.parametrize("table", ["|a|b|\n|-|-|\n" + "|x|y|\n" * 9_000, "\n".join(["|a" * 9_000, "|-" * 9_000])])
def test_a_huge_table_keeps_the_window_no_longer_than_its_words(theme: Theme, table: str) -> None:
    began = time.monotonic()
    text = RowTexts(theme)._make(table, "markdown", 500)
    text.size()
    assert time.monotonic() - began < 1.5 and "|" in text.toPlainText()
    small = RowTexts(theme)._make("|a|b|\n|-|-|\n|x|y|\n", "markdown", 500)
    assert "|" not in small.toPlainText()
