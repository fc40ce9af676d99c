"""The result of a call as strips below one another: lines, heads of files, a picture, words that can be clicked."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from ampsm_gui.models.results.lines import FilePlace, ShownLine
from ampsm_gui.models.results.pixels import SmallPicture
from ampsm_gui.widgets.console.texts import RowText

#: What a click can do. `whole`: all lines; `command`: copy the command; `raw`: as Amp gave it; `fold` a place in JSON;
#: `file`: go to a file; `link`: what an agent wrote; `head`: fold the row.
WHOLE, COMMAND, RAW, FOLD, FILE, LINK = "whole", "command", "raw", "fold", "file", "link"


class BlockState(NamedTuple):
    """What a person chose for the result of one call, and what is known of it: that it `failed`, was a `command`."""

    whole: bool = False
    raw: bool = False
    unfolded: frozenset[str] = frozenset()
    failed: bool = False
    command: bool = False


class Deed(NamedTuple):
    """What a click does."""

    action: str
    words: str = ""
    place: FilePlace | None = None


class FootWord(NamedTuple):
    """Words below a result, from its left edge; without a deed they only say something."""

    left: int
    width: int
    words: str
    deed: Deed | None


class BlockStrip(NamedTuple):
    """A part of a block from left to right: a `line` (its characters from `begin` to `end`, with `left` px before them;
    `left_out` more are not shown), a `between` that stands for `left_out` lines, a `head` of a file, the `foot`, a
    `picture` or a `text`."""

    kind: str
    top: int
    height: int
    line: ShownLine | None = None
    begin: int = 0
    end: int = 0
    left_out: int = 0
    left: int = 0


class Ground(NamedTuple):
    """What strips lie on: `sunken` with a line at its left (`failed` in red), or `framed`."""

    kind: str
    top: int
    height: int


class Block:
    """What stands below an open call, measured for a width; `top` of strips is from its own."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.strips: list[BlockStrip] = []
        self.grounds: list[Ground] = []
        self.foot: list[FootWord] = []
        self.number_end = 0
        self.sign_left = 0
        self.height = 0
        self.heads: dict[int, FilePlace] = {}
        self.changed: dict[int, tuple[int, int]] = {}
        self.text: RowText | None = None
        self.picture: SmallPicture | None = None

    def between(self, top: int, bottom: int) -> range:
        """The numbers of the strips that have to do with a stretch of its height."""
        first = max(0, bisect_right(self.strips, top, key=lambda strip: strip.top) - 1)
        last = bisect_right(self.strips, bottom, key=lambda strip: strip.top)
        return range(first, last)

    def strip_at(self, y: int) -> int | None:
        """The number of the strip at a height."""
        number = bisect_right(self.strips, y, key=lambda strip: strip.top) - 1
        if number < 0:
            return None
        strip = self.strips[number]
        return number if strip.top <= y < strip.top + strip.height else None

    def deeds(self) -> list[Deed]:
        """All that can be done with it, in the order in which it stands there; of files each once."""
        found: list[Deed] = [Deed(FILE, place.path, place) for place in self.heads.values()]
        for strip in self.strips:
            for piece in strip.line.pieces if strip.line is not None else ():
                if piece.leads_to is not None and strip.begin == 0:
                    found.append(Deed(FILE, piece.text, piece.leads_to))
        found += [word.deed for word in self.foot if word.deed is not None]
        return list(dict.fromkeys(found))
