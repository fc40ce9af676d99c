"""A line of a result: pieces that look alike, each with what a click on it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ampsm_gui.look import figures

TAB_WIDTH = 4
#: Characters of a line that are shown; the rest is counted.
LONGEST_LINE = 4_000


class FilePlace(NamedTuple):
    """A place in a file, which a click can go to. The path is as it was told, relative to the worktree if inside it."""

    path: str
    line: int | None


class Piece(NamedTuple):
    """Words that look alike: colour tokens of the theme, `style` empty, bold, italic or small; where they lead."""

    text: str
    token: str = "syntax.text"
    ground: str = ""
    style: str = ""
    leads_to: FilePlace | None = None


class ShownLine(NamedTuple):
    """One line. `number` 0 is none; `sign` is that of a diff; `fold` names what a click on the mark folds, `is_open`
    says which way the mark points."""

    pieces: tuple[Piece, ...]
    number: int = 0
    sign: str = ""
    fold: str = ""
    is_open: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def shown_line(pieces: Iterable[Piece], number: int = 0, sign: str = "") -> ShownLine:
    """A line with its tabs as blanks, cut where it is endless; what is left out is counted."""
    kept: list[Piece] = []
    column = left_out = 0
    for piece in pieces:
        text = piece.text
        if "\t" in text:
            text = _untabbed(text, column)
        room = LONGEST_LINE - column
        if len(text) > room:
            left_out += len(text) - room
            text = text[:room]
        column += len(text)
        if text:
            kept.append(piece if text is piece.text else piece._replace(text=text))
    if left_out:
        kept.append(Piece(f" … {figures.count(left_out, 'more character')}", "text.muted", style="small"))
    return ShownLine(tuple(kept), number, sign)


def plain_line_of(text: str, token: str = "text.primary") -> ShownLine:
    """A line that looks alike from its beginning to its end."""
    return shown_line((Piece(text, token),))


def _untabbed(text: str, column: int) -> str:
    parts = []
    for number, part in enumerate(text.split("\t")):
        if number:
            blanks = TAB_WIDTH - column % TAB_WIDTH
            parts.append(" " * blanks)
            column += blanks
        parts.append(part)
        column += len(part)
    return "".join(parts)
