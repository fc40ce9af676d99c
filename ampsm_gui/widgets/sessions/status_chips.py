"""A row of chips, one a status: how many there are, and which of them to show."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSizePolicy, QWidget

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.status import SESSION_ORDER, session_look
from ampsm_gui.look.theme import Theme


class StatusChips(QWidget):
    """Several may be on; none means all. Where it is narrow they lose their words, the calm ones first."""

    chosen_changed = Signal(frozenset)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: dict[str, int] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._chips: dict[str, QPushButton] = {}
        for status in SESSION_ORDER:
            chip = QPushButton(self)
            chip.setObjectName(f"chip-{status}")
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            chip.toggled.connect(self._on_toggled)
            self._row.addWidget(chip)
            self._chips[status] = chip
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    @property
    def chosen(self) -> frozenset[str]:
        """The statuses that are on."""
        return frozenset(status for status, chip in self._chips.items() if chip.isChecked())

    def choose(self, statuses: frozenset[str]) -> None:
        """Turns exactly these on."""
        before = self.chosen
        for status, chip in self._chips.items():
            chip.blockSignals(True)
            chip.setChecked(status in statuses)
            chip.blockSignals(False)
        if self.chosen != before:
            self.chosen_changed.emit(self.chosen)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How many sessions there are of each status."""
        if dict(counts) != self._counts:
            self._counts = dict(counts)
            self._show_words()

    def sizeHint(self) -> QSize:
        return QSize(self._width(0), self._chips[SESSION_ORDER[0]].sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_words()

    def _show_words(self) -> None:
        """The most words that there is room for."""
        most = len(SESSION_ORDER)  # so many, from the calm end, lose theirs
        level = next((n for n in range(most) if self._width(n) <= self.width()), most)
        for place, (status, chip) in enumerate(self._chips.items()):
            look, number = session_look(status), self._counts.get(status, 0)
            words = self._words(place, status, level)
            if chip.text() != words:
                chip.setText(words)
            chip.setAccessibleName(f"{look.word}, {number}")
            chip.setToolTip(plain_tip(f"Show only {look.word} ({number})"))

    def _words(self, place: int, status: str, level: int) -> str:
        number = str(self._counts.get(status, 0))
        return number if place >= len(SESSION_ORDER) - level else f"{session_look(status).word} {number}"

    def _width(self, level: int) -> int:
        metrics = self._chips[SESSION_ORDER[0]].fontMetrics()
        px = self._theme.px
        icon = self._theme.icon_size(self._theme.glyph, words=True).width()
        beside = icon + px(4) + 2 * px(6) + 4  # the glyph, its distance, both paddings, borders
        words = sum(
            metrics.horizontalAdvance(self._words(place, status, level)) + beside
            for place, status in enumerate(SESSION_ORDER)
        )
        return words + px(5) * (len(SESSION_ORDER) - 1)

    @Slot()
    def _on_toggled(self) -> None:
        self.chosen_changed.emit(self.chosen)

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self._row.setSpacing(theme.px(5))
        for status, chip in self._chips.items():
            look = session_look(status)
            chip.setFont(theme.font("small"))
            chip.setIcon(theme.icon(look.glyph, look.token))
            chip.setIconSize(theme.icon_size(theme.glyph, words=True))
        self._show_words()
