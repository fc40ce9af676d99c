"""Lines of what a program printed, of a file and of what a search found, with their colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ampsm.journal.results import FileBody, MatchesBody, SearchMatch, StyledLine
from ampsm_gui.models.diff.syntax import Coloured, highlight
from ampsm_gui.models.results.lines import FilePlace, Piece, ShownLine, shown_line

#: Characters of a result that get syntax colours: looking for them holds up other threads.
_COLOURED = 60_000
_COLOURED_MATCHES = 120
_WIDEST_PLACE = 44  # characters
_TERMS = 8

#: The colours of terminals by our tokens (design, ANSI): that of the words, that of a ground.
ANSI = {
    "black": ("text.muted", "surface.pressed"),
    "red": ("danger.text", "danger.tint"),
    "green": ("success.text", "success.tint"),
    "yellow": ("warning.text", "warning.tint"),
    "blue": ("syntax.function", "accent.tint"),
    "magenta": ("syntax.keyword", "info.tint"),
    "cyan": ("running.text", "running.tint"),
    "white": ("text.primary", "surface.pressed"),
}


def output_lines(lines: Iterable[StyledLine]) -> list[ShownLine]:
    """Lines that a program printed."""
    return [output_line(line) for line in lines]


def output_line(line: StyledLine) -> ShownLine:
    """A line with the colours of terminals. Words on a ground have the colour that goes with it."""
    return shown_line(
        Piece(
            span.text, _ink(span.color, span.ground), ANSI[span.ground][1] if span.ground else "",
            "bold" if span.bold else "",
        )
        for span in line
    )  # fmt: skip


def _ink(color: str, ground: str) -> str:
    if ground:
        return "text.primary" if ground in ("black", "white") else ANSI[ground][0]
    return ANSI[color][0] if color else "text.primary"


def file_lines(body: FileBody, most: int) -> list[ShownLine]:
    """The first lines of a file, with their numbers where they have some."""
    lines = body.lines[:most]
    texts = [text for _, text in lines]
    colours = coloured(body.path, texts)
    return [
        shown_line(pieces(text, found), number or 0)
        for (number, _), text, found in zip(lines, texts, colours, strict=True)
    ]


def match_lines(body: MatchesBody, most: int) -> list[ShownLine]:
    """The first places that a search found: where, as a link, then the line with what was sought marked."""
    found = body.found[:most]
    widest = min(_WIDEST_PLACE, max((len(_where(match)) for match in found), default=0))
    sought = _pattern(body.sought)
    return [
        _match_line(match, widest, sought, coloured_too=number < _COLOURED_MATCHES)
        for number, match in enumerate(found)
    ]  # fmt: skip


def _match_line(match: SearchMatch, widest: int, sought: re.Pattern[str] | None, *, coloured_too: bool) -> ShownLine:
    where = _where(match)
    short = where if len(where) <= widest else f"{where[: widest // 3]}…{where[-(widest - widest // 3 - 1) :]}"
    place = Piece(short, "accent.text", leads_to=FilePlace(match.path, match.line))
    if not match.text:
        return shown_line((place._replace(text=where),))
    text = match.text.strip()
    colours = coloured(match.path, [text])[0] if coloured_too else []
    hits = [(hit.start(), hit.end() - hit.start(), "selection.find") for hit in sought.finditer(text)] if sought else []
    return shown_line((place, Piece(" " * (widest - len(short) + 3)), *pieces(text, colours, hits)))


def _where(match: SearchMatch) -> str:
    return match.path if match.line is None else f"{match.path}:{match.line}"


def _pattern(sought: str) -> re.Pattern[str] | None:
    """What marks hits: the literal alternatives of a pattern. The pattern itself is an agent's, and could take ever."""
    terms = [term.replace("\\b", "") for term in sought.split("|")[:_TERMS]]
    plain = [re.sub(r"\\([^\w\s])", r"\1", term) for term in terms if not re.search(r"(?<!\\)[][(){}*+?^$.]", term)]
    wanted = "|".join(re.escape(term) for term in plain if term and "\\" not in term)
    return re.compile(wanted, re.IGNORECASE) if wanted else None


def coloured(path: str, texts: Sequence[str]) -> list[list[Coloured]]:
    """The coloured parts of lines of a file; those beyond a bound have none."""
    room, whole = 0, len(texts)
    for number, text in enumerate(texts):
        room += len(text)
        if room > _COLOURED:
            whole = number
            break
    found = highlight(path, "\n".join(texts[:whole])) if whole else []
    return [found[number] if number < min(whole, len(found)) else [] for number in range(len(texts))]


def pieces(text: str, colours: Iterable[Coloured], grounds: Iterable[Coloured] = ()) -> list[Piece]:
    """A line in pieces: colours of its syntax over grounds, each given as start, length and token."""
    inks, marks = list(colours), list(grounds)
    edges = {0, len(text)}
    for start, length, _ in (*inks, *marks):
        edges |= {min(start, len(text)), min(start + length, len(text))}
    cuts, found = sorted(edges), []
    ink = mark = 0
    for begin, end in pairwise(cuts):
        while ink < len(inks) and inks[ink][0] + inks[ink][1] <= begin:
            ink += 1
        while mark < len(marks) and marks[mark][0] + marks[mark][1] <= begin:
            mark += 1
        token = inks[ink][2] if ink < len(inks) and inks[ink][0] <= begin else "text"
        ground = marks[mark][2] if mark < len(marks) and marks[mark][0] <= begin else ""
        style = "italic" if token == "comment" else ""
        found.append(Piece(text[begin:end], f"syntax.{token}", ground, style))
    return found
