"""Everything that can be done with the chosen session, as actions of the window; each is a command of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QProcess, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from ampsm.model.errors import UserError
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.session.opening import EDITOR, FOLDER, TERMINAL, Opening, opening
from ampsm_gui.pages.actions.table import ENTRIES, make_action, show_tip
from ampsm_gui.runtime.command import Command, CommandError

#: What the core calls the next step of a session, and the action that does it.
ACTION_OF_STEP = {
    "iterate": "iterateAction",
    "stop": "stopAction",
    "run": "runTestsAction",
    "merge": "mergeAction",
    "continue-merge": "continueMergeAction",
    "restore": "restoreAction",
    "cleanup": "cleanupAction",
    "undo": "undoAction",
    "open-worktree": "openEditorAction",
    "copy-branch": "copyBranchAction",
}

_NO_SESSION = "Choose a session first"
_LOOKING = "Still looking at the session"
_WITHOUT_SESSION = ("newSessionAction",)
_BEFORE_KNOWN = ("newSessionAction", "iterateAction", "stopAction")


class Notes(Protocol):
    """Where the notes for the next iteration come from."""

    def take_notes(self) -> str: ...

    def give_back(self, session_id: str, notes: str) -> None: ...


class SessionActions(QObject):
    """The actions know which session is shown and enable themselves by what the core says of it."""

    session_created = Signal(str)
    #: (session, CommandError, Command): a command of an action failed
    failed = Signal(str, object, object)
    #: (session, what is done now, whether Undo takes it back)
    done = Signal(str, str, bool)
    #: (session, what has begun)
    began = Signal(str, str)

    def __init__(self, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._window = parent
        self._id: str | None = None
        self._view: dict[str, Any] | None = None
        self._notes: Notes | None = None
        self._actions = {entry.name: make_action(entry, self) for entry in ENTRIES}
        handlers: dict[str, Callable[[], object]] = {
            "newSessionAction": self.new_session, "iterateAction": self._on_iterate, "stopAction": self._on_stop,
            "runTestsAction": self._on_run_tests, "squashAction": self._on_squash, "rebaseAction": self._on_rebase,
            "mergeAction": self._on_merge, "continueMergeAction": self._on_continue_merge,
            "abortMergeAction": self._on_abort_merge, "undoAction": self.undo, "cleanupAction": self._on_cleanup,
            "restoreAction": self._on_restore, "copyBranchAction": self._on_copy_branch,
            "openEditorAction": self._on_open_editor, "openTerminalAction": self._on_open_terminal,
            "openFolderAction": self._on_open_folder,
        }  # fmt: skip
        for name, handler in handlers.items():
            self._actions[name].triggered.connect(handler)
        self._on_theme_changed()
        self._judge()
        desktop.theme.changed.connect(self._on_theme_changed)

    def all(self) -> list[QAction]:
        """Every action, in the order of the menus."""
        return list(self._actions.values())

    def named(self, object_name: str) -> QAction | None:
        """The action of that object name."""
        return self._actions.get(object_name)

    def set_notes(self, notes: Notes) -> None:
        """Where the notes for the next iteration are written."""
        self._notes = notes

    def set_session(self, session_id: str | None, view: dict[str, Any] | None = None) -> None:
        """Which session the actions are about, with its `session_view` once that is known."""
        self._id, self._view = session_id, view
        self._judge()

    def do(self, step: str) -> None:
        """Does the next step of a session, as its situation names it, if that can work."""
        action = self._actions.get(ACTION_OF_STEP.get(step, ""))
        if action is not None:
            action.trigger()

    # New sessions

    @Slot()
    def new_session(self, repository: str | None = None) -> None:
        """Opens the dialog for a new session, in a repository if one is given."""
        from ampsm_gui.dialogs.new_session.dialog import NewSessionDialog

        open_one = self._window.findChild(NewSessionDialog, "newSessionDialog")
        if open_one is None:
            dialog = NewSessionDialog(self._desktop, self._window, repository or None)
            dialog.session_created.connect(self._on_session_created)
            dialog.open()
        elif repository:
            open_one.set_repository(repository)

    @Slot(str)
    def _on_session_created(self, session_id: str) -> None:
        dialog = self.sender()
        if getattr(dialog, "starts_at_once", False):
            self._run(session_id, "iterate", session_id, "--detach", begun="The first iteration has started")
        self.session_created.emit(session_id)

    # Work

    @Slot()
    def _on_iterate(self) -> None:
        if self._id is None:
            return
        notes = self._notes.take_notes() if self._notes else ""
        # With --queue alone an iteration that ended meanwhile would be followed by one that dies with the window.
        how = ["--queue", "--detach"] if self._view is None or self._is_running() else ["--detach"]
        words = ["iterate", self._id, *how, *(["--notes", notes] if notes else [])]
        command = self._run(self._id, *words)
        command.succeeded.connect(partial(self._on_iterating, self._id))
        if notes and self._notes:
            command.failed.connect(partial(self._give_back, self._id, notes))

    def _on_iterating(self, session_id: str, document: dict[str, Any]) -> None:
        iteration = document.get("iteration") or {}
        queued = document.get("queued")
        words = "The notes are queued" if queued else f"Iteration {iteration.get('number', '')} has started"
        self.began.emit(session_id, words)

    def _give_back(self, session_id: str, notes: str, _error: CommandError) -> None:
        if self._notes is not None:
            self._notes.give_back(session_id, notes)

    @Slot()
    def _on_stop(self) -> None:
        if self._id:
            command = self._run(self._id, "stop", self._id)
            command.succeeded.connect(partial(self._on_stopped, self._id))

    def _on_stopped(self, session_id: str, document: dict[str, Any]) -> None:
        words = {
            "iteration": "The iteration is stopped; what it had done is kept",
            "test": "The test script is stopped",
        }.get(str(document.get("stopped")), "Nothing was running")
        last = (document.get("session") or {}).get("lastIteration") or {}
        if document.get("stopped") == "iteration" and last.get("status") == "succeeded":
            words = f"Iteration {last['number']} had just ended"
        self.began.emit(session_id, words)

    @Slot()
    def _on_run_tests(self) -> None:
        if self._id:
            command = self._run(self._id, "run", self._id, begun="The test script runs")
            command.succeeded.connect(partial(self._on_tests_passed, self._id))

    def _on_tests_passed(self, session_id: str, document: dict[str, Any]) -> None:
        from ampsm_gui.look.figures import seconds_prose

        spent = seconds_prose((document.get("test") or {}).get("durationMs"))
        self.done.emit(session_id, f"The tests pass ({spent})", False)

    # Finishing

    @Slot()
    def _on_squash(self) -> None:
        from ampsm_gui.dialogs.finishing.squash import SquashDialog

        self._ask(SquashDialog)

    @Slot()
    def _on_rebase(self) -> None:
        from ampsm_gui.dialogs.finishing.rebase import RebaseDialog

        self._ask(RebaseDialog)

    @Slot()
    def _on_merge(self) -> None:
        from ampsm_gui.dialogs.finishing.merge import MergeDialog

        self._ask(MergeDialog)

    @Slot()
    def undo(self) -> None:
        """Shows what an undo would move, and undoes that when wished."""
        from ampsm_gui.dialogs.finishing.undo import UndoDialog

        self._ask(UndoDialog)

    @Slot()
    def _on_cleanup(self) -> None:
        from ampsm_gui.dialogs.finishing.cleanup import CleanupDialog

        self._ask(CleanupDialog)

    @Slot()
    def _on_abort_merge(self) -> None:
        from ampsm_gui.dialogs.finishing.abort_merge import AbortMergeDialog

        self._ask(AbortMergeDialog)

    @Slot()
    def _on_continue_merge(self) -> None:
        if self._id:
            command = self._run(self._id, "continue-merge", self._id)
            command.succeeded.connect(partial(self._on_continued, self._id))

    def _on_continued(self, session_id: str, document: dict[str, Any]) -> None:
        words = {"merged": "Merged into {}", "rebased": "Rebased onto {}"}
        said = words.get(str(document.get("status")), "The {} goes on").format(document.get("onto") or "the base")
        warnings = " ".join(document.get("warnings") or ())
        self.done.emit(session_id, f"{said}. {warnings}" if warnings else said, True)

    @Slot()
    def _on_restore(self) -> None:
        if self._id:
            command = self._run(self._id, "restore", self._id)
            cleaned = bool(self._view and self._view["session"]["cleanedUpAt"])
            words = "Branch, worktree and files are back" if cleaned else "The worktree is back, as git knew it"
            command.succeeded.connect(partial(self._on_restored, self._id, words))

    def _on_restored(self, session_id: str, words: str, _document: dict[str, Any]) -> None:
        self.done.emit(session_id, words, False)

    # The place

    @Slot()
    def _on_copy_branch(self) -> None:
        if self._id and self._view:
            QGuiApplication.clipboard().setText(self._view["session"]["branch"])
            self.began.emit(self._id, "The branch is copied")

    @Slot()
    def _on_open_editor(self) -> None:
        self._open(EDITOR)

    @Slot()
    def _on_open_terminal(self) -> None:
        self._open(TERMINAL)

    @Slot()
    def _on_open_folder(self) -> None:
        self._open(FOLDER)

    def _open(self, kind: str) -> None:
        if self._id and self._view:
            folder = self._view["session"]["worktree"]
            failed = partial(self._on_cannot_open, self._id)
            read = partial(opening, kind=kind, folder=folder)
            self._desktop.background.ask((self, "open"), read, partial(self._on_opening, self._id), failed)

    def _on_opening(self, session_id: str, found: Opening) -> None:
        if found.argv:
            if QProcess.startDetached(found.argv[0], list(found.argv[1:]), found.folder)[0]:
                return
            message = f"{found.argv[0]} cannot be started"
            hint = "amp-sessions config set editor '<command>'"
            self.failed.emit(session_id, CommandError("cannot-start", message, hint, 1, {}), None)
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(found.folder)):
            message = f"Nothing is set up to open {found.folder}"
            self.failed.emit(session_id, CommandError("cannot-open", message, None, 1, {}), None)

    def _on_cannot_open(self, session_id: str, error: Exception) -> None:
        hint = error.hint if isinstance(error, UserError) else None
        self.failed.emit(session_id, CommandError("cannot-open", str(error), hint, 1, {}), None)

    # The rest

    def _run(self, session_id: str, *words: str, begun: str = "") -> Command:
        command = self._desktop.commands.run(*words)
        command.failed.connect(partial(self._on_failed, session_id, command))
        if begun:
            self.began.emit(session_id, begun)
        return command

    def run(self, session_id: str, *words: str) -> Command:
        """Runs a command for a session; that it fails is said by `failed`."""
        return self._run(session_id, *words)

    def _on_failed(self, session_id: str, command: Command, error: CommandError) -> None:
        if command.document.get("status") == "merged":  # with warnings, which is an exit code but no failure
            self._on_continued(session_id, command.document)
        else:
            self.failed.emit(session_id, error, command)

    def _ask(self, kind: Callable[..., QDialog]) -> None:
        """Opens a dialog about the session; what it did is said when it is done."""
        if self._id is None:
            return
        dialog = kind(self._desktop, self._id, self._view, self._window)
        session_id = self._id
        outcome: Any = getattr(dialog, "outcome", None)
        if outcome is not None:
            outcome.connect(partial(self._on_outcome, session_id))
        dialog.open()

    def _on_outcome(self, session_id: str, words: str, undoable: bool) -> None:
        self.done.emit(session_id, words, undoable)

    def _is_running(self) -> bool:
        session = (self._view or {}).get("session") or {}
        return bool(session.get("status") == "running")

    def _judge(self) -> None:
        """Enables what can work, and lets the rest say why it cannot."""
        judged = (self._view or {}).get("actions") or {}
        for entry in ENTRIES:
            action = self._actions[entry.name]
            why: str | None = None
            if self._id is None:
                why = None if entry.name in _WITHOUT_SESSION else _NO_SESSION
            elif self._view is None:
                why = None if entry.name in _BEFORE_KNOWN else _LOOKING
            elif entry.judged is not None:
                why = judged.get(entry.judged)
            elif entry.name.startswith("open") and self._view["session"]["cleanedUpAt"]:
                why = "This session is cleaned up; restore it first"
            action.setEnabled(why is None)
            show_tip(action, entry, why)
        cleaned = bool(self._view and self._view["session"]["cleanedUpAt"])
        self._actions["restoreAction"].setVisible(cleaned or ("restore" in judged and judged["restore"] is None))
        self._actions["cleanupAction"].setVisible(not cleaned)

    @Slot()
    def _on_theme_changed(self) -> None:
        for entry in ENTRIES:
            self._actions[entry.name].setIcon(self._desktop.theme.icon(entry.icon))
