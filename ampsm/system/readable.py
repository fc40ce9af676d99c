"""A text as people read it: without what a terminal, a viewer or JSON takes away (SPEC section 5, "Secrets").

A colour code, a NUL, a zero-width or direction mark, a carriage return or a backspace inside a secret hides it from a
search; whoever shows the text puts it together again. A `ReadableText` is the text as one kind of reader sees it,
and knows of each of its characters where it stands in the text. Readers take away different things, so there are
several.

Everything here takes time in proportion to the text, whatever is in it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from ampsm.system.escapes import ESCAPES, unescaped
from ampsm.system.unseen import UNSEEN, holds_unseen

Extent = tuple[int, int]

#: Stands in a reading where something was taken away.
HIDDEN = "\0"

_LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
_INTRODUCERS = "\x1b\x90\x98\x9b\x9d\x9e\x9f"
_STRING = rf"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x9c{_INTRODUCERS}{_LINE_ENDS}]*+(?:\x07|\x1b\\|\x9c)"
_SEQUENCE = rf"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]|{_STRING}|\x1b[ -/]*+[0-~]"
#: Without those that may be one control character and a letter of what stands there.
_LONG_SEQUENCE = rf"(?:\x1b\[|\x9b(?=[0-?]))[0-?]*+[ -/]*+[@-~]|{_STRING}|\x1b[ -*,]++[0-~]"
#: What a terminal takes as a command: colours, cursor movements, titles, in seven bits and in eight.
ESCAPE_SEQUENCE = re.compile(_SEQUENCE)

#: What readers take away: whole sequences, only those that are sure to be some, or single characters.
_SEQUENCES = (f"{_SEQUENCE}|", f"{_LONG_SEQUENCE}|", "")
_BY_READER = tuple(re.compile(f"(?:{sequence}[{UNSEEN}])+") for sequence in _SEQUENCES)
_BEFORE_SCREEN = tuple(re.compile(f"(?:{sequence}(?![\b\r])[{UNSEEN}])+") for sequence in _SEQUENCES)
_ON_SCREEN = re.compile(rf"[^\x08\r\n{HIDDEN}]++|\x08++|\r|\n")
#: Where a word goes on: in the next line, behind its indentation or the mark of a quote, or behind a tab.
_BREAK = r"\n[ \t>|]*+|\t"
# What a line begins with may be the rest of a key: letters with digits or of changing case, no key of its own and no
# name of a value.
_KEY = rf"[\w+/.{HIDDEN}-]"
_JOIN = re.compile(
    rf"(?<={_KEY}){HIDDEN}?(?:{_BREAK}){HIDDEN}?(?!sk-|sgamp_|gh[pousr]_|github_|glpat-|xox|AKIA|ASIA|AIza|npm_|pypi-|eyJ|-----)"
    rf"(?={_KEY}{{4}})(?=[\d_+/.{HIDDEN}-]*+[A-Za-z])(?=[A-Za-z_+/.{HIDDEN}-]*+\d|{_KEY}{{0,60}}?[a-z][A-Z])"
    rf"(?={_KEY}*+(?![=:]))"
)
_ANY_BREAK = re.compile(rf"{_BREAK}|(?<!\\)\\++(?:n[ \t>|]*+|t)")
_BREAKS = re.compile(f"(?:{HIDDEN}|{_BREAK})+")


def without_line_ends(text: str) -> str:
    """The text with all its lines in one and without tabs, also where these are escaped."""
    return _ANY_BREAK.sub("", text)


def seen(text: str) -> str:
    """The text as most readers see it."""
    return _BY_READER[0].sub("", text) if holds_unseen(text) else text


class Replacement:
    """A text in which every match of a pattern is replaced; `back` leads from places in it to places in its source."""

    def __init__(self, text: str, pattern: re.Pattern[str], shown: str | Callable[[re.Match[str]], str]) -> None:
        self._source = text
        self._pattern = pattern
        self._shown = shown
        self.text: str = pattern.sub(shown, text)

    def back(self, spans: Iterable[Extent]) -> list[Extent]:
        """Where the characters of the spans stand in the source."""
        spans = list(spans)
        places = self._places(sorted({at for start, stop in spans for at in (start, stop - 1)}))
        return [(places[start][0], places[stop - 1][1]) for start, stop in spans]

    def _places(self, wanted: list[int]) -> dict[int, Extent]:
        places: dict[int, Extent] = {}
        changes, moved = self._changes(), 0
        new, old = next(changes, ((1 << 62, 1 << 62), (0, 0)))
        for at in wanted:
            while new[1] <= at:
                moved = old[1] - new[1]
                new, old = next(changes, ((1 << 62, 1 << 62), (0, 0)))
            places[at] = old if new[0] <= at else (at + moved, at + moved + 1)
        return places

    def _changes(self) -> Iterator[tuple[Extent, Extent]]:
        moved = 0
        for found in self._pattern.finditer(self._source):
            shown = self._shown if isinstance(self._shown, str) else self._shown(found)
            start = found.start() - moved
            yield (start, start + len(shown)), found.span()
            moved = found.end() - start - len(shown)


class Screen:
    """A text after backspaces and carriage returns, which go back and write over what was there."""

    def __init__(self, text: str) -> None:
        self._cells = array("q")
        line, column = array("q"), 0
        for found in _ON_SCREEN.finditer(text):
            first, (start, stop) = text[found.start()], found.span()
            if first == "\b":
                column = max(0, column - (stop - start))
            elif first == "\r":
                column = 0
            elif first == "\n":
                self._cells.extend(line)
                self._cells.append(start)
                line, column = array("q"), 0
            else:
                line[column : column + stop - start] = array("q", range(start, stop))
                column += stop - start
        self._cells.extend(line)
        self.text = "".join(map(text.__getitem__, self._cells))

    def back(self, spans: Iterable[Extent]) -> list[Extent]:
        """Where the characters of the spans stand in the text, from the first to the last of each."""
        found = [self._cells[start:stop] for start, stop in spans]
        return [(min(cells), max(cells) + 1) for cells in found]


class ReadableText:
    """A text in steps, each made of the one before. `text` is what keys are looked for in, `flat` the same without line
    ends and HIDDEN, for a secret that is known letter by letter; `back` and `back_from_flat` lead to the text."""

    def __init__(self, *steps: Replacement | Screen) -> None:
        self._steps = [*steps, Replacement(steps[-1].text, _JOIN, HIDDEN)]
        self.text = self._steps[-1].text

    @cached_property
    def _flat(self) -> Replacement:
        return Replacement(self.text, _BREAKS, "")

    @property
    def flat(self) -> str:
        return self._flat.text

    def back(self, spans: Iterable[Extent]) -> list[Extent]:
        found = list(spans)
        for step in reversed(self._steps if found else ()):
            found = step.back(found)
        return found

    def back_from_flat(self, spans: Iterable[Extent]) -> list[Extent]:
        return self.back(self._flat.back(spans))


def readers(text: str) -> Iterator[ReadableText]:
    """The text as each kind of reader sees it."""
    decoded = Replacement(text, ESCAPES, unescaped)
    plain = decoded.text
    readers = len(_BY_READER) if any(introducer in plain for introducer in _INTRODUCERS) else 1
    goes_back = "\b" in plain or "\r" in plain
    for taken_away, before_screen in zip(_BY_READER[:readers], _BEFORE_SCREEN, strict=False):
        yield ReadableText(decoded, Replacement(plain, taken_away, HIDDEN))
        if goes_back:
            shown = Replacement(plain, before_screen, HIDDEN)
            yield ReadableText(decoded, shown, Screen(shown.text))


def through(text: str, pattern: re.Pattern[str], shown: Callable[[re.Match[str]], str]) -> ReadableText:
    """The text as a reader sees it who, in what most see, sees `shown` for every match of the pattern."""
    decoded = Replacement(text, ESCAPES, unescaped)
    plain = Replacement(decoded.text, _BY_READER[0], HIDDEN)
    return ReadableText(decoded, plain, Replacement(plain.text, pattern, shown))


def flat(text: str) -> str:
    """A secret as it stands in the `flat` text of a reader."""
    return next(readers(text)).flat
