"""One tool call in detail: all arguments, its result or error, the call it belongs to and those it made."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ampsm.journal.text import plain_lines
from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tool_calls.rows import CallRow
from ampsm_gui.models.tool_calls.table import result_cell
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.output_text import OutputText

_MOST_CHILDREN = 4


class ToolCallDetail(QWidget):
    """Shows the call that is chosen; its text arrives later than its row."""

    #: The place (iteration, seq) of a call that is nested with this one.
    call_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: CallRow | None = None
        self._document: dict[str, Any] | None = None
        self._glyph = Label(self)
        self._title = Label(self)
        self._ending = Label(self)
        self._ending.setProperty("tone", "secondary")
        self._ending.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._copy = QToolButton(self)
        self._copy.setToolTip("Copy arguments and result")
        self._copy.setAccessibleName("Copy arguments and result")
        self._copy.clicked.connect(self._on_copy)
        self.text = OutputText(theme, self)
        self.text.setAccessibleName("Arguments and result of the call")
        self.text.setPlaceholderText("Arguments and result of the call that you choose stand here.")
        self._relatives = QWidget(self)
        self._links = QHBoxLayout(self._relatives)
        self._build()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_call(None)

    def show_call(
        self, row: CallRow | None, parent: CallRow | None = None, children: list[CallRow] | None = None
    ) -> None:
        """Shows a row at once; its text follows by `set_document`."""
        same = row is not None and self._row is not None and row.place == self._row.place
        self._row = row
        self._copy.setEnabled(row is not None)
        if not same:
            self._document = None
            self.text.set_output("" if row is None else row.arguments)
        self._show_head()
        self._show_relatives(parent, children or [])

    def set_document(self, document: dict[str, Any]) -> None:
        """All of the call: its document with `result`."""
        self._document = document
        names, said = call_text(document)
        self.text.set_output("\n".join([*names, *([""] if names and said else []), *said]), len(names))

    def _build(self) -> None:
        self._head = QWidget(self)
        self._head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._head.setProperty("ground", "panel")
        self._line = QHBoxLayout(self._head)
        self._line.addWidget(self._glyph)
        self._line.addWidget(self._title)
        self._line.addWidget(self._ending, 1)
        self._line.addWidget(self._copy)
        self._relatives.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._relatives.setProperty("ground", "base")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._relatives)
        column.addWidget(self.text, 1)

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
        took = "" if row.duration_ms is None else f" after {figures.seconds_prose(row.duration_ms)}"
        words = f"{cell.text}{took}"
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
        QGuiApplication.clipboard().setText(self.text.toPlainText())

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


def call_text(document: dict[str, Any]) -> tuple[list[str], list[str]]:
    """A call as lines: its arguments, one a line as long as it is one, and what came of it."""
    args: dict[str, Any] = document["args"]
    width = min(16, max((len(name) for name in args), default=0))
    names: list[str] = []
    for name, value in args.items():
        lines = plain_lines(value) if isinstance(value, str) else [json.dumps(value, ensure_ascii=False)]
        first, *others = lines or [""]
        names.append(f"{name:<{width}}  {first}")
        names.extend(f"{'':<{width}}  {line}" for line in others)
    said = [str(document[key]) for key in ("result", "error") if document.get(key)]
    if len(said) == 2 and said[1].strip() in said[0]:
        said = said[:1]
    return names, [line for text in said for line in plain_lines(text)]
