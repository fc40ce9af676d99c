"""Everything that can be done with the chosen session, as actions of the window; each is a command of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.session.opening import EDITOR, FOLDER, TERMINAL
from ampsm_gui.pages.actions.dialogs import DialogAction, finishing_dialog
from ampsm_gui.pages.actions.merging import merge_wizard, open_wizard, open_wizards
from ampsm_gui.pages.actions.outcomes import continue_words, iterate_words, passed_words, restore_words, stop_words
from ampsm_gui.pages.actions.table import ENTRIES, make_action, show_tip, why_not
from ampsm_gui.pages.opener import WorktreeOpener
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.runtime.given import given

if TYPE_CHECKING:
    from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard

#: What the core calls a step of a session, or a key asks for, and the action that does it.
ACTION_OF_STEP = {
    **{entry.judged: entry.name for entry in ENTRIES if entry.judged},
    "open-worktree": "openEditorAction",
    "copy-branch": "copyBranchAction",
    "conflicts": "mergeAction",
}

#: Steps that lead into the merge wizard, where they are done.
_IN_WIZARD = ("merge", "continue-merge", "conflicts")


class Notes(Protocol):
    """Where the notes for the next iteration come from."""

    def take_notes(self) -> str: ...

    def give_back(self, session_id: str, notes: str) -> None: ...


class SessionActions(QObject):
    """The actions know which session is shown and enable themselves by what the core says of it."""

    session_created = Signal(str)
    #: (session, CommandError, Command or None): a command of an action failed, or a program could not be started
    failed = Signal(str, object, object)
    #: (session, what is done now, whether Undo takes it back)
    done = Signal(str, str, bool)
    #: The changes of this session are to be shown.
    changes_requested = Signal(str)
    #: So is its console.
    console_requested = Signal(str)
    #: (session, what has begun)
    began = Signal(str, str)

    def __init__(self, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._window = parent
        self._id: str | None = None
        self._view: dict[str, Any] | None = None
        self._notes: Notes | None = None
        self._blocked: str | None = None
        self._opener = WorktreeOpener(desktop.background, self)
        self._opener.failed.connect(self._on_not_opened)
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

    def action(self, name: str) -> QAction:
        """The action of that object name."""
        return self._actions[name]

    def action_of(self, step: str) -> QAction | None:
        """The action that does a step of a session, by the core's name of it; None where there is none."""
        return self._actions.get(ACTION_OF_STEP.get(step, ""))

    def set_notes(self, notes: Notes) -> None:
        """Where the notes for the next iteration are written."""
        self._notes = notes

    def block(self, why: str | None) -> None:
        """Nothing can be done now, for this reason; None: what could be done before can be done again."""
        self._blocked = why
        self._judge()

    def set_session(self, session_id: str | None, view: dict[str, Any] | None = None) -> None:
        """Which session the actions are about, with the document of `view_session` once that is known."""
        self._id, self._view = session_id, view
        self._judge()

    def do(self, step: str) -> None:
        """Does the next step of a session, as its situation names it, if that can work."""
        if step == "iterate" and self._actions["iterateAction"].isEnabled():
            situation = (self._view or {}).get("situation") or {}
            self._iterate(*(situation["options"] if situation.get("action") == step else ()))
        elif step in _IN_WIZARD:
            self._actions["mergeAction"].trigger()
        elif step in ACTION_OF_STEP:
            self._actions[ACTION_OF_STEP[step]].trigger()

    def run(self, session_id: str, *words: str) -> RunningCommand:
        """Runs a command for a session; that it fails is said by `failed`."""
        command = self._desktop.commands.run(*words)
        command.failed.connect(given(self._on_failed, session_id, command))
        return command

    # New sessions

    @Slot()
    def new_session(self, repository: str | None = None) -> None:
        """Opens the dialog for a new session, in a repository if one is given, else in that of the chosen session."""
        from ampsm_gui.dialogs.new_session.dialog import NewSessionDialog

        if self._blocked:
            return
        open_one = self._window.findChild(NewSessionDialog, "newSessionDialog")
        if open_one is None:
            chosen = str(self._view["session"]["repo"]) if self._view else ""
            dialog = NewSessionDialog(self._desktop, self._window, repository or None, beside=chosen)
            dialog.session_created.connect(self._on_session_created)
            dialog.open()
        elif repository:
            open_one.set_repository(repository)

    @Slot(str, bool)
    def _on_session_created(self, session_id: str, start: bool) -> None:
        if start:
            self.run(session_id, "iterate", session_id, "--detach")
            self.began.emit(session_id, "The first iteration has started")
        self.session_created.emit(session_id)

    # Work

    @Slot()
    def _on_iterate(self) -> None:
        self._iterate()

    def _iterate(self, *options: str) -> None:
        """Starts or queues an iteration with the notes that are written, which go before those of the options."""
        if self._id is None:
            return
        notes = self._notes.take_notes() if self._notes else ""
        # With --queue alone an iteration that ended meanwhile would be followed by one that dies with the window.
        how = ["--queue", "--detach"] if self._view is None or self._is_running() else ["--detach"]
        dropped = (notes and "--notes" in options) or ("--queue" in how and "--notes" not in options)
        told = () if dropped else options  # a follow-up is stored with its notes alone
        command = self.run(self._id, "iterate", self._id, *how, *told, *(["--notes", notes] if notes else []))
        command.succeeded.connect(given(self._say_began, self._id, iterate_words))
        if notes and self._notes:
            command.failed.connect(given(self._give_back, self._id, notes))

    def _give_back(self, session_id: str, notes: str, _error: CommandError) -> None:
        if self._notes is not None:
            self._notes.give_back(session_id, notes)

    @Slot()
    def _on_stop(self) -> None:
        if self._id:
            command = self.run(self._id, "stop", self._id)
            command.succeeded.connect(given(self._say_began, self._id, stop_words))

    @Slot()
    def _on_run_tests(self) -> None:
        if self._id:
            command = self.run(self._id, "run", self._id)
            self.began.emit(self._id, "The test script runs")
            command.succeeded.connect(given(self._say_done, self._id, passed_words, False))

    # Finishing

    @Slot()
    def _on_squash(self) -> None:
        self._ask("squashAction")

    @Slot()
    def _on_rebase(self) -> None:
        """Opens the wizard of the session for a rebase, or shows in it what is open."""
        if self._id is not None:
            self.show_wizard(self._id, "rebase")

    @Slot()
    def _on_merge(self) -> None:
        """The same for a merge."""
        if self._id is not None:
            self.show_wizard(self._id, "merge")

    def show_wizard(self, session_id: str, operation: str | None = None) -> MergeWizard:
        """The merge wizard of a session, before the other windows; there is one at most. `operation` is what is to
        come, merge or rebase; what is open is shown before."""
        found = self._wizard(session_id)
        if found is None:
            view = self._view if session_id == self._id else None
            found = merge_wizard(self._desktop, session_id, view, self._window, operation or "merge")
            found.outcome.connect(given(self._on_outcome, session_id))
            opener = WorktreeOpener(self._desktop.background, found)
            found.open_requested.connect(given(opener.open_kind, session_id))
            opener.failed.connect(found.not_opened)  # below it, it would not be seen
            found.changes_requested.connect(given(self._on_changes_requested, session_id))
            found.console_requested.connect(given(self._on_console_requested, session_id))
            for asked in (found.changes_requested, found.console_requested):
                asked.connect(found.close)  # it would stay above the window that shows them
        elif operation is not None:
            found.choose(operation)
        found.come_forward()
        return found

    def close_wizards(self) -> None:
        """The window closes: what was filled in is kept, and merges go on."""
        for found in open_wizards(self._window):
            found.close()

    def _wizard(self, session_id: str | None) -> MergeWizard | None:
        return open_wizard(self._window, session_id)

    @Slot()
    def undo(self) -> None:
        """Shows what an undo would move, and undoes it when the user agrees."""
        self._ask("undoAction")

    @Slot()
    def _on_cleanup(self) -> None:
        self._ask("cleanupAction")

    @Slot()
    def _on_abort_merge(self) -> None:
        wizard = self._wizard(self._id)
        if wizard is not None:
            wizard.abort(self._view)
        else:
            self._ask("abortMergeAction")

    def _ask(self, action: DialogAction) -> None:
        """Opens a dialog about the session; what it did is said when it is done."""
        if self._id is not None:
            dialog = finishing_dialog(action)(self._desktop, self._id, self._view, self._window)
            dialog.outcome.connect(given(self._on_outcome, self._id))
            dialog.open()

    @Slot()
    def _on_continue_merge(self) -> None:
        wizard = self._wizard(self._id)
        if wizard is not None:
            wizard.stepping.go_on()
        elif self._id:
            command = self.run(self._id, "continue-merge", self._id)
            command.succeeded.connect(given(self._say_done, self._id, continue_words, True))

    @Slot()
    def _on_restore(self) -> None:
        if self._id:
            command = self.run(self._id, "restore", self._id)
            words = restore_words(cleaned_up=bool(self._view and self._view["session"]["cleanedUpAt"]))
            command.succeeded.connect(given(self._say_done, self._id, lambda _document: words, False))

    # The worktree

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
            self._opener.open(self._id, self._view["session"]["worktree"], kind)

    def open_file(self, path: str, line: int | None) -> None:
        """Opens a file in the user's editor."""
        if self._id:
            self._opener.open_file(self._id, path, line)

    @Slot(str, object)
    def _on_not_opened(self, session_id: str, error: CommandError) -> None:
        self.failed.emit(session_id, error, None)

    # What became of it

    def _say_began(self, session_id: str, words: Callable[[dict[str, Any]], str], document: dict[str, Any]) -> None:
        self.began.emit(session_id, words(document))

    def _say_done(
        self, session_id: str, words: Callable[[dict[str, Any]], str], undoable: bool, document: dict[str, Any]
    ) -> None:
        self.done.emit(session_id, words(document), undoable)

    def _on_changes_requested(self, session_id: str) -> None:
        self.changes_requested.emit(session_id)

    def _on_console_requested(self, session_id: str) -> None:
        self.console_requested.emit(session_id)

    def _on_outcome(self, session_id: str, words: str, undoable: bool) -> None:
        self.done.emit(session_id, words, undoable)

    def _on_failed(self, session_id: str, command: RunningCommand, error: CommandError) -> None:
        if command.document.get("status") == "merged":  # with warnings, which is an exit code but no failure
            self._say_done(session_id, continue_words, True, command.document)
        else:
            self.failed.emit(session_id, error, command)

    # The rest

    def _is_running(self) -> bool:
        session = (self._view or {}).get("session") or {}
        return bool(session.get("status") == "running")

    def _judge(self) -> None:
        """Enables what can work, and lets the rest say why it cannot."""
        for entry in ENTRIES:
            action, why = self._actions[entry.name], self._blocked or why_not(entry, self._id, self._view)
            action.setEnabled(why is None)
            show_tip(action, entry, why)
        judged = (self._view or {}).get("actions") or {}
        cleaned = bool(self._view and self._view["session"]["cleanedUpAt"])
        self._actions["restoreAction"].setVisible(cleaned or ("restore" in judged and judged["restore"] is None))
        self._actions["cleanupAction"].setVisible(not cleaned)

    @Slot()
    def _on_theme_changed(self) -> None:
        for entry in ENTRIES:
            self._actions[entry.name].setIcon(self._desktop.theme.icon(entry.icon))
