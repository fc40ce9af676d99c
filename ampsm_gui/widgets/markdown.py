"""How Markdown looks (design, Markdown), wherever it is shown: headings, code, links, quotes, tables."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QBrush,
    QFont,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextFrame,
    QTextFrameFormat,
    QTextTable,
)

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.no_pictures import pictures_as_words, without_huge_tables

_QUOTED = QTextFormat.Property.BlockQuoteLevel
_FENCED = (QTextFormat.Property.BlockCodeFence, QTextFormat.Property.BlockCodeLanguage)
_INDENT = 14  # of a quote, px at 100 %
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_SOLID = QTextFrameFormat.BorderStyle.BorderStyle_Solid


def write_markdown(cursor: QTextCursor, words: str, theme: Theme) -> None:
    """Writes Markdown of somebody else where a cursor stands: dressed, without HTML, pictures and huge tables. Not
    between `beginEditBlock` and `endEditBlock`: tables come to be only then."""
    begin = cursor.position()
    cursor.insertMarkdown(without_huge_tables(words), _FEATURES)
    _dress(cursor.document(), begin, theme)


def set_markdown(document: QTextDocument, words: str, theme: Theme) -> None:
    """Makes Markdown of somebody else all that a document holds."""
    document.setMarkdown(without_huge_tables(words), _FEATURES)
    _dress(document, 0, theme)


def paint_quote_lines(painter: QPainter, document: QTextDocument, at: QPointF, clip: QRectF, theme: Theme) -> None:
    """Paints the lines beside quotes: a document itself has no borders at one side."""
    layout, color = document.documentLayout(), theme.color("border.control")
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().intProperty(_QUOTED)
        if level:
            place = layout.blockBoundingRect(block).translated(at)
            if place.top() > clip.bottom():
                return
            after = block.next()
            joined = after.isValid() and after.blockFormat().intProperty(_QUOTED) > 0
            bottom = layout.blockBoundingRect(after).top() + at.y() if joined else place.bottom()
            if bottom >= clip.top():
                for number in range(level):
                    edge = place.left() + number * theme.px(_INDENT)
                    painter.fillRect(QRectF(edge, place.top(), 2, bottom - place.top()), color)
        block = block.next()


def _dress(document: QTextDocument, begin: int, theme: Theme) -> None:
    pictures_as_words(document)
    cursor, block = QTextCursor(document), document.findBlock(begin)
    cursor.beginEditBlock()  # else a paragraph is laid out again for each of its words in code
    while block.isValid():
        _dress_block(block, theme)
        block = block.next()
    cursor.endEditBlock()
    for table in _tables(document.rootFrame()):
        _dress_table(table, theme)


def _dress_block(block: QTextBlock, theme: Theme) -> None:
    cursor, form = QTextCursor(block), block.blockFormat()
    if form.headingLevel():
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        heading = QTextCharFormat()
        heading.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
        heading.setFont(theme.font("title" if form.headingLevel() < 3 else "body", 600))
        cursor.mergeCharFormat(heading)
    level = form.intProperty(_QUOTED)
    if level:
        changed = QTextBlockFormat()
        changed.setLeftMargin(level * theme.px(_INDENT))
        changed.setRightMargin(0)
        cursor = QTextCursor(block)
        cursor.mergeBlockFormat(changed)
    is_code = form.hasProperty(_FENCED[0]) or form.hasProperty(_FENCED[1])
    for span in list(_spans(block)):
        _dress_span(block, span, theme, quoted=bool(level), is_code=is_code)


def _dress_span(block: QTextBlock, span: QTextFragment, theme: Theme, *, quoted: bool, is_code: bool) -> None:
    known, look = span.charFormat(), QTextCharFormat()
    if known.isAnchor():
        look.setForeground(theme.color("accent.text"))
    elif quoted:
        look.setForeground(theme.color("text.secondary"))
    if is_code or known.fontFixedPitch():
        mono = theme.font("mono")
        look.setFontFamilies([mono.family()])
        look.setFontPointSize(mono.pointSizeF())
        look.setBackground(QBrush())
    if look.propertyCount():
        cursor = QTextCursor(block)
        cursor.setPosition(span.position())
        cursor.setPosition(span.position() + span.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)


def _dress_table(table: QTextTable, theme: Theme) -> None:
    px = theme.px
    form = table.format()
    form.setBorder(0)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    form.setBorderCollapse(True)
    form.setCellSpacing(0)
    form.setCellPadding(0)
    form.setTopMargin(px(4))
    form.setBottomMargin(px(8))
    form.clearBackground()
    table.setFormat(form)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            look = cell.format().toTableCellFormat()
            look.setLeftPadding(px(8))
            look.setRightPadding(px(16) if column < table.columns() - 1 else px(8))
            look.setTopPadding(px(4))
            look.setBottomPadding(px(4))
            look.setBottomBorder(1)
            look.setBottomBorderStyle(_SOLID)
            look.setBottomBorderBrush(theme.color("border.default" if row == 0 else "border.subtle"))
            if row == 0:
                look.setBackground(theme.color("surface.panel"))
                cursor = cell.firstCursorPosition()
                cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
                head = QTextCharFormat()
                head.setFontWeight(QFont.Weight.DemiBold)
                head.setFontPointSize(theme.font("small").pointSizeF())
                head.setForeground(theme.color("text.secondary"))
                cursor.mergeCharFormat(head)
            cell.setFormat(look)


def _tables(frame: QTextFrame) -> Iterator[QTextTable]:
    for inner in frame.childFrames():
        if isinstance(inner, QTextTable):
            yield inner
        yield from _tables(inner)


def _spans(block: QTextBlock) -> Iterator[QTextFragment]:
    spans = block.begin()
    while not spans.atEnd():
        yield spans.fragment()
        spans += 1
