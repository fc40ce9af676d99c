"""The tabs of the session page: what a tab does is its own; here they are placed, counted, and told what to show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QHBoxLayout,
    QStyle,
    QStyleOptionTab,
    QStylePainter,
    QTabBar,
    QTabWidget,
    QWidget,
)

from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.tab import Tab

_GAP = "  "
_ANY = 16_777_215


class SessionTabs(QTabWidget):
    """Shows one session in all its tabs. Only the tab in front reads; another one does when it comes to the front."""

    shown_changed = Signal()

    def __init__(self, theme: Theme, tabs: Sequence[tuple[str, Tab]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sessionTabs")
        self.setTabBar(_Bar(theme, self))
        self.setDocumentMode(True)
        self._theme = theme
        self._titles = [title for title, _tab in tabs]
        self._counts: list[int | None] = [None for _ in tabs]
        self._told: dict[Tab, int] = {}
        self._session: str | None = None
        self._generation = 0
        self._corners: dict[Tab, QWidget] = {}
        self._corner = QWidget(self)
        row = QHBoxLayout(self._corner)
        row.setContentsMargins(theme.px(4), 0, theme.px(8), theme.px(1))
        for title, tab in tabs:
            self.addTab(tab, title)
            tab.count_changed.connect(self._on_count_changed)
            if (corner := tab.corner()) is not None:
                self._corners[tab] = corner
                row.addWidget(corner)
        self.setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._on_current_changed)
        self._show_corner()

    def titles(self) -> list[str]:
        """The words on the tabs, without figures."""
        return list(self._titles)

    def tab(self) -> Tab:
        """The tab in front."""
        found = self.currentWidget()
        assert isinstance(found, Tab)
        if found.focusProxy() is None and (view := self._first_view(found)) is not None:
            found.setFocusProxy(view)
        return found

    def show_session(self, session_id: str | None) -> None:
        """Another session, or none."""
        self._session = session_id
        self._told.clear()
        self._generation += 1
        for index in range(len(self._counts)):
            self.set_count(index, None)
        if session_id is None:
            for index in range(self.count()):
                found = self.widget(index)
                if isinstance(found, Tab):
                    found.show_session(None)
        else:
            self._tell()

    def refresh(self) -> None:
        """The store has changed."""
        self._generation += 1
        self._tell()

    def set_count(self, index: int, count: int | None) -> None:
        """The figure beside a title; none for None."""
        self._counts[index] = count
        title = self._titles[index]
        text = title if count is None else f"{title}{_GAP}{count:,}"
        if self.tabText(index) != text:
            self.setTabText(index, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_corner()

    @Slot(int)
    def _on_current_changed(self, _index: int) -> None:
        self._show_corner()
        self._tell()
        self.shown_changed.emit()

    @Slot(object)
    def _on_count_changed(self, count: int | None) -> None:
        tab = self.sender()
        if isinstance(tab, QWidget) and (index := self.indexOf(tab)) >= 0:
            self.set_count(index, count)

    def _tell(self) -> None:
        """Tells the tab in front what it has missed."""
        if self._session is None or self.count() == 0:
            return
        tab = self.tab()
        told = self._told.get(tab)
        self._told[tab] = self._generation
        if told is None:
            tab.show_session(self._session)
        elif told != self._generation:
            tab.refresh()

    def _show_corner(self) -> None:
        current = self.currentWidget()
        for tab, corner in self._corners.items():
            corner.setVisible(tab is current)
        self._fit_corner()

    def _fit_corner(self) -> None:
        """The corner gets what the tabs leave, so that no tab is hidden behind it."""
        room = self.width() - self.tabBar().sizeHint().width() - self._theme.px(8)
        current = self.currentWidget()
        corner = self._corners.get(current) if isinstance(current, Tab) else None
        set_compact = getattr(corner, "set_compact", None)
        if set_compact is not None:
            set_compact(False)
            self._corner.setMaximumWidth(_ANY)
            set_compact(self._corner.sizeHint().width() > room)
        self._corner.setMaximumWidth(max(self._corner.minimumSizeHint().width(), room))

    @staticmethod
    def _first_view(tab: Tab) -> QWidget | None:
        views = [view for view in tab.findChildren(QAbstractScrollArea) if view.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return next((view for view in views if view.isVisibleTo(tab)), views[0] if views else None)


class _Bar(QTabBar):
    """Figures after a title stand in caption and muted."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        theme = self._theme
        for index in range(self.count()):
            option = QStyleOptionTab()
            self.initStyleOption(option, index)
            painter.drawControl(QStyle.ControlElement.CE_TabBarTabShape, option)
            current = index == self.currentIndex()
            title, _gap, figure = self.tabText(index).partition(_GAP)
            words, small = theme.font("body", 600 if current else 400), theme.font("caption")
            width = QFontMetrics(words).horizontalAdvance(title)
            gap = theme.px(6) if figure else 0
            whole = width + gap + QFontMetrics(small).horizontalAdvance(figure)
            area = self.tabRect(index)
            left = area.left() + (area.width() - whole) // 2
            middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.setFont(words)
            painter.setPen(theme.color("text.primary" if current else "text.secondary"))
            painter.drawText(QRect(left, area.top(), width + 2, area.height()), middle, title)
            if figure:
                painter.setFont(small)
                painter.setPen(theme.color("text.muted"))
                painter.drawText(QRect(left + width + gap, area.top(), area.width(), area.height()), middle, figure)
