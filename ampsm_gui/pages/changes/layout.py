"""How the Changes tab is laid out: tree beside the diff, or as a field above it where there is little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ampsm.git.diff import FileChange
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.sources import EVERYTHING, Source
from ampsm_gui.widgets.changes.file_field import FileField
from ampsm_gui.widgets.changes.file_tree import FileTree
from ampsm_gui.widgets.diff.pane import DiffPane
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.messages.empty_state import EmptyState
from ampsm_gui.widgets.rule import Rule

_TREE_WIDTH = 224
_OVERLAY = (480, 360)


class ChangesLayout(QObject):
    """Owns the widgets of the tab. Wide: sources and tree left. Narrow: both in a row above the diff."""

    source_chosen = Signal(object)
    #: The button of the message in place of the diff.
    message_clicked = Signal()

    def __init__(self, theme: Theme, palette: str, page: QWidget) -> None:
        super().__init__(page)
        self._theme = theme
        self._page = page
        self._narrow = False
        self._known: list[Source] = []
        self.sources = ChoiceBox(page)
        self.sources.setObjectName("changesSource")
        self.sources.setAccessibleName("What to show")
        self.sources.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sources.setMinimumContentsLength(8)
        self.tree = FileTree(theme, page)
        self.pane = DiffPane(theme, palette, page)
        self.pane.diff.setMinimumWidth(theme.px(160))
        self._file = FileField(theme, page)
        self._above = QWidget(page)
        self._message = EmptyState(theme, page)
        self._message.setProperty("ground", "base")
        self._message.primary_clicked.connect(self.message_clicked)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, page)
        self._build()
        self.set_sources([EVERYTHING], EVERYTHING)
        self.sources.activated.connect(self._on_source_activated)
        self._file.clicked.connect(self.open_tree)
        self.tree.closed.connect(self._on_tree_closed)

    def set_sources(self, sources: Sequence[Source], current: Source) -> None:
        """What can be chosen; the list is filled again only when it differs."""
        if self.sources.view().isVisible():
            return  # a person is choosing
        if list(sources) != self._known:
            self._known = list(sources)
            self.sources.clear()
            kind = ""
            for source in sources:
                if source.kind != kind and kind not in ("", "all"):
                    self.sources.insertSeparator(self.sources.count())
                kind = source.kind
                words = source.label if kind in ("all", "working") else f"{source.label}  {source.detail}"
                self.sources.addItem(words, source)
                self.sources.setItemData(
                    self.sources.count() - 1, plain_tip(source.detail), Qt.ItemDataRole.ToolTipRole
                )
        for row in range(self.sources.count()):
            found = self.sources.itemData(row)
            if found is not None and current.same(Source(*found)):
                self.sources.setCurrentIndex(row)

    def show_message(self, title: str, text: str, command: str = "", button: str = "") -> None:
        """Shows a sentence in place of the diff, with a button (`message_clicked`) or a command; without a title the
        diff."""
        if title:
            self._message.set_content("side-by-side", title, text, button, command)
        self._stack.setCurrentWidget(self._message if title else self.pane)
        self._file.setVisible(not title)

    @property
    def message(self) -> str:
        return self._message.accessibleName() if self._stack.currentWidget() is self._message else ""

    def show_current(self, change: FileChange) -> None:
        """Names the current file in the field above."""
        self._file.show_change(change)

    def set_narrow(self, narrow: bool) -> None:
        """Changes to the other layout where it has to."""
        if narrow != self._narrow:
            self._narrow = narrow
            if narrow:
                self._above_row.insertWidget(0, self.sources, 1)
                self.tree.setParent(self._page)
                self.tree.hide()
                self.tree.set_framed(True)
            else:
                self.tree.top.insertWidget(0, self.sources)
                self._splitter.insertWidget(0, self.tree)
                self._splitter.setSizes([self._theme.px(_TREE_WIDTH), 10_000])
                self.tree.set_framed(False)
                self.tree.show()
            self.tree.filter.setVisible(narrow)
            self.sources.show()
            self._above.setVisible(narrow)
        self.pane.set_narrow(narrow)
        if narrow and self.tree.isVisible():
            self._place_tree()

    @Slot()
    def open_tree(self) -> None:
        """Lets a file be chosen by typing a part of its name."""
        if self._narrow:
            self.tree.show()
            self.tree.raise_()
            self._place_tree()
        self.tree.focus_filter()

    def close_tree(self) -> None:
        """Hides the tree again where it lies over the diff."""
        if self._narrow and self.tree.isVisible():
            self.tree.hide()
            self.pane.focus_diff()

    @Slot()
    def _on_tree_closed(self) -> None:
        if self._narrow:
            self.close_tree()
        else:
            self.tree.filter.hide()
            self.pane.focus_diff()

    @Slot(int)
    def _on_source_activated(self, row: int) -> None:
        found = self.sources.itemData(row)
        if found is not None:
            self.source_chosen.emit(Source(*found))

    def _place_tree(self) -> None:
        px = self._theme.px
        top = self._above.geometry().bottom() + 1
        width = min(px(_OVERLAY[0]), self._page.width() - px(16))
        height = min(px(_OVERLAY[1]), self._page.height() - top - px(8))
        self.tree.setGeometry(QRect(self._page.width() - width - px(8), top, width, height))

    def _build(self) -> None:
        px = self._theme.px
        self._stack = QStackedWidget(self._page)
        self._stack.addWidget(self.pane)
        self._stack.addWidget(self._message)
        self.tree.top.insertWidget(0, self.sources)
        self.tree.filter.hide()
        self.tree.setMinimumWidth(px(140))
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.tree)
        self._splitter.addWidget(self._stack)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([px(_TREE_WIDTH), 10_000])
        self._above_row = QHBoxLayout(self._above)
        self._above_row.setContentsMargins(px(8), px(4), px(8), px(4))
        self._above_row.setSpacing(px(8))
        self._above_row.addWidget(self._file, 2)
        self._above.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._above.setProperty("ground", "panel")
        self._above.hide()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._above)
        column.addWidget(Rule(self._theme, self._page))
        column.addWidget(self._splitter, 1)
