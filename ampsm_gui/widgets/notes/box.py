"""Where a person writes for the next iteration: the queue above, the text, and the button that starts or queues it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.notes.history import NotesHistory
from ampsm_gui.widgets.fields.text_box import TextBox
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.notes.queue import NotesQueue
from ampsm_gui.widgets.primary import set_primary
from ampsm_gui.widgets.second_press import StepButton

_LINES = 2
_MENU_LENGTH = 60
_MENU_ENTRIES = 15


class NotesBox(QWidget):
    """The text and its button, which emits `submit_requested`. Earlier notes come back by Up at the start,
    Down at the end, or from a menu."""

    submit_requested = Signal()
    edited = Signal()
    #: Esc: the focus should go elsewhere.
    left = Signal()
    #: id of the follow-up
    edit_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._history = NotesHistory()
        self._running = False
        self._compact = False
        self._primary = True
        self._placeholder = ""
        self.queue = NotesQueue(theme, self)
        self.text = NotesText(theme, self._history, self)
        self.submit = StepButton(self)
        self.submit.setObjectName("iterationSubmit")
        self.submit.setProperty("role", "primary")
        self._keys = Label("\u2318\u23ce" if sys.platform == "darwin" else "Ctrl+Enter", self)
        self._keys.setProperty("tone", "muted")
        self._keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._earlier = QToolButton(self)
        self._earlier.setAccessibleName("Earlier notes")
        self._earlier.setToolTip("Earlier notes (Up at the start of the text)")
        self._earlier.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._earlier.setMenu(self._menu)
        self._count = QToolButton(self)
        self._count.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out()
        self._menu.aboutToShow.connect(self._on_menu)
        self._menu.triggered.connect(self._on_menu_triggered)
        self.submit.clicked.connect(self.submit_requested)
        self.text.textChanged.connect(self.edited)
        self.text.left.connect(self.left)
        self.queue.edit_requested.connect(self.edit_requested)
        self.queue.remove_requested.connect(self.remove_requested)
        self.set_state(running=False, placeholder="Notes for the next iteration (may be empty)")
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def set_primary(self, primary: bool) -> None:
        """Whether its button is the primary one of the page, or another one is."""
        if primary != self._primary:
            self._primary = primary
            set_primary(self.submit, primary)
            self._show_icon()

    def notes(self) -> str:
        """What is written, without blanks around it."""
        return self.text.toPlainText().strip()

    def set_notes(self, text: str) -> None:
        """Puts other text there; that is no edit by a person."""
        self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.text.blockSignals(False)
        self._history.leave()

    def set_earlier(self, notes: Sequence[str]) -> None:
        """What Up and the menu bring back, oldest first."""
        self._history.set_texts(notes)
        self._earlier.setEnabled(bool(notes))

    def set_state(self, *, running: bool, placeholder: str, enabled: bool = True) -> None:
        """Whether an iteration runs, so that what is written is queued; and what stands in the empty box."""
        self._running = running
        self.submit.setText("Queue" if running else "Iterate")
        self._placeholder = placeholder
        self._show_placeholder()
        self.text.setEnabled(enabled)
        self.submit.setEnabled(enabled)
        self.submit.setToolTip(
            "Queue the notes for when this iteration ends (Ctrl+Enter)"
            if running
            else "Start the next iteration with these notes (Ctrl+Enter)"
        )
        self._show_icon()

    def set_queue(self, entries: Sequence[dict[str, str]]) -> None:
        """The follow-ups that wait, first one first."""
        self.queue.set_entries(entries)
        self._show_queue()

    def set_compact(self, compact: bool) -> None:
        """One line of text, the queue as a count: for low windows."""
        if compact != self._compact:
            self._compact = compact
            self.text.set_lines(1 if compact else _LINES)
            self._keys.setVisible(not compact)
            self._earlier.setVisible(not compact)
            self._show_placeholder()
            self._show_queue()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface.panel"))
        painter.fillRect(0, 0, self.width(), 1, self._theme.color("border.default"))

    @Slot()
    def _on_menu(self) -> None:
        self._menu.clear()
        for index, text in reversed(list(enumerate(self._history.texts))[-_MENU_ENTRIES:]):
            line = " ".join(text.split())
            words = line if len(line) <= _MENU_LENGTH else line[: _MENU_LENGTH - 1] + "…"
            action = self._menu.addAction(plain_label(words))
            action.setData(index)
            action.setToolTip(plain_tip(text))

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        self.text.replace_all(self._history.texts[int(action.data())])
        self.text.setFocus()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        px = theme.px
        self._keys.setFont(theme.font("caption"))
        self._column.setContentsMargins(px(8), px(9), px(8), px(8))
        self._column.setSpacing(px(6))
        self._row.setSpacing(px(8))
        self._buttons.setSpacing(px(2))
        self.submit.setIconSize(theme.icon_size(words=True))
        self.submit.setMinimumWidth(px(96))
        self._earlier.setIcon(theme.icon("status-clock"))
        self._earlier.setIconSize(theme.icon_size())
        self._show_icon()

    def _show_icon(self) -> None:
        token = "accent.onFill" if self._primary else "text.secondary"
        self.submit.setIcon(self._theme.icon("plus" if self._running else "play", token))

    def _show_placeholder(self) -> None:
        """In one line only what stands before the semicolon or the bracket."""
        short = self._placeholder.partition(";")[0].partition(" (")[0]
        self.text.setPlaceholderText(short if self._compact else self._placeholder)
        self.text.viewport().update()  # Qt repaints only when the placeholder comes or goes

    def _show_queue(self) -> None:
        number = self.queue.count
        self.queue.setVisible(number > 0 and not self._compact)
        self._count.setVisible(number > 0 and self._compact)
        self._count.setText(f"{number} queued")
        self._count.setMenu(self.queue.menu)

    def _lay_out(self) -> None:
        self._buttons = QVBoxLayout()
        self._buttons.addWidget(self.submit)
        below = QHBoxLayout()
        below.addWidget(self._keys, 1)
        below.addWidget(self._earlier)
        self._buttons.addLayout(below)
        self._buttons.addStretch(1)
        self._row = QHBoxLayout()
        self._row.addWidget(self._count)
        self._row.addWidget(self.text, 1)
        self._row.addLayout(self._buttons)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.queue)
        self._column.addLayout(self._row)
        self._count.hide()
        self.setFocusProxy(self.text)


class NotesText(TextBox):
    """The text, which Up at its start and Down at its end exchange for an earlier or later one."""

    left = Signal()

    def __init__(self, theme: Theme, history: NotesHistory, parent: QWidget | None = None) -> None:
        super().__init__(theme, _LINES, parent)
        self.setObjectName("iterationNotes")
        self.setAccessibleName("Notes for the next iteration")
        self._history = history

    def replace_all(self, text: str) -> None:
        """Puts another text in place of all; undo brings the old one back."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        cursor = self.textCursor()
        if plain and event.key() == Qt.Key.Key_Up and cursor.atStart():
            self._show(self._history.earlier(self.toPlainText()), QTextCursor.MoveOperation.Start)
        elif plain and event.key() == Qt.Key.Key_Down and cursor.atEnd():
            self._show(self._history.later(), QTextCursor.MoveOperation.End)
        elif plain and event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _show(self, text: str | None, end: QTextCursor.MoveOperation) -> None:
        if text is not None:
            self.replace_all(text)
            self.moveCursor(end)
