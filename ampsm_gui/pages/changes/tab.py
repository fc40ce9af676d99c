"""What a session changed: sources above a tree of files, the diff of one file beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QWidget

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.way_on import way_on, without_paths
from ampsm_gui.models.changes.file import FileView, read_file
from ampsm_gui.models.changes.sources import EVERYTHING, Changes, Source, read_changes
from ampsm_gui.models.changes.viewed import ViewedFiles
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.pages.actions.table import LABELS
from ampsm_gui.pages.changes.layout import ChangesLayout
from ampsm_gui.pages.tab import Tab
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.elided_label import ElidedLabel

_NARROW = 900  # px at 100 %; below it the tree is a field above the diff
_AGAIN_MS = 700


class ChangesTab(Tab):
    """The Changes tab. While the agent writes, file, scroll position, folds and selection stay.

    `palette` is `diff` (red and green) or `diffBlueOrange`.
    """

    #: A file's diff is on the screen, with its colours.
    file_shown = Signal(str)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None, *, palette: str = "diff") -> None:
        super().__init__(desktop, parent)
        self.setObjectName("changesTab")
        self._session: str | None = None
        self._step = ""  # what the button of a message does
        self._source = EVERYTHING
        self._changes: Changes | None = None
        self._ignore_space = False
        self._viewed_of: dict[str | None, ViewedFiles] = {}
        self._wished = ""  # the file that is to be shown once it is known
        self._asked: object = None
        self._shown: object = None
        self._reading = self._again = False
        self._pause = single_shot(self, _AGAIN_MS, self._on_pause_over)
        self.layout_of = ChangesLayout(desktop.theme, palette, self)
        self.tree, self.pane = self.layout_of.tree, self.layout_of.pane
        self._corner = ElidedLabel(Qt.TextElideMode.ElideRight, least=8)
        self._corner.setProperty("tone", "muted")
        self.pane.set_split(bool(int(str(desktop.state.value("changes/split", "1")))))
        self._make_actions()
        self._connect()
        self._on_theme_changed()

    def views(self) -> list[QWidget]:
        return [self.tree.view, self.pane.shown_view()]

    def corner(self) -> QWidget | None:
        return self._corner

    def show_session(self, session_id: str | None) -> None:
        if session_id == self._session:
            return
        for key in ("changes", "file", "dress"):
            self.desktop.background.forget((self, key))
        self._session, self._source, self._changes = session_id, EVERYTHING, None
        self._reading = self._again = False
        self._asked = self._shown = None
        self._corner.clear()
        self.tree.filter.clear()
        self.tree.set_changes([])
        self.pane.show_file(None)
        self.layout_of.show_message("", "")
        self.layout_of.set_sources([EVERYTHING], EVERYTHING)
        self.count_changed.emit(None)
        self._read()

    def show_iteration(self, number: int) -> None:
        self._on_source_chosen(Source("iteration", number, f"Iteration {number}"))

    def show_commit(self, sha: str) -> None:
        self._on_source_chosen(Source("commit", sha, sha[:8]))

    def show_file(self, path: str) -> None:
        self._wished = path
        if self._source.same(EVERYTHING) and self._changes is not None:
            self._show_wished()
        else:
            self._on_source_chosen(EVERYTHING)

    def focus_find(self) -> None:
        self.pane.open_find()

    def refresh(self) -> None:
        """Asks again, at most every now and then: while the agent writes the store changes many times a second."""
        if self._reading or self._pause.isActive():
            self._again = True
        else:
            self._read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self.desktop.theme.px(_NARROW)
        self.layout_of.set_narrow(narrow)
        self.setFocusProxy(self.pane.diff if narrow else self.tree.view)

    # Reading

    def _read(self) -> None:
        if self._session is None:
            return
        self._reading, self._again = True, False
        read = partial(read_changes, session_id=self._session, source=self._source, ignore_space=self._ignore_space)
        self.desktop.background.ask((self, "changes"), read, self._receive, self._fail)

    def _receive(self, changes: Changes) -> None:
        self._done()
        if self._changes is not None and changes == self._changes and self.pane.file is not None:
            return
        self._changes = changes
        self.layout_of.set_sources(changes.sources, changes.source)
        files = changes.result.files
        self._viewed.forget_changed(changes)
        before = self.tree.current_path
        self.tree.set_changes(files, self._viewed.paths())
        if changes.source.same(EVERYTHING):
            self.count_changed.emit(len(files))
        self._corner.setText(changes.words)
        if not files:
            self._shown = None
            self.pane.show_file(None)
            self.layout_of.show_message(*changes.source.nothing_words)
            return
        self.layout_of.show_message("", "")
        self._show_wished()
        if self.tree.current_path == before:
            self._read_file(before)

    def _show_wished(self) -> None:
        if self._changes is not None and any(file.path == self._wished for file in self._changes.result.files):
            self.tree.filter.clear()
            self.tree.show_path(self._wished)
        self._wished = ""

    def _fail(self, error: Exception) -> None:
        self._done()
        if not isinstance(error, UserError):
            raise error
        if error.code in ("no-such-commit", "no-such-iteration") and not self._source.same(EVERYTHING):
            self._source = EVERYTHING  # a squash or rebase has replaced the commits
            self._read()
            return
        self._changes = self._shown = None
        self.tree.set_changes([])
        self.pane.show_file(None)
        self.count_changed.emit(None)
        way = way_on(error.hint)
        self._step = way.verb(self._session or "")
        label = LABELS.get(self._step, "")
        title = without_paths(error.message, {str(error.details.get("worktree") or ""): "the worktree"})
        self.layout_of.show_message(title, way.words, "" if label else way.command, label)

    @Slot()
    def _on_message_clicked(self) -> None:
        self.step_requested.emit(self._step)

    def _done(self) -> None:
        self._reading = False
        self._pause.start()

    @Slot(str)
    def _read_file(self, path: str) -> None:
        changes = self._changes
        change = next((file for file in changes.result.files if file.path == path), None) if changes else None
        if changes is None or change is None or self._session is None:
            return
        self.layout_of.show_current(change)
        wanted = (changes.source, self._ignore_space, change, changes.parts.get(path))
        document = self.pane.diff.document
        if wanted == self._shown and (document is None or document.can_unfold):
            self.desktop.background.forget((self, "file"))
            return
        self._asked = wanted
        self.desktop.background.forget((self, "dress"))
        read = partial(
            read_file, session_id=self._session, source=changes.source, change=change,
            parts=changes.parts.get(path, []), ignore_space=self._ignore_space,
        )  # fmt: skip
        self.desktop.background.ask((self, "file"), read, self._receive_file, self._fail)

    def _receive_file(self, view: FileView) -> None:
        if view.change.path != self.tree.current_path:
            return
        self._shown = self._asked
        self.pane.show_file(view)
        self.pane.header.viewed.setChecked(view.change.path in self._viewed)
        document = self.pane.diff.document
        if view.document is not None and document is not None and not document.dressed:
            self.desktop.background.ask((self, "dress"), partial(_dressed, document), self._receive_dress)
        else:
            self.file_shown.emit(view.change.path)

    def _receive_dress(self, document: DiffDocument) -> None:
        if document is self.pane.diff.document:
            self.pane.diff.dressed()
            self.file_shown.emit(self.tree.current_path)

    @property
    def _viewed(self) -> ViewedFiles:
        """The files of this session that were viewed."""
        return self._viewed_of.setdefault(self._session, ViewedFiles())

    # What a person does

    @Slot(object)
    def _on_source_chosen(self, source: Source) -> None:
        if not source.same(self._source):
            self._source = source
            self._read()

    @Slot()
    def _on_pause_over(self) -> None:
        if self._again and self.isVisible():
            self._read()

    @Slot(str)
    def _on_file_opened(self, _path: str) -> None:
        self.layout_of.close_tree()

    @Slot()
    def _on_next_change(self) -> None:
        self.pane.step_change(1)

    @Slot()
    def _on_previous_change(self) -> None:
        self.pane.step_change(-1)

    @Slot()
    def _on_next_file(self) -> None:
        self.tree.step(1)

    @Slot()
    def _on_previous_file(self) -> None:
        self.tree.step(-1)

    @Slot()
    def _on_toggle_split(self) -> None:
        self.pane.set_split(not self.pane.split)

    @Slot()
    def _on_toggle_space(self) -> None:
        self._ignore_space = not self._ignore_space
        self.pane.header.space.setChecked(self._ignore_space)
        self._read()

    @Slot()
    def _on_toggle_viewed(self) -> None:
        path = self.tree.current_path
        if not path or self._changes is None:
            return
        self._viewed.toggle(path, self._changes)
        self.pane.header.viewed.setChecked(path in self._viewed)
        self.tree.model.set_viewed(self._viewed.paths())

    @Slot(bool)
    def _on_split_changed(self, split: bool) -> None:
        self.desktop.state.setValue("changes/split", int(split))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self.desktop.theme
        self._corner.setFont(theme.font("small"))
        self._corner.setMaximumWidth(theme.px(320))
        self._corner.setMinimumHeight(theme.f + theme.px(16))
        self._corner.setContentsMargins(0, 0, theme.px(8), 0)

    def _make_actions(self) -> None:
        for name, words, keys, slot in (
            ("nextChangeAction", "Next Change", "N", self._on_next_change),
            ("previousChangeAction", "Previous Change", "P", self._on_previous_change),
            ("nextFileAction", "Next File", "]", self._on_next_file),
            ("previousFileAction", "Previous File", "[", self._on_previous_file),
            ("sideBySideAction", "Side by Side or Unified", "S", self._on_toggle_split),
            ("whiteSpaceAction", "Hide Changes of White Space", "W", self._on_toggle_space),
            ("viewedAction", "Mark as Viewed", "V", self._on_toggle_viewed),
            ("chooseFileAction", "Choose File…", "Ctrl+P", self.layout_of.open_tree),
        ):
            action = QAction(words, self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)

    def _connect(self) -> None:
        self.tree.file_chosen.connect(self._read_file)
        self.tree.file_opened.connect(self._on_file_opened)
        self.layout_of.message_clicked.connect(self._on_message_clicked)
        self.layout_of.source_chosen.connect(self._on_source_chosen)
        self.pane.split_changed.connect(self._on_split_changed)
        self.pane.header.space.clicked.connect(self._on_toggle_space)
        self.pane.header.viewed.clicked.connect(self._on_toggle_viewed)
        self.desktop.theme.changed.connect(self._on_theme_changed)


def _dressed(document: DiffDocument, _ctx: Context) -> DiffDocument:
    document.dress()
    return document
