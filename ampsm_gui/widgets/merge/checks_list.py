"""The checks of a merge, the worst first, each with what cures it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableView,
    QWidget,
)

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.status import StatusLook
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tables.cells import CELL_ROLE, Cell
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.merge.check_cells import MESSAGE, CheckDelegate, CheckRowLayout
from ampsm_gui.widgets.tables.delegate import PADDING


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
    """Title, message with its cures, and word. As high as its rows: a message that has no room beside its cures stands
    above them, on as many lines as it needs."""

    #: (check, name of the cure)
    cured = Signal(str, str)
    #: The cure that had them has done its work; the list keeps them so long.
    keys_lost = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[CheckRow] = []
        self._boxes: dict[str, _Cures] = {}
        self._places: list[CheckRowLayout] = []
        self._cells = QStandardItemModel(0, 3, self)
        self.setObjectName("mergeChecks")
        self.setAccessibleName("Checks")
        self.setModel(self._cells)
        self._delegate = CheckDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTabKeyNavigation(False)  # it may have been given the keys
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
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

    def places(self) -> list[CheckRowLayout]:
        """How the rows are laid out, from above."""
        return list(self._places)

    def buttons(self) -> list[QPushButton]:
        """The cures that are shown, from above."""
        return [button for box in self._boxes.values() for button in box.buttons()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _fill(self) -> None:
        keys = self.window().focusWidget()
        had_keys = [(check, button.objectName()) for check, box in self._boxes.items() for button in box.buttons()
                    if button is keys]  # fmt: skip
        for box in self._boxes.values():
            box.hide()
            box.deleteLater()
        self._boxes = {}
        self._cells.setRowCount(0)
        theme, widths = self._theme, [0, 0, 0]
        for row in self._rows:
            cells = (
                Cell(row.title, glyph=row.look.glyph, glyph_token=row.look.token, weight=500),
                Cell(row.message, token="text.secondary"),
                Cell(row.look.word, token=row.look.token if row.look.token != "success.text" else "text.secondary"),
            )
            items = [_item(cell, row) for cell in cells]
            self._cells.appendRow(items)
            for column in (0, 2):
                widths[column] = max(widths[column], self._delegate.cell_width(cells[column]))
            if row.cures:
                self._boxes[row.id] = _Cures(theme, row.cures, partial(self.cured.emit, row.id), self.viewport())
                self._boxes[row.id].show()
        for column in (0, 2):
            self.setColumnWidth(column, widths[column] + theme.px(4))
        self._lay_out()
        for check, name in had_keys:
            self._give_keys(check, name)

    def _give_keys(self, check: str, name: str) -> None:
        """The button that had the keys is another one now, or its check needs none any more."""
        box = self._boxes.get(check)
        left = sorted(box.buttons() if box else (), key=lambda button: button.objectName() != name)
        if left:
            left[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # until something else takes them: not to what stands near
            self.keys_lost.emit()

    def _lay_out(self) -> None:
        """Cures stand at the right of their message where there is room for both, else below it."""
        px, left = self._theme.px, self.columnWidth(0)
        room = max(0, self.viewport().width() - left - self.columnWidth(2))
        places, top = [], 0
        for row, check in enumerate(self._rows):
            box = self._boxes.get(check.id)
            size = box.sizeHint() if box else None
            place = self._delegate.place(check.message, room, (size.width(), size.height()) if size else None)
            self.setRowHeight(row, place.high)
            if box is not None and size is not None:
                box.resize(size.width(), size.height())
                at = room - size.width() if place.beside else px(PADDING)
                box.move(left + at, top + (place.high - size.height() if not place.beside else 0))
            places.append(place)
            top += place.high
        if places != self._places:
            self._places = places
            self._delegate.set_places(places)
            self.updateGeometry()
        self.viewport().update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fill()


class _Cures(QWidget):
    """The buttons of one check."""

    def __init__(self, theme: Theme, cures: Sequence[Cure], call: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(3), theme.px(4), theme.px(4))
        row.setSpacing(theme.px(6))
        for cure in cures:
            button = QPushButton(plain_label(cure.words), self)
            button.setProperty("role", "chip")
            button.setObjectName(f"cure.{cure.name}")
            button.setToolTip(plain_tip(cure.tip))
            button.clicked.connect(given(_call, call, cure.name))
            row.addWidget(button)

    def buttons(self) -> list[QPushButton]:
        """From the left."""
        return self.findChildren(QPushButton)


def _call(call: Callable[[str], object], name: str, _checked: bool = False) -> None:
    call(name)


def _item(cell: Cell, row: CheckRow) -> QStandardItem:
    item = QStandardItem(cell.text)
    item.setData(cell, CELL_ROLE)
    item.setToolTip(plain_tip(row.tip))
    item.setAccessibleText(f"{row.title}, {row.look.word}: {row.message}")
    return item
