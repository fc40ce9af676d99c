"""The panes of the window: the sessions at the left, the chosen one at the right, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ampsm_gui.look.theme import Theme

#: At 100 %: below this width of the window there is room for less, and tool buttons lose their words.
ROOMY_FROM = 1100
_RAIL_WIDTH, _LEAST_WIDTH = 44, 232
_LIST_WIDTH, _LIST_WIDTH_SMALL = 376, 252
_ANY_WIDTH = 16_777_215


class WindowPanes(QSplitter):
    """The list is as wide as the design has it, in a small window less, until somebody moves the line between."""

    def __init__(self, theme: Theme, sessions: QWidget, page: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme, self._sessions, self._page = theme, sessions, page
        self._mode = "list"
        self._own: int | None = None
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(sessions)
        self.addWidget(page)
        self.setStretchFactor(1, 1)
        page.installEventFilter(self)
        self.splitterMoved.connect(self._on_moved)

    def set_mode(self, mode: str) -> None:
        """Gives the sessions the width of a rail or a list; a table takes it all, while the page is hidden."""
        self._mode = mode
        self.place()

    @property
    def own_width(self) -> int | None:
        """How wide somebody has made the list; None while it is as designed."""
        return self._own

    def set_own_width(self, width: int | None) -> None:
        """As it was left the last time."""
        self._own = width
        self.place()

    def place(self) -> None:
        """Gives each pane its width; without a page beside it nothing is a rail."""
        rail, narrow = self._theme.px(_RAIL_WIDTH), self._mode == "rail" and not self._page.isHidden()
        self._sessions.setMinimumWidth(rail if narrow else self._theme.px(_LEAST_WIDTH))
        self._sessions.setMaximumWidth(rail if narrow else _ANY_WIDTH)
        if self._mode == "rail":
            self._give(self._theme.px(_RAIL_WIDTH))
        elif self._mode == "list":
            self._give(self._designed() if self._own is None else self._own)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page comes back, after a table or an empty list, or goes."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.place()
        return super().eventFilter(watched, event)

    def _designed(self) -> int:
        px, width = self._theme.px, self.width()
        designed = _LIST_WIDTH if width >= px(ROOMY_FROM) else _LIST_WIDTH_SMALL
        return min(max(designed, px(designed)), width // 2)  # a small font makes nothing narrower

    def _give(self, left: int) -> None:
        self.setSizes([left, max(1, self.width() - left)])

    @Slot()
    def _on_moved(self) -> None:
        if self._mode == "list":
            self._own = self.sizes()[0]


def next_pane(panes: Sequence[QWidget], focus: QWidget | None, step: int) -> QWidget:
    """The pane after or before the one with the focus. What is beside the panes counts as where it stands: from a
    button above a table the next one is that table."""
    inside = next((number for number, pane in enumerate(panes) if _holds(pane, focus)), None)
    if inside is not None:
        return panes[(inside + step) % len(panes)]
    following = _after(panes, focus) if focus is not None else 0
    return panes[(following if step > 0 else following - 1) % len(panes)]


def _after(panes: Sequence[QWidget], focus: QWidget) -> int:
    """The number of the pane that follows what has the focus, among those nearest to it."""
    around: QWidget | None = focus
    near: list[int] = []
    while around is not None and not near:
        around = around.parentWidget()
        near = [number for number, pane in enumerate(panes) if around is not None and around.isAncestorOf(pane)]
    return next((number for number in near if _stands_before(focus, panes[number])), near[-1] + 1 if near else 0)


def _stands_before(one: QWidget, other: QWidget) -> bool:
    here, there = (widget.mapToGlobal(widget.rect().center()) for widget in (one, other))
    return (here.y(), here.x()) < (there.y(), there.x())


def _holds(pane: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (focus is pane or pane.isAncestorOf(focus))
