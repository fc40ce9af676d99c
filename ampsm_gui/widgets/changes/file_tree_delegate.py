"""Paints a row of the tree of changed files."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ampsm.git.diff import FileChange
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.tree import CHANGE, LETTERS, VIEWED

_TOKENS = {"added": "success.text", "deleted": "danger.text", "unmerged": "warning.text", "renamed": "accent.text",
           "copied": "accent.text"}  # fmt: skip


class FileTreeDelegate(QStyledItemDelegate):
    """Letter, name, and counts where they leave the whole name room. A viewed file is muted and has a check."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(120), self._theme.f + self._theme.px(8))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:  # fmt: skip
        self.initStyleOption(option, index)
        theme = self._theme
        option.text = ""
        state: QStyle.StateFlag = option.state
        rect: QRect = option.rect
        widget: QWidget = option.widget
        QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        painter.save()
        change, viewed = index.data(CHANGE), bool(index.data(VIEWED))
        left, right = rect.left() + theme.px(4), rect.right() - theme.px(8)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        font, words = theme.font("small", 500 if selected else 400), str(index.data() or "")
        if isinstance(change, FileChange):
            left = self._paint_letter(painter, change, QRect(left, rect.top(), theme.px(12), rect.height()))
            name_ends = left + QFontMetrics(font).horizontalAdvance(words) + theme.px(16 if viewed else 0)
            right = self._paint_counts(painter, change, rect, right, name_ends)
            if viewed:
                size = theme.px(12)
                place = QRect(right - size, rect.top(), size, rect.height())
                theme.paint_icon(painter, place, "check", "text.muted")
                right -= size + theme.px(4)
        painter.setFont(font)
        painter.setPen(theme.color("text.muted" if viewed else "text.primary" if change else "text.secondary"))
        room = max(0, right - left - theme.px(4))
        name = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(left, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()

    def _paint_letter(self, painter: QPainter, change: FileChange, place: QRect) -> int:
        theme = self._theme
        font = theme.font("mono", 600)
        font.setPointSizeF(theme.font("caption").pointSizeF())
        painter.setFont(font)
        painter.setPen(theme.color(_TOKENS.get(change.status, "info.text")))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, LETTERS.get(change.status, "?"))
        return place.right() + theme.px(7)

    def _paint_counts(self, painter: QPainter, change: FileChange, rect: QRect, right: int, after: int) -> int:
        """Paints them left of `right`, and nothing where they would reach what ends at `after`; what is left of the
        room."""
        theme = self._theme
        font = theme.font("small")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        if change.binary:
            words = [("binary", "text.muted")]
        else:
            removed, added = change.deletions, change.insertions
            words = [(f"\u2212{removed:,}", "danger.text")] if removed else []
            words += [(f"+{added:,}", "success.text")] if added else []
        whole = sum(metrics.horizontalAdvance(text) + theme.px(5) for text, _ in words)
        if right - whole < after:
            return right
        for text, token in words:
            width = metrics.horizontalAdvance(text)
            painter.setPen(theme.color(token))
            painter.drawText(
                QRect(right - width, rect.top(), width, rect.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
            right -= width + theme.px(5)
        return right
