"""A field for a repository: recent ones to choose from, a folder chooser, and any folder typed or dropped."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ampsm_gui.look.plain import in_order
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.folder_drop import FolderDrop


class RepositoryPicker(QWidget):
    """Holds one path. `changed` is emitted at every keystroke, choice and drop."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.combo = PlainComboBox(self)
        self.combo.setItemDelegate(_NameAndPath(theme, self.combo))
        self.combo.setPlaceholderText("A folder in a git repository")
        line = self.combo.line
        line.setAcceptDrops(False)  # a dropped folder goes to the picker, not as text into the line
        line.setPlaceholderText("A folder in a git repository")
        self.choose = QPushButton("Choose…", self)
        self.choose.setAccessibleName("Choose a folder")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.combo, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.combo)
        FolderDrop(self).dropped.connect(self.set_path)
        self.combo.editTextChanged.connect(self.changed)
        self.choose.clicked.connect(self._on_choose)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    @property
    def path(self) -> str:
        """What stands in the field, with the home directory written out."""
        text = self.combo.currentText().strip()
        return os.path.expanduser(text) if text else ""  # noqa: PTH111  Path raises where there is no such user

    def set_path(self, path: str) -> None:
        """Puts a path into the field."""
        self.combo.setEditText(short_path(path))

    def set_recent(self, paths: Sequence[str]) -> None:
        """The repositories to choose from; what stands in the field stays."""
        text = self.combo.currentText()
        self.combo.blockSignals(True)
        self.combo.clear()
        for path in paths:
            self.combo.addItem(short_path(path), path)
        self.combo.setCurrentIndex(-1)
        self.combo.setEditText(text)
        self.combo.blockSignals(False)

    @Slot()
    def _on_choose(self) -> None:
        start = self.path or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, "Choose a folder in a git repository", start)
        if folder:
            self.set_path(folder)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.choose.setIcon(self._theme.icon("folder"))
        self.choose.setIconSize(self._theme.icon_size(words=True))


class PlainComboBox(ChoiceBox):
    """A field for one line with suggestions: what is typed is never added to them, and never completed unasked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        #: The field itself.
        self.line = QLineEdit(self)
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def show_words(self, words: str) -> None:
        """Puts words into the field, seen from their beginning."""
        self.setEditText(words)
        self.line.setCursorPosition(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # who scrolls past it means no other choice


def short_path(path: str) -> str:
    """A path with `~` for the home directory."""
    home = str(Path.home())
    return "~" + path.removeprefix(home) if path == home or path.startswith(home + os.sep) else path


class _NameAndPath(QStyledItemDelegate):
    """The folder's name in 500, the path to it after that in muted."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(200), self._theme.f + self._theme.px(8))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        path = in_order(shown.text)
        shown.text = ""
        QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter)
        theme, area = self._theme, QRect(option.rect)
        area.adjust(theme.px(8), 0, -theme.px(8), 0)
        bold, small = theme.font("body", 500), theme.font("small")
        name = Path(path).name or path
        width = QFontMetrics(bold).horizontalAdvance(name) + theme.px(10)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.save()
        painter.setFont(bold)
        painter.setPen(theme.color("text.primary"))
        painter.drawText(area, middle, QFontMetrics(bold).elidedText(name, Qt.TextElideMode.ElideRight, area.width()))
        rest = area.adjusted(width, 0, 0, 0)
        if rest.width() > theme.px(40):
            painter.setFont(small)
            painter.setPen(theme.color("text.muted"))
            elided = QFontMetrics(small).elidedText(path, Qt.TextElideMode.ElideMiddle, rest.width())
            painter.drawText(rest, middle, elided)
        painter.restore()
