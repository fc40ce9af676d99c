"""JSON as lines: one key a row; what is below the first level is folded until it is asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from ampsm_gui.look import figures
from ampsm_gui.models.results.lines import Piece, ShownLine, shown_line

_STEP = 2  # blanks a level
_DEEPEST = 40  # levels that are indented
_MOST_ENTRIES = 500  # of one object or list
_LONGEST = 2_000  # characters of a string


def json_lines(value: Any, opened: Collection[str], most: int, *, everything: bool = False) -> list[ShownLine]:
    """The lines of a value, at most so many: of its first level, and of what is `opened` by its place (`/jobs/0`), or
    of `everything`. Never deeper than what is shown, however deep the value is."""
    found = list(islice(_lines(value, opened, everything=everything), most + 1))
    if len(found) > most:
        found[most:] = [_note("… more", 0)]
    return found


def _lines(value: Any, opened: Collection[str], *, everything: bool) -> Iterator[ShownLine]:
    """Without recursion: a value may be a thousand levels deep."""
    if not isinstance(value, (dict, list)) or not value:
        yield shown_line(_value(value))
        return
    brackets = "{}" if isinstance(value, dict) else "[]"
    yield ShownLine((Piece(brackets[0]),))
    stack = [(_entries(value), "", brackets[1], len(value))]
    while stack:
        entries, path, closing, left = stack[-1]
        entry = next(entries, None)
        level = min(len(stack), _DEEPEST)
        if entry is None:
            if left > _MOST_ENTRIES:
                yield _note(f"… {left - _MOST_ENTRIES:,} more", level)
            stack.pop()
            ending = closing + ("," if stack and stack[-1][3] else "")
            yield ShownLine((Piece(" " * (_STEP * (level - 1)) + ending),))
            continue
        key, child, last = entry
        where = f"{path}/{key}"
        name = (Piece(" " * (_STEP * level)), *((Piece(_quoted(key), "syntax.type"), Piece(": "))
                                                if closing == "}" else ()))  # fmt: skip
        comma = () if last else (Piece(","),)
        if not isinstance(child, (dict, list)) or not child:
            yield shown_line((*name, *_value(child), *comma))
            continue
        brackets = "{}" if isinstance(child, dict) else "[]"
        if everything or where in opened:
            yield ShownLine((*name, Piece(brackets[0])), fold=where, is_open=True)
            stack.append((_entries(child), where, brackets[1], len(child)))
        else:
            words = _counted(child)
            folded = (Piece(f"{brackets[0]} … {brackets[1]}"), *comma, Piece(f"  {words}", "text.muted", style="small"))
            yield ShownLine((*name, *folded), fold=where)


def _entries(value: dict[Any, Any] | list[Any]) -> Iterator[tuple[str, Any, bool]]:
    pairs = value.items() if isinstance(value, dict) else ((str(number), child) for number, child in enumerate(value))
    last = len(value) - 1
    for number, (key, child) in enumerate(islice(pairs, _MOST_ENTRIES)):
        yield str(key), child, number == last


def _counted(value: dict[Any, Any] | list[Any]) -> str:
    return (
        figures.count(len(value), "key") if isinstance(value, dict) else figures.count(len(value), "entry", "entries")
    )


def _value(value: Any) -> tuple[Piece, ...]:
    match value:
        case str():
            more = len(value) - _LONGEST
            rest = (
                (Piece(f" … {figures.count(more, 'more character')}", "text.muted", style="small"),) if more > 0 else ()
            )
            return (Piece(_quoted(value[:_LONGEST]), "syntax.string"), *rest)
        case bool() | None:
            return (Piece({True: "true", False: "false", None: "null"}[value], "syntax.keyword"),)
        case int() | float():
            return (Piece(_number(value), "syntax.number"),)
        case dict():
            return (Piece("{}"),)
    return (Piece("[]"),)


def _number(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # Python writes no number of more than some thousand digits
        return f"a number of {int(value).bit_length():,} bits"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _note(words: str, level: int) -> ShownLine:
    return ShownLine((Piece(" " * (_STEP * level)), Piece(words, "text.muted", style="small")))
