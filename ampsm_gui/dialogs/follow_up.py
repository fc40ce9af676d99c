"""Changing the text of a follow-up that waits in the queue."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.widgets.fields.text_box import TextBox


class FollowUpDialog(CommandDialog):
    """Saves the text. If an iteration has begun with it meanwhile, the command says so."""

    def __init__(self, desktop: Desktop, session_id: str, entry: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(desktop, "Queued notes", "Save notes", parent)
        self.setObjectName("followUpDialog")
        self._session_id = session_id
        self._entry_id = entry["id"]
        self.text = TextBox(desktop.theme, 6, self)
        self.text.setObjectName("followUpNotes")
        self.text.setAccessibleName("Queued notes")
        self.text.setPlainText(entry["notes"])
        self.text.textChanged.connect(self._on_edited)
        inner = QVBoxLayout()
        px = desktop.theme.px
        inner.setContentsMargins(px(20), px(16), px(20), px(16))
        inner.addWidget(self.text)
        self.column.addLayout(inner)
        self.text.setFocus()
        self._on_edited()

    def command_words(self) -> list[str]:
        return ["queue", self._session_id, "--edit", self._entry_id, "--notes", self.text.toPlainText().strip()]

    @Slot()
    def _on_edited(self) -> None:
        some = bool(self.text.toPlainText().strip())
        self.set_allowed(some, "" if some else "Needs some words; or remove it")
