"""Squash: which commits become one, with what message, and how Undo brings them back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from ampsm.workflows.finishing import SquashPreview, squash_preview
from ampsm.workflows.session import SessionCommit
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, commit_line, committed_first, short
from ampsm_gui.look import figures
from ampsm_gui.models.merge.message import suggested_message
from ampsm_gui.widgets.fields.commit_field import CommitField

_SHOWN = 8


class SquashDialog(SessionDialog):
    """Needs a message; manual commits are folded in, or kept on top as they are."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Squash", "Squash", session_id, view, parent)
        self.setObjectName("squashDialog")
        self._preview: SquashPreview | None = None
        self._name = str(self.session.get("name") or "")
        self._suggested = self._name
        self.message = CommitField(desktop.theme, self)
        self.message.set_message(self._suggested)
        self.fold = QRadioButton("Fold manual commits in", self)
        self.apart = QRadioButton("Keep manual commits apart, on top of it", self)
        self._group = QButtonGroup(self)
        for button in (self.fold, self.apart):
            self._group.addButton(button)
            button.hide()
            button.toggled.connect(self._on_changed)
        self.fold.setChecked(True)
        self._list = self.add_list([])
        self._list.hide()
        self.inner.addWidget(self.message)
        self.inner.addWidget(self.fold)
        self.inner.addWidget(self.apart)
        self._first = self.add_note("")
        self._first.hide()
        self._note = self.add_note("")
        self.message.edited.connect(self._on_changed)
        self.look(squash_preview)
        self.message.text.setFocus()
        self.message.text.selectAll()

    def command_words(self) -> list[str]:
        apart = ["--include-manual", "exclude"] if self.apart.isChecked() else []
        return ["squash", self.session_id, "--message", self.message.message(), *apart]

    def show_preview(self, preview: SquashPreview) -> None:
        self._preview = preview
        commits = preview.commits
        lines = [commit_line(found.sha, found.subject) + _kind(found) for found in commits[-_SHOWN:]]
        self._list.setText("<br>".join([*([f"{figures.count(len(commits) - _SHOWN, 'earlier commit')}"]
                                          if len(commits) > _SHOWN else []), *lines]))  # fmt: skip
        self._list.show()
        manual = sum(not found.amp for found in commits)
        for button in (self.fold, self.apart):
            button.setVisible(0 < manual < len(commits))
        self._on_changed()
        self.message.text.selectAll()

    def succeed(self, document: dict[str, Any]) -> None:
        kept = f", {figures.count(document['kept'], 'manual commit')} kept" if document["kept"] else ""
        words = f"{figures.count(document['squashed'], 'commit')} became one: {document['commit'][:10]}{kept}"
        self.outcome.emit(words if document["squashed"] else "There was nothing to squash", bool(document["squashed"]))
        super().succeed(document)

    @Slot()
    def _on_changed(self) -> None:
        if self._preview is None:
            return
        commits = self._preview.commits
        manual = sum(not found.amp for found in commits)
        kept = manual if self.apart.isChecked() and manual < len(commits) else 0
        self._suggest([found.subject for found in commits if found.amp or not kept])
        becoming = len(commits) - kept
        apart = f" {figures.count(kept, 'manual commit')} stay{'s' if kept == 1 else ''} on top of it." if kept else ""
        many = f"{figures.count(becoming, 'commit')} become{'s' if becoming == 1 else ''}"
        self.lead.setText(f"{many} one on {short(self._preview.branch_point)}.{apart} No file changes.")
        first = committed_first(self._preview.committed_first)
        self._first.setText(first)
        self._first.setVisible(bool(first))
        tip = "" if first else f" {short(self._preview.tip)}"
        self._note.setText(f"The old tip{tip} is kept: Undo brings the branch back to it.")
        has_message = bool(self.message.message().strip())
        self.set_allowed(has_message, "" if has_message else "Needs a message")

    def _suggest(self, subjects: list[str]) -> None:
        """A message of these commits, while nobody has written another one."""
        if self.message.message() != self._suggested:
            return
        self._suggested = suggested_message(self._name, subjects)
        blockers = [QSignalBlocker(widget) for widget in (self.message, self.message.text)]
        self.message.set_message(self._suggested)
        del blockers
        self.message.show_length()


def _kind(found: SessionCommit) -> str:
    return "" if found.amp else " &nbsp;<i>manual</i>"
