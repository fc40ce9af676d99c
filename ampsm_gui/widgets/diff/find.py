"""Finding text in a diff: the field, and all places where it stands."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.rows import DiffRows
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.glyph_button import GlyphButton
from ampsm_gui.widgets.label import Label

#: Hits that are marked; a search for one letter in a huge file ends there.
MOST_HITS = 5000
_TYPING_MS = 120


class Hit(NamedTuple):
    """A place in a line of the document; `gap` is the closed fold it lies in, -1 for none."""

    line: int
    column: int
    length: int
    gap: int = -1


def find_hits(document: DiffDocument, rows: DiffRows, words: str) -> list[Hit]:
    """Every place of `words`, from top to bottom, whatever case; lines in folds, too. At most MOST_HITS."""
    hits = []
    for line, column in document.find(words, MOST_HITS):
        gap = document.gap_of(line)
        hits.append(Hit(line, column, len(words), -1 if gap < 0 or rows.is_open(gap) else gap))
    return hits


class FindBar(QWidget):
    """A field with how many hits there are, and the way to the next one. Esc closes it."""

    words_changed = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find in this file")
        self.field.setAccessibleName("Find in this file")
        self.field.setObjectName("diffFind")
        self._count = Label(self)
        self._count.setProperty("tone", "muted")
        self._buttons = [
            GlyphButton(theme, "chevron-up", "Previous hit (Shift+Enter)", self),
            GlyphButton(theme, "chevron-down", "Next hit (Enter)", self),
            GlyphButton(theme, "close", "Close (Esc)", self),
        ]
        self._timer = single_shot(self, _TYPING_MS, self._on_typed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(4), theme.px(8), theme.px(4))
        row.setSpacing(theme.px(6))
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        for button in self._buttons:
            row.addWidget(button)
        self.field.textChanged.connect(self._timer.start)
        self._buttons[0].clicked.connect(self._on_previous)
        self._buttons[1].clicked.connect(self._on_next)
        self._buttons[2].clicked.connect(self.closed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def open(self, words: str = "") -> None:
        """Shows the field, with the selected words in it."""
        self.show()
        if words and "\n" not in words:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def set_count(self, current: int, total: int) -> None:
        """Which of how many hits is the current one, from 0; -1 while none is."""
        if not self.field.text():
            words = ""
        elif not total:
            words = "Not found"
        else:
            words = f"{current + 1 or '–'} of {total:,}{'+' if total >= MOST_HITS else ''}"
        self._count.setText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._on_previous() if back else self._on_next()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_typed(self) -> None:
        self.words_changed.emit(self.field.text())

    @Slot()
    def _on_next(self) -> None:
        self._step(1)

    @Slot()
    def _on_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._on_typed()
        else:
            self.stepped.emit(by)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._count.setFont(self._theme.font("small"))
