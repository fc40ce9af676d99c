"""The result of one hunk, to be edited: numbered as in the file, coloured, as high as its lines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import TAB_WIDTH
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.conflicts.code_columns import code_gutter, code_row_height, code_row_lead
from ampsm_gui.widgets.conflicts.result_colours import ResultColours
from ampsm_gui.widgets.conflicts.result_rows import CodeRowsLayout
from ampsm_gui.widgets.written_text import written_text

_MOST_LINES = 24
_PAUSE_MS = 200
_BORDER = 2  # px, of the style
_NOTHING = "Nothing is left of these lines"
_BLANK = "One blank line"
#: What nobody has said: no text of a file has it.
_UNSAID = "\0"
_NOT_HERE = "A line ends here in a way that no text field can keep. Edit the file itself."
#: Characters of a line: with more of them a text field stands still while it lays them out.
_LONGEST_LINE = 10_000
_TOO_LONG = "A line here is too long for a text field, and is shown without its end. Edit the file itself."


class ResultEdit(QPlainTextEdit):
    """`edited` comes a moment after a person has typed, and at once by `flush`. What is put in from a choice can be
    undone like what was typed. A text that would not come out as it was put in can only be looked at."""

    edited = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conflictResult")
        self.setAccessibleName("Result of this conflict")
        self.setProperty("role", "output")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._theme = theme
        self._first = 1
        self._digits = 2
        self._shown = self._before = self._said = ""
        self._ends, self._blank = True, False
        document = QTextDocument(self)
        self._rows = CodeRowsLayout(document)
        document.setDocumentLayout(self._rows)
        document.setDocumentMargin(0)  # its rows stand below one another with those around it
        self.setDocument(document)
        self._numbers = _Numbers(self)
        self._colours = ResultColours(theme, document)
        self._typed = single_shot(self, _PAUSE_MS, self._on_paused)
        self._dirty = False
        self._taking = False
        self._show_emptiness()
        self.textChanged.connect(self._on_changed)
        self.blockCountChanged.connect(self._fit)
        self.updateRequest.connect(self._on_update)
        self.horizontalScrollBar().rangeChanged.connect(self._fit)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_text(self, text: str, path: str, *, anew: bool, ends: bool = True) -> None:
        """The result as it is, of lines that all end when it `ends`; `anew` when it is another hunk's, whose text
        cannot be undone into this one."""
        text, self._ends = text.replace("\r\n", "\n"), ends
        if self._dirty or (not anew and text == self._said):
            return
        self._colours.path, self._said = path, text
        text, self._blank = text.removesuffix("\n"), text == "\n"
        fits = cut_lines(text)
        self._taking = True
        with self._colours.held():
            if anew:
                self.setPlainText(fits)
            else:
                cursor = QTextCursor(self.document())
                cursor.select(QTextCursor.SelectionType.Document)
                cursor.insertText(fits)
        self._taking = False
        self._shown = self._before = written_text(self)
        self.setReadOnly(self._shown != text)
        why = _TOO_LONG if fits != text else _NOT_HERE
        self.setToolTip(plain_tip(why if self.isReadOnly() else ""))
        self._show_emptiness()
        self._fit()

    def set_first(self, number: int, digits: int) -> None:
        """The number of its first line in the file, and how many digits the largest one around it has."""
        self._first, self._digits = number, max(2, digits)
        self._fit()
        self._numbers.update()

    @Slot()
    def flush(self) -> None:
        """Says now what was typed."""
        self._typed.stop()
        if self._dirty:
            self._dirty = False
            self._shown = written_text(self)
            self._said = self._shown + "\n" if self._ends and (self._shown or self._blank) else self._shown
            self.edited.emit(self._said)

    def drop(self) -> None:
        """Forgets what was typed and is not said yet."""
        self._typed.stop()
        if self._dirty:
            self._dirty, self._said = False, _UNSAID
            self._shown = written_text(self)

    def height_wanted(self) -> int:
        """As high as its lines, up to as many as fit on a screen."""
        lines = min(_MOST_LINES, self.blockCount())
        bar = self.horizontalScrollBar()
        wide = self._theme.px(10) if bar.maximum() > 0 else 0
        return lines * self._row_height() + self._lead() + 1 + 2 * _BORDER + wide  # one is of the text field itself

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self.height_wanted())

    def gutter(self) -> int:
        """How much room its numbers take."""
        return code_gutter(self._theme, QFontMetricsF(self.font()), self._digits)

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        """Beside the lines that are in sight."""
        theme = self._theme
        painter.fillRect(area, theme.color("surface.base"))
        painter.setFont(self.font())
        painter.setPen(theme.color("text.muted"))
        block, metrics = self.firstVisibleBlock(), QFontMetricsF(self.font())
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if place.top() > area.bottom():
                break
            number = str(self._first + block.blockNumber())
            left = self._numbers.width() - theme.px(8) - metrics.horizontalAdvance(number)
            painter.drawText(QPointF(left, place.top() + self._lead() + metrics.ascent()), number)
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.flush()

    @Slot()
    def _on_changed(self) -> None:
        if self._taking:
            return
        text = written_text(self)
        if text != self._before:  # not only its colours
            self._blank = not text and self._before == "\n"
            self._before, self._dirty = text, True
            self._show_emptiness()
            self._typed.start()

    @Slot()
    def _on_paused(self) -> None:
        self._colours.settle()
        self.flush()

    def _show_emptiness(self) -> None:
        """A line that is blank looks like none at all: it is said which it is."""
        self.setPlaceholderText(_BLANK if self._blank else _NOTHING)

    def _lead(self) -> int:
        return code_row_lead(self._theme)

    def _row_height(self) -> int:
        return code_row_height(self._theme, QFontMetricsF(self.font()))

    @Slot()
    def _fit(self) -> None:
        off = self.blockCount() <= _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if off else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)
        self.setViewportMargins(self.gutter() - _BORDER, self._lead(), 0, 0)
        if self.height() != self.height_wanted():
            self.setFixedHeight(self.height_wanted())
        self._place_numbers()

    @Slot(QRect, int)
    def _on_update(self, area: QRect, scrolled: int) -> None:
        self._numbers.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font("mono"))
        self._rows.set_row_height(self._row_height())
        self.setTabStopDistance(TAB_WIDTH * self.fontMetrics().horizontalAdvance("0"))
        self._colours.refresh()
        self._fit()

    def _place_numbers(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self.gutter() - _BORDER, inside.height())


def cut_lines(text: str) -> str:
    """The text, its longest lines without their ends."""
    if max(map(len, text.split("\n"))) <= _LONGEST_LINE:
        return text
    return "\n".join(line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…" for line in text.split("\n"))


class _Numbers(QWidget):
    """The numbers at the left of the text."""

    def __init__(self, edit: ResultEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    def paintEvent(self, event: QPaintEvent) -> None:
        self._edit.paint_numbers(QPainter(self), event.rect())
