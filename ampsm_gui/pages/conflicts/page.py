"""The page for the conflicts of a merge or rebase that waits."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ampsm.context import Context
from ampsm.model.conflicts import Choice, Conflicts
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import Verified, remember_resolutions, verify_file
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.plain import plain_label
from ampsm_gui.models.conflicts import words
from ampsm_gui.models.conflicts.preview import read_previews
from ampsm_gui.models.conflicts.source import (
    Chosen,
    ReadConflicts,
    ReadFile,
    next_open,
    read_commits,
    read_conflicts,
    read_hunks,
)
from ampsm_gui.pages.conflicts.actions import CHOICES, ENTRIES, WHOLE, make_actions, typed_action
from ampsm_gui.pages.conflicts.chooser import Chooser
from ampsm_gui.pages.conflicts.judging import judge
from ampsm_gui.pages.conflicts.programs import ConflictPrograms
from ampsm_gui.pages.conflicts.resolver import Resolver
from ampsm_gui.pages.conflicts.side import FilesSide
from ampsm_gui.pages.conflicts.stage import ConflictStage
from ampsm_gui.pages.conflicts.wiring import wire
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.conflicts.page_head import CARDS, PANES, VERIFY

_VIEW = "conflicts/view"


class ConflictPage(QWidget):
    """Files left, one of them right. Choices are drafts, written as they are made; a file is written and staged by a
    command when it is resolved. Whatever else happens to the merge, `refresh` shows it."""

    #: (conflicted files left, of all)
    left_changed = Signal(int, int)
    next_changed = Signal()
    ask_agent = Signal()
    error = Signal(object)

    def __init__(self, desktop: Desktop, session_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop
        self.session_id = session_id
        self._found: Conflicts | None = None
        self._read: ReadFile | None = None
        self._path = ""
        self._at = -1
        self._told: tuple[object, ...] = ()
        view = str(desktop.state.value(_VIEW, CARDS))
        self._view = view if view in (CARDS, PANES) else CARDS
        self._actions = make_actions(self)
        self._chooser = Chooser(desktop.background, session_id, self)
        self.resolver = Resolver(desktop.commands, self._chooser, session_id, self)
        self.programs = ConflictPrograms(desktop, session_id, self)
        self.side, self.stage = FilesSide(desktop.theme, self), ConflictStage(desktop.theme, "diff", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self.side)
        row.addWidget(self.stage, 1)
        self._chooser.kept.connect(self._on_kept)
        self._chooser.failed.connect(self._on_not_kept)
        wire(self, self._actions)
        self.judge()
        self.refresh()

    # What the wizard asks

    def actions(self) -> list[QAction]:
        """Everything that can be done here."""
        return list(self._actions.values())

    def next_action(self) -> QAction | None:
        """What comes next; None when every file is resolved."""
        return self._actions["resolveFileAction"] if self._left() else None

    @Slot()
    def refresh(self) -> None:
        """Reads the files anew, and the one that is shown."""
        read = partial(read_conflicts, session_id=self.session_id)
        self.desktop.background.ask((self, "files"), read, self._on_files, self._on_files_failed)

    def set_narrow(self, narrow: bool) -> None:
        """The files as a field, sides one above the other."""
        self.side.setVisible(not narrow)
        self.stage.set_narrow(narrow)

    def shown_path(self) -> str:
        """The file that is shown; nothing until one is read."""
        return self._read.hunks.file.path if self._read else ""

    def show_file(self, path: str) -> None:
        """Opens a file."""
        self._flush()
        if path != self._path:
            self._forget(path)
        self._read_file()

    # Reading

    def _forget(self, path: str) -> None:
        """What was shown is another file's."""
        self._path, self._at, self._read = path, -1, None
        self.stage.strip.clear()

    def _read_file(self) -> None:
        self.side.files.set_current(self._path)
        read = partial(read_hunks, session_id=self.session_id, path=self._path)
        self.desktop.background.ask((self, "hunks"), read, self._on_hunks, self.on_failed)

    def _on_files(self, read: ReadConflicts) -> None:
        found = self._found = read.found
        self.side.show_conflicts(found, remembers=read.remembers)
        ordered = self._ordered()
        self.stage.head.show_files([(file.path, f"{file.path} · {words.fact_of(file)}") for file in found.files])
        if self._path not in ordered:
            self._forget(next_open(ordered, self._left(), "") or (ordered[0] if ordered else ""))
        if self._path:
            self._read_file()
        self.judge()
        self.left_changed.emit(len(self._left()), len(ordered))

    def _on_files_failed(self, error: Exception) -> None:
        if isinstance(error, UserError) and error.code == "nothing-in-progress":
            self._found = None
            self._forget("")
            self.stage.show_none()
            self.judge()
            self.left_changed.emit(0, 0)
        else:
            self.on_failed(error)

    def _on_hunks(self, read: ReadFile) -> None:
        if read.hunks.file.path != self._path or self._chooser.busy:
            return  # what is chosen now is read when it is kept
        if self._read is not None and not read.hunks.has_sides_of(self._read.hunks):
            self.stage.cards.card.result.drop()  # it was meant for another conflict
            self._forget(self._path)
        fresh, self._read = self._read is None, read
        if read.texts is not None and not 0 <= self._at < len(read.texts.hunks):
            waiting = read.texts.open or read.texts.conflicts
            self._at = waiting[0] if waiting else 0
        self._show()
        file = read.hunks.file
        if self._found is not None and not file.hunks and not file.resolved and read.hunks.result is None:
            sides = self._found.sides
            ask = partial(read_previews, session_id=self.session_id, file=file, sides=sides)
            show = self.stage.kind.show_previews
            self.desktop.background.ask((self, "preview"), ask, show, self.on_failed)
        if fresh and not self.side.files.hasFocus():
            self.stage.focus_shown()
        if self._view == VERIFY and read.texts is not None:
            self._verify()

    def _on_kept(self, read: ReadFile) -> None:
        self._on_hunks(read)
        self.refresh()

    def _on_not_kept(self, error: Exception) -> None:
        self.stage.cards.card.result.drop()
        self._read_file()
        self.on_failed(error)

    def on_failed(self, error: Exception | CommandError) -> None:
        """Says why something did not work."""
        if isinstance(error, Exception):
            code, hint = (error.code, error.hint) if isinstance(error, UserError) else ("failed", None)
            error = CommandError(code, str(error), hint, 1, {})
        self.error.emit(error)

    # Showing

    def _show(self) -> None:
        read, found = self._read, self._found
        self.judge()
        if read is None or found is None:
            return
        self.stage.show_file(read, found, self._at, self._view, self._chosen_action())
        file = read.hunks.file
        if not file.outside_edit:
            self.stage.strip.clear()
            return
        buttons = [("Take the file", partial(self._resolve, "--outside"))]
        if not file.open and not file.resolved:
            buttons.append(("Take the draft", partial(self._resolve, "--draft")))
        self.stage.strip.show_message("warning", words.CHANGED_OUTSIDE, [*buttons, ("Show", self.open_editor)])

    def _chosen_action(self) -> QAction | None:
        texts = self._read.texts if self._read else None
        choice = texts.hunks[self._at].choice if texts else None
        return next((self._actions[name] for name, one in CHOICES.items() if one is choice), None)

    @Slot()
    def judge(self) -> None:
        """What can be done now, and what comes next."""
        file, texts = (self._read.hunks.file, self._read.texts) if self._read else (None, None)
        judge(self._actions, file, texts, self._at, busy=self.resolver.busy)
        self._actions["askAmpAction"].setEnabled(bool(self._left()))
        tool, in_tool = self._actions["openMergeToolAction"], self.programs.in_tool(self._path)
        tool.setEnabled(tool.isEnabled() and not in_tool)
        tool.setText("Open in the Merge Tool Now" if in_tool else "Open in Merge Tool")
        following = next_open(self._ordered(), self._left(), self._path)
        said = "Resolve and open " if following else "Resolve "
        action = self._actions["resolveFileAction"]
        action.setText(plain_label(said + (following or self._path).rpartition("/")[2]))
        told = action.text(), action.isEnabled(), bool(self._left())
        if told != self._told:
            self._told = told
            self.next_changed.emit()

    def _left(self) -> list[str]:
        return [file.path for file in self._found.files if not file.resolved] if self._found else []

    def _ordered(self) -> list[str]:
        files = self._found.files if self._found else ()
        return [file.path for file in sorted(files, key=lambda file: file.resolved)]

    # What a person does

    def choose(self, choice: Choice | None, at: int | None = None) -> None:
        """For the current hunk or another one, or for a file that has none."""
        if self._read is None or self._read.texts is None:
            self.choose_whole(choice)
        else:
            self.stage.cards.card.result.drop()
            self._choose([self._at if at is None else at], choice)

    def choose_whole(self, choice: Choice | None) -> None:
        """For the file as a whole."""
        self._chooser.keep(Chosen(self._path, choice, seen=self._read.hunks if self._read else None))

    def choose_open(self, name: str) -> None:
        """For all that is open; or takes everything back."""
        choice, texts = WHOLE[name], self._read.texts if self._read else None
        self.stage.cards.card.result.drop()
        if texts is None:
            self.choose_whole(choice)
        else:
            self._choose(texts.open if choice is not None else texts.conflicts, choice)

    @Slot(str)
    def on_edited(self, text: str) -> None:
        """The result of the current hunk was typed."""
        self._choose([self._at], Choice.TEXT, text)

    def _choose(self, places: list[int], choice: Choice | None, text: str | None = None) -> None:
        """Shows it at once, and keeps it."""
        read, texts = self._read, self._read.texts if self._read else None
        if read is None or texts is None or not places:
            return
        for at in places:
            texts.choose(at, choice, text)
        numbers = tuple(texts.hunks[at].n for at in places)
        kept = texts.hunks[places[0]].result if choice is Choice.TEXT else None
        self._chooser.keep(Chosen(self._path, choice, numbers, kept, read.hunks))
        self._show()

    def go_to(self, at: int) -> None:
        """Makes a hunk the current one."""
        self._flush()
        if self._read is not None and self._read.texts is not None and 0 <= at < len(self._read.texts.hunks):
            self._at = at
            self._show()

    def step(self, by: int, *, conflicts: bool) -> None:
        """The next or the one before, of the conflicts or of all changes."""
        texts = self._read.texts if self._read else None
        if texts is not None:
            places = texts.conflicts if conflicts else range(len(texts.hunks))
            ahead = [at for at in places if (at - self._at) * by > 0]
            self.go_to((ahead[0] if by > 0 else ahead[-1]) if ahead else self._at)

    def show_view(self, view: str) -> None:
        """Cards, three panes, or the proof; the first two are remembered."""
        self._flush()
        self._view = view
        if view == VERIFY:
            self._verify()
        else:
            self.desktop.state.setValue(_VIEW, view)
        self._show()
        self.stage.focus_shown()

    def toggle_panes(self) -> None:
        """From cards to three panes and back."""
        self.show_view(CARDS if self._view == PANES else PANES)

    def resolve(self) -> None:
        """Writes the file and stages it."""
        self._resolve("--done")

    def unresolve(self) -> None:
        """Brings the sides back."""
        self._resolve("--undo")

    def ask_commits(self, at: int) -> None:
        """Which commits made a hunk."""
        texts = self._read.texts if self._read else None
        if texts is not None:
            read = partial(read_commits, session_id=self.session_id, path=self._path, n=texts.hunks[at].n)
            show = self.stage.cards.card.show_commits
            self.desktop.background.ask((self, "commits"), read, show, self.on_failed)

    def remember(self, on: bool) -> None:
        """Whether git is to remember resolutions."""
        read = partial(_remember, session_id=self.session_id, on=on)
        self.desktop.background.ask((self, "remember"), read, self._on_remembered, self.on_failed)

    def open_editor(self) -> None:
        """The file, at the current hunk."""
        texts = self._read.texts if self._read else None
        self.programs.open_editor(self._path, texts.line(self._at, "result") if texts else None)

    def open_merge_tool(self) -> None:
        """The file in the merge tool of git."""
        self._flush()
        self.programs.open_merge_tool(self._path)

    @Slot()
    def show_icons(self) -> None:
        """In the colours of the theme."""
        for entry in ENTRIES:
            if entry.icon:
                self._actions[entry.name].setIcon(self.desktop.theme.icon(entry.icon))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._actions.get(typed_action(event) or "")
        if event.key() == Qt.Key.Key_Escape and self.stage.cards.card.result.hasFocus():
            self._flush()
            self.stage.focus_shown()
        elif event.key() == Qt.Key.Key_F6:
            self._move_pane(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif action is None:
            super().keyPressEvent(event)
        elif action.isEnabled() and not event.isAutoRepeat():
            action.trigger()

    def _move_pane(self, step: int) -> None:
        panes = [self.side.files, self.stage.stack.currentWidget(), self.stage.cards.card.result]
        shown = [pane for pane in panes if pane is not None and pane.isVisible()]
        at = next((at for at, pane in enumerate(shown) if pane.hasFocus()), -1 if step > 0 else 0)
        shown[(at + step) % len(shown)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stage.focus_shown()

    def hideEvent(self, event: QHideEvent) -> None:
        self._flush()
        super().hideEvent(event)

    def _flush(self) -> None:
        self.stage.cards.card.result.flush()

    def _verify(self) -> None:
        read = partial(_verified, session_id=self.session_id, path=self._path)
        show = partial(self.stage.verify.show_verified, path=self._path)
        self.desktop.background.ask((self, "verify"), read, show, self.on_failed)

    def _resolve(self, option: str) -> None:
        self._flush()
        options = ("--done", option) if option == "--draft" else (option,)
        self.resolver.run(self._path, *options)

    @Slot(str, bool)
    def on_resolved(self, path: str, onward: bool) -> None:
        """A command has ended: the next file comes, or the same one as it is now."""
        if onward and path == self._path:
            left = [other for other in self._left() if other != path]
            self._forget(next_open(self._ordered(), left, path) or path)
        self.refresh()

    def _on_remembered(self, _on: bool) -> None:
        self.refresh()


def _verified(ctx: Context, session_id: str, path: str) -> Verified:
    return verify_file(ctx, session_id, path)


def _remember(ctx: Context, session_id: str, on: bool) -> bool:
    remember_resolutions(ctx, session_id, on)
    return on
