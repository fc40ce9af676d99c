"""Goes to a file that an agent named: to its changes, into the editor; out of the worktree only when told to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.look.plain import as_signs, plain_label
from ampsm_gui.models.results.lines import FilePlace
from ampsm_gui.models.session.file_search import FileIs, FoundFile, find_file
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.runtime.background import ignore

_LONGEST = 120


class SessionFiles(QObject):
    """What is asked for is looked for first, on the pool."""

    #: The changes of a file are to be shown.
    changes_requested = Signal(str)
    status_message = Signal(str)

    def __init__(self, desktop: Desktop, actions: SessionActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._actions = actions
        self._over = parent

    def go_to(self, session_id: str, place: FilePlace) -> None:
        """Shows a file of a session as it can be shown best."""
        read = partial(find_file, session_id=session_id, path=place.path, line=place.line)
        self._desktop.background.ask((self, "file"), read, self._on_found, ignore)

    def forget(self) -> None:
        """Another session is shown now."""
        self._desktop.background.forget((self, "file"))

    def _on_found(self, found: FoundFile) -> None:
        match found.where:
            case FileIs.CHANGED:
                self.changes_requested.emit(found.path)
            case FileIs.INSIDE:
                self._actions.open_file(found.path, found.line)
                self.status_message.emit(f"Opening {found.path}")
            case FileIs.OUTSIDE:
                self._ask(found)
            case FileIs.MISSING:
                self.status_message.emit(f"{found.path} is not there any more")

    def _ask(self, found: FoundFile) -> None:
        """A file that is not of the session is opened only by somebody who has seen where it is."""
        menu = QMenu(self._over)
        said = found.path if len(found.path) <= _LONGEST else f"…{found.path[-_LONGEST:]}"
        menu.addAction(
            plain_label(f"Open {as_signs(said)}, which is outside the worktree"),
            partial(self._actions.open_file, found.path, found.line),
        )
        menu.addAction("Copy its path", partial(QGuiApplication.clipboard().setText, found.path))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())
