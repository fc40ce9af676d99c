"""What the wizard asks of the page for conflicts, which it is given: pages know dialogs, not the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.widgets.label import Label


class ConflictView(Protocol):
    """Signals: `left_changed(left, of)`, `next_changed()`, `ask_agent()`, `error(CommandError)`."""

    left_changed: Any
    next_changed: Any
    ask_agent: Any
    error: Any

    def refresh(self) -> None: ...

    def actions(self) -> list[QAction]: ...

    def next_action(self) -> QAction | None: ...

    def set_narrow(self, narrow: bool) -> None: ...


#: Makes the page of a session; it is a widget with what `ConflictView` has.
MakeConflicts = Callable[[Desktop, str, QWidget], QWidget | None]


class ConflictPlace:
    """Where the page for conflicts stands, which is made when there are any; a list of files where there is none."""

    def __init__(self, desktop: Desktop, session_id: str, pages: QStackedWidget, make: MakeConflicts | None) -> None:
        self._desktop, self._id, self._pages, self._make = desktop, session_id, pages, make
        self._widget: QWidget | None = None
        self.page: ConflictView | None = None

    def show(self, paths: list[str], connect: Callable[[ConflictView], object]) -> None:
        """Brings it to the front; `connect` is called with a page that is new."""
        if self._widget is None:
            made = self._make(self._desktop, self._id, self._pages) if self._make else None
            self._widget = made or ConflictList(self._pages)
            self._pages.addWidget(self._widget)
            if made is not None:
                self.page = cast(ConflictView, made)
                connect(self.page)
        if isinstance(self._widget, ConflictList):
            self._widget.show_paths(paths)
        self._pages.setCurrentWidget(self._widget)


class ConflictList(QWidget):
    """The files that are left, where there is no page for them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Label(self)
        self._words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self._words)
        column.addStretch(1)

    def show_paths(self, paths: list[str]) -> None:
        """Names them."""
        self._words.setText("\n".join(paths))
