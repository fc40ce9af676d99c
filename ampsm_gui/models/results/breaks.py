"""Lines of a fixed font: how many columns they take, where they break."""

from __future__ import annotations

from unicodedata import east_asian_width

_MOST_PARTS = 400


def broken(text: str, columns: int) -> list[tuple[int, int]]:
    """Where a line is broken so that no part takes more than so many columns: begin and end of each part. Breaks behind
    a blank where one is near; the last of very many parts takes the rest."""
    if len(text) <= columns and text.isascii():
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    begin = 0
    while begin < len(text) and len(found) < _MOST_PARTS - 1:
        end = _end(text, begin, columns)
        if end < len(text):
            blank = text.rfind(" ", begin + columns * 2 // 3, end)
            end = blank + 1 if blank > begin else end
        found.append((begin, end))
        begin = end
    if begin < len(text) or not found:
        found.append((begin, len(text)))
    return found


def _end(text: str, begin: int, columns: int) -> int:
    """Where the columns end that a line has room for."""
    part = text[begin : begin + columns]
    if part.isascii():
        return begin + len(part)
    used = 0
    for number, character in enumerate(part):
        used += 1 if character.isascii() or east_asian_width(character) not in "WF" else 2
        if used > columns:
            return begin + max(1, number)
    return begin + len(part)
