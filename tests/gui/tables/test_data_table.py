"""The table: rows change in place, what is chosen stays, columns are remembered."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QObject, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tables.cells import Cell, TableColumn
from ampsm_gui.models.tables.keyed_table import KeyedTable
from ampsm_gui.widgets.tables.data_table import DataTable
from ampsm_gui.widgets.tables.header import SortHeader

Row = tuple[int, str]
COLUMNS = (
    TableColumn("number", "#", 40, right=True),
    TableColumn("words", "Words", 200),
    TableColumn("link", "Link", 60),
)


class Rows(KeyedTable[Row]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)

    def key_of(self, row: Row) -> Hashable:
        return row[0]

    def cell(self, row: Row, column: str) -> Cell:
        if column == "number":
            return Cell(str(row[0]), right=True)
        return Cell("go", link=True) if column == "link" else Cell(row[1], note="noted", tip=row[1])


def made(qtbot: QtBot, theme: Theme, state: QSettings | None = None, count: int = 50) -> tuple[Rows, DataTable]:
    model = Rows()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    table = DataTable(theme, state, "rows", model)
    model.setParent(table)
    model.set_rows([(number, f"row {number}") for number in range(count)])
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    return model, table


@pytest.mark.parametrize(
    "after",
    [
        [0, 1, 2, 3, 4, 5],
        [0, 1, 2, 3],
        [9, 0, 1, 2, 3, 4],
        [4, 2, 0],
        [3, 8, 1, 9, 4],
        [],
        [7],
    ],
)
def test_rows_become_others(qtbot: QtBot, theme: Theme, after: list[int]) -> None:
    model, table = made(qtbot, theme, count=5)
    table.choose(3)
    model.set_rows([(number, "changed" if number == 4 else f"row {number}") for number in after])
    assert [row[0] for row in model.rows()] == after
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [str(number) for number in after]
    if 3 in after:
        assert table.chosen_key == 3
        assert [index.row() for index in table.selectionModel().selectedRows()] == [after.index(3)]
    if 4 in after:
        assert model.index(after.index(4), 1).data() == "changed noted"


def test_very_many_changes_keep_the_choice(qtbot: QtBot, theme: Theme) -> None:
    model, table = made(qtbot, theme, count=5_000)
    table.choose(4_000)
    model.set_rows([(number, "") for number in range(0, 5_000, 2)])
    assert (model.rowCount(), table.chosen_key) == (2_500, 4_000)
    model.set_rows([(number, "") for number in reversed(range(5_000))])
    assert (model.rowCount(), table.chosen_key) == (5_000, 4_000)


def test_what_is_at_the_top_stays_there(qtbot: QtBot, theme: Theme) -> None:
    model, table = made(qtbot, theme)
    table.verticalScrollBar().setValue(20)
    model.set_rows([(100, "new"), (101, "new"), *model.rows()])
    assert model.rows()[table.rowAt(0)][0] == 20
    model.set_rows([*model.rows(), (102, "new")])
    assert model.rows()[table.rowAt(0)][0] == 20
    model.set_rows(model.rows()[2:])
    assert model.rows()[table.rowAt(0)][0] == 20


def test_keys_move_copy_and_open(qtbot: QtBot, theme: Theme) -> None:
    _, table = made(qtbot, theme)
    table.choose(0)
    with qtbot.waitSignal(table.chosen) as chosen:
        QTest.keyClick(table, Qt.Key.Key_J)
    assert chosen.args == [1]
    QTest.keyClick(table, Qt.Key.Key_K)
    assert table.chosen_key == 0
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0\trow 0 noted\tgo\n1\trow 1 noted\tgo"
    with qtbot.waitSignal(table.opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp])
def test_the_first_key_chooses(qtbot: QtBot, theme: Theme, key: Qt.Key) -> None:
    _, table = made(qtbot, theme)
    flags = QItemSelectionModel.SelectionFlag.NoUpdate
    table.selectionModel().setCurrentIndex(table.model().index(0, 0), flags)  # as Qt does where keys come to a view
    assert not table.selectionModel().hasSelection()
    QTest.keyClick(table, key)
    assert table.chosen_key == (49 if key == Qt.Key.Key_End else 0)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [table.chosen_key]


def test_a_click_on_a_link(qtbot: QtBot, theme: Theme) -> None:
    model, table = made(qtbot, theme)
    clicked: list[object] = []
    table.link_clicked.connect(lambda key, column: clicked.append((key, column)))
    for column in (1, 2):
        place = table.visualRect(model.index(3, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert clicked == [(3, "link")]


def test_columns_are_remembered(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    _, table = made(qtbot, theme, state)
    header = table.horizontalHeader()
    header.moveSection(0, 2)
    header.resizeSection(0, 90)
    menu = table.columns.menu()
    next(action for action in menu.actions() if action.data() == "link").trigger()
    table.columns.save()

    _, again = made(qtbot, theme, state)
    assert again.columns.shown() == [1, 0]
    assert abs(again.columnWidth(0) - 90) <= 1
    again.columns.drop({"number"})
    assert again.columns.shown() == [1]
    again.columns.drop(())
    assert again.columns.shown() == [1, 0]


def test_rows_are_read_aloud(qtbot: QtBot, theme: Theme) -> None:
    model, _ = made(qtbot, theme)
    index = model.index(2, 1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "row 2 noted"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "row 2"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Words"


def test_it_follows_the_theme(qtbot: QtBot, theme: Theme) -> None:
    _, table = made(qtbot, theme)
    table.choose(1)
    light = table.viewport().grab().toImage()
    theme.set_preference("dark")
    dark = table.viewport().grab().toImage()
    assert light.pixelColor(2, 150).lightness() > 200 > 60 > dark.pixelColor(2, 150).lightness()


class SortedRows(Rows):
    sortable = True

    def cell(self, row: Row, column: str) -> Cell:
        if column == "number":
            return Cell(str(row[0]), right=True, value=None if row[0] == 2 else row[0])
        return super().cell(row, column)


def test_figures_sort_largest_first_at_the_first_click_and_the_unknown_last(qtbot: QtBot, theme: Theme) -> None:
    model = SortedRows()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    table = DataTable(theme, None, "sorted", model)
    model.setParent(table)
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    model.set_rows([(3, "b"), (10, "a"), (2, "d"), (9, "c")])
    table.choose(9)
    header = table.horizontalHeader()

    def click(column: str) -> list[int]:
        place = header.sectionViewportPosition(model.column_number(column)) + 10
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, header.height() // 2))
        return [number for number, _ in model.rows()]

    assert [number for number, _ in model.rows()] == [3, 10, 2, 9]
    assert click("number") == [10, 9, 3, 2]
    assert click("number") == [3, 9, 10, 2]
    assert click("words") == [10, 3, 9, 2]
    assert click("words") == [2, 9, 3, 10]
    model.set_rows([(3, "b"), (10, "a"), (2, "d"), (9, "c"), (11, "e")])
    assert [number for number, _ in model.rows()] == [11, 2, 9, 3, 10]
    assert table.chosen_key == 9


@pytest.mark.parametrize("column", ["number", "words"])
def test_the_mark_of_what_sorts_stands_beside_the_title(qtbot: QtBot, theme: Theme, column: str) -> None:
    model = SortedRows()
    table = DataTable(theme, None, "sorted", model)
    model.setParent(table)
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    header = table.horizontalHeader()
    assert isinstance(header, SortHeader)
    number = model.column_number(column)
    section = QRect(header.sectionViewportPosition(number), 0, header.sectionSize(number), header.height())
    mark = header.mark_place(number, section)
    before = header.grab().toImage()
    table.columns.sort_by(column)
    after = header.grab().toImage()
    places = ((x, y) for x in range(before.width()) for y in range(before.height()))
    changed = [x for x, y in places if before.pixel(x, y) != after.pixel(x, y)]
    assert changed and mark.left() <= min(changed) and max(changed) <= mark.right()
    assert section.contains(mark)


def test_tables_whose_order_tells_something_stay_in_it(qtbot: QtBot, theme: Theme) -> None:
    model, table = made(qtbot, theme, count=3)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert [number for number, _ in model.rows()] == [0, 1, 2]
    assert not table.horizontalHeader().sectionsClickable()
