"""Words of others in a room of so many lines: what does not fit is shortened, and never makes the room higher."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.plain import in_order
from ampsm_gui.widgets.label import Label

_SHORT = 3  # where all does not fit, no word takes more than one part in so many of a line


class FewLines(Label):
    """Shows all its words where they fit in `lines` lines; else its long words, as paths are, lose their middle, and
    if that is not enough, the words their end."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._said = ""
        self.setWordWrap(True)

    def setText(self, words: str) -> None:
        self._said = in_order(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def heightForWidth(self, width: int) -> int:
        return min(super().heightForWidth(width), self._most())

    def minimumSizeHint(self) -> QSize:
        found = super().minimumSizeHint()
        return QSize(found.width(), min(found.height(), self._most()))

    def sizeHint(self) -> QSize:
        found = super().sizeHint()
        return QSize(found.width(), min(found.height(), self._most()))

    def _most(self) -> int:
        margins = self.contentsMargins()
        return self._lines * self.fontMetrics().lineSpacing() + margins.top() + margins.bottom()

    def _fit(self) -> None:
        fitting = shortened(self._said, self._lines, self.contentsRect().width(), self.font())
        if fitting != self.text():
            super().setText(fitting)


def shortened(words: str, lines: int, width: int, font: QFont) -> str:
    """The words as they take up to `lines` lines of that width."""
    metrics = QFontMetrics(font)
    wrapped = _wrapped(words, width, font)
    if len(wrapped) <= lines and all(metrics.horizontalAdvance(line) <= width for line in wrapped):
        return words
    short = [metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, width // _SHORT) for word in words.split()]
    wrapped = _wrapped(" ".join(short), width, font)
    kept, rest = wrapped[: lines - 1], " ".join(wrapped[lines - 1 :])
    return "\n".join([*kept, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)])


def _wrapped(words: str, width: int, font: QFont) -> list[str]:
    layout = QTextLayout(words.replace("\n", "\u2028"), font)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    found = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        found.append(layout.text()[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return found
