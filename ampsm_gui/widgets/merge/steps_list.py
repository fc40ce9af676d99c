"""The steps of a merge, one below the other, each with its fact; where there is no room for that, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QSizePolicy, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ampsm_gui.look.plain import in_order, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.merge.steps import DONE, FAILED, NEEDS_YOU, NOW, RUNNING, SKIPPED, TO_COME, StepLine
from ampsm_gui.widgets.merge.step_fact import fact_lines

_STEP_ROLE = Qt.ItemDataRole.UserRole + 1
_WIDTH = 156
#: glyph, its colour, the colour of the name, and what is said of it to those who do not see it
_LOOKS = {
    TO_COME: ("status-ready", "text.muted", "text.secondary", "to come"),
    NOW: ("status-dot", "accent.text", "text.primary", "now"),
    RUNNING: ("status-running", "running.text", "text.primary", "at work"),
    NEEDS_YOU: ("status-needs-you", "warning.text", "warning.text", "needs you"),
    DONE: ("status-check", "success.text", "text.primary", "done"),
    SKIPPED: ("status-check", "text.muted", "text.primary", "left out"),
    FAILED: ("status-failed", "danger.text", "danger.text", "failed"),
}


class StepsList(QListView):
    """Shows where a merge stands; nothing can be chosen in it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("mergeSteps")
        self.setAccessibleName("Steps of the merge")
        self.steps = QStandardItemModel(self)
        self.setModel(self.steps)
        self.setItemDelegate(_StepDelegate(theme, self))
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_steps(self, steps: Sequence[StepLine]) -> None:
        """The steps as they stand now; rows keep their place."""
        while self.steps.rowCount() < len(steps):
            item = QStandardItem()
            item.setEditable(False)
            self.steps.appendRow(item)
        self.steps.setRowCount(len(steps))
        for row, step in enumerate(steps):
            item = self.steps.item(row)
            if item.data(_STEP_ROLE) != step:
                item.setData(step, _STEP_ROLE)
                item.setText(f"{step.name}\n{in_order(step.fact)}")
                item.setToolTip(plain_tip(step.tip))
                item.setAccessibleText(f"{step.name}, {_LOOKS[step.state][3]}: {step.fact}")
                self.scheduleDelayedItemsLayout()

    def shown(self) -> list[StepLine]:
        """The steps that are shown."""
        return [self.steps.item(row).data(_STEP_ROLE) for row in range(self.steps.rowCount())]

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_WIDTH), self._theme.px(200))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedWidth(self._theme.px(_WIDTH))
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _StepDelegate(QStyledItemDelegate):
    """Glyph, name and fact, and the line that leads to the next one."""

    def __init__(self, theme: Theme, view: StepsList) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        name, fact = (QFontMetrics(self._theme.font(role)) for role in ("body", "small"))
        lines, width = 1, self._theme.px(_WIDTH) - 2
        if isinstance(step := index.data(_STEP_ROLE), StepLine):
            lines = len(fact_lines(in_order(step.fact), fact, self._room(width)))
        return QSize(width, name.height() + lines * fact.height() + self._theme.px(10))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        step = index.data(_STEP_ROLE)
        if not isinstance(step, StepLine):
            return
        theme, rect = self._theme, option.rect  # type: ignore[attr-defined, unused-ignore]
        px = theme.px
        glyph, color, words, _ = _LOOKS[step.state]
        counts = step.state in (NOW, RUNNING, NEEDS_YOU)
        name_font, fact_font = theme.font("body", 600 if counts else 400), theme.font("small")
        name, fact = QFontMetrics(name_font), QFontMetrics(fact_font)
        side, left, top = px(12), rect.left() + px(12), rect.top() + px(6)
        mark = QRect(left, top + (name.height() - side) // 2, side, side)
        theme.paint_icon(painter, mark, glyph, color)
        if index.row() + 1 < index.model().rowCount():
            x = mark.center().x()
            painter.setPen(theme.color("border.control"))
            painter.drawLine(QPoint(x, mark.bottom() + px(4)), QPoint(x, rect.bottom() + px(2)))
        x, room = left + side + px(8), self._room(rect.width())
        painter.setFont(name_font)
        painter.setPen(theme.color(words))
        shown = name.elidedText(step.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(x, top, room, name.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(fact_font)
        painter.setPen(theme.color("text.secondary"))
        top += name.height()
        for line in fact_lines(in_order(step.fact), fact, room):
            painter.drawText(QRect(x, top, room, fact.height()), Qt.AlignmentFlag.AlignVCenter, line)
            top += fact.height()

    def _room(self, width: int) -> int:
        """For words, beside the glyph."""
        return width - self._theme.px(12) - self._theme.px(12) - 2 * self._theme.px(8)
