"""The lines of one hunk as they stand in its card: both sides with the words in which they differ, and the ancestor."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ampsm.model.conflicts import Hunk
from ampsm_gui.models.conflicts.code import CodeLine, lines_of
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.models.diff.syntax import Coloured, highlight
from ampsm_gui.models.diff.words import Span, changed_words

_MOST_MARKED = 400  # lines of a side
_MOST_COLOURED = 20_000  # characters of a side


class Marks(NamedTuple):
    """By the places of the lines of a side: the `words` in which they differ, and those that differ as a `whole`."""

    words: dict[int, list[Span]]
    whole: set[int]


def side_lines(texts: HunkTexts, at: int) -> tuple[list[CodeLine], list[CodeLine]]:
    """Target and session of a hunk."""
    hunk = texts.hunks[at]
    target, session = lines_of(hunk.target), lines_of(hunk.session)
    marks = marked(target, session)
    return (
        _numbered(texts, at, "target", target, marks[0]),
        _numbered(texts, at, "session", session, marks[1]),
    )


def base_lines(texts: HunkTexts, at: int) -> list[CodeLine]:
    """What both began with."""
    return _numbered(texts, at, "base", lines_of(texts.hunks[at].base), Marks({}, set()), "quiet")


def context_lines(texts: HunkTexts, at: int, most: int = 3) -> tuple[list[CodeLine], list[CodeLine]]:
    """The lines before and after a hunk, as they are in the result."""
    found = []
    for lines in texts.around(at, most):
        colours = coloured(texts.file.path, "\n".join(text for _, text in lines))
        found.append([
            CodeLine(number, text, (), _of(colours, step), "quiet") for step, (number, text) in enumerate(lines)
        ])  # fmt: skip
    return found[0], found[1]


def result_lines(hunk: Hunk) -> list[str]:
    """What the hunk becomes, by lines."""
    return lines_of(hunk.result)


def marked(one: Sequence[str], other: Sequence[str]) -> tuple[Marks, Marks]:
    """What differs between two sides: words of lines that are alike, and else the lines."""
    left, right = Marks({}, set()), Marks({}, set())
    if max(len(one), len(other)) > _MOST_MARKED:
        return left, right
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        left.whole.update(range(i1, i2))
        right.whole.update(range(j1, j2))
        for at, to in zip(range(i1, i2), range(j1, j2), strict=False):
            mine, theirs = changed_words(one[at], other[to])
            if mine or theirs:
                left.words[at], right.words[to] = mine, theirs
                left.whole.remove(at)
                right.whole.remove(to)
    return left, right


def coloured(path: str, text: str) -> list[list[Coloured]]:
    """The coloured parts of some lines; nothing of very many."""
    return highlight(path, text) if len(text) <= _MOST_COLOURED else []


def _numbered(
    texts: HunkTexts, at: int, side: str, lines: Sequence[str], marks: Marks, tone: str = ""
) -> list[CodeLine]:
    first, colours = texts.line(at, side), coloured(texts.file.path, "\n".join(lines))
    return [
        CodeLine(first + step, text, tuple(marks.words.get(step, ())), _of(colours, step),
                 "apart" if step in marks.whole else tone)
        for step, text in enumerate(lines)
    ]  # fmt: skip


def _of(colours: list[list[Coloured]], step: int) -> tuple[Coloured, ...]:
    return tuple(colours[step]) if step < len(colours) else ()
