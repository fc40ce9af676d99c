"""What somebody sees who starts the app by a click, where it cannot start: the line and the hint of the terminal."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ampsm.model.errors import UserError
from ampsm_gui.look.application import NAME
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.enter_key import press_focused
from ampsm_gui.widgets.label import Label


class TroubleWindow(QWidget):
    """A window of its own: what is wrong, and the next command to type, which can be copied."""

    def __init__(self, theme: Theme, error: UserError) -> None:
        super().__init__()
        self.setWindowTitle(NAME)
        self.message = self._line(f"{error.message}.")
        self.hint = self._line(error.hint or "")
        self.hint.setFont(theme.font("mono"))
        self.hint.setVisible(bool(error.hint))
        copy = QPushButton(theme.icon("copy"), "Copy", self)
        copy.setToolTip("Copy the command")
        copy.setVisible(bool(error.hint))
        copy.clicked.connect(self._on_copy)
        close = QPushButton("Close", self)
        close.clicked.connect(self.close)
        close.setFocus()
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(16)] * 4)
        column.setSpacing(theme.px(12))
        column.addWidget(self.message)
        column.addWidget(self.hint)
        column.addStretch(1)
        column.addLayout(row)
        self.resize(QSize(theme.px(560), theme.px(200)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused(self, event):
            super().keyPressEvent(event)

    def _line(self, words: str) -> Label:
        label = Label(words, self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setAccessibleName(words)
        return label

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.hint.text())
