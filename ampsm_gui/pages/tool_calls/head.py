"""The row of filters above the tool calls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.fields.choice import ChoiceBox

_AFTER_TYPING = 80  # ms
#: The column whose largest come first where the slowest do.
SLOWEST_FIRST = ("duration", True)
_AROUND_WORDS = 56  # px at 100 %: glyph, button to clear, and borders of the field


class ToolCallsHead(QWidget):
    """Words to filter by, the iteration, failures only, and the order."""

    changed = Signal()
    #: Slowest first is asked for, or the order of the calls.
    order_asked = Signal(bool)
    summary_toggled = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Filter tool or arguments")
        self.field.setAccessibleName("Filter tool calls by tool or arguments")
        self.field.setClearButtonEnabled(True)
        self._words_width = 0
        self._glyph = QAction(self)
        self.field.addAction(self._glyph, QLineEdit.ActionPosition.LeadingPosition)
        self.iterations = ChoiceBox(self)
        self.iterations.setAccessibleName("Iteration whose calls are shown")
        self.failed = self._chip("Failed only")
        self.summary = self._chip("By tool")
        self.summary.setToolTip("Calls, failures, median and slowest of each tool")
        self.in_order, self.slowest = self._chip("In order"), self._chip("Slowest first")
        self.show_order(None)
        self._typing = single_shot(self, _AFTER_TYPING, self.changed)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._left, self._right = QHBoxLayout(), QHBoxLayout()
        self._left.addWidget(self.field)
        self._left.addWidget(self.iterations)
        self._right.addWidget(self.failed)
        self._right.addStretch(1)
        for widget in (self.summary, self.in_order, self.slowest):
            self._right.addWidget(widget)
        self._rows.addLayout(self._left)
        self._rows.addLayout(self._right, 1)
        self.set_iterations([])
        self.set_compact(False)
        self._connect()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def words(self) -> str:
        return self.field.text()

    @property
    def iteration(self) -> int | None:
        """The iteration that is chosen; None for all."""
        found = self.iterations.currentData()
        return int(found) if found else None

    def set_iterations(self, numbers: Sequence[int]) -> None:
        """Offers these iterations; the choice stays if it is among them."""
        known = [self.iterations.itemData(place) for place in range(1, self.iterations.count())]
        offered = list(reversed(numbers))
        if known == offered and self.iterations.count():
            return
        chosen = self.iteration if self.iterations.count() else None
        blocked = self.iterations.blockSignals(True)
        self.iterations.clear()
        self.iterations.addItem("All iterations", 0)
        for number in offered:
            self.iterations.addItem(f"Iteration {number}", number)
        self.iterations.setCurrentIndex(max(0, self.iterations.findData(chosen)))
        self.iterations.blockSignals(blocked)

    def choose_iteration(self, number: int | None) -> None:
        """As if the user had chosen it."""
        self.iterations.setCurrentIndex(max(0, self.iterations.findData(number or 0)))

    def show_order(self, sorted_by: tuple[str, bool] | None) -> None:
        """The order of the table: none of a column, slowest first, or another that no button stands for."""
        self.in_order.setChecked(sorted_by is None)
        self.slowest.setChecked(sorted_by == SLOWEST_FIRST)

    def set_failures(self, count: int) -> None:
        """How many failed calls there are in what is shown."""
        self.failed.setText(f"Failed only  {count}" if count else "Failed only")
        self.failed.setEnabled(bool(count) or self.failed.isChecked())
        self._show_roomy()

    def set_compact(self, compact: bool) -> None:
        """Where there is no room for the summary below, it is behind a button."""
        if compact == self.summary.isHidden():
            self.summary.setVisible(compact)
            self._show_roomy()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_roomy()

    def clear(self) -> None:
        """No filter at all; the order stays."""
        self._typing.stop()
        for widget in (self.field, self.iterations, self.failed):
            widget.blockSignals(True)
        self.field.clear()
        self.iterations.setCurrentIndex(0)
        self.failed.setChecked(False)
        for widget in (self.field, self.iterations, self.failed):
            widget.blockSignals(False)
        self.changed.emit()

    def _show_roomy(self) -> None:
        """Two rows where one has no room for all words."""
        direction = QBoxLayout.Direction
        self.slowest.setText("Slowest first")
        self.field.setMinimumWidth(self._words_width)
        roomy = self._wanted(self._left) + self._wanted(self._right) + self._rows.spacing() <= self._room()
        self._rows.setDirection(direction.LeftToRight if roomy else direction.TopToBottom)
        if not roomy and self._wanted(self._right) > self._room():
            self.slowest.setText("Slowest")
        if self._wanted(self._left) > self._room():
            self.field.setMinimumWidth(self._theme.px(80))

    def _room(self) -> int:
        margins = self._rows.contentsMargins()
        return self.width() - margins.left() - margins.right()

    def _wanted(self, row: QHBoxLayout) -> int:
        row.invalidate()  # words have changed
        return row.sizeHint().width()

    def _chip(self, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setCheckable(True)
        button.setProperty("role", "chip")
        return button

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_typed)
        self.iterations.currentIndexChanged.connect(self._on_changed)
        self.failed.toggled.connect(self._on_changed)
        self.in_order.clicked.connect(self._on_in_order_clicked)
        self.slowest.clicked.connect(self._on_slowest_clicked)
        self.summary.clicked.connect(self._on_summary_clicked)

    @Slot()
    def _on_typed(self) -> None:
        self._typing.start()

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_in_order_clicked(self) -> None:
        self.in_order.setChecked(True)  # a second click changes nothing
        self.order_asked.emit(False)

    @Slot()
    def _on_slowest_clicked(self) -> None:
        self.slowest.setChecked(True)
        self.order_asked.emit(True)

    @Slot()
    def _on_summary_clicked(self) -> None:
        self.summary_toggled.emit(self.summary.isChecked())

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self._rows.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(4))
        for row in (self._rows, self._left, self._right):
            row.setSpacing(theme.px(8))
        words = self.field.fontMetrics().horizontalAdvance(self.field.placeholderText())
        self._words_width = words + theme.px(_AROUND_WORDS)
        self.field.setMaximumWidth(max(self._words_width, theme.px(232)))
        self._glyph.setIcon(theme.icon("filter"))
        self.failed.setIcon(theme.icon("status-cross", "danger.text"))
        self.failed.setIconSize(theme.icon_size(theme.glyph, words=True))
        self._show_roomy()
