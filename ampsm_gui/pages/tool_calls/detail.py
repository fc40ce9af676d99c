"""One tool call in detail: all arguments, its result or error, the call it belongs to and those it made."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.lines import plain_line_of
from ampsm_gui.models.tool_calls.closely import CallClosely
from ampsm_gui.models.tool_calls.rows import CallRow
from ampsm_gui.models.tool_calls.table import ending_words, result_cell
from ampsm_gui.widgets.glyph_button import GlyphButton
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.output_text import OutputText
from ampsm_gui.widgets.result_picture import ResultPicture
from ampsm_gui.widgets.said_text import SaidText

_MOST_CHILDREN = 4


class ToolCallDetail(QWidget):
    """Shows the call that is chosen; its text arrives later than its row."""

    #: The place (iteration, seq) of a call that is nested with this one.
    call_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: CallRow | None = None
        self._call: CallClosely | None = None
        self._glyph = Label(self)
        self._title = Label(self)
        self._ending = Label(self)
        self._ending.setProperty("tone", "secondary")
        self._ending.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._copy = QToolButton(self)
        self._copy.setToolTip("Copy arguments and result")
        self._copy.setAccessibleName("Copy arguments and result")
        self._copy.clicked.connect(self._on_copy)
        self._raw = GlyphButton(theme, "raw", "Show as Amp gave it (R)", self, checkable=True)
        self._raw.clicked.connect(self._show_text)
        self._lines = OutputText(theme, self)
        self._lines.setPlaceholderText("Arguments and result of the call that you choose stand here.")
        self._prose, self._picture = SaidText(theme, self), ResultPicture(theme, self)
        self.pages = QStackedWidget(self)
        self._seen = QWidget(self)
        self.pages.addWidget(self._lines)
        self.pages.addWidget(self._seen)
        for text in (self._lines, self._prose):
            text.setAccessibleName("Arguments and result of the call")
        self._relatives = QWidget(self)
        self._links = QHBoxLayout(self._relatives)
        self._build()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_call(None)

    @property
    def text(self) -> OutputText | SaidText:
        """What shows the call's words now."""
        return self._prose if self.pages.currentWidget() is self._seen else self._lines

    def show_call(
        self, row: CallRow | None, parent: CallRow | None = None, children: list[CallRow] | None = None
    ) -> None:
        """Shows a row at once; its text follows by `set_document`."""
        same = row is not None and self._row is not None and row.place == self._row.place
        self._row = row
        self._copy.setEnabled(row is not None)
        self._raw.setEnabled(row is not None)
        if not same:
            self._call = None
            self.show_words("" if row is None else row.arguments)
        self._show_head()
        self._show_relatives(parent, children or [])

    def set_call(self, call: CallClosely) -> None:
        """All of the call."""
        self._call = call
        self._show_text()

    def show_words(self, words: str) -> None:
        """A text in place of a call's."""
        self._lines.set_output(words)
        self._show_page(self._lines)

    @Slot()
    def toggle_raw(self) -> None:
        """Shows the call as Amp gave it, or what it means."""
        self._raw.toggle()
        self._show_text()

    @Slot()
    def _show_text(self) -> None:
        call = self._call
        if call is None:
            return
        result = call.result
        if self._raw.isChecked():
            said = result.raw_lines() if result.raw else []
            self._lines.set_lines([*call.raw, *([plain_line_of("")] if call.raw and said else []), *said])
            self._show_page(self._lines)
        elif result.prose or result.picture is not None:
            self._show_seen(call)
            self._show_page(self._seen)
        else:
            between = [plain_line_of("")] if call.arguments and call.lines else []
            self._lines.set_lines([*call.arguments, *between, *call.lines])
            self._show_page(self._lines)
        self._show_head()

    def _show_seen(self, call: CallClosely) -> None:
        """An image, words that are read, or both, the image above."""
        result = call.result
        words = result.prose or "\n".join(line.text for line in call.lines)
        if result.picture is not None:
            self._picture.set_picture(result.picture, result.note)
        self._picture.setVisible(result.picture is not None)
        arguments = "\n".join(line.text for line in call.arguments)
        self._prose.show_parts([("arguments", arguments), ("result", words)])
        self._prose.setVisible(bool(words) or result.picture is None)
        self._seen.setFocusProxy(self._picture if self._prose.isHidden() else self._prose)

    def _show_page(self, page: QWidget) -> None:
        before = self.pages.currentWidget()
        had_focus = before is not None and before.hasFocus()
        self.pages.setCurrentWidget(page)
        self.pages.setFocusProxy(page)
        if had_focus:
            page.setFocus()

    def _build(self) -> None:
        self._head = QWidget(self)
        self._head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._head.setProperty("ground", "panel")
        self._line = QHBoxLayout(self._head)
        self._line.addWidget(self._glyph)
        self._line.addWidget(self._title)
        self._line.addWidget(self._ending, 1)
        self._line.addWidget(self._raw)
        self._line.addWidget(self._copy)
        self._relatives.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._relatives.setProperty("ground", "base")
        seen = QVBoxLayout(self._seen)
        seen.setContentsMargins(0, 0, 0, 0)
        seen.setSpacing(0)
        for part in (self._picture, self._prose):
            seen.addWidget(part, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._relatives)
        column.addWidget(self.pages, 1)

    def _show_head(self) -> None:
        row = self._row
        self._glyph.setVisible(row is not None)
        if row is None:
            self._title.setText("No call is chosen")
            self._ending.clear()
            return
        cell = result_cell(row)
        ratio = self.devicePixelRatioF()
        token = cell.glyph_token or cell.token
        self._glyph.setPixmap(self._theme.pixmap(cell.glyph, token, self._theme.px(12), ratio))
        self._title.setText(f"{row.number} {row.tool}")
        note = self._call.result.note if self._call is not None else ""
        words = ending_words(row) + (f" · {note}" if note else "")
        self._ending.setText(words)
        self._ending.setToolTip(plain_tip(f"{words}\nIteration {row.iteration}, {figures.exact_time(row.started_at)}"))

    def _show_relatives(self, parent: CallRow | None, children: list[CallRow]) -> None:
        while (item := self._links.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if parent is not None:
            self._add_link("Called by", parent)
        for number, child in enumerate(children[:_MOST_CHILDREN]):
            self._add_link("" if number else "Made", child)
        if len(children) > _MOST_CHILDREN:
            more = Label(f"and {len(children) - _MOST_CHILDREN} more", self._relatives)
            more.setProperty("tone", "muted")
            self._links.addWidget(more)
        self._links.addStretch(1)
        self._relatives.setVisible(parent is not None or bool(children))

    def _add_link(self, before: str, row: CallRow) -> None:
        if before:
            label = Label(before, self._relatives)
            label.setProperty("tone", "muted")
            self._links.addWidget(label)
        link = QPushButton(plain_label(f"{row.number} {row.tool}"), self._relatives)
        link.setProperty("role", "link")
        link.setProperty("place", row.place)
        link.setToolTip(plain_tip(row.arguments))
        link.clicked.connect(self._on_link_clicked)
        self._links.addWidget(link)

    @Slot()
    def _on_link_clicked(self) -> None:
        self.call_chosen.emit(tuple(self.sender().property("place")))

    @Slot()
    def _on_copy(self) -> None:
        raw = self._raw.isChecked()
        words = self._lines.toPlainText() if self._call is None else self._call.copied(raw=raw)
        QGuiApplication.clipboard().setText(words)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._line.setContentsMargins(px(8), px(1), px(4), px(1))
        self._line.setSpacing(px(8))
        self._links.setContentsMargins(px(8), px(2), px(8), px(0))
        self._links.setSpacing(px(4))
        self._title.setFont(self._theme.font("body", 600))
        self._copy.setIcon(self._theme.icon("copy"))
        self._copy.setIconSize(self._theme.icon_size())
        self._show_head()
