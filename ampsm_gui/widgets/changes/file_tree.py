"""The changed files as a tree: letter of what became of each, name, counts; with a filter and a sum below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStyle, QStyleOptionViewItem, QTreeView, QVBoxLayout, QWidget

from ampsm.git.diff import FileChange
from ampsm_gui.look.figures import count
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.tree import CHANGE, PATH, AnyIndex, ChangesTree
from ampsm_gui.widgets.changes.file_tree_delegate import FileTreeDelegate
from ampsm_gui.widgets.focus_ring import FocusRing
from ampsm_gui.widgets.label import Label, MarkupLabel
from ampsm_gui.widgets.rule import Rule


class FileTree(QWidget):
    """Emits `file_chosen` with a path when another file becomes current, `file_opened` on Enter or a click."""

    file_chosen = Signal(str)
    file_opened = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._current = ""
        self._framed = False
        self.model = ChangesTree(self)
        self.filter = QLineEdit(self)
        self.filter.setObjectName("changesFilter")
        self.filter.setPlaceholderText("Filter files")
        self.filter.setAccessibleName("Filter files")
        self.filter.setClearButtonEnabled(True)
        self.view = _Tree(theme, self)
        self.view.setModel(self.model)
        self._sum = Label(self)
        self._counts = MarkupLabel(self)
        self._build()
        self.filter.textChanged.connect(self._on_filter_changed)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.clicked.connect(self._on_opened)
        self.view.activated.connect(self._on_opened)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def current_path(self) -> str:
        """The file that is shown; empty while there is none."""
        return self._current

    def set_changes(self, changes: Sequence[FileChange], viewed: frozenset[str] = frozenset()) -> None:
        """Shows these files; the current one stays if it is still there, else the first is taken."""
        folded = self._folded_paths()
        if self.model.set_changes(changes):
            self._unfold(folded)
        self.model.set_viewed(viewed)
        self._show_sum()
        self.show_path(self._current)

    def show_path(self, path: str) -> None:
        """Makes a file the current one; the first, when it is not there."""
        files = self.model.files
        index = self.model.index_of_path(path)
        if not index.isValid() and files:
            index = self.model.index_of_path(files[0].path)
        if index.isValid() and index != self.view.currentIndex():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
        elif not files and not self.model.total:
            self._current = ""

    def step(self, by: int) -> bool:
        """Goes to the next or an earlier file; False at the end."""
        paths = [change.path for change in self.model.files]
        if self._current not in paths:
            return False
        wanted = paths.index(self._current) + by
        if not 0 <= wanted < len(paths):
            return False
        self.show_path(paths[wanted])
        return True

    def focus_filter(self) -> None:
        """Shows the filter and types into it."""
        self.filter.show()
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def set_framed(self, framed: bool) -> None:
        """With a border around it, where it lies over something else."""
        self._framed = framed
        edge = 1 if framed else 0
        self._column.setContentsMargins(edge, edge, edge, edge)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface.panel"))
        if self._framed:
            painter.setPen(self._theme.color("border.control"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.filter.clear()
            self.closed.emit()
        elif self.filter.hasFocus() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.filter.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            self.file_opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_filter_changed(self, words: str) -> None:
        self.model.set_filter(words)
        self.view.expandAll()
        self._show_sum()
        self.show_path(self._current)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        change = current.data(CHANGE)
        if isinstance(change, FileChange) and change.path != self._current:
            self._current = change.path
            self.file_chosen.emit(change.path)

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        change = index.data(CHANGE)
        if isinstance(change, FileChange):
            self.file_opened.emit(change.path)
        else:
            self.view.setExpanded(index, not self.view.isExpanded(index))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        for label in (self._sum, self._counts):
            label.setFont(theme.font("small"))
        self.view.setIndentation(theme.px(14))
        self._show_sum()

    def _build(self) -> None:
        px = self._theme.px
        self.top = QVBoxLayout()
        self.top.setContentsMargins(px(8), px(6), px(8), px(6))
        self.top.setSpacing(px(6))
        self.top.addWidget(self.filter)
        below = QHBoxLayout()
        below.setContentsMargins(px(10), px(5), px(10), px(5))
        below.addWidget(self._sum, 1)
        below.addWidget(self._counts)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.top)
        column.addWidget(Rule(self._theme, self))
        column.addWidget(self.view, 1)
        column.addWidget(Rule(self._theme, self))
        column.addLayout(below)

    def _show_sum(self) -> None:
        shown, total = self.model.files, self.model.total
        words = count(total, "file") if len(shown) == total else f"{len(shown)} of {count(total, 'file')}"
        self._sum.setText(words)
        added = sum(change.insertions or 0 for change in shown)
        removed = sum(change.deletions or 0 for change in shown)
        self._counts.setText(counts_html(self._theme, added, removed) if shown else "")

    def _folded_paths(self) -> set[str]:
        return {str(index.data(PATH)) for index in self._folders() if not self.view.isExpanded(index)}

    def _unfold(self, folded: set[str]) -> None:
        self.view.expandAll()
        for index in self._folders() if folded else ():
            if str(index.data(PATH)) in folded:
                self.view.collapse(index)

    def _folders(self, parent: AnyIndex | None = None) -> list[QModelIndex]:
        above = parent if parent is not None else QModelIndex()
        found = []
        for row in range(self.model.rowCount(above)):
            index = self.model.index(row, 0, above)
            if index.data(CHANGE) is None:
                found.append(index)
                found.extend(self._folders(index))
        return found


class _Tree(QTreeView):
    """The view itself: chevrons in the colours of the theme, one line a row."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("changesTree")
        self.setAccessibleName("Changed files")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(FileTreeDelegate(theme, self))
        self.setExpandsOnDoubleClick(False)
        self._ring = FocusRing(theme, self)
        theme.changed.connect(self.viewport().update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring.clicked()
        super().mousePressEvent(event)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: AnyIndex) -> None:
        if not self.hasFocus():
            options.state &= ~QStyle.StateFlag.State_Active  # type: ignore[attr-defined, unused-ignore]
        super().drawRow(painter, options, index)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ring.shown:
            row, seen = self.visualRect(self.currentIndex()), self.viewport().rect()
            row.setLeft(0)
            painter = QPainter(self.viewport())
            self._ring.paint(painter, row if seen.intersects(row) else seen)
            painter.end()

    def drawBranches(self, painter: QPainter, rect: QRect, index: AnyIndex) -> None:
        if index.data(CHANGE) is not None or not isinstance(index, QModelIndex):
            return
        size = self._theme.px(12)
        place = QRect(rect.right() - size + 1, rect.top(), size, rect.height())
        icon = "chevron-down" if self.isExpanded(index) else "chevron-right"
        self._theme.paint_icon(painter, place, icon, "text.muted")


def counts_html(theme: Theme, added: int | None, removed: int | None) -> str:
    """`+84 −21` in their colours; what is 0 is left out."""
    words = []
    if added:
        words.append(f'<span style="color:{theme.color("success.text").name()}">+{added:,}</span>')
    if removed:
        words.append(f'<span style="color:{theme.color("danger.text").name()}">\u2212{removed:,}</span>')
    return " ".join(words)
