"""An editor for a commit message, which says how long its first line is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.fields.text_box import TextBox
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.written_text import written_text

_LONG = 72


class CommitField(QWidget):
    """The message is kept to the letter. A first line of more than 72 characters is only remarked on, and not of a
    message that does not count: in a field that is disabled."""

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = TextBox(theme, 4, self)
        self.text.setObjectName("commitMessage")
        self.text.setAccessibleName("Commit message")
        self._title = Label("Commit &message", self)
        self._title.setBuddy(self.text)
        self._count = Label(self)
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.addWidget(self._title)
        row.addWidget(self._count, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(row)
        column.addWidget(self.text)
        self.text.textChanged.connect(self._on_edited)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def message(self) -> str:
        """What stands there, to the letter."""
        return written_text(self.text)

    def set_message(self, message: str) -> None:
        """Puts a message there."""
        self.text.setPlainText(message)

    def changeEvent(self, event: QEvent) -> None:
        """Disabled or enabled, it says how long the first line is, or nothing of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.show_length()

    @Slot()
    def _on_edited(self) -> None:
        self.show_length()
        self.edited.emit()

    def show_length(self) -> None:
        """Says how long the first line is, as it stands there now."""
        first = self.message().partition("\n")[0] if self.isEnabled() else ""
        self._count.setText(f"subject {len(first)} of {_LONG} characters" if first else "")
        tone = "warning" if len(first) > _LONG else "muted"
        if self._count.property("tone") != tone:
            self._count.setProperty("tone", tone)
            self._count.style().unpolish(self._count)
            self._count.style().polish(self._count)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._title.setFont(self._theme.font("body", 500))
        self._count.setFont(self._theme.font("small"))
        self.text.setFont(self._theme.font("mono"))
        self.show_length()
