"""Clean up: what goes, and how to get it back; what exists nowhere else goes only after an explicit yes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from ampsm.model.errors import UserError
from ampsm.workflows.finishing import CleanupPlan, cleanup_preview
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.cleanup_notes import cleanup_notes
from ampsm_gui.dialogs.finishing.session_dialog import SHOWN, SessionDialog, commit_line, in_line, short, squeezed
from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_label


class CleanupDialog(SessionDialog):
    """Destroys, so Cancel has the focus."""

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Clean up", "Remove", session_id, view, parent)
        self.setObjectName("cleanupDialog")
        self.verb.setProperty("role", "danger")
        self.cancel.setDefault(True)
        self.force = QCheckBox(self)
        self.force.setObjectName("cleanupForce")
        self.force.hide()
        self.force.toggled.connect(self._on_force_toggled)
        self._refused = False
        self.look(cleanup_preview)
        self.cancel.setFocus()

    def command_words(self) -> list[str]:
        return ["cleanup", self.session_id, "--yes", *(["--force"] if self.force.isChecked() else [])]

    def show_preview(self, preview: tuple[CleanupPlan, UserError | None]) -> None:
        plan, refusal = preview
        going = [what for what in ("worktree", "branch") if getattr(plan, what)]
        self.set_verb(f"Remove {' and '.join(going)}" if going else "Clean up")
        lines = []
        if plan.worktree:
            lines.append(f"Worktree&nbsp; {in_line(str(plan.worktree.worktree))}")
        if plan.branch:
            lines.append(f"Branch&nbsp; {in_line(plan.branch)} at {short(plan.tip)}")
        gone = ", ".join(plan.already_gone)
        self.lead.setText(
            "This goes:" if lines else "Nothing is left to remove" + (f": {gone} gone already." if gone else ".")
        )
        if lines:
            self.add_list(lines)
        self._refused = refusal is not None
        if self._refused:
            self._show_refusal(plan)
        for note in cleanup_notes(plan):
            self.add_note(note.words)
            self.add_list(note.lines, note.more)
        kept = f"{figures.count(len(plan.contents.kept), 'file')}, " if plan.contents and plan.contents.kept else ""
        self.add_note(
            f"A snapshot is kept ({kept}the branch and what is staged): Restore brings it back. Logs and usage stay."
        )
        self._on_force_toggled()

    def succeed(self, document: dict[str, Any]) -> None:
        removed = [what for what, name in document["removed"].items() if name]
        words = f"Removed {' and '.join(removed)}; Restore brings it back" if removed else "Cleaned up"
        self.outcome.emit(words, False)
        super().succeed(document)

    def _show_refusal(self, plan: CleanupPlan) -> None:
        commits, files, waiting = plan.commits, plan.files, plan.unfinished
        parts = [figures.count(len(commits), "commit")] if commits else []
        parts += [figures.count(len(files), "uncommitted file")] if files else []
        what = " and ".join(parts)
        base = squeezed(self.session.get("baseBranch") or "the base")
        where = f"that {base} does not have" if commits and not files else "found nowhere else"
        said = [f"The session has {what} {where}."] if what else []
        if waiting:
            left = waiting.what_it_is if waiting.operation else waiting.what
            said.append(f"In its worktree {'waits' if waiting.operation else 'are'} {left}.")
        self.inner.addWidget(self.warning)
        _, link, copy = self.with_way_on("", waiting.hint if waiting else None)
        self.warning.say(" ".join(said), f"{link} the way out" if link else "", copy)
        lines = [commit_line(found.sha, found.subject) for found in commits[:SHOWN]]
        if len(commits) > SHOWN:
            lines.append(f"and {figures.count(len(commits) - SHOWN, 'more commit')}")
        lines += [in_line(path) for path in files[:SHOWN]]
        if lines:
            self.add_list(lines, len(files) - SHOWN)
        self.force.setText(
            plain_label(f"Remove {what or 'it all the same'}{' too' if what else ''}, into the snapshot")
        )
        self.inner.addWidget(self.force)
        self.force.show()

    @Slot()
    def _on_force_toggled(self) -> None:
        allowed = not self._refused or self.force.isChecked()
        self.set_allowed(allowed, "" if allowed else "Work found nowhere else")
