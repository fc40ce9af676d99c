"""The buttons beside the sentence: the next step, and the other ways on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.primary import set_primary
from ampsm_gui.widgets.second_press import StepButton


class StepButtons(QWidget):
    """Other ways stand before the next step; where there is no room, in a menu behind it. Takes no room without any."""

    #: What a button does, as the situation names it: iterate, abort-merge, …
    requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._action = ""
        self._compact = False
        self._ways: list[tuple[str, str, str | None]] = []
        self.others: list[QPushButton] = []
        self.button = StepButton(self)
        self.button.setObjectName("nextStepButton")
        self.more = QToolButton(self)
        self.more.setObjectName("otherWaysButton")
        self.more.setAccessibleName("Other ways on")
        self.more.setToolTip("Other ways on")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.button)
        self._row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.clear()

    def clear(self) -> None:
        """There is nothing to do."""
        self.show_ways({}, {})

    def show_ways(self, situation: Mapping[str, Any], actions: Mapping[str, str | None]) -> None:
        """The buttons of a situation; grey with the reason in its tooltip is what cannot work now (`actions`)."""
        self._action = situation.get("action") or ""
        self.button.setText(plain_label(situation.get("label") or ""))
        ways = [(way["action"], way["label"], actions.get(way["action"])) for way in situation.get("more") or ()]
        if ways != self._ways:
            self._ways = ways
            self._make_others(ways)
        set_primary(self.button, self.leads)
        self._lay_out()

    @property
    def leads(self) -> bool:
        """Whether the next step is what the window is about now: a merge or rebase is open."""
        return any(action == "abort-merge" for action, _, _ in self._ways) or self._action == "abort-merge"

    def set_compact(self, compact: bool) -> None:
        """Whether the other ways are in a menu."""
        if compact != self._compact:
            self._compact = compact
            self._lay_out()

    def roomy_width(self) -> int:
        """How wide all buttons beside one another are."""
        shown = [*self.others, *([self.button] if self._action else [])]
        return sum(button.sizeHint().width() for button in shown) + self._row.spacing() * max(0, len(shown) - 1)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint() if self._action or self.others else QSize(0, 0)

    @Slot()
    def _on_clicked(self) -> None:
        self.requested.emit(self._action)

    def _make_others(self, ways: list[tuple[str, str, str | None]]) -> None:
        for button in self.others:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.others = []
        self.menu.clear()
        for place, (action, label, why_not) in enumerate(ways):
            button, ask = StepButton(plain_label(label), self), partial(self.requested.emit, action)
            entry = self.menu.addAction(plain_label(label), ask)
            button.clicked.connect(ask)
            for found in (button, entry):
                found.setEnabled(why_not is None)
                found.setToolTip(plain_tip(why_not or ""))
            self._row.insertWidget(place, button)
            self.others.append(button)

    def _lay_out(self) -> None:
        menu = self._compact and bool(self._action) and bool(self.others)
        for button in self.others:
            button.setVisible(not menu)
        self.more.setVisible(menu)
        self.button.setVisible(bool(self._action and self.button.text()))
        self.setVisible(bool(self._action or self.others))
        self.updateGeometry()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(8))
        self.more.setIcon(self._theme.icon("chevron-down"))
        self.more.setIconSize(self._theme.icon_size())
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
