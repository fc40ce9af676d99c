"""Text with the colour codes of terminals, as lines of spans.

Only what says how words look is honoured: the eight colours, bold, inverse. 256 and 24-bit colours become the nearest
of the eight. Movements of the cursor, titles, links and every other sequence are taken away, as are control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ampsm.journal.results.bodies import StyledLine, StyledSpan
from ampsm.journal.text import has_rare_ends, plain_line
from ampsm.system.readable import ESCAPE_SEQUENCE

_LINE_END = re.compile(r"[\n\x0b\x0c\x85\u2028\u2029]")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_SHADES = (
    (0, 0, 0), (205, 49, 49), (13, 188, 121), (210, 180, 20), (36, 114, 200), (188, 63, 188), (17, 168, 205),
    (229, 229, 229),
)  # fmt: skip
_STEPS = (0, 95, 135, 175, 215, 255)
_LOOK = re.compile(r"(?:\x1b\[|\x9b)([0-9;:]*)m")
_GREY = 24  # how far apart the parts of a colour may be that counts as grey
_MOST_CODES = 64  # in one sequence


def styled_lines(text: str) -> tuple[StyledLine, ...]:
    """The lines of a text, without empty ones at both ends. Of a line that was written over after a carriage return,
    the last state is shown. Takes time in proportion to the text."""
    pen = _Pen()
    parts = _LINE_END.split(text) if has_rare_ends(text) else text.split("\n")
    lines = [_styled(line, pen) for line in parts]
    while lines and not any(span.text.strip() for span in lines[-1]):
        lines.pop()
    first = next((number for number, line in enumerate(lines) if any(span.text.strip() for span in line)), 0)
    return tuple(lines[first:])


class _Pen:
    """How what follows looks, across lines."""

    def __init__(self) -> None:
        self.color = self.ground = ""
        self.bold = self.dim = self.inverse = False

    def take(self, codes: str) -> None:
        """Takes a sequence in."""
        numbers = iter([int(code or 0) if len(code) < 4 else 0 for code in re.split("[;:]", codes)[:_MOST_CODES]])
        for code in numbers:
            match code:
                case 0:
                    self.__init__()  # type: ignore[misc]
                case 1:
                    self.bold = True
                case 2:
                    self.dim = True
                case 22:
                    self.bold = self.dim = False
                case 7 | 27:
                    self.inverse = code == 7
                case 38:
                    self.color = _extended(numbers)
                case 48:
                    self.ground = _extended(numbers)
                case 39:
                    self.color = ""
                case 49:
                    self.ground = ""
                case _ if 30 <= code <= 37 or 90 <= code <= 97:
                    self.color = _NAMES[code % 10]
                case _ if 40 <= code <= 47 or 100 <= code <= 107:
                    self.ground = _NAMES[code % 10]

    def span(self, text: str) -> StyledSpan:
        """Words as the pen writes them now."""
        color = self.color or ("black" if self.dim else "")
        ground = (self.color or "white") if self.inverse else self.ground
        return StyledSpan(text, color, ground, self.bold)


def _styled(line: str, pen: _Pen) -> StyledLine:
    line = line.rstrip("\r")
    if "\r" in line:
        states = [state for state in line.split("\r") if ESCAPE_SEQUENCE.sub("", state).strip()]
        for state in states[:-1]:
            _take_all(state, pen)
        line = states[-1] if states else ""
    if "\x1b" not in line and "\x9b" not in line:
        text = plain_line(line)
        return (pen.span(text),) if text else ()
    spans, end = [], 0
    for found in _LOOK.finditer(line):
        if text := plain_line(line[end : found.start()]):
            spans.append(pen.span(text))
        pen.take(found[1])
        end = found.end()
    if text := plain_line(line[end:]):
        spans.append(pen.span(text))
    return tuple(_joined(spans))


def _take_all(state: str, pen: _Pen) -> None:
    for found in _LOOK.finditer(state):
        pen.take(found[1])


def _joined(spans: list[StyledSpan]) -> Iterator[StyledSpan]:
    """Neighbours that look alike are one."""
    last: StyledSpan | None = None
    for span in spans:
        if last is not None and (last.color, last.ground, last.bold) == (span.color, span.ground, span.bold):
            last = StyledSpan(last.text + span.text, last.color, last.ground, last.bold)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _extended(numbers: Iterator[int]) -> str:
    """The rest of a code for one of 256 or of 16 million colours: the nearest of the eight."""
    kind = next(numbers, 0)
    if kind == 5:
        return _of_256(next(numbers, 0))
    if kind == 2:
        parts = list(islice(numbers, 3))
        return _nearest(*parts) if len(parts) == 3 else ""
    return ""


def _of_256(code: int) -> str:
    if code < 16:
        return _NAMES[code % 8]
    if code < 232:
        code -= 16
        return _nearest(_STEPS[code // 36], _STEPS[code // 6 % 6], _STEPS[code % 6])
    return "black" if code < 250 else "white"


def _nearest(red: int, green: int, blue: int) -> str:
    if max(red, green, blue) - min(red, green, blue) <= _GREY:
        return "white" if red >= 215 else "black"
    distances = [sum((a - b) ** 2 for a, b in zip(shade, (red, green, blue), strict=True)) for shade in _SHADES[1:7]]
    return _NAMES[1 + distances.index(min(distances))]
