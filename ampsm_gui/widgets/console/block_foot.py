"""What stands below a result: why it failed, in words, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ampsm_gui.models.results.shown import ShownResult
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.strips import COMMAND, RAW, WHOLE, Block, BlockState, BlockStrip, Deed, FootWord

_FONT = 16  # the height of the font in px at 100 %
_WORDS = ("output", "prose")  # kinds in which why it failed can be read
#: Words, and what a click on them does.
FootLabel = tuple[str, Deed | None]


def foot_words(
    result: ShownResult, state: BlockState, strips: Iterable[BlockStrip], total: int, *, shown_less: bool
) -> list[FootLabel]:
    """Why it failed, and what can be done: see all lines, copy the command, see it decoded again."""
    return list(_foot_words(result, state, strips, total, shown_less=shown_less))


def _foot_words(
    result: ShownResult, state: BlockState, strips: Iterable[BlockStrip], total: int, *, shown_less: bool
) -> Iterator[FootLabel]:
    reason = "" if result.kind in _WORDS else result.decoded.reason  # words say it themselves
    said = result.decoded.ending or reason
    if state.failed and said:
        yield said, None
    if state.raw:
        yield "Show decoded", Deed(RAW)
    folded = any(strip.line is not None and strip.line.fold and not strip.line.is_open for strip in strips)
    if state.whole:
        yield "Show less", Deed(WHOLE)
    elif folded:
        yield "Unfold all", Deed(WHOLE)
    elif shown_less:
        many = "matches" if result.kind == "matches" else "lines"
        yield f"Show all {total:,} {many}" if total > 1 and not state.raw else "Show all of it", Deed(WHOLE)
    if state.command:
        yield "Copy command", Deed(COMMAND)


def add_foot(block: Block, pen: RowPen, words: Sequence[FootLabel], y: int, *, raw: bool) -> int:
    """Adds a line of words below what a block has, `y` high; what has no room goes, the last first. At its right end
    the key for raw. How high it is then."""
    px, metrics = pen.px, pen.font("small")[1]
    ground = block.grounds[-1] if block.grounds else None
    inside = ground is not None and ground.kind in ("sunken", "failed") and ground.top + ground.height == y
    if inside:
        y -= px(3)
    left = px(12) if inside else 0
    room = block.width - px(8)
    for text, deed in words:
        wide = metrics.horizontalAdvance(text)
        if left + wide > room and deed is not None:
            break
        block.foot.append(FootWord(left, min(wide, room - left), text, deed))
        left += wide + px(16)
    key = metrics.horizontalAdvance("r raw") + px(16)
    if raw and left + key < room:
        block.foot.append(FootWord(room - key, key, "raw", Deed(RAW)))
    high = px(_FONT) + px(6)
    block.strips.append(BlockStrip("foot", y, high))
    y += high
    if inside and ground is not None:
        block.grounds[-1] = ground._replace(height=y + px(2) - ground.top)
        y += px(2)
    return y
