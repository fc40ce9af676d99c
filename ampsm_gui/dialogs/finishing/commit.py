"""Commit: what is in the worktree becomes a manual commit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, in_line
from ampsm_gui.look import figures
from ampsm_gui.widgets.fields.commit_field import CommitField


class CommitDialog(SessionDialog):
    """Needs a message; how many files there are stands in the document of the session."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Commit", "Commit", session_id, view, parent)
        self.setObjectName("commitDialog")
        git = (view or {}).get("git") or {}
        files = sum(int(git.get(kind) or 0) for kind in ("staged", "unstaged", "untracked"))
        branch = in_line(str(self.session.get("branch") or "the session’s branch"))
        what = figures.count(files, "change") if files else "What"
        self.lead.setText(f"{what} in the worktree {'become' if files != 1 else 'becomes'} a commit on <b>{branch}</b>."
                          if files else f"What is in the worktree becomes a commit on <b>{branch}</b>.")  # fmt: skip
        self.message = CommitField(desktop.theme, self)
        self.message.edited.connect(self._on_changed)
        self.inner.addWidget(self.message)
        self.add_note("It is a manual commit: a squash folds it in, or keeps it apart.")
        self._on_changed()
        self.message.text.setFocus()

    def command_words(self) -> list[str]:
        return ["commit", self.session_id, "--message", self.message.message()]

    def succeed(self, document: dict[str, Any]) -> None:
        files = figures.count(int(document["files"]), "file")
        self.outcome.emit(f"Committed {files}: {str(document['commit'])[:10]}", False)
        super().succeed(document)

    @Slot()
    def _on_changed(self) -> None:
        written = bool(self.message.message().strip())
        self.set_allowed(written, "" if written else "Needs a message")
