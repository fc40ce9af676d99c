"""Opens a conflicted file in the editor of the user."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ampsm.context import Context
from ampsm.workflows.status import view_session
from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.actions.opener import WorktreeOpener
from ampsm_gui.runtime.command import CommandError


class ConflictPrograms(QObject):
    """What they do to the file is seen by whoever watches the merge."""

    failed = Signal(object)

    def __init__(self, desktop: Desktop, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background = desktop.background
        self._session = session_id
        self._opener = WorktreeOpener(desktop.background, self)
        self._opener.failed.connect(self._on_not_opened)

    def open_editor(self, path: str, line: int | None) -> None:
        """At a line of the file."""
        read = partial(_place_of, session_id=self._session, path=path)
        self._background.ask((self, "place"), read, partial(self._on_place, line), self._on_failed)

    def _on_place(self, line: int | None, place: str) -> None:
        self._opener.open_file(self._session, place, line)

    def _on_not_opened(self, _session: str, error: CommandError) -> None:
        self.failed.emit(error)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(CommandError("cannot-open", str(error), None, 1, {}))


def _place_of(ctx: Context, session_id: str, path: str) -> str:
    return f"{view_session(ctx, session_id).session.worktree}/{path}"
