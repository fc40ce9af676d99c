"""Giving up a merge or rebase that is open: what it restores, before it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ampsm.model.merge import MergeStep
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, in_line

_MAY_HAVE_MOVED = (MergeStep.TARGET, MergeStep.PUSH, MergeStep.CLEANUP, MergeStep.ABORT)


class AbortMergeDialog(SessionDialog):
    """Nothing to read: what is open stands in the document of the session."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Abort", "Abort", session_id, view, parent)
        self.setObjectName("abortMergeDialog")
        open_one = (view or {}).get("merge") or {}
        what, onto = str(open_one.get("operation") or "merge"), str(open_one.get("onto") or "the base")
        self.set_verb(f"Abort the {what}")
        to = "into" if what == "merge" else "onto"
        self.lead.setText(
            f"The {what} {to} <b>{in_line(onto)}</b> is given up. "
            "The session’s branch goes back to where it was before."
        )
        late = open_one.get("step") in _MAY_HAVE_MOVED and open_one.get("waitingFor") is None
        others = f"{in_line(onto)} goes back too, where the merge has moved it." if late else "No other branch moves."
        self.add_note(f"What is in the worktree now is kept in a snapshot first. {others}")
        self.cancel.setFocus()

    def command_words(self) -> list[str]:
        return ["abort-merge", self.session_id]

    def succeed(self, document: dict[str, Any]) -> None:
        words = f"The {document['operation']} is aborted: the branch is back at {str(document['commit'])[:10]}"
        self.outcome.emit(words, False)
        super().succeed(document)
