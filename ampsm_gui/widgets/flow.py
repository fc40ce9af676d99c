"""A row of buttons that becomes two rows, or more, where it is too narrow for one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme


class FlowRow(QWidget):
    """As high as its rows. With `last_right` the last button stands at the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, ground: str = "") -> None:
        super().__init__(parent)
        self.theme = theme
        self.last_right = False
        self._ground = ground
        self._all: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._lay_out)

    def add(self, widget: QWidget) -> None:
        """Puts one behind the others."""
        widget.setParent(self)
        widget.show()
        self._all.append(widget)
        self._lay_out()

    def clear(self) -> None:
        """Takes all away."""
        for widget in self._all:
            widget.hide()
            widget.deleteLater()
        self._all = []

    @property
    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._all if not widget.isHidden()]

    def sizeHint(self) -> QSize:
        return QSize(self.width_in_one_row(), self._places(max(1, self.width()))[1])

    def width_in_one_row(self) -> int:
        """How much room there must be for all of them beside each other."""
        wide = sum(widget.sizeHint().width() + self.theme.px(6) for widget in self._shown)
        return wide + 2 * self._edge()

    def minimumSizeHint(self) -> QSize:
        widest = max((widget.sizeHint().width() for widget in self._shown), default=0)
        return QSize(widest + 2 * self._edge(), self._places(max(1, self.width()))[1])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # one more button, or one less, is another width
            self._lay_out()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ground:
            QPainter(self).fillRect(self.rect(), self.theme.color(self._ground))

    @Slot()
    def _lay_out(self) -> None:
        places, height = self._places(self.width())
        for widget, (x, y) in zip(self._shown, places, strict=True):
            hint = widget.sizeHint()
            widget.setGeometry(x, y, min(hint.width(), max(1, self.width())), hint.height())
        if self.height() != height:
            self.setFixedHeight(height)

    def _edge(self) -> int:
        return self.theme.px(8) if self._ground else 0

    def _places(self, width: int) -> tuple[list[tuple[int, int]], int]:
        gap, edge = self.theme.px(6), self._edge()
        around = gap if self._ground else 0
        x, y = edge, around
        high = max((widget.sizeHint().height() for widget in self._shown), default=self.theme.px(20))
        found = []
        for at, widget in enumerate(self._shown):
            wide = widget.sizeHint().width()
            if x + wide > width - edge and x > edge:
                x, y = edge, y + high + gap
            if self.last_right and at == len(self._shown) - 1:
                x = max(x, width - edge - wide)
            found.append((x, y + (high - widget.sizeHint().height()) // 2))
            x += wide + gap
        return found, y + high + around
