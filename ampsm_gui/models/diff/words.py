"""Which words of a changed line differ from the line it replaces."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

#: Start and length of a part of a line.
Span = tuple[int, int]

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_MOST_CHARACTERS = 1000
_MOST_WORDS = 240
_LEAST_LIKENESS = 0.4


def changed_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The parts of both lines that differ; nothing when the lines are too long, or too different for it to help."""
    if old == new or len(old) > _MOST_CHARACTERS or len(new) > _MOST_CHARACTERS:
        return [], []
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) > _MOST_WORDS or len(after) > _MOST_WORDS:
        return [], []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    matches = matcher.get_opcodes()
    same = sum(_weight(before[i1:i2]) for tag, i1, i2, _, _ in matches if tag == "equal")
    if same < _LEAST_LIKENESS * max(_weight(before), _weight(after)):
        return [], []
    left: list[Span] = []
    right: list[Span] = []
    for tag, i1, i2, j1, j2 in matches:
        if tag != "equal":
            _add(left, before, i1, i2)
            _add(right, after, j1, j2)
    return _joined(left, old), _joined(right, new)


def _weight(words: list[str]) -> int:
    return sum(len(word) for word in words if not word.isspace())


def _add(spans: list[Span], words: list[str], first: int, last: int) -> None:
    if first < last:
        spans.append((sum(map(len, words[:first])), sum(map(len, words[first:last]))))


def _joined(spans: list[Span], line: str) -> list[Span]:
    """Parts with nothing but white space between them become one."""
    found: list[Span] = []
    for start, length in spans:
        if found:
            before, size = found[-1]
            if line[before + size : start].isspace() or before + size == start:
                found[-1] = (before, start + length - before)
                continue
        found.append((start, length))
    return found
