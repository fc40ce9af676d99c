"""Undo: what would go back, from where to where, before it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ampsm.workflows.session import UndoStep, undo_list
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, in_line, short
from ampsm_gui.look import figures


class UndoDialog(SessionDialog):
    """Takes back the last squash, rebase or merge; the ones before it come after that."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Undo", "Undo", session_id, view, parent)
        self.setObjectName("undoDialog")
        self.look(undo_list)

    def command_words(self) -> list[str]:
        return ["undo", self.session_id]

    def show_preview(self, operations: list[UndoStep]) -> None:
        if not operations:
            self.lead.setText("There is no squash, rebase or merge to undo.")
            self.set_allowed(False)
            return
        last = operations[0]
        what = last.operation
        self.set_verb(f"Undo the {what}")
        self.lead.setText(f"The {what} of {figures.exact_time(last.at)} goes back:")
        branch = self.session.get("branch") or "the branch of the session"
        moves = [(branch, last.to, last.from_)]
        if last.target:
            moves.append((last.target.branch, last.target.from_, last.target.to))
        moves = [(name, here, there) for name, here, there in moves if here != there]
        self.add_list([f"{in_line(name)}&nbsp; {short(here)} → {short(there)}" for name, here, there in moves])
        if not last.undoable:
            self.problem.say(f"It cannot be undone now. {last.reason}.")
        if len(operations) > 1:
            self.add_note(f"{figures.count(len(operations) - 1, 'earlier operation')} can be undone after that.")
        self.add_note("Needs a worktree without uncommitted changes. Your checkout keeps its own edits.")
        self.set_allowed(last.undoable)
        if last.undoable:
            self.verb.setFocus()

    def succeed(self, document: dict[str, Any]) -> None:
        target = document.get("target")
        also = f", {target['branch']} to {target['to'][:10]}" if target else ""
        words = f"The {document['operation']} is undone: the branch is back at {document['to'][:10]}{also}"
        self.outcome.emit(words, False)
        super().succeed(document)
