"""One side of a conflict: its name, commit and subject above its lines."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm.model.conflicts import ConflictSide
from ampsm_gui.look.plain import in_order, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.code import Beside, CodeLine
from ampsm_gui.widgets.conflicts.code_columns import CodeColumns


class SideHead(QWidget):
    """`Target main 66ab0f1 Send the locale`: where there is little room the subject goes first, then a part of the
    name; the commit stays."""

    def __init__(self, theme: Theme, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._word = word
        self._name = self._commit = self._subject = ""
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_side(self, side: ConflictSide) -> None:
        """Names a side; words of others are shown as they are."""
        name = "" if side.label == self._word else side.label
        self._name, self._commit = in_order(name), (side.commit or "")[:7]
        self._subject = in_order(side.subject or "")
        words = " ".join(part for part in (self._word, self._name, self._commit, self._subject) if part)
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface.base"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("border.subtle"))
        left, right, gap = theme.px(9), self.width() - theme.px(8), theme.px(6)
        parts = (
            (self._word, theme.font("small", 600), "text.primary"), (self._name, theme.font("small", 600),
             "text.primary"), (self._commit, theme.font("mono"), "text.secondary"),
            (self._subject, theme.font("small"), "text.secondary"),
        )  # fmt: skip
        kept = QFontMetrics(theme.font("mono")).horizontalAdvance(self._commit) + gap if self._commit else 0
        for words, font, token in parts:
            room = right - left - (kept if words is self._name else 0)
            if not words or room <= 0:
                continue
            painter.setFont(font)
            painter.setPen(theme.color(token))
            metrics = QFontMetrics(font)
            mode = Qt.TextElideMode.ElideMiddle if words is self._name else Qt.TextElideMode.ElideRight
            shown = metrics.elidedText(words, mode, room)
            painter.drawText(left, 0, room, self.height(), Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown) + gap

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.f + self._theme.px(10))
        self.update()


class SidePane(QWidget):
    """Head and lines, as high as these are."""

    def __init__(self, theme: Theme, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = SideHead(theme, word, self)
        self.code = CodeColumns(theme, self, fits=True)
        self.code.setAccessibleName(f"{word}'s lines")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.code)
        column.addStretch(1)
        self.setProperty("ground", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def show_lines(self, lines: list[CodeLine]) -> None:
        """The lines of this side; none are said to be so."""
        self.code.set_code(Beside(lines or [CodeLine(0, "(no lines)", (), ((0, 10, "comment"),))]))
        self.code.setAccessibleDescription(self.code.words())
