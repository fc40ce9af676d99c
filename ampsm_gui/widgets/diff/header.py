"""The bar above a diff: which file, what became of it, and how it is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.file import FileView
from ampsm_gui.models.changes.tree import WORDS, shown_path
from ampsm_gui.widgets.changes.file_tree import counts_html
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.glyph_button import GlyphButton
from ampsm_gui.widgets.label import Label, MarkupLabel


class DiffHeader(QWidget):
    """Says what is shown and emits what is wanted; it changes nothing itself."""

    change_stepped = Signal(int)
    split_wanted = Signal(bool)
    find_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: FileView | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "base")
        self._path = ElidedLabel(Qt.TextElideMode.ElideMiddle, self)
        self._word = ElidedLabel(Qt.TextElideMode.ElideRight, self, least=12)
        self._counts = MarkupLabel(self)
        self._place = Label(self)
        for label in (self._word, self._place):
            label.setProperty("tone", "muted")
        self._previous = GlyphButton(theme, "arrow-up", "Previous change (p)", self)
        self._next = GlyphButton(theme, "arrow-down", "Next change (n)", self)
        self.unified = GlyphButton(theme, "unified", "Unified: old above new (s)", self, checkable=True)
        self.unified.setText("Unified")
        self.side_by_side = GlyphButton(theme, "side-by-side", "Old and new side by side (s)", self, checkable=True)
        self.side_by_side.setText("Side by side")
        self.space = GlyphButton(theme, "whitespace", "Hide changes of white space (w)", self, checkable=True)
        self.viewed = GlyphButton(theme, "check", "Mark as viewed (v)", self, checkable=True)
        self._find = GlyphButton(theme, "search", "Find in this file (Ctrl+F)", self)
        for button in (self.unified, self.side_by_side):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._group = QButtonGroup(self)
        self._group.addButton(self.unified)
        self._group.addButton(self.side_by_side)
        self.side_by_side.setChecked(True)
        self._build()
        self._previous.clicked.connect(self._on_previous)
        self._next.clicked.connect(self._on_next)
        self._group.buttonClicked.connect(self._on_layout_chosen)
        self._find.clicked.connect(self.find_wanted)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_file(None)

    def show_file(self, view: FileView | None) -> None:
        """Names a file, or nothing."""
        self._view = view
        change = view.change if view else None
        self._path.setText(shown_path(change.path) if change else "")
        words = (WORDS.get(change.status, change.status), *(view.facts if view else ())) if change else ()
        self._word.setText(" · ".join(words))
        counts = counts_html(self._theme, change.insertions, change.deletions) if change and not change.binary else ""
        self._counts.setText(counts)
        self._counts.setVisible(bool(counts))
        is_text = view is not None and view.document is not None
        for button in (self.unified, self.side_by_side, self._find):
            button.setEnabled(is_text)
        self.viewed.setEnabled(change is not None)
        if not is_text:
            self.show_change(0, 0)
        self._make_room()

    @Slot(int, int)
    def show_change(self, current: int, total: int) -> None:
        """Which change is the current one, from 1; 0 while none is."""
        if not total:
            self._place.setText("")
        elif not current:
            self._place.setText("1 change" if total == 1 else f"{total:,} changes")
        else:
            self._place.setText(f"Change {current:,} of {total:,}")
        self._previous.setEnabled(current > 1)
        self._next.setEnabled(current < total)
        self._make_room()

    def set_split(self, split: bool) -> None:
        """Shows which layout is in force."""
        (self.side_by_side if split else self.unified).setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """With little room there is one layout only, and the file is named above."""
        self._path.setVisible(not narrow)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (self.unified, self.side_by_side):
            button.setToolButtonStyle(style)
            button.setVisible(not narrow)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface.base"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("border.subtle"))

    def _make_room(self) -> None:
        """The file's name comes before what is said of it: that goes where both have no room, then the place."""
        for label in (self._word, self._place):
            label.setVisible(bool(label.text()))
        for label in (self._word, self._place):
            self._row.invalidate()
            name = max(0, self._path.sizeHint().width() - self._path.minimumSizeHint().width())
            lacking = self._row.minimumSize().width() + (0 if self._path.isHidden() else name) - self.width()
            if lacking > 0 and not label.isHidden():
                label.hide()

    @Slot()
    def _on_previous(self) -> None:
        self.change_stepped.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.change_stepped.emit(1)

    @Slot()
    def _on_layout_chosen(self) -> None:
        self.split_wanted.emit(self.side_by_side.isChecked())

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self._path.setFont(theme.font("body", 500))
        for label in (self._word, self._counts, self._place):
            label.setFont(theme.font("small"))
        for button in self.findChildren(GlyphButton):
            button.setFont(theme.font("small"))
        if self._view is not None:
            self.show_file(self._view)

    def _build(self) -> None:
        px = self._theme.px
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(2), px(6), px(3))
        row.setSpacing(px(2))
        self._place.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row.addWidget(self._path)
        row.addSpacing(px(8))
        row.addWidget(self._word)
        row.addSpacing(px(8))
        row.addWidget(self._counts)
        row.addStretch(1)
        row.addWidget(self._place)
        row.addSpacing(px(4))
        for button in (self._previous, self._next):
            row.addWidget(button)
        row.addSpacing(px(6))
        for button in (self.unified, self.side_by_side):
            row.addWidget(button)
        row.addSpacing(px(6))
        for button in (self.space, self.viewed, self._find):
            row.addWidget(button)
