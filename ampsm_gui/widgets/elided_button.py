"""A button for the next step that loses the middle of its words where there is no room; all of them in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.widgets.second_press import StepButton


class ElidedStepButton(StepButton):
    """Takes what its words need, and less when there is less; `text` is always all of them."""

    def __init__(self, parent: QWidget | None = None, *, least: int) -> None:
        """Of its words about `least` characters stay however little room there is."""
        super().__init__(parent)
        self._least = least
        self._tip = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_tip(self, tip: str) -> None:
        """What there is to say besides, under all the words where those are not shown."""
        self._tip = tip
        self._tell(self.shown_words())

    def shown_words(self) -> str:
        """What there is room for."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        return self._fitting(option)

    def minimumSizeHint(self) -> QSize:
        wanted, metrics = self.sizeHint(), self.fontMetrics()
        spare = metrics.horizontalAdvance(self.text()) - metrics.averageCharWidth() * self._least
        return QSize(wanted.width() - max(spare, 0), wanted.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._fitting(option)
        self._tell(option.text)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)

    def _fitting(self, option: QStyleOptionButton) -> str:
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)

    def _tell(self, shown: str) -> None:
        words = [self.text()] if shown != self.text() else []
        self.setToolTip(plain_tip("\n".join([*words, *([self._tip] if self._tip else [])])))
