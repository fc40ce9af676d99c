"""Measures a result: which of its lines are shown, how they are broken at a width, what lies under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QFontMetricsF

from ampsm_gui.look import figures
from ampsm_gui.models.results.breaks import broken
from ampsm_gui.models.results.lines import FilePlace, ShownLine, plain_line_of
from ampsm_gui.models.results.shown import LAST_LINES, MOST_LINES, ShownResult
from ampsm_gui.widgets.console.block_foot import add_foot, foot_words
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.strips import Block, BlockState, BlockStrip, Ground
from ampsm_gui.widgets.console.texts import RowTexts

_FONT = 16  # the height of the font in px at 100 %
_LINE = 17  # that of a line of code
_PICTURE = 120
#: Lines that are shown of a result that is not shown whole; of output the first and the last ones.
_FIRST, _LAST = 2, LAST_LINES
_SOME = {"changes": 12, "file": 6, "matches": 3, "json": 16, "prose": 12}
_SOME_ASKED, _SOME_RAW = 3, 12
_MOST_BROKEN = 3  # rows that one line may take while not all is shown


def made_block(pen: RowPen, texts: RowTexts, result: ShownResult, state: BlockState, width: int) -> Block | None:
    """The block of a result; None where there is nothing to be shown."""
    return _BlockMaker(pen, texts, result, state, width).made()


class _BlockMaker:
    """One block in the making."""

    def __init__(self, pen: RowPen, texts: RowTexts, result: ShownResult, state: BlockState, width: int) -> None:
        self._result, self._state = result, state
        self._pen, self._texts = pen, texts
        self._high = max(pen.px(_LINE), pen.font("mono")[1].height() + 1)
        self._column = max(1.0, QFontMetricsF(pen.font("mono")[0]).horizontalAdvance("0"))
        self._block = Block(width)
        self._y = 0
        self._left = 0  # of the characters of what is added next
        self._shown_less = False
        self._total = 0

    def made(self) -> Block | None:
        state, result, px = self._state, self._result, self._pen.px
        if state.raw:
            self._sunken(self._raw)
            return self._finished()
        if result.asked and result.kind != "output":
            self._sunken(self._lines_part, result.asked, _SOME_ASKED)
            self._y += px(4) if result.kind else 0
        match result.kind:
            case "output":
                self._sunken(self._output)
            case "changes":
                self._changes()
            case "file":
                self._numbers(max((line.number for line in result.lines), default=0), signs=False)
                self._sunken(self._lines_part, result.lines, _SOME["file"])
            case "matches":
                self._sunken(self._lines_part, result.lines, _SOME["matches"], 1)
            case "picture":
                self._picture()
            case "json":
                self._left = px(12) + px(16)
                lines = result.tree(state.unfolded, everything=state.whole)
                self._sunken(self._lines_part, lines, MOST_LINES if state.unfolded else _SOME["json"])
            case "prose":
                self._sunken(self._prose)
        return self._finished()

    @property
    def _strips(self) -> list[BlockStrip]:
        return self._block.strips

    # Kinds

    def _sunken(self, part: Callable[..., None], *args: object) -> None:
        top = self._y
        if not self._left:
            self._left = self._pen.px(12)
        self._y += self._pen.px(4)
        part(*args)
        self._y += self._pen.px(4)
        if self._y - top > 2 * self._pen.px(4):
            self._block.grounds.append(Ground("failed" if self._state.failed else "sunken", top, self._y - top))
        else:
            self._y = top

    def _raw(self) -> None:
        """What Amp gave, mostly one line without end: so many rows of it."""
        self._add_lines(self._result.raw_lines(MOST_LINES if self._state.whole else _SOME_RAW), None)
        more = self._strips[_SOME_RAW:]
        if more and not self._state.whole:
            del self._strips[_SOME_RAW:]
            self._y, self._shown_less = more[0].top, True

    def _output(self) -> None:
        asked, lines = self._result.asked, self._result.lines
        total = len(asked) + self._result.total
        all_lines = [*asked, *lines]
        self._total = total
        if self._state.whole or total <= _FIRST + _LAST + 1:
            self._add_lines(all_lines, None if self._state.whole else _MOST_BROKEN)
            self._note_rest(total - len(all_lines))
            return
        self._shown_less = True
        self._add_lines(all_lines[:_FIRST], _MOST_BROKEN)
        self._add("between", self._pen.px(_FONT) + self._pen.px(6), left_out=total - _FIRST - _LAST)
        self._add_lines(self._result.ending_lines, _MOST_BROKEN)

    def _lines_part(self, lines: Sequence[ShownLine], some: int, most_broken: int = _MOST_BROKEN) -> None:
        total = max(len(lines), self._result.total if lines is self._result.lines else 0)
        self._total = max(self._total, total)
        if self._state.whole:
            self._add_lines(lines[:MOST_LINES], most_broken if most_broken == 1 else None)
            self._note_rest(total - min(len(lines), MOST_LINES))
        else:
            kept = lines if total <= some + 1 else lines[:some]
            self._shown_less |= len(kept) < total
            self._add_lines(kept, most_broken)

    def _changes(self) -> None:
        result, px = self._result, self._pen.px
        largest = max((line.number for change in result.changes for line in change.lines), default=0)
        self._numbers(largest, signs=True)
        several = len(result.changes) > 1 or self._state.command  # the row of one that edits names its only file
        some = _SOME["changes"] if not several else max(4, _SOME["changes"] // len(result.changes))
        self._total = sum(change.total for change in result.changes)
        for change in result.changes:
            if several:
                self._block.heads[len(self._strips)] = FilePlace(change.file.path, None)
                self._block.changed[len(self._strips)] = (change.file.added, change.file.removed)
                self._add("head", px(_FONT) + px(8))
            top = self._y
            self._y += 1 if change.lines else 0
            kept = change.lines if self._state.whole or change.total <= some + 1 else change.lines[:some]
            self._shown_less |= len(kept) < change.total and not self._state.whole
            self._add_lines(kept, None if self._state.whole else _MOST_BROKEN)
            if self._state.whole:
                self._note_rest(change.total - len(kept))
            if change.lines:
                self._y += 1
                self._block.grounds.append(Ground("framed", top, self._y - top))
        if result.lines:
            self._left = 0
            self._sunken(self._lines_part, result.lines, _SOME["prose"])

    def _picture(self) -> None:
        picture, px = self._result.picture, self._pen.px
        if picture is None:
            words = "This image cannot be drawn"
            self._sunken(self._lines_part, [plain_line_of(words, "text.muted"), *self._result.lines], _SOME["prose"])
            return
        self._block.picture = picture
        high = min(px(_PICTURE), max(1, picture.size.height()))
        top = self._y
        self._add("picture", high + px(16))
        self._block.grounds.append(Ground("checked", top, self._y - top))
        if self._result.lines:
            self._sunken(self._lines_part, self._result.lines, _SOME["prose"])
        if self._result.prose:
            self._sunken(self._prose)

    def _prose(self) -> None:
        words, lines = self._result.prose, self._result.prose.split("\n")
        self._total = len(lines)
        if not self._state.whole and len(lines) > _SOME["prose"] + 4:
            words, self._shown_less = "\n".join(lines[: _SOME["prose"]]), True
        wide = self._block.width - self._pen.px(24)
        text = self._texts.text(words, "markdown", wide)
        self._block.text = text
        self._add("text", int(text.size().height() + 0.999))

    # Pieces

    def _numbers(self, largest: int, *, signs: bool) -> None:
        """Room for numbers of lines, and for the signs of a diff."""
        px, block = self._pen.px, self._block
        column = round(self._column)
        wide = len(str(largest)) * column if largest else 0
        block.number_end = px(8) + max(wide, px(16)) if largest else 0
        if signs:
            block.sign_left = block.number_end + px(8)
            self._left = block.sign_left + column + px(8)
        else:
            self._left = block.number_end + px(12)

    def _add(self, kind: str, high: int, line: ShownLine | None = None, begin: int = 0, end: int = 0,
             left_out: int = 0) -> None:  # fmt: skip
        self._strips.append(BlockStrip(kind, self._y, high, line, begin, end, left_out, self._left))
        self._y += high

    def _add_lines(self, lines: Sequence[ShownLine], most_broken: int | None) -> None:
        room = self._block.width - self._left - self._pen.px(8)
        columns = max(8, int(room / self._column))
        for line in lines:
            parts = broken(line.text, columns)
            kept = parts if most_broken is None else parts[:most_broken]
            self._shown_less |= len(kept) < len(parts) and most_broken != 1
            for begin, end in kept:
                left_out = len(line.text) - end if end == kept[-1][1] else 0
                self._add("line", self._high, line, begin, end, left_out)

    def _note_rest(self, more: int) -> None:
        if more > 0:
            words = f"… {figures.count(more, 'more line')}, which Copy has"
            self._add("line", self._high, plain_line_of(words, "text.muted"), 0, len(words))

    def _finished(self) -> Block | None:
        words = foot_words(self._result, self._state, self._strips, self._total, shown_less=self._shown_less)
        if words:
            raw = not self._state.raw and self._result.ending is not None
            self._y = add_foot(self._block, self._pen, words, self._y, raw=raw)
        self._block.height = self._y
        return self._block if self._strips else None
