"""Facts about what a tool said: a note in a few words, and why it failed in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ampsm.journal.results.bodies import (
    Body,
    DiffBody,
    FileBody,
    JsonBody,
    MatchesBody,
    OutputBody,
    PictureBody,
    ProseBody,
    exit_words,
)
from ampsm.journal.text import plain_lines

#: How a line begins that tells of a failure.
FAILURE = re.compile(
    r"\s*(?:(?:FAILED|FAIL|ERROR|FATAL|Error|error|fatal|panic|not ok)\b|E(?=  )|[✗✘×]|[\w.]*(?:Error|Exception): )"
)
_WIDTH = 160
_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP", "image/bmp": "BMP"}
_LINES = 500  # from the end, in which the line is looked for that says why


def note_of(body: Body | None) -> str:
    """`9 matches in 4 files`, `PNG, 48 kB`, `JSON, 3.1 kB`; empty where there is nothing to say."""
    match body:
        case MatchesBody():
            files = _count(body.files, "file")
            lines = [match for match in body.found if match.line is not None]
            return f"{_count(len(body.found), 'match', 'matches')} in {files}" if lines else files
        case OutputBody(left_out=left_out, running=running):
            left = [f"{_count(left_out, 'earlier line')} left out"] if left_out > 0 else []
            return ", ".join([*left, *(["still running"] if running else [])])
        case PictureBody():
            return f"{_KINDS.get(body.mime, 'image')}, {size_words(len(body.data))}"
        case JsonBody():
            return f"JSON, {size_words(body.size)}"
        case _:
            return ""


def reason_of(body: Body | None, exit_code: int | None, error: str) -> str:
    """`Exit code 1: AssertionError: …`, or the first line of what went wrong."""
    lines = _lines_of(body)
    if exit_code:
        said = next((line for line in lines[-_LINES:] if FAILURE.match(line[:200])), lines[-1] if lines else "")
        return _short(f"{exit_words(exit_code)}: {said.strip()}" if said.strip() else exit_words(exit_code))
    first = next((line.strip() for line in lines if line.strip()), "")
    return _short(first or " ".join(plain_lines(error)[:1]) or "Failed")


def size_words(size: int) -> str:
    """`840 bytes`, `3.1 kB`, `48 kB`, `1.2 MB`."""
    if size < 1_000:
        return f"{size} bytes" if size != 1 else "1 byte"
    of, unit = (1_000, "kB") if size < 999_500 else (1_000_000, "MB")
    return f"{size / of:.1f} {unit}" if size < 9.95 * of else f"{size / of:,.0f} {unit}"


def sizes_words(sizes: Sequence[int | None]) -> list[str]:
    """As `size_words`, of sizes that are compared: to the byte where two that differ would read alike. None is no word
    at all."""
    said = ["" if size is None else size_words(size) for size in sizes]
    known = {size for size in sizes if size is not None}
    if len({size_words(size) for size in known}) == len(known):
        return said
    return ["" if size is None else f"{size:,} bytes" for size in sizes]


def _lines_of(body: Body | None) -> list[str]:
    match body:
        case OutputBody():
            return body.text
        case ProseBody():
            return body.text.split("\n")
        case FileBody():
            return [text for _, text in body.lines]
        case DiffBody() | PictureBody():
            return body.said.split("\n") if body.said else []
        case _:
            return []


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _short(line: str) -> str:
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
