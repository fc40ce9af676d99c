"""Everything about one changed file: the bar above, the diff or two images or a sentence, and the search."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.file import FileView
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.widgets.diff.find import FindBar, Hit, find_hits
from ampsm_gui.widgets.diff.header import DiffHeader
from ampsm_gui.widgets.diff.images import DiffImages
from ampsm_gui.widgets.diff.overview_strip import OverviewStrip
from ampsm_gui.widgets.diff.view import DiffView
from ampsm_gui.widgets.messages.empty_state import EmptyState


class DiffPane(QWidget):
    """Shows a FileView. Side by side is what was wanted last, unified while the pane is narrow, and
    where there is one side only."""

    split_changed = Signal(bool)

    def __init__(self, theme: Theme, palette: str = "diff", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._file: FileView | None = None
        self._split, self._narrow = True, False
        self._hits: list[Hit] = []
        self._hit = -1
        self.header = DiffHeader(theme, self)
        self.find_bar = FindBar(theme, self)
        self.diff = DiffView(theme, palette, self)
        self._strip = OverviewStrip(theme, self.diff.verticalScrollBar(), palette, self)
        self._images = DiffImages(theme, self)
        self._sentence = EmptyState(theme, self)
        self._sentence.setProperty("ground", "base")
        self._stack = QStackedWidget(self)
        self._build()
        self.header.change_stepped.connect(self.step_change)
        self.header.split_wanted.connect(self.set_split)
        self.header.find_wanted.connect(self.open_find)
        self.diff.change_changed.connect(self.header.show_change)
        self.diff.rows_changed.connect(self._on_rows_changed)
        self.find_bar.words_changed.connect(self._on_words_changed)
        self.find_bar.stepped.connect(self._on_stepped)
        self.find_bar.closed.connect(self.close_find)

    @property
    def file(self) -> FileView | None:
        return self._file

    @property
    def sentence(self) -> str:
        """What stands there instead of a diff; empty while there is one."""
        shown = self._stack.currentWidget() is self._sentence
        return self._file.sentence if shown and self._file else ""

    def show_file(self, view: FileView | None) -> None:
        """Shows a file; a newer reading of the same one stays where it is."""
        before = self._file
        same = bool(before and view and before.change.path == view.change.path)
        self._file = view
        self.header.show_file(view)
        document = view.document if view else None
        self._apply_split()
        if view and same and before and _no_news(before.document, document):
            self._file = view._replace(document=before.document)
            self.diff.tell_change()
        else:
            self.diff.set_document(document, same_file=same)
        if view is None or document is not None:
            self._stack.setCurrentIndex(0)
        elif view.pictures:
            self._images.set_pictures(*view.pictures)
            self._stack.setCurrentWidget(self._images)
        else:
            self._sentence.set_content("file", view.title, view.sentence)
            self._stack.setCurrentWidget(self._sentence)
        if self.find_bar.isVisible():
            self._search(self.find_bar.field.text(), jump=False)

    def set_narrow(self, narrow: bool) -> None:
        """While narrow the diff is unified."""
        self._narrow = narrow
        self.header.set_narrow(narrow)
        self._apply_split()

    @Slot(bool)
    def set_split(self, split: bool) -> None:
        """Chooses the layout for when there is room."""
        if split != self._split:
            self._split = split
            self.split_changed.emit(split)
        self._apply_split()

    @property
    def split(self) -> bool:
        """The layout that is wanted."""
        return self._split

    @Slot(int)
    def step_change(self, by: int) -> None:
        """Goes to the next or an earlier change of this file."""
        self.diff.step_change(by)

    @Slot()
    def open_find(self) -> None:
        """Shows the search, with what is selected."""
        if self._file and self._file.document:
            self.find_bar.open(self.diff.selected_text())
            self._search(self.find_bar.field.text(), jump=False)

    @Slot()
    def close_find(self) -> None:
        """Hides the search and its marks."""
        self.find_bar.hide()
        self._set_hits([])
        self.diff.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_diff(self) -> None:
        """Gives the keyboard to what is shown."""
        self.shown_view().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def shown_view(self) -> QWidget:
        """What is shown: the differences, images or a sentence."""
        page = self._stack.currentWidget()
        return self.diff if page is None or self._stack.currentIndex() == 0 else page

    @Slot()
    def _on_rows_changed(self) -> None:
        rows = self.diff.rows
        self._strip.set_marks(rows.changes if rows else (), len(rows.rows) if rows else 0, self._hit_rows())

    @Slot(str)
    def _on_words_changed(self, words: str) -> None:
        self._search(words, jump=True)

    @Slot(int)
    def _on_stepped(self, by: int) -> None:
        if self._hits:
            self._hit = (self._hit + by) % len(self._hits)
            self._show_hit()

    def _search(self, words: str, *, jump: bool) -> None:
        document, rows = self.diff.document, self.diff.rows
        hits = find_hits(document, rows, words) if document and rows else []
        self._set_hits(hits)
        if hits and jump:
            self._hit = 0
            self._show_hit()

    def _set_hits(self, hits: list[Hit]) -> None:
        self._hits, self._hit = hits, -1
        self.diff.set_hits(hits)
        self.find_bar.set_count(-1, len(hits))
        self._on_rows_changed()

    def _show_hit(self) -> None:
        self.diff.show_hit(self._hits[self._hit])
        self.find_bar.set_count(self._hit, len(self._hits))

    def _hit_rows(self) -> list[int]:
        rows = self.diff.rows
        if not self._hits or rows is None:
            return []
        lines = {hit.line for hit in self._hits}
        return [
            at for at, (kind, left, right) in enumerate(rows.rows) if kind == 0 and (left in lines or right in lines)
        ]

    def _apply_split(self) -> None:
        document = self._file.document if self._file else None
        one_sided = document is not None and None in (document.patch.old_path, document.patch.new_path)
        self.diff.set_split(self._split and not self._narrow and not one_sided)
        self.header.set_split(self._split)
        if self.find_bar.isVisible():
            self._search(self.find_bar.field.text(), jump=False)

    def _build(self) -> None:
        text = QWidget(self)
        row = QHBoxLayout(text)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.diff, 1)
        row.addWidget(self._strip)
        for page in (text, self._images, self._sentence):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.find_bar)
        column.addWidget(self._stack, 1)


def _no_news(old: DiffDocument | None, new: DiffDocument | None) -> bool:
    """Whether a newer reading holds nothing that the shown one does not."""
    if old is None or new is None:
        return False
    return old.part == new.part and old.can_unfold == new.can_unfold and old.dressed >= new.dressed
