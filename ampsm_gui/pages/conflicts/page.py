"""The page for the conflicts of a merge or rebase that waits."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ampsm.model.errors import UserError
from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.conflicts.actions import ENTRIES, make_actions, typed_action
from ampsm_gui.pages.conflicts.agent import AgentStanding
from ampsm_gui.pages.conflicts.asking import ConflictQuestions
from ampsm_gui.pages.conflicts.chooser import Chooser
from ampsm_gui.pages.conflicts.deciding import ConflictDecisions
from ampsm_gui.pages.conflicts.memory import ConflictMemory
from ampsm_gui.pages.conflicts.merged import MergedLook
from ampsm_gui.pages.conflicts.moving import ConflictMoves
from ampsm_gui.pages.conflicts.programs import ConflictPrograms
from ampsm_gui.pages.conflicts.reading import ConflictReading
from ampsm_gui.pages.conflicts.resolver import Resolver
from ampsm_gui.pages.conflicts.showing import ConflictShowing
from ampsm_gui.pages.conflicts.side import FilesSide
from ampsm_gui.pages.conflicts.stage import ConflictStage
from ampsm_gui.pages.conflicts.wiring import wire
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.conflicts.page_head import VERIFY
from ampsm_gui.widgets.messages.strip import Strip


class ConflictPage(QWidget):
    """Files left, one of them right. Choices are drafts, written as they are made; a file is written and staged by a
    command when it is resolved. Whatever else happens to the merge, `refresh` shows it."""

    #: (conflicted files left, of all), when that is not what it was
    left_changed = Signal(int, int)
    next_changed = Signal()
    #: The last one was resolved, here or elsewhere.
    all_resolved = Signal()
    #: What was left is resolved, and it was done here.
    last_resolved = Signal()
    ask_agent = Signal()
    #: The console of the session is to be shown.
    watch_requested = Signal()
    error = Signal(object)

    def __init__(self, desktop: Desktop, session_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop
        self.session_id = session_id
        self._left: tuple[int, int] | None = None
        self._actions = make_actions(self)
        self.side, self.stage = FilesSide(desktop.theme, self), ConflictStage(desktop.theme, "diff", self)
        self.result = self.stage.cards.card.result
        self.chooser = Chooser(desktop.background, session_id, self)
        self.reading = ConflictReading(desktop.background, self.chooser, session_id, self)
        self.decisions = ConflictDecisions(self.reading, self.chooser, self.result, self)
        self.merged = MergedLook(desktop.background, self.stage, session_id, self)
        self.questions = ConflictQuestions(desktop.background, self.reading, self.merged, self.stage, session_id, self)
        self.resolver = Resolver(desktop.commands, self.chooser, session_id, self)
        self.programs = ConflictPrograms(desktop, session_id, self)
        self.agent_strip = Strip(desktop.theme, self)
        self.agent_strip.setObjectName("agentStrip")
        self.agent_strip.give_keys = self.stage.focus_shown
        self.agent = AgentStanding(desktop, session_id, self.agent_strip, self)
        self.showing = ConflictShowing(
            desktop, self.reading, self.resolver, self.programs, self.merged, self.agent, self._actions, self.side,
            self.stage, self,
        )  # fmt: skip
        self.moves = ConflictMoves(
            self.reading, self.showing, self.questions, self.merged, self.side.files, self.stage, self
        )
        self.memory = ConflictMemory(desktop.background, session_id, self)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.agent_strip)
        column.addLayout(row, 1)
        row.setSpacing(1)
        row.addWidget(self.side)
        row.addWidget(self.stage, 1)
        wire(self, self._actions)
        self.showing.judge()
        self.refresh()

    # What the wizard asks

    def actions(self) -> list[QAction]:
        """Everything that can be done here."""
        return list(self._actions.values())

    def next_action(self) -> QAction | None:
        """What comes next; None when every file is resolved."""
        return self.showing.next_step.action()

    @Slot()
    def refresh(self) -> None:
        """Reads the files anew, the one that is shown, and what the agent does."""
        self.reading.refresh()
        self.agent.refresh()

    def set_narrow(self, narrow: bool) -> None:
        """The files as a field, sides one above the other."""
        self.side.setVisible(not narrow)
        self.stage.set_narrow(narrow)

    def shown_path(self) -> str:
        """The file that is shown; nothing until one is read."""
        return self.reading.file.path if self.reading.file else ""

    # What a person does

    @Slot(str)
    def resolve(self, option: str = "--done") -> None:
        """Writes the file and stages it; or takes what else is there, or brings the sides back."""
        self.result.flush()
        options = ("--done", option) if option == "--draft" else (option,)
        self.resolver.run(self.reading.path, *options)

    @Slot()
    def open_editor(self) -> None:
        """The file, at the current hunk."""
        texts = self.reading.texts
        self.programs.open_editor(self.reading.path, texts.line(self.reading.at, "result") if texts else None)

    def open_merge_tool(self) -> None:
        """The file in the merge tool of git."""
        self.result.flush()
        self.programs.open_merge_tool(self.reading.path)

    # What has happened

    @Slot()
    def on_files_read(self) -> None:
        """Says how many are left."""
        self.merged.keep_of(self.reading.found.merged if self.reading.found else ())
        self.showing.show_files()
        self._tell_left(len(self.reading.left()), len(self.reading.ordered()))

    @Slot()
    def on_left_file(self) -> None:
        """Another file is open: what was said of the one before is over."""
        self.stage.strip.clear()
        self.side.files.set_current(self.reading.path)

    @Slot(bool)
    def on_file_read(self, fresh: bool) -> None:
        """Shows it, with what belongs to it; one that is fresh has the keys."""
        self.showing.show_file()
        self.questions.ask_previews()
        if fresh and not self.side.files.hasFocus() and not self.merged.path:
            self.stage.focus_shown()
        if self.showing.view == VERIFY and self.reading.texts is not None and not self.merged.path:
            self.questions.verify()

    @Slot()
    def on_over(self) -> None:
        """Nothing is in conflict."""
        self.merged.leave()
        self.agent.clear()
        self.showing.show_none()
        self._tell_left(0, 0)

    @Slot(object)
    def on_failed(self, error: Exception | CommandError) -> None:
        """Says why something did not work."""
        if isinstance(error, Exception):
            known = error if isinstance(error, UserError) else UserError("failed", str(error))
            error = CommandError(known.code, known.message, known.hint, 1, dict(known.details or {}))
        self.error.emit(error)

    def forget_whole_text(self) -> None:
        """Of the open file, which then has hunks again; what was refused for the sake of that text is chosen."""
        self.decisions.forget_whole_text()

    @Slot(str, bool)
    def on_resolved(self, path: str, onward: bool) -> None:
        """A command has ended: the next file comes, or the same one as it is now."""
        if onward:
            if set(self.reading.left()) <= {path}:
                self.last_resolved.emit()
            self.reading.open_next(path)
        self.refresh()

    @Slot()
    def show_icons(self) -> None:
        """In the colours of the theme."""
        for entry in ENTRIES:
            if entry.icon:
                self._actions[entry.name].setIcon(self.desktop.theme.icon(entry.icon))

    def _tell_left(self, left: int, of: int) -> None:
        before, self._left = self._left, (left, of)
        if before not in (None, self._left):
            self.left_changed.emit(left, of)
        if before is not None and before[0] and of and not left:
            self.all_resolved.emit()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._actions.get(typed_action(event) or "")
        if event.key() == Qt.Key.Key_Escape and self.moves.leave_text():
            return
        if event.key() == Qt.Key.Key_F6:
            self.moves.move_pane(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif action is None:
            super().keyPressEvent(event)
        elif action.isEnabled() and not event.isAutoRepeat():
            action.trigger()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stage.focus_shown()

    def hideEvent(self, event: QHideEvent) -> None:
        self.result.flush()
        super().hideEvent(event)
