"""What will happen, where there is little to choose: a title and a sentence, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.label import Label


class SentenceRows(QWidget):
    """Sentences wrap; words of others are shown as they are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._labels: list[tuple[Label, Label]] = []
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Shows these and no others; a row that stays keeps its place."""
        while len(self._labels) < len(rows):
            self._add()
        for place, labels in enumerate(self._labels):
            for label, words in zip(labels, rows[place] if place < len(rows) else ("", ""), strict=True):
                label.setText(words)
                label.setVisible(place < len(rows))
        self.setAccessibleName(" ".join(sentence for _, sentence in rows))

    def rows(self) -> list[tuple[str, str]]:
        """What is shown."""
        return [(title.text(), words.text()) for title, words in self._labels if not title.isHidden()]

    def _add(self) -> None:
        title, words = Label("", self), Label("", self)
        words.setWordWrap(True)
        words.setProperty("tone", "secondary")
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place = len(self._labels)
        self._grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, place, 1, Qt.AlignmentFlag.AlignTop)
        self._labels.append((title, words))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._grid.setContentsMargins(px(14), px(12), px(14), px(12))
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(8))
