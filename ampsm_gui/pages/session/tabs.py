"""The tabs of the session page: what a tab does is its own; here they are placed, counted, and told what to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QTabWidget, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.session.tab_bar import Fit, TabBar, tab_text
from ampsm_gui.pages.tab import Tab, TabName
from ampsm_gui.widgets.elided_label import ElidedLabel

# px at 100 %
_LOWEST = 4
_CORNER = 170  # of a tab that was never in front


class SessionTabs(QTabWidget):
    """Shows one session in all its tabs. Only the tab in front reads; another one is made, and reads, when it comes to
    the front for the first time."""

    tab_made = Signal(object)

    def __init__(
        self, theme: Theme, titles: Mapping[TabName, str], make: Callable[[TabName], Tab], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sessionTabs")
        self._bar = TabBar(theme, self)
        self.setTabBar(self._bar)
        self.setDocumentMode(True)
        self._theme = theme
        self._titles, self._make = dict(titles), make
        self._names = list(titles)
        self._counts: dict[TabName, int | None] = dict.fromkeys(titles)
        self._told: dict[Tab, int] = {}
        self._session: str | None = None
        self._generation = 0
        self._corners: dict[Tab, QWidget] = {}
        self._corner = _Corner(theme, self)
        for title in titles.values():
            self.addTab(QWidget(self), title)  # it keeps the place until its tab is made
        self.setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._on_current_changed)
        theme.changed.connect(self._fit_corner)
        self._fit_corner()

    def current_tab(self) -> Tab:
        """The tab in front."""
        found = self.tab(self._names[self.currentIndex()])
        if found.focusProxy() is None and (view := self._first_view(found)) is not None:
            found.setFocusProxy(view)
        return found

    def views(self) -> list[QWidget]:
        """What F6 goes through in the tab in front; the tabs themselves while that has nothing to go to."""
        tab = self.current_tab()
        proxy = tab.focusProxy()
        views = tab.views() or ([proxy] if proxy is not None else [])
        return [view for view in views if view.isVisible()] or [self.tabBar()]

    def tab(self, name: TabName) -> Tab:
        """The tab of this name, made if it never was in front."""
        found = self.widget(self._names.index(name))
        return found if isinstance(found, Tab) else self._made(name)

    def show_tab(self, name: TabName) -> None:
        """Brings a tab to the front and goes there."""
        self.setCurrentIndex(self._names.index(name))
        self.focus_tab()

    def show_session(self, session_id: str | None) -> None:
        """Another session, or none."""
        self._session = session_id
        self._told.clear()
        self._generation += 1
        for name in self._names:
            self.set_count(name, None)
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

    def set_count(self, name: TabName, count: int | None) -> None:
        """The figure beside a title; none for None."""
        self._counts[name] = count
        index, text = self._names.index(name), tab_text(self._titles[name], count)
        if self.tabText(index) != text:
            self.setTabText(index, text)
            self._fit_corner()

    def focus_tab(self) -> None:
        """Goes to the tab in front, or to the tabs themselves while that has nothing to go to."""
        self.views()[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def minimumSizeHint(self) -> QSize:
        """Where it is low, what a tab shows gives way to the sentence above the tabs and the notes below."""
        low = self._bar.sizeHint().height() + self._theme.px(_LOWEST)
        return QSize(super().minimumSizeHint().width(), low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_corner()

    @Slot(int)
    def _on_current_changed(self, _index: int) -> None:
        self._fit_corner()
        self._tell()

    @Slot(object)
    def _on_count_changed(self, count: int | None) -> None:
        """One that does not know its figure yet takes nothing away: the page may know it."""
        tab = self.sender()
        if count is not None and isinstance(tab, QWidget) and (index := self.indexOf(tab)) >= 0:
            self.set_count(self._names[index], count)

    def _made(self, name: TabName) -> Tab:
        """Makes a tab and puts it where only its place was kept."""
        index = self._names.index(name)
        stand_in = self.widget(index)
        had_keys = stand_in is not None and stand_in.hasFocus()  # as they were in the tab that was in front
        tab = self._make(name)
        tab.count_changed.connect(self._on_count_changed)
        if (corner := tab.corner()) is not None:
            corner.setVisible(False)
            self._corners[tab] = corner
            self._corner.add(corner)
        current, blocked = self.currentIndex(), self.blockSignals(True)
        self.removeTab(index)
        self.insertTab(index, tab, self._titles[name])
        self.setCurrentIndex(current)
        self.blockSignals(blocked)
        if stand_in is not None:
            stand_in.deleteLater()
        if had_keys:
            (self._first_view(tab) or tab).setFocus()
        self.set_count(name, self._counts[name])
        self._fit_corner()
        self.tab_made.emit(tab)
        return tab

    def _tell(self) -> None:
        """Tells the tab in front what it has missed."""
        if self._session is None or self.count() == 0:
            return
        tab = self.current_tab()
        told = self._told.get(tab)
        self._told[tab] = self._generation
        if told is None:
            tab.show_session(self._session)
        elif told != self._generation:
            tab.refresh()

    @Slot()
    def _fit_corner(self) -> None:
        """Tabs come before what stands beside them: a corner of words loses its end and goes, one of controls becomes
        compact, and goes when no tabs would fit beside it. What it does has keys. The titles keep their places from tab
        to tab: so much is left beside them as the widest corner needs when it is compact."""
        current, bar, room = self.currentWidget(), self._bar, self.width()
        corner = self._corners.get(current) if isinstance(current, Tab) else None
        left = self._left_for_corners()
        if isinstance(current, Tab):
            current.set_corner_compact(False)
            current.set_corner_compact(bar.width_of(Fit.FIGURES) + self._corner.wanted(corner) > room)
        wanted = self._corner.wanted(corner)
        if bar.width_of(Fit.CLOSE) + max(wanted, left) > room:
            left = 0
        bar.set_fit(next((fit for fit in Fit if bar.width_of(fit) + left <= room), Fit.CUT), room)
        if bar.sizeHint().width() + wanted > room:
            corner = None
        self._corner.show_one(corner, room - bar.sizeHint().width() if corner is not None else 0)

    def _left_for_corners(self) -> int:
        for tab in self._corners:
            tab.set_corner_compact(True)
        return max([self._theme.px(_CORNER), *map(self._corner.wanted, self._corners.values())])

    @staticmethod
    def _first_view(tab: Tab) -> QWidget | None:
        views = [view for view in tab.findChildren(QAbstractScrollArea) if view.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return next((view for view in views if view.isVisibleTo(tab)), views[0] if views else None)


class _Corner(QWidget):
    """The right end of the tab bar: it takes what the tabs leave."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._room = 0
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(4), 0, 0, theme.px(1))

    def add(self, corner: QWidget) -> None:
        self._row.addWidget(corner)

    def show_one(self, corner: QWidget | None, room: int) -> None:
        """Shows this one of those that were added, or none, in so much room."""
        for at in range(self._row.count()):
            item = self._row.itemAt(at)
            if item is not None and (widget := item.widget()) is not None:
                widget.setVisible(widget is corner)
        self._room = room
        self.updateGeometry()

    def wanted(self, corner: QWidget | None) -> int:
        """The width that a corner needs as it is now; words need little, they lose their end."""
        if corner is None:
            return 0
        if (layout := corner.layout()) is not None:
            layout.invalidate()  # what was hidden or shown this moment counts
        least = corner.minimumSizeHint() if isinstance(corner, ElidedLabel) else corner.sizeHint()
        return least.width() + self._theme.px(5)

    def sizeHint(self) -> QSize:
        return QSize(min(super().sizeHint().width(), self._room), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
