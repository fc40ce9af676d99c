"""The tabs of the session page: what a tab does is its own; here they are placed, counted, and told what to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCursor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QHBoxLayout,
    QTabBar,
    QTabWidget,
    QWidget,
)

from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.tab import Tab

_GAP = "  "


class SessionTabs(QTabWidget):
    """Shows one session in all its tabs. Only the tab in front reads; another one is made, and reads, when it comes to
    the front for the first time."""

    shown_changed = Signal()
    tab_made = Signal(object)

    def __init__(
        self, theme: Theme, tabs: Sequence[tuple[str, Callable[[], Tab]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sessionTabs")
        self._bar = _Bar(theme, self)
        self.setTabBar(self._bar)
        self.setDocumentMode(True)
        self._theme = theme
        self._titles = [title for title, _tab in tabs]
        self._counts: list[int | None] = [None for _ in tabs]
        self._told: dict[Tab, int] = {}
        self._session: str | None = None
        self._generation = 0
        self._corners: dict[Tab, QWidget] = {}
        self._corner = QWidget(self)
        self._makers: dict[QWidget, Callable[[], Tab]] = {}
        row = QHBoxLayout(self._corner)
        row.setContentsMargins(theme.px(4), 0, 0, theme.px(1))
        for title, make in tabs:
            stand_in = QWidget(self)
            self._makers[stand_in] = make
            self.addTab(stand_in, title)
        self.setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._on_current_changed)
        theme.changed.connect(self._fit_corner)
        self._show_corner()

    def titles(self) -> list[str]:
        """The words on the tabs, without figures."""
        return list(self._titles)

    def tab(self) -> Tab:
        """The tab in front."""
        found = self._made(self.currentIndex())
        if found.focusProxy() is None and (view := self._first_view(found)) is not None:
            found.setFocusProxy(view)
        return found

    def tab_at(self, index: int) -> Tab:
        """The tab at a place, made if it never was in front."""
        return self._made(index)

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
            self._fit_corner()

    def focus_tab(self) -> None:
        """Goes to the tab in front, or to the tabs themselves while that has nothing to go to."""
        self.tab().setFocus()
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.tabBar().setFocus()

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

    def _made(self, index: int) -> Tab:
        found = self.widget(index)
        if isinstance(found, Tab):
            return found
        assert found is not None, f"there is no tab {index}"
        tab = self._makers.pop(found)()
        tab.count_changed.connect(self._on_count_changed)
        if (corner := tab.corner()) is not None:
            corner.setVisible(False)
            self._corners[tab] = corner
            layout = self._corner.layout()
            assert layout is not None
            layout.addWidget(corner)
        current, blocked = self.currentIndex(), self.blockSignals(True)
        self.removeTab(index)
        self.insertTab(index, tab, self._titles[index])
        self.setCurrentIndex(current)
        self.blockSignals(blocked)
        found.deleteLater()
        self.set_count(index, self._counts[index])
        self._show_corner()
        self.tab_made.emit(tab)
        return tab

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

    @Slot()
    def _fit_corner(self) -> None:
        """The corner gets what the tabs leave, so that no tab is hidden behind it."""
        current = self.currentWidget()
        corner = self._corners.get(current) if isinstance(current, Tab) else None
        self._bar.set_narrow(False)
        set_compact = getattr(corner, "set_compact", None)
        if set_compact is not None:
            set_compact(False)
            set_compact(self._wanted(corner) > self._room())
        self._bar.set_narrow(self._wanted(corner) > self._room())
        self._corner.setMaximumWidth(max(self._corner.minimumSizeHint().width(), self._room()))

    def _wanted(self, corner: QWidget | None) -> int:
        """The width that a corner wants as it is now."""
        if corner is None:
            return 0
        layout = corner.layout()
        if layout is not None:
            layout.invalidate()  # what was hidden or shown this moment counts
        return corner.sizeHint().width() + self._theme.px(5)

    def _room(self) -> int:
        """The width that the tabs leave."""
        return self.width() - sum(self._bar.tabSizeHint(index).width() for index in range(self._bar.count()))

    @staticmethod
    def _first_view(tab: Tab) -> QWidget | None:
        views = [view for view in tab.findChildren(QAbstractScrollArea) if view.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return next((view for view in views if view.isVisibleTo(tab)), views[0] if views else None)


class _Bar(QTabBar):
    """Figures after a title stand in caption and muted. Narrow: without figures, titles closer together."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._narrow = False
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)

    def set_narrow(self, narrow: bool) -> None:
        if narrow != self._narrow:
            self._narrow = narrow
            for index in range(self.count()):
                self.setTabText(index, self.tabText(index))  # makes it lay out its tabs anew
            self.updateGeometry()
            self.update()

    def tabSizeHint(self, index: int) -> QSize:
        title, figure = self._words(index)
        bold, small = QFontMetrics(self._theme.font("body", 600)), QFontMetrics(self._theme.font("caption"))
        figures = self._theme.px(6) + small.horizontalAdvance(figure) if figure else 0
        around = self._theme.px(14 if self._narrow else 20)
        return QSize(bold.horizontalAdvance(title) + figures + around, self._theme.f + self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = self.mapFromGlobal(QCursor.pos())
        for index in range(self.count()):
            self._paint_tab(painter, index, hovered=self.underMouse() and self.tabRect(index).contains(under))

    def _paint_tab(self, painter: QPainter, index: int, *, hovered: bool) -> None:
        theme, area = self._theme, self.tabRect(index)
        current = index == self.currentIndex()
        title, figure = self._words(index)
        words, small = theme.font("body", 600 if current else 400), theme.font("caption")
        width = QFontMetrics(words).horizontalAdvance(title)
        gap = theme.px(6) if figure else 0
        whole = width + gap + QFontMetrics(small).horizontalAdvance(figure)
        left = area.left() + (area.width() - whole) // 2
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(words)
        painter.setPen(theme.color("text.primary" if current or hovered else "text.secondary"))
        painter.drawText(QRect(left, area.top(), width + 2, area.height()), middle, title)
        if figure:
            painter.setFont(small)
            painter.setPen(theme.color("text.muted"))
            painter.drawText(QRect(left + width + gap, area.top(), area.width(), area.height()), middle, figure)
        if current:
            thick = theme.px(2)
            line = QRect(left - theme.px(2), area.bottom() + 1 - thick, whole + theme.px(4), thick)
            painter.fillRect(line, theme.color("accent.focus"))
            if self.hasFocus():
                painter.setPen(QPen(theme.color("accent.focus"), thick))
                ring = area.adjusted(theme.px(2), theme.px(3), -theme.px(2), -theme.px(4))
                painter.drawRoundedRect(ring, theme.px(4), theme.px(4))

    def _words(self, index: int) -> tuple[str, str]:
        title, _gap, figure = self.tabText(index).partition(_GAP)
        return title, "" if self._narrow else figure
