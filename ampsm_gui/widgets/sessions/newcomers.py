"""Says at the edge of the list that sessions have come which are out of sight, and leads to them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QPushButton

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.sessions.list import SessionList

_SIDES = {"above": "arrow-up", "below": "arrow-down"}


class Newcomers(QObject):
    """A button at the upper edge, one at the lower: "2 new sessions below". A session that was seen, or is gone, or
    hidden by the filter, is no newcomer any more."""

    def __init__(self, theme: Theme, model: SessionTable, table: SessionList) -> None:
        super().__init__(table)
        self._theme, self._model, self._table = theme, model, table
        self._ids: set[str] = set()
        self._out: dict[str, list[int]] = {side: [] for side in _SIDES}
        self.buttons = {side: self._button(side) for side in _SIDES}
        table.verticalScrollBar().valueChanged.connect(self.look)
        table.viewport().installEventFilter(self)
        for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.layoutChanged):
            signal.connect(self.look)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def come(self, ids: Iterable[str]) -> None:
        """These sessions are new."""
        self._ids.update(ids)
        self.look()

    @Slot()
    def look(self) -> None:
        """Which of them are out of sight now."""
        if not self._ids:
            return
        places = {session_id: self._model.place(session_id) for session_id in self._ids}
        high = self._table.viewport().height()
        self._out = {side: [] for side in _SIDES}
        for session_id, place in places.items():
            top = self._table.rowViewportPosition(place) if place is not None else 0
            if place is not None and top + self._table.rowHeight(place) // 2 > high:
                self._out["below"].append(place)
            elif place is not None and top + self._table.rowHeight(place) // 2 < 0:
                self._out["above"].append(place)
            elif self._table.isVisible():
                self._ids.discard(session_id)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.look()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        for side, button in self.buttons.items():
            count = len(self._out[side])
            words = f"{count:,} new {'session' if count == 1 else 'sessions'} {side}"
            button.setText(f"{count:,}" if self._table.mode == "rail" else words)
            button.setToolTip(plain_tip(words))
            button.setAccessibleName(words)
            button.setVisible(count > 0)
            self._place(side, button)

    def _place(self, side: str, button: QPushButton) -> None:
        button.adjustSize()
        seen, spot = self._table.viewport().geometry(), button.rect()
        spot.setWidth(min(spot.width(), seen.width()))
        spot.moveCenter(seen.center())
        gap = self._theme.px(4)
        if side == "above":
            spot.moveTop(seen.top() + gap)
        else:
            spot.moveBottom(seen.bottom() - gap)
        button.setGeometry(spot)
        button.raise_()

    def _go(self, side: str, _checked: bool = False) -> None:
        """Brings the nearest of them into sight."""
        places = self._out[side]
        if places:
            nearest = max(places) if side == "above" else min(places)
            self._table.scrollTo(self._model.index(nearest, self._table.columnAt(0)))

    def _button(self, side: str) -> QPushButton:
        button = QPushButton(self._table)
        button.setObjectName(f"newcomers-{side}")
        button.setProperty("role", "chip")
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(given(self._go, side))
        button.hide()
        return button

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        for side, button in self.buttons.items():
            button.setFont(theme.font("small", 500))
            button.setIcon(theme.icon(_SIDES[side], "accent.text"))
            button.setIconSize(theme.icon_size(theme.glyph, words=True))
        self._show()
