"""Rebase: onto what, how many commits move, which conflicts are expected."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ampsm.workflows.finishing import RebasePreview, rebase_preview
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, committed_first, in_line, short
from ampsm_gui.look import figures
from ampsm_gui.runtime.command import CommandError

_SHOWN = 8


class RebaseDialog(SessionDialog):
    """Conflicts are no failure: the rebase waits in the worktree, and the merge wizard goes on with it."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Rebase", "Rebase", session_id, view, parent)
        self.setObjectName("rebaseDialog")
        self._onto = ""
        self.look(rebase_preview)

    def command_words(self) -> list[str]:
        return ["rebase", self.session_id]

    def show_preview(self, preview: RebasePreview) -> None:
        onto = preview.onto
        self._onto = onto.name
        name = f"<b>{in_line(self._onto)}</b>"
        if preview.up_to_date:
            self.lead.setText(f"The session is on top of {name} at {short(onto.sha)} already.")
            self.set_allowed(False, "Nothing to do")
            return
        self.set_verb(f"Rebase onto {self._onto}" if len(self._onto) <= 24 else "Rebase")
        self.lead.setText(
            f"{figures.count(preview.commits, 'commit')} on {short(preview.branch_point)} "
            f"move{'s' if preview.commits == 1 else ''} onto {name} at {short(onto.sha)}, which has "
            f"{figures.count(preview.new_commits, 'commit')} more."
        )
        first = committed_first(preview.committed_first)
        if first:
            self.add_note(first)
        conflicts = preview.conflicts
        if conflicts:
            self.warning.say(
                f"Conflicts are expected in {figures.count(len(conflicts), 'file')}. The rebase then waits in the "
                "worktree for you or the agent to resolve them; your checkout stays untouched."
            )
            self.add_list([in_line(path) for path in conflicts[:_SHOWN]], len(conflicts) - _SHOWN)
        else:
            self.add_note(f"No conflicts are expected{' of the commits there are now' if first else ''}.")
        tip = "" if first else f" {short(preview.tip)}"
        self.add_note(f"{name} does not move. The old tip{tip} is kept: Undo brings the branch back to it.")
        self.set_allowed(True)
        self.verb.setFocus()

    def show_error(self, error: CommandError) -> None:
        if error.code != "conflicts":
            super().show_error(error)
            return
        self.outcome.emit(error.message, False)
        self.accept()
        self.stopped.emit()

    def succeed(self, document: dict[str, Any]) -> None:
        moved = document.get("backupRef") is not None
        onto = f"{self._onto} at {document['onto'][:10]}"
        self.outcome.emit(f"Rebased onto {onto}" if moved else f"The session is on top of {onto} already", moved)
        super().succeed(document)
