"""Lines of the diff of one file that an agent told of, by the model that the Changes tab has."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from ampsm.journal.results import FileDiff
from ampsm_gui.look import figures
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.rows import FOLD, LINE
from ampsm_gui.models.results.coloured import pieces
from ampsm_gui.models.results.lines import Piece, ShownLine, shown_line

_AHEAD = 40  # lines that are read beyond those that are kept, for the words that changed in them
_WORD_GROUNDS = {"+": "diff.addedWord", "-": "diff.removedWord"}


class ShownChange(NamedTuple):
    """A changed file: what became of it, its lines as far as they are kept, and how many there are in all."""

    file: FileDiff
    lines: list[ShownLine]
    total: int


def shown_change(file: FileDiff, most: int) -> ShownChange:
    """The first lines of a diff, unified, with colours and changed words."""
    if not file.diff:
        return ShownChange(file, [], 0)
    lines = file.diff.split("\n", most + _AHEAD)
    more = lines[most + _AHEAD].count("\n") + 1 if len(lines) > most + _AHEAD else 0
    document = DiffDocument(_as_patch(file.path, lines[: most + _AHEAD]))
    rows = document.layout(False).rows
    if rows and rows[0][0] == FOLD:  # what is above the first change is no news
        rows = rows[1:]
    if not rows:
        return _unread(file, most)
    return ShownChange(file, [_line(document, row, numbered=file.numbered) for row in rows[:most]], len(rows) + more)


def _line(document: DiffDocument, row: tuple[int, int, int], *, numbered: bool) -> ShownLine:
    kind, left, right = row
    if kind == FOLD:
        gap = document.gaps[left]
        words = figures.count(gap.size, "unchanged line")
        return shown_line((Piece(words if numbered else "…", "text.muted", style="small"),), sign="@")
    if kind != LINE:
        return shown_line((Piece(figures.count(left, "more line"), "text.muted", style="small"),), sign="@")
    index = max(left, right)
    line = document.lines[index]
    ground = _WORD_GROUNDS.get(line.sign, "")
    changed = [(start, length, ground) for start, length in document.words.get(index, ())] if ground else []
    number = (line.new or line.old) if numbered else 0
    return shown_line(pieces(line.text.removesuffix("\r"), document.colours(index), changed), number, line.sign)


def _as_patch(path: str, lines: list[str]) -> bytes:
    """As git would write it. The name only says which language it is: what it is called can hold anything."""
    name = re.sub(r"[^\w.+-]", "_", PurePosixPath(path).name)[-200:] or "file"
    head = f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n"
    return (head + "\n".join(lines).rstrip("\n") + "\n").encode("utf-8", "surrogateescape")


def _unread(file: FileDiff, most: int) -> ShownChange:
    """A diff that is none of git's: its lines by their signs."""
    lines = file.diff.split("\n")
    found = []
    for line in lines[:most]:
        sign = line[:1] if line[:1] in ("+", "-") else " "
        found.append(shown_line((Piece(line[1:] if sign != " " or line[:1] == " " else line),), sign=sign))
    return ShownChange(file, found, len(lines))
