"""A label of one line that loses its middle or its end where there is no room; the whole text in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ampsm_gui.look.plain import in_order, plain_tip


class ElidedLabel(QLabel):
    """Takes what its text needs, and less when there is less."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None, *, least: int = 4) -> None:
        """Of its text about `least` characters stay however little room there is."""
        super().__init__(parent)
        self._mode = mode
        self._least = least
        self._tip = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(in_order(text))
        self.updateGeometry()

    def set_tip(self, tip: str) -> None:
        """What there is to say besides, under the whole text where that is not shown."""
        self._tip = tip
        self.update()

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        wanted = self.fontMetrics().horizontalAdvance(self.text()) + 2 + margins.left() + margins.right()
        return QSize(wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        wanted = min(self.sizeHint().width(), self.fontMetrics().averageCharWidth() * self._least)
        return QSize(wanted, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        words = self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())
        told = [*([self.text()] if words != self.text() else []), *([self._tip] if self._tip else [])]
        self.setToolTip(plain_tip("\n".join(told)))
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag.AlignVCenter, words)
