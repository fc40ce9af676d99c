"""Blocks of results by what a person chose and by width, kept while they may be shown again."""

from __future__ import annotations

from collections import OrderedDict

from ampsm_gui.models.results.shown import ShownResult
from ampsm_gui.widgets.console.block_maker import made_block
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.strips import Block, BlockState
from ampsm_gui.widgets.console.texts import RowTexts

_KEPT = 80


class BlockLayouts:
    """Measures a result when it comes into sight."""

    def __init__(self, pen: RowPen, texts: RowTexts) -> None:
        self._pen = pen
        self._texts = texts
        self._kept: OrderedDict[tuple[int, BlockState, int], tuple[ShownResult, Block | None]] = OrderedDict()

    def clear(self) -> None:
        """After another font or scheme."""
        self._kept.clear()

    def block(self, result: ShownResult, state: BlockState, width: int) -> Block | None:
        """The block of a result; None where there is nothing to be shown."""
        key = (id(result), state, width)
        found = self._kept.get(key)
        if found is None or found[0] is not result:
            found = self._kept[key] = (result, made_block(self._pen, self._texts, result, state, width))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return found[1]
