"""Syntax colours of a whole file, by line. Slow: for the pool, not for the GUI thread."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

#: Start, length and colour token of a part of a line.
Coloured = tuple[int, int, str]

MOST_CHARACTERS = 600_000
_LONGEST_LINE = 5_000

#: Kinds of Pygments by the first letters of their short names, longer ones first.
_TOKENS = (
    ("c", "comment"), ("kt", "type"), ("k", "keyword"), ("se", "escape"), ("si", "escape"), ("sd", "string"),
    ("s", "string"), ("m", "number"), ("nf", "function"), ("fm", "function"), ("nc", "type"), ("ne", "type"),
    ("nb", "builtin"), ("bp", "builtin"), ("nd", "decorator"), ("nt", "keyword"), ("na", "function"),
    ("ow", "keyword"), ("o", "operator"), ("gh", "keyword"), ("gu", "keyword"), ("ges", "string"), ("err", "error"),
)  # fmt: skip


def highlight(path: str, text: str) -> list[list[Coloured]]:
    """The coloured parts of every line of `text`; none at all when the language is unknown or the text too large."""
    if len(text) > MOST_CHARACTERS or any(len(line) > _LONGEST_LINE for line in text.split("\n")):
        return []
    language = _language(PurePosixPath(path).name)
    if language is None:
        return []
    lines: list[list[Coloured]] = [[]]
    column = 0
    # Not `get_tokens`: it takes a lone carriage return for the end of a line.
    for _, kind, part in language().get_tokens_unprocessed(text.replace("\r\n", "\n") + "\n"):
        token = _token(kind)
        first, *others = part.split("\n")
        column = _add(lines[-1], column, first, token)
        for piece in others:
            lines.append([])
            column = _add(lines[-1], 0, piece, token)
    return lines


def _add(line: list[Coloured], column: int, piece: str, token: str | None) -> int:
    if token is not None and piece:
        line.append((column, len(piece), token))
    return column + len(piece)


@lru_cache(maxsize=256)
def _language(name: str) -> Any:
    """The lexer class for a file name; None when there is none."""
    from pygments.lexers import find_lexer_class_for_filename

    found = find_lexer_class_for_filename(name)
    return None if found is None or found.name in ("Text only", "Text output") else found


@lru_cache(maxsize=512)
def _token(kind: Any) -> str | None:
    from pygments.token import STANDARD_TYPES

    while kind is not None:
        short = STANDARD_TYPES.get(kind)
        if short:
            return next((token for start, token in _TOKENS if short.startswith(start)), None)
        kind = kind.parent
    return None
