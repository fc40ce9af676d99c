"""What was said in an iteration, as one text: the person's prompt, the agent's answer, what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QUrl, Slot
from PySide6.QtGui import (
    QCursor,
    QImage,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from ampsm.journal.results import styled_lines
from ampsm_gui.look import figures
from ampsm_gui.look.plain import in_order
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.coloured import output_line
from ampsm_gui.widgets.links import offer_link, tell_target
from ampsm_gui.widgets.markdown import paint_quote_lines, write_markdown
from ampsm_gui.widgets.no_pictures import nothing_loaded

_CAPTIONS = {
    "person": "Prompt", "answer": "Answer", "output": "Last lines", "arguments": "Arguments", "result": "Result",
}  # fmt: skip
_LINE = "\u2028"
#: Characters of a part that are laid out; the rest is counted.
_LONGEST = 20_000


class SaidText(QTextBrowser):
    """Prompt, answer and output as one text that can be selected."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: list[tuple[str, str]] = []
        self.setProperty("role", "output")
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Prompt, answer and failing tests")
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.highlighted.connect(self._on_highlighted)
        theme.changed.connect(self._on_theme_changed)

    def show_parts(self, parts: list[tuple[str, str]]) -> None:
        """Each part is what it is (person, answer, problem, note, output, arguments, result) and its text."""
        if parts != self._parts:
            self._parts = parts
            self._write()

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:
        """Nothing is loaded for a text that an agent wrote."""
        return nothing_loaded()

    def leaveEvent(self, event: QEvent) -> None:
        tell_target(self, "")
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        scrolled = QPointF(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        paint_quote_lines(painter, self.document(), scrolled, QRectF(event.rect()), self._theme)
        painter.end()

    def _write(self) -> None:
        self.clear()
        document = self.document()
        document.setDefaultFont(self._theme.font())
        document.setDocumentMargin(self._theme.px(10))
        cursor = QTextCursor(document)
        for number, (kind, text) in enumerate(self._parts):
            self._write_part(cursor, kind, text, first=number == 0)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_part(self, cursor: QTextCursor, kind: str, text: str, *, first: bool) -> None:
        block, look = QTextBlockFormat(), QTextCharFormat()
        block.setTopMargin(0 if first else self._theme.px(10))
        if not first:
            cursor.insertBlock(block, look)
        else:
            cursor.setBlockFormat(block)
        if kind in _CAPTIONS:
            caption = QTextCharFormat()
            caption.setFont(self._theme.font("caption", 500))
            caption.setForeground(self._theme.color("text.muted"))
            cursor.insertText(_CAPTIONS[kind], caption)
            block.setTopMargin(self._theme.px(2))
            cursor.insertBlock(block, look)
        text = in_order(text)
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}\n\n… {figures.count(len(text) - _LONGEST, 'more character')}"
        if kind in ("answer", "result"):
            write_markdown(cursor, text, self._theme)
            return
        token = {"problem": "danger.text", "note": "text.secondary"}.get(kind, "text.primary")
        look.setForeground(self._theme.color(token))
        if kind in ("output", "arguments"):
            look.setFont(self._theme.font("mono"))
        if kind == "output":
            block.setBackground(self._theme.color("surface.sunken"))
            cursor.setBlockFormat(block)
            self._write_output(cursor, text, look)
            return
        cursor.insertText(text.replace("\n", _LINE), look)  # one block, so that its ground is one

    def _write_output(self, cursor: QTextCursor, text: str, look: QTextCharFormat) -> None:
        """What a program said, in its colours. It is one block, which is laid out once, when all of it stands."""
        cursor.beginEditBlock()
        for number, line in enumerate(styled_lines(text)):
            if number:
                cursor.insertText(_LINE, look)
            for piece in output_line(line).pieces:
                colored = QTextCharFormat(look)
                colored.setForeground(self._theme.color(piece.token))
                if piece.ground:
                    colored.setBackground(self._theme.color(piece.ground))
                cursor.insertText(piece.text, colored)
        cursor.endEditBlock()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._write()

    @Slot(QUrl)
    def _on_anchor_clicked(self, link: QUrl) -> None:
        offer_link(self, link.toString(), QCursor.pos())

    @Slot(QUrl)
    def _on_highlighted(self, link: QUrl) -> None:
        tell_target(self, link.toString())
