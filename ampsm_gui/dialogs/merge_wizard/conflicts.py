"""What the wizard asks of the page for conflicts, which it is given: pages know dialogs, not the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from ampsm_gui.desktop import Desktop


class ConflictView(Protocol):
    """Signals: `left_changed(left, of)`, `next_changed()`, `last_resolved()`, `all_resolved()`, `ask_agent()`,
    `watch_requested()`, `error(CommandError)`."""

    left_changed: Any
    next_changed: Any
    all_resolved: Any
    last_resolved: Any
    ask_agent: Any
    watch_requested: Any
    error: Any

    def refresh(self) -> None: ...

    def actions(self) -> list[QAction]: ...

    def next_action(self) -> QAction | None: ...

    def set_narrow(self, narrow: bool) -> None: ...

    def forget_whole_text(self) -> None: ...


#: Makes the page of a session; it is a widget with what `ConflictView` has.
MakeConflicts = Callable[[Desktop, str, QWidget], QWidget]


class ConflictPlace:
    """Where the page for conflicts stands, which is made when there are any."""

    def __init__(self, desktop: Desktop, session_id: str, pages: QStackedWidget, make: MakeConflicts) -> None:
        self._desktop, self._id, self._pages, self._make = desktop, session_id, pages, make
        self._widget: QWidget | None = None
        self.page: ConflictView | None = None

    def show(self, connect: Callable[[ConflictView], object]) -> None:
        """Brings it to the front; `connect` is called with a page that is new."""
        if self._widget is None:
            page = self._make(self._desktop, self._id, self._pages)
            self._widget = scrolling(page)
            self._pages.addWidget(self._widget)
            self.page = cast(ConflictView, page)
            connect(self.page)
        self._pages.setCurrentWidget(self._widget)


def scrolling(page: QWidget) -> QScrollArea:
    """Where there is less room than the page needs at least, it scrolls: what is below it stays in sight."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(_Bounded(page))
    return area


class _Bounded(QWidget):
    """A page as high as there is room, and no less than it must be: an area that scrolls would make it as high as it
    likes to be in its width, and lists and texts that can scroll themselves would not."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._page = page
        page.setParent(self)
        page.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        return self._page.minimumSizeHint()

    def sizeHint(self) -> QSize:
        return self._page.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._page.resize(event.size())
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
