"""What the wizard asks of the page for conflicts, which it is given: pages know dialogs, not the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
