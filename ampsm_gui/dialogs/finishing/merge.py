"""Merge: what the checks say, the message of the one commit, what moves, and what went wrong after it had moved."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.merge import SKIP, WARN, Judgement, PreflightCheck, judge
from ampsm.workflows.finishing import CleanupPlan, cleanup_preview
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.cleanup_notes import cleanup_notes
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog, in_line, short
from ampsm_gui.look import figures
from ampsm_gui.look.status import check_look
from ampsm_gui.runtime.background import redacted
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.widgets.fields.commit_field import CommitField
from ampsm_gui.widgets.fields.field import Remark

_STOPPED = frozenset({"conflicts", "target-moved", "tests-failed"})  # the merge stays open, and the session says so


#: What a merge does about a check that fails and does not block it.
_WAITS = {
    "conflicts": "The merge then waits in the worktree for you or the agent to resolve the conflicts. Your checkout is "
    "untouched.",
    "tests": "The tests failed when they ran last. While they do, the merge waits, and {base} stays.",
}
_WAITS_FOR = {"conflicts": "conflicts", "tests": "failed tests"}


class MergeDialog(SessionDialog):
    """Checks as `preflight` does, with what the tests said last: the merge runs them where they are needed.

    A merge that is done with warnings is no failure: they are shown, and the dialog is closed when they are read.
    """

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(desktop, "Merge", "Merge", session_id, view, parent)
        self.setObjectName("mergeDialog")
        self._base = str(self.session.get("baseBranch") or "the base")
        self._checked = False
        self._ready = False
        self._needs_message = True
        self._going_known = False
        self._merged = ""  # what the dialog reports of a merge with warnings when it closes
        self.set_verb(f"Merge into {self._base}" if len(self._base) <= 24 else "Merge")
        self.checks = self.add_list([])
        self.checks.hide()
        self.inner.addWidget(self.warning)
        self.ways_on = QVBoxLayout()
        self.inner.addLayout(self.ways_on)
        self.message = CommitField(desktop.theme, self)
        self.message.set_message(str(self.session.get("name") or ""))
        self.message.edited.connect(self._on_changed)
        self.fold = QRadioButton("Fold manual commits in", self)
        self.apart = QRadioButton("Keep manual commits apart", self)
        self._group = QButtonGroup(self)
        self.inner.addWidget(self.message)
        for button in (self.fold, self.apart):
            self._group.addButton(button)
            self.inner.addWidget(button)
            button.hide()
        self.fold.setChecked(True)
        self.cleanup = QCheckBox("Clean up afterwards", self)
        self.cleanup.setToolTip("Removes worktree and branch into a snapshot when the merge is done")
        self.cleanup.toggled.connect(self._on_cleanup_toggled)
        self.inner.addWidget(self.cleanup)
        self.going = QVBoxLayout()
        self.inner.addLayout(self.going)
        base = in_line(self._base)
        self.add_note(
            f"{base} goes forward to the result, also where it is checked out; no checkout changes its branch. The old "
            f"tips are kept: Undo brings the branch and {base} back while nothing was pushed."
        )
        self.lead.setText("Checking…")
        self.message.text.setFocus()
        self.set_allowed(False)
        self._check: RunningCommand = desktop.commands.run("preflight", session_id, "--recorded-test", expendable=True)
        self._check.succeeded.connect(self._on_checked)
        self._check.failed.connect(self._on_not_ready)

    def command_words(self) -> list[str]:
        message = self.message.message()
        words = ["merge", self.session_id, *(["--message", message] if message.strip() else [])]
        words += ["--include-manual", "exclude"] if self.apart.isChecked() else []
        return [*words, "--cleanup"] if self.cleanup.isChecked() else words

    def show_error(self, error: CommandError) -> None:
        if self.document.get("status") == "merged":
            self._show_warnings(self.document, error)
        elif error.code in _STOPPED:
            self.outcome.emit(error.message, False)
            self.accept()
        else:
            super().show_error(error)

    def succeed(self, document: dict[str, Any]) -> None:
        commit = str(document.get("commit") or "")[:10]
        self.outcome.emit(f"Merged into {document.get('onto') or self._base} at {commit}", True)
        super().succeed(document)

    @Slot()
    def submit(self) -> None:
        if self._merged:
            self.accept()
        else:
            super().submit()

    def done(self, result: int) -> None:
        self.desktop.background.forget((self, "going"))
        super().done(result)
        if self._merged:
            self.outcome.emit(self._merged, True)

    def _show_warnings(self, document: dict[str, Any], error: CommandError) -> None:
        """The merge stands; nothing is left to decide, only to read."""
        warnings = document.get("warnings") or [error.message]
        onto, commit = str(document.get("onto") or self._base), str(document.get("commit") or "")
        many = figures.count(len(warnings), "warning")
        self._merged = f"Merged into {onto} at {commit[:10]}, with {many}"
        for layout in (self.inner, self.ways_on, self.going):
            for place in range(layout.count()):
                if (item := layout.itemAt(place)) is not None and (widget := item.widget()) not in (None, self.lead):
                    widget.hide()
        self.lead.setText(f"Merged into <b>{in_line(onto)}</b> at {short(commit)}, with {many}.")
        for words in warnings:
            remark = Remark(self.desktop.theme, "warning", self)
            self.inner.addWidget(remark)
            remark.say(words)
        self.copy.hide()
        self.cancel.hide()
        self.set_verb("Close")
        self.set_allowed(True)
        self.verb.setFocus()
        self.done_with.emit(document)

    @Slot(object)
    def _on_checked(self, document: dict[str, Any]) -> None:
        self._show_checks(document)

    @Slot(object)
    def _on_not_ready(self, error: CommandError) -> None:
        document = self._check.document
        if document.get("checks"):
            self._show_checks(document)
        else:
            self._checked, self._ready = True, False
            self.lead.setText("The merge cannot be checked now.")
            self.problem.say(*self.with_way_on(error.message, error.hint))
            self._on_changed()
            self.fit()

    def _show_checks(self, document: dict[str, Any]) -> None:
        judged = judge(PreflightCheck(**found) for found in document["checks"])
        lines = []
        for check in judged.checks:  # first what needs a look
            if check.status == SKIP and check.id != "tests":
                continue
            look = check_look(WARN if check in judged.waiting else check.status)
            color = self.desktop.theme.color(look.token).name()
            lines.append(f"<span style='color:{color}'>{in_line(look.word)}</span>&nbsp; {in_line(check.message)}")
        for check in judged.blocking:
            if check.hint:
                self._show_way_on(check.hint)
        self.checks.setText("<br>".join(lines))
        self.checks.setWordWrap(True)
        self.checks.show()
        branch = document["branch"]
        commits = branch["ampCommits"] + branch["manualCommits"]
        self._needs_message = commits > 1
        self._checked, self._ready = True, judged.can_begin
        self.warning.say(" ".join(_WAITS[check.id].format(base=self._base) for check in judged.waiting))
        self.lead.setText(f"{headline(judged)}: {figures.count(commits, 'commit')} into <b>{in_line(self._base)}</b>.")
        both = bool(branch["ampCommits"] and branch["manualCommits"])
        for button in (self.fold, self.apart):
            button.setVisible(both)
        self._on_changed()
        self.fit()

    def _show_way_on(self, hint: str) -> None:
        """What to do about a check that fails, with its command to copy."""
        remark = Remark(self.desktop.theme, "info", self)
        remark.setObjectName("wayOn")
        self.ways_on.addWidget(remark)
        remark.say(*self.with_way_on("", hint))

    @Slot(bool)
    def _on_cleanup_toggled(self, wanted: bool) -> None:
        """Says what the cleanup would not keep, as it does alone."""
        if self._going_known:
            self._show_going(wanted)
        elif wanted:
            read = redacted(self._read_going)
            self.desktop.background.ask((self, "going"), read, self._on_going, self._on_going_failed)

    def _read_going(self, context: Context) -> CleanupPlan:
        return cleanup_preview(context, self.session_id)[0]

    def _on_going(self, plan: CleanupPlan) -> None:
        self._going_known = True
        for note in cleanup_notes(plan):
            for label in (self.add_note(note.words), self.add_list(note.lines, note.more)):
                self.inner.removeWidget(label)
                self.going.addWidget(label)
        self._show_going(self.cleanup.isChecked())

    def _on_going_failed(self, error: Exception) -> None:
        self._going_known = True
        remark = Remark(self.desktop.theme, "warning", self)
        self.going.addWidget(remark)
        message = f"It will be merged, but not cleaned up: {str(error)[:1].lower()}{str(error)[1:]}"
        remark.say(*self.with_way_on(message, error.hint if isinstance(error, UserError) else None))
        self._show_going(self.cleanup.isChecked())

    def _show_going(self, wanted: bool) -> None:
        for place in range(self.going.count()):
            if (item := self.going.itemAt(place)) is not None and (widget := item.widget()) is not None:
                widget.setVisible(wanted)
        self.fit()

    @Slot()
    def _on_changed(self) -> None:
        if not self._checked:
            return
        message = bool(self.message.message().strip()) or not self._needs_message
        note = "" if message else "Needs a message"
        self.set_allowed(self._ready and message, note if self._ready else "Something is in the way")


def headline(judged: Judgement) -> str:
    """What the checks come to: the worst of them decides."""
    if judged.blocking:
        blocking, warning = len(judged.blocking), len(judged.warning) + len(judged.waiting)
        block, warn = (verb if many != 1 else f"{verb}s" for verb, many in (("block", blocking), ("warn", warning)))
        also = f", {warning} {warn}" if warning else ""
        return f"Not ready to merge, {figures.count(blocking, 'check')} {block}{also}"
    if judged.waiting:
        return f"The merge will wait for {' and '.join(_WAITS_FOR[check.id] for check in judged.waiting)}"
    if judged.warning:
        return f"Ready to merge, with {figures.count(len(judged.warning), 'warning')}"
    return "Ready to merge"
