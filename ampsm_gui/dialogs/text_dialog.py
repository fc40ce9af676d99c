"""A long text to read and copy, e.g. the output of a command."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.look.plain import plain_title
from ampsm_gui.widgets.enter_key import Dialog


class TextDialog(Dialog):
    """Shows the end of the text first: what went wrong mostly stands there."""

    def __init__(self, desktop: Desktop, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = desktop.theme
        self.setWindowTitle(plain_title(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(text, self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.text.setFont(theme.font("mono"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        copy = QPushButton(theme.icon("copy"), "Copy", self)
        copy.clicked.connect(self._on_copy)
        close = QPushButton("Close", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        column.addLayout(row)
        self.resize(theme.px(760), theme.px(460))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
