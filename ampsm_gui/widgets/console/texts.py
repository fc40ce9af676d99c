"""Text documents of the console's rows, made when a row is shown and kept while it may be shown again."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from ampsm_gui.look import figures
from ampsm_gui.look.plain import in_order
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.diff.line import units_of
from ampsm_gui.widgets.markdown import paint_quote_lines, set_markdown
from ampsm_gui.widgets.no_pictures import nothing_loaded

_KEPT = 300
#: Characters of a text that are laid out, in some tens of milliseconds; the rest is counted.
_LONGEST, _LONGEST_MARKDOWN = 60_000, 20_000


class RowText(QTextDocument):
    """A text that loads nothing from anywhere."""

    def loadResource(self, kind: int, url: QUrl | str) -> Any:
        return nothing_loaded()


class RowTexts:
    """Documents by words, role and width: a row that goes may be followed by another in its place."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._texts: OrderedDict[tuple[str, str, int], RowText] = OrderedDict()

    def text(self, words: str, role: str, width: int) -> RowText:
        """A laid out document; role: markdown, prompt or plain."""
        key = (words, role, width)
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = self._make(words, role, width)
            if len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return found

    def clear(self) -> None:
        """After another font or scheme."""
        self._texts.clear()

    def _make(self, words: str, role: str, width: int) -> RowText:
        longest = _LONGEST_MARKDOWN if role == "markdown" else _LONGEST
        if len(words) > longest:
            words = f"{words[:longest]}\n\n… {figures.count(len(words) - longest, 'more character')}"
        words = in_order(words)
        text = RowText()
        text.setUndoRedoEnabled(False)
        text.setDocumentMargin(0)
        text.setIndentWidth(self._theme.px(18))
        text.setDefaultFont(self._theme.font("body", 500 if role == "prompt" else 400))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        text.setDefaultTextOption(option)
        if role == "markdown":
            set_markdown(text, words, self._theme)
        else:
            text.setPlainText(words)
        text.setTextWidth(max(40, width))
        return text


def links_in(text: QTextDocument) -> list[str]:
    """Where the links of a document lead, each once."""
    found, block = [], text.begin()
    while block.isValid():
        found += [span.charFormat().anchorHref() for span in _spans(block) if span.charFormat().isAnchor()]
        block = block.next()
    return list(dict.fromkeys(filter(None, found)))


def draw_text(
    painter: QPainter, text: QTextDocument, place: QPointF, clip: QRectF, color: QColor,
    theme: Theme, find: re.Pattern[str] | None = None, ground: QColor | None = None,
) -> None:  # fmt: skip
    """Paints a document at a place, with the hits of a search marked; only what is inside `clip`."""
    context = QAbstractTextDocumentLayout.PaintContext()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, color)
    context.palette = palette
    if find is not None and ground is not None:
        context.selections = hits_in(text, find, ground)
    painter.save()
    painter.setClipRect(clip)
    painter.translate(place)
    context.clip = clip.translated(-place)
    text.documentLayout().draw(painter, context)
    paint_quote_lines(painter, text, QPointF(0, 0), context.clip, theme)
    painter.restore()


def hits_in(text: QTextDocument, find: re.Pattern[str], ground: QColor) -> list[Any]:
    """The first hits of a search in a document, as they are marked."""
    selections, words = [], text.toPlainText()
    units = range(len(words) + 1) if words.isascii() else units_of(words)
    for hit in find.finditer(words):
        selection = QAbstractTextDocumentLayout.Selection()
        cursor = QTextCursor(text)
        cursor.setPosition(units[hit.start()])
        cursor.setPosition(units[hit.end()], QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setBackground(ground)
        selection.cursor, selection.format = cursor, look
        selections.append(selection)
        if len(selections) > 200:
            break
    return selections


def _spans(block: Any) -> list[Any]:
    found = []
    spans = block.begin()
    while not spans.atEnd():
        found.append(spans.fragment())
        spans += 1
    return found
