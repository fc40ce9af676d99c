"""Opens a session's worktree, or a file of it, in the programs of the user: editor, terminal, file manager."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QProcess, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from ampsm.model.errors import UserError, quoted
from ampsm_gui.models.session.opening import EDITOR, Opening, file_opening, opening
from ampsm_gui.runtime.background import Background
from ampsm_gui.runtime.command import CommandError

_SET_EDITOR = "amp-sessions config set editor '<command>'"


class WorktreeOpener(QObject):
    """Starts the program and lets it go: it outlives the window."""

    #: (session, CommandError): nothing was opened.
    failed = Signal(str, object)

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background

    def open(self, session_id: str, folder: str, kind: str) -> None:
        """Opens a folder with the `kind` of program (see `models.session.opening`), which is looked for first."""
        read = partial(opening, kind=kind, folder=folder)
        receive, failed = partial(self._on_found, session_id, kind), partial(self._on_not_found, session_id)
        self._background.ask((self, "open"), read, receive, failed)

    def open_kind(self, session_id: str, kind: str, folder: str) -> None:
        """The same, asked the other way round."""
        self.open(session_id, folder, kind)

    def open_file(self, session_id: str, path: str, line: int | None) -> None:
        """Opens a file in the user's editor."""
        read = partial(file_opening, path=path, line=line)
        receive, failed = partial(self._on_found, session_id, EDITOR), partial(self._on_not_found, session_id)
        self._background.ask((self, "open"), read, receive, failed)

    def _on_found(self, session_id: str, kind: str, found: Opening) -> None:
        if found.argv:
            if not QProcess.startDetached(found.argv[0], list(found.argv[1:]), found.folder)[0]:
                self._fail(session_id, "cannot-start", f"{found.argv[0]} cannot be started", _SET_EDITOR)
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(found.folder)):
            hint = _SET_EDITOR if kind == EDITOR else f"ls -la {quoted(found.folder)}"
            self._fail(session_id, "cannot-open", f"Nothing is set up to open {found.folder}", hint)

    def _on_not_found(self, session_id: str, error: Exception) -> None:
        self._fail(session_id, "cannot-open", str(error), error.hint if isinstance(error, UserError) else None)

    def _fail(self, session_id: str, code: str, message: str, hint: str | None = None) -> None:
        self.failed.emit(session_id, CommandError(code, message, hint, 1, {}))
