"""Commit: what is in the worktree becomes a manual commit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from ampsm.model.phrases import few
from ampsm.workflows.finishing import CommitPreview, commit_preview
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, in_line
from ampsm_gui.look import figures
from ampsm_gui.widgets.fields.commit_field import CommitField
from ampsm_gui.widgets.fields.path_list import PathList


class CommitDialog(SessionDialog):
    """Needs a message; lists the files that are committed."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Commit", "Commit", session_id, view, parent)
        self.setObjectName("commitDialog")
        self._preview: CommitPreview | None = None
        self.files = PathList(desktop.theme, self)
        self.files.setObjectName("commitFiles")
        self.files.setAccessibleName("Files to be committed")
        self.files.hide()
        self.inner.addWidget(self.files)
        self._nested = self.add_note("")
        self._nested.hide()
        self.message = CommitField(desktop.theme, self)
        self.message.edited.connect(self._on_changed)
        self.inner.addWidget(self.message)
        self.add_note("It is a manual commit: a squash folds it in, or keeps it apart.")
        self.look(commit_preview)
        self.message.text.setFocus()

    def command_words(self) -> list[str]:
        return ["commit", self.session_id, "--message", self.message.message()]

    def show_preview(self, preview: CommitPreview) -> None:
        self._preview = preview
        branch = in_line(str(self.session.get("branch") or "the session’s branch"))
        many = len(preview.files)
        become = "becomes" if many == 1 else "become"
        self.lead.setText(f"{figures.count(many, 'changed file')} {become} a commit on <b>{branch}</b>.")
        self.files.show_paths(preview.files)
        nested = f"Repositories inside are never committed: {in_line(few(preview.nested))}." if preview.nested else ""
        self._nested.setText(nested)
        self._nested.setVisible(bool(nested))
        self._on_changed()

    def succeed(self, document: dict[str, Any]) -> None:
        files = figures.count(int(document["files"]), "file")
        self.outcome.emit(f"Committed {files}: {str(document['commit'])[:10]}", False)
        super().succeed(document)

    @Slot()
    def _on_changed(self) -> None:
        if self._preview is None:
            return
        if not self._preview.files:
            self.set_allowed(False, "Nothing to commit")
            return
        written = bool(self.message.message().strip())
        self.set_allowed(written, "" if written else "Needs a message")
