"""The checks of a merge, the worst first, each with what cures it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableView,
    QWidget,
)

from ampsm_gui.look.plain import in_order, plain_label, plain_tip
from ampsm_gui.look.status import StatusLook
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tables.cells import CELL_ROLE, Cell
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.tables.delegate import CellDelegate


class Cure(NamedTuple):
    """A button beside a check: its words, what it is called by, and what it does in a sentence."""

    words: str
    name: str
    tip: str = ""


class CheckRow(NamedTuple):
    """A check as it is shown."""

    id: str
    title: str
    message: str
    look: StatusLook
    cures: tuple[Cure, ...]
    tip: str


class ChecksList(QTableView):
    """Title, message, cures and word. As high as its rows."""

    #: (check, name of the cure)
    cured = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[CheckRow] = []
        self._cells = QStandardItemModel(0, 4, self)
        self.setObjectName("mergeChecks")
        self.setAccessibleName("Checks")
        self.setModel(self._cells)
        self._delegate = CellDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_checks(self, rows: Sequence[CheckRow]) -> None:
        """Shows these instead of what was shown."""
        if list(rows) != self._rows:
            self._rows = list(rows)
            self._fill()

    def sizeHint(self) -> QSize:
        height = sum(self.rowHeight(row) for row in range(self._cells.rowCount()))
        return QSize(self._theme.px(320), max(height, self._delegate.row_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def buttons(self) -> list[QPushButton]:
        """The cures that are shown, from above."""
        boxes = [self.indexWidget(self._cells.index(row, 2)) for row in range(self._cells.rowCount())]
        return [button for box in boxes if box is not None for button in box.findChildren(QPushButton)]

    def _fill(self) -> None:
        self._cells.setRowCount(0)
        theme, widths = self._theme, [0, 0, 0, 0]
        for place, row in enumerate(self._rows):
            cells = (
                Cell(row.title, glyph=row.look.glyph, glyph_token=row.look.token, weight=500),
                Cell(in_order(row.message), token="text.secondary"),
                Cell(""),
                Cell(row.look.word, token=row.look.token if row.look.token != "success.text" else "text.secondary"),
            )
            items = [_item(cell, row) for cell in cells]
            self._cells.appendRow(items)
            for column in (0, 3):
                widths[column] = max(widths[column], self._delegate.cell_width(cells[column]))
            if row.cures:
                box = _Cures(theme, row.cures, partial(self.cured.emit, row.id), self)
                self.setIndexWidget(self._cells.index(place, 2), box)
                widths[2] = max(widths[2], box.sizeHint().width())
            least = QFontMetrics(theme.font("body")).height() + theme.px(18) if row.cures else 0
            self.setRowHeight(place, max(self._delegate.row_height(), least))
        for column in (0, 2, 3):
            self.setColumnWidth(column, widths[column] + theme.px(4))
        self.updateGeometry()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fill()


class _Cures(QWidget):
    """The buttons of one check, at the right."""

    def __init__(self, theme: Theme, cures: Sequence[Cure], call: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(4), theme.px(2), theme.px(4), theme.px(3))
        row.setSpacing(theme.px(6))
        row.addStretch(1)
        for cure in cures:
            button = QPushButton(plain_label(cure.words), self)
            button.setProperty("role", "chip")
            button.setObjectName(f"cure.{cure.name}")
            button.setToolTip(plain_tip(cure.tip))
            button.clicked.connect(given(_call, call, cure.name))
            row.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("border.subtle"))


def _call(call: Callable[[str], object], name: str, _checked: bool = False) -> None:
    call(name)


def _item(cell: Cell, row: CheckRow) -> QStandardItem:
    item = QStandardItem(cell.text)
    item.setData(cell, CELL_ROLE)
    item.setToolTip(plain_tip(row.tip))
    item.setAccessibleText(f"{row.title}, {row.look.word}: {row.message}")
    return item
