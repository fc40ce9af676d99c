"""Looking at a file that git has put together by itself, in the place of one that is in conflict."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.context import Context
from ampsm.workflows.finishing import Verified, verify_merged
from ampsm_gui.pages.conflicts.stage import ConflictStage
from ampsm_gui.runtime.background import Background


class MergedLook(QObject):
    """`path` is the file that is looked at; nothing while none is."""

    #: One begins or ends to look.
    changed = Signal()
    failed = Signal(object)

    def __init__(self, background: Background, stage: ConflictStage, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background, self._stage, self._session = background, stage, session_id
        self.path = ""

    @Slot(str)
    def look(self, path: str) -> None:
        """Shows what git made of it beside what the session did."""
        self.path = path
        read = partial(_verified, session_id=self._session, path=path)
        self._background.ask((self, "merged"), read, partial(self._show, path), self._on_failed)
        self.changed.emit()

    @Slot()
    def leave(self) -> None:
        """Back to what is in conflict."""
        if self.path:
            self.path = ""
            self._background.forget((self, "merged"))
            self.changed.emit()

    def keep_of(self, merged: tuple[str, ...]) -> None:
        """The rebase may have gone on: then it is none of these any more."""
        if self.path not in merged:
            self.leave()

    def _show(self, path: str, found: Verified) -> None:
        self._stage.show_merged(path, found)

    def _on_failed(self, error: Exception) -> None:
        self.leave()
        self.failed.emit(error)


def _verified(ctx: Context, session_id: str, path: str) -> Verified:
    return verify_merged(ctx, session_id, path)
