"""The dialog for a new session: checked while it is filled in, created by `amp-sessions new`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, Signal, Slot
from PySide6.QtWidgets import QWidget

from ampsm.context import Context
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.dialogs.new_session.fields import NewSessionFields
from ampsm_gui.models.new_session.form import NewSessionForm, Problem, problem_of, what_is_left
from ampsm_gui.models.new_session.look import Choices, RepositoryLook, choices, look_at, models
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.folder_drop import FolderDrop

_CHECK_AFTER_MS = 250
_DRAFT = "newSession"
_KEPT = ("repository", "name", "prompt", "script", "model")


class NewSessionDialog(CommandDialog):
    """Creates one session: in `repository`, else where what was written and not sent belongs, else in the repository
    `beside` which it was opened, else in that used last."""

    #: (session, whether its first iteration is wanted now), before the dialog closes; whoever opened it starts that.
    session_created = Signal(str, bool)

    def __init__(
        self, desktop: Desktop, parent: QWidget | None = None, repository: str | None = None, *, beside: str = ""
    ) -> None:
        super().__init__(desktop, "New session", "Create and start", parent)
        self.setObjectName("newSessionDialog")
        self.fields = NewSessionFields(desktop.theme, self)
        FolderDrop(self).dropped.connect(self.set_repository)
        self.column.addWidget(self.fields)
        self._look = RepositoryLook()
        self._look_is_of: tuple[str, str] | None = None
        self._refused: Problem | None = None
        self._check = single_shot(self, _CHECK_AFTER_MS, self._on_check)
        self._restore_draft(repository, beside)
        self.fields.edited.connect(self._on_edited)
        self.fields.left.connect(self._show_problems)
        desktop.background.ask((self, "choices"), choices, self._on_choices, ignore)
        desktop.background.ask((self, "models"), models, self.fields.set_models, ignore)
        self._on_edited()
        self._on_check()
        self.fields.focus_first_empty()

    @property
    def form(self) -> NewSessionForm:
        """What is filled in now."""
        return self.fields.form()

    def set_repository(self, path: str) -> None:
        """Puts a path into the repository's field."""
        self.fields.repository.set_path(path)

    @property
    def problems(self) -> dict[str, Problem]:
        """What is wrong, by field."""
        found = [*self._look.problems, *self._dirt(), *([self._refused] if self._refused else [])]
        return {problem.field: problem for problem in reversed(found)}

    # CommandDialog

    def command_words(self) -> list[str]:
        words = self.form.words()
        return [*words, "--fetch"] if self.fields.fetch.isChecked() else words

    def command_input(self) -> bytes:
        return self.form.prompt.encode("utf-8", "surrogatepass")

    def command_line(self) -> str:
        line = self.form.command_line(self.desktop.workspace.options())
        return f"{line} --fetch" if self.fields.fetch.isChecked() else line

    def show_error(self, error: CommandError) -> None:
        problem = problem_of(error.code, error.message, error.hint, error.details)
        if not problem.field:
            super().show_error(error)
            return
        self._refused = problem
        self._show_problems()
        self.fields.reveal(problem.field)

    def succeed(self, document: dict[str, Any]) -> None:
        self._forget_draft()
        self.session_created.emit(str(document["session"]["id"]), self.form.start)
        super().succeed(document)

    # Qt overrides

    def done(self, result: int) -> None:
        if result == self.DialogCode.Rejected:
            self._keep_draft()
        self._check.stop()
        for question in ("choices", "models", "look"):
            self.desktop.background.forget((self, question))
        super().done(result)

    # Slots

    @Slot()
    def _on_edited(self) -> None:
        form = self.form
        self._refused = None
        self.set_verb("Create and start" if form.start else "Create session")
        if (form.repository, form.base) != self._look_is_of:
            self._check.start()
        self._show_problems()

    @Slot()
    def _on_check(self) -> None:
        form = self.form
        if not form.repository:
            self._on_looked(("", ""), RepositoryLook())
            return
        asked = (form.repository, form.base)
        read: Callable[[Context], RepositoryLook] = partial(look_at, repository=form.repository, base=form.base)
        failed = partial(self._on_look_failed, asked)
        self.desktop.background.ask((self, "look"), read, partial(self._on_looked, asked), failed)

    def _on_looked(self, asked: tuple[str, str], look: RepositoryLook) -> None:
        self._look, self._look_is_of = look, asked
        self.fields.show_look(look, asked[1])
        self._show_problems()

    def _on_look_failed(self, asked: tuple[str, str], error: Exception) -> None:
        self._on_looked(asked, RepositoryLook(problems=(problem_of("not-a-repository", str(error)),)))

    def _on_choices(self, found: Choices) -> None:
        self.fields.set_choices(found)

    @Slot()
    def _show_problems(self) -> None:
        problems, missing = self.problems, self.form.missing()
        self.fields.show_problems(problems, missing, dirty=bool(self._dirt(allowed=False)))
        self.set_allowed(not problems and not missing, what_is_left(missing, problems))
        self.grow()

    # The rest

    def _dirt(self, allowed: bool | None = None) -> list[Problem]:
        """Unstaged changes, which the session would not hold; none when that is allowed."""
        allowed = self.form.allow_dirty if allowed is None else allowed
        found = self._look.repository
        if found is None or not found.dirty or allowed:
            return []
        return [Problem("repository", "uncommitted-changes", dirt_words(found.unstaged))]

    def _restore_draft(self, repository: str | None, beside: str) -> None:
        state: QSettings = self.desktop.state
        kept = {name: str(state.value(f"{_DRAFT}/{name}", "") or "") for name in _KEPT}
        start = str(state.value(f"{_DRAFT}/start", "true")) != "false"
        form = replace(NewSessionForm(start=start), **kept)  # type: ignore[arg-type]  # all of them are texts
        repository = repository or ("" if form.name or form.prompt else beside)
        self.fields.set_form(replace(form, repository=repository) if repository else form)

    def _keep_draft(self) -> None:
        form = self.form
        for name in _KEPT:
            self.desktop.state.setValue(f"{_DRAFT}/{name}", getattr(form, name))

    def _forget_draft(self) -> None:
        form = self.form
        for name in _KEPT:
            self.desktop.state.setValue(f"{_DRAFT}/{name}", form.repository if name == "repository" else "")
        self.desktop.state.setValue(f"{_DRAFT}/start", "true" if form.start else "false")


def dirt_words(files: Sequence[str]) -> str:
    """`2 files have unstaged changes: src/app.py, README.md.`"""
    shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return f"{'1 file has' if len(files) == 1 else f'{len(files)} files have'} unstaged changes: {shown}."
