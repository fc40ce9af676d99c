"""What a cleanup after the merge loses or leaves, read once one is wanted."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import CleanupPlan, cleanup_preview
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.cleanup_notes import cleanup_notes
from ampsm_gui.runtime.background import redacted


class LeavingNotes(QObject):
    """Asks when a cleanup comes to be wanted, and again when told to; late answers are dropped."""

    #: Rich text; empty while there is nothing to say, or nothing is wanted.
    told = Signal(str)

    def __init__(self, desktop: Desktop, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._id = session_id
        self._wanted = False

    def set_wanted(self, wanted: bool) -> None:
        """Whether worktree and branch are to go."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            self.ask()
        else:
            self._desktop.background.forget((self, "cleanup"))
            self.told.emit("")

    def ask(self) -> None:
        """Reads anew, if that is wanted."""
        if self._wanted:
            read = redacted(partial(_plan, session_id=self._id))
            self._desktop.background.ask((self, "cleanup"), read, self._on_plan, self._on_no_plan)

    def _on_plan(self, plan: CleanupPlan) -> None:
        self.told.emit(leaving_words(plan))

    def _on_no_plan(self, error: Exception) -> None:
        self.told.emit("")  # what is in the way of it is a check, and a warning of the merge
        if not isinstance(error, UserError):
            raise error


def leaving_words(plan: CleanupPlan) -> str:
    """The notes of the cleanup dialog as rich text."""
    said = []
    for note in cleanup_notes(plan):
        more = [f"and {note.more:,} more"] if note.more > 0 else []
        said.append("<br>".join([note.words, *note.lines, *more]))
    return "<br><br>".join(said)


def _plan(ctx: Context, session_id: str) -> CleanupPlan:
    return cleanup_preview(ctx, session_id)[0]
