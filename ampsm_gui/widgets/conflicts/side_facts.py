"""What each side of a conflict has of a file as a whole, in a table of three rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from ampsm.model.conflicts import ConflictSides
from ampsm_gui.look.plain import as_signs
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.label import Label

_ROWS = ("Target", "Session", "Ancestor")


class SideFacts(QWidget):
    """Side, name, and what it has; long words go on in the next line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(2, 1)
        self._sides, self._names, self._facts = ([Label(self) for _ in _ROWS] for _ in range(3))
        for column, labels in enumerate((self._sides, self._names, self._facts)):
            for row, label in enumerate(labels):
                label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                label.setProperty("tone", "secondary" if column else "")
                self._grid.addWidget(label, row, column)
        for label in (*self._names, *self._facts):
            label.setWordWrap(True)
        for label, words in zip(self._sides, _ROWS, strict=True):
            label.setText(words)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_sides(self, sides: ConflictSides, facts: Sequence[str]) -> None:
        """The sides by their names."""
        for label, words in zip(self._names, (sides.target.label, sides.session.label, ""), strict=True):
            label.setText(words)
        self._make_room()
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[str]) -> None:
        """What target, session and ancestor have."""
        for label, words in zip(self._facts, facts, strict=True):
            label.setText(as_signs(words))

    def words(self) -> str:
        """What it says, line by line."""
        rows = zip(self._sides, self._names, self._facts, strict=True)
        return "\n".join("  ".join(label.text() for label in row if label.text()) for row in rows)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(4))
        for label in self._sides:
            label.setFont(self._theme.font("small", 600))
        for label in (*self._names, *self._facts):
            label.setFont(self._theme.font("small"))
        self._make_room()

    def _make_room(self) -> None:
        """For the longest name in one line, unless it is very long."""
        widest = max(label.fontMetrics().horizontalAdvance(label.text()) for label in self._names)
        self._grid.setColumnMinimumWidth(1, min(widest + self._theme.px(2), self._theme.px(240)))
