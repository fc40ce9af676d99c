"""What stands at the right end of the tab bar while the console is shown: iteration, search, raw, thinking, follow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.glyph_button import GlyphButton
from ampsm_gui.widgets.label import Label

_AFTER_TYPING = 120  # ms


class ConsoleCorner(QWidget):
    """Emits what is asked for; the tab does it."""

    iteration_chosen = Signal(object)
    #: Other words are sought.
    searched = Signal(str)
    #: To the next hit (1) or the previous one (-1).
    stepped = Signal(int)
    #: Esc in the field.
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._compact = False
        self.iterations = ChoiceBox(self)
        self.iterations.setAccessibleName("Iteration that is shown")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find in console")
        self.field.setAccessibleName("Find in console")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self.said = Label(self)
        self.said.setProperty("tone", "muted")
        self.previous = GlyphButton(theme, "chevron-up", "Previous hit (Shift+Enter)", self)
        self.next = GlyphButton(theme, "chevron-down", "Next hit (Enter)", self)
        self.thinking = GlyphButton(theme, "thinking", "Show thinking (T)", self, checkable=True)
        self.raw = GlyphButton(theme, "raw", "Show the agent's own lines (R)", self, checkable=True)
        self.follow = GlyphButton(theme, "follow", "Follow the end (F)", self, checkable=True)
        self._typing = single_shot(self, _AFTER_TYPING, self._on_typed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.px(8), 0)
        row.setSpacing(theme.px(4))
        for widget in (
            self.iterations, self.field, self.said, self.previous, self.next, self.thinking, self.raw, self.follow
        ):  # fmt: skip
            row.addWidget(widget)
        self.set_iterations([])
        self.set_hits(None, 0)
        self.field.textChanged.connect(self._typing.start)
        self.iterations.activated.connect(self._on_activated)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def words(self) -> str:
        return self.field.text()

    def set_iterations(self, numbers: Sequence[int]) -> None:
        """Offers these; the choice stays."""
        offered = [0, *reversed(numbers)]
        if offered == [self.iterations.itemData(place) for place in range(self.iterations.count())]:
            return
        chosen = self.iterations.currentData()
        self.iterations.clear()
        for number in offered:
            self.iterations.addItem(f"Iteration {number}" if number else "All iterations", number)
        self.iterations.setCurrentIndex(max(0, self.iterations.findData(chosen)))

    def set_hits(self, current: int | None, count: int) -> None:
        """`3 of 12`; without a search nothing."""
        sought = bool(self.words)
        self.said.setVisible(sought)
        for button in (self.previous, self.next):
            button.setVisible(sought and not self._compact)
        self.said.setText(
            "No hit" if not count else f"{current + 1:,} of {count:,}" if current is not None else f"{count:,}"
        )
        self.previous.setEnabled(count > 0)
        self.next.setEnabled(count > 0)

    def set_compact(self, compact: bool) -> None:
        """In a narrow page the iteration and the thinking button go; keys do the same."""
        self._compact = compact
        self.iterations.setVisible(not compact)
        self.thinking.setVisible(not compact)
        self.field.setFixedWidth(self._theme.px(110 if compact else 150))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.stepped.emit(-1 if back else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                if self.words:
                    self.field.clear()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_typed(self) -> None:
        self.searched.emit(self.words)

    @Slot(int)
    def _on_activated(self, _place: int) -> None:
        self.iteration_chosen.emit(self.iterations.currentData() or None)

    @Slot()
    def _on_previous(self) -> None:
        self.stepped.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.stepped.emit(1)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.said.setFont(self._theme.font("small"))
        self.field.setFixedWidth(self._theme.px(110 if self._compact else 150))
