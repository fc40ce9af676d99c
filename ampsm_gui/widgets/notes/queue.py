"""The follow-ups that wait for the current iteration to end, a line each, with Edit and Remove."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.label import Label

_SHOWN = 3
_MENU_LENGTH = 50


class NotesQueue(QWidget):
    """The first three in lines; all of them in `menu`, for where there is no room for lines."""

    edit_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[dict[str, str]] = []
        self._lines = [_Line(theme, self) for _ in range(_SHOWN)]
        self._more = Label(self)
        self._more.setProperty("tone", "muted")
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._on_menu)
        self.menu.triggered.connect(self._on_menu_triggered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for line in self._lines:
            column.addWidget(line)
            line.edit.clicked.connect(self._on_edit)
            line.remove.clicked.connect(self._on_remove)
        column.addWidget(self._more)
        self.hide()

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._entries)

    def set_entries(self, entries: Sequence[dict[str, str]]) -> None:
        """`{"id", "notes", "at"}` each, first one first."""
        self._entries = [dict(entry) for entry in entries]
        for index, line in enumerate(self._lines):
            line.setVisible(index < len(self._entries))
            if index < len(self._entries):
                line.show_entry(index + 1, self._entries[index])
        more = len(self._entries) - _SHOWN
        self._more.setVisible(more > 0)
        self._more.setText(f"and {more} more")

    @Slot()
    def _on_edit(self) -> None:
        self.edit_requested.emit(self._entry_of(self.sender()))

    @Slot()
    def _on_remove(self) -> None:
        self.remove_requested.emit(self._entry_of(self.sender()))

    def _entry_of(self, button: object) -> str:
        return next((line.entry_id for line in self._lines if button in (line.edit, line.remove)), "")

    @Slot()
    def _on_menu(self) -> None:
        self.menu.clear()
        for entry in self._entries:
            words = " ".join(entry["notes"].split())
            title = words if len(words) <= _MENU_LENGTH else words[: _MENU_LENGTH - 1] + "…"
            below = self.menu.addMenu(plain_label(title))
            below.addAction("Edit…").setData(("edit", entry["id"]))
            below.addAction("Remove").setData(("remove", entry["id"]))

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        what, entry_id = action.data()
        (self.edit_requested if what == "edit" else self.remove_requested).emit(str(entry_id))


class _Line(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry_id = ""
        self._theme = theme
        self._title = Label(self)
        self._words = ElidedLabel(Qt.TextElideMode.ElideRight, self)
        self.edit = QPushButton("Edit", self)
        self.remove = QPushButton("Remove", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(8), 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._title)
        row.addWidget(self._words)
        row.addStretch(1)
        for button in (self.edit, self.remove):
            button.setProperty("role", "link")
            row.addWidget(button)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def show_entry(self, place: int, entry: dict[str, str]) -> None:
        self.entry_id = entry["id"]
        self._title.setText(f"Queued {place}")
        self._words.setText(" ".join(entry["notes"].split()))
        self._words.setToolTip(plain_tip(entry["notes"]))
        self.edit.setAccessibleName(f"Edit follow-up {place}")
        self.remove.setAccessibleName(f"Remove follow-up {place}")

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self._title.setFont(theme.font("small", 500))
        for widget in (self._words, self.edit, self.remove):
            widget.setFont(theme.font("small"))
