"""git's patch text, read: which files, what became of each, which lines went and came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ampsm_gui.models.diff.lines import Lines, RawLine
from ampsm_gui.models.diff.path import paths_of_header, unquoted

#: Lines of one file that are read; what is beyond is counted only.
MOST_LINES = 200_000

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(?: (.*))?", re.DOTALL)
_COMBINED = re.compile(rb"(@@@+) ((?:-\d+(?:,\d+)? )+)\+(\d+)(?:,(\d+))? @@@+(?: (.*))?", re.DOTALL)
_FILES = (b"diff --git ", b"diff --cc ", b"diff --combined ", b"* Unmerged path ")


class PatchHunk(NamedTuple):
    """Lines that follow each other; `heading` is the function or section git names."""

    old_start: int
    new_start: int
    heading: str
    lines: Lines


class FilePatch(NamedTuple):
    """What the patch says of one file. A path is None where the file is not there; modes as git writes them."""

    old_path: str | None
    new_path: str | None
    hunks: list[PatchHunk]
    old_mode: str | None = None
    new_mode: str | None = None
    similarity: int | None = None
    copied: bool = False
    binary: bool = False
    unmerged: bool = False
    left_out: int = 0

    @property
    def path(self) -> str:
        """The name by which the file is listed."""
        return self.new_path or self.old_path or ""

    @property
    def submodule(self) -> bool:
        return "160000" in (self.old_mode, self.new_mode)


def split_patch(patch: bytes) -> Iterator[bytes]:
    """The part of each file, in order, as it stands; cheap, so that only what is shown need be parsed."""
    starts = sorted(at for mark in _FILES for at in _line_starts(patch, mark))
    for start, end in pairwise([*starts, len(patch)]):
        yield patch[start:end]


def _line_starts(patch: bytes, mark: bytes) -> Iterator[int]:
    """Where lines begin with `mark`. By `find`: a regular expression would keep the other threads from running."""
    if patch.startswith(mark):
        yield 0
    at = patch.find(b"\n" + mark)
    while at >= 0:
        yield at + 1
        at = patch.find(b"\n" + mark, at + 1)


def parse_file(part: bytes, most_lines: int = MOST_LINES) -> FilePatch:
    """Reads the part of one file, as `split_patch` gives it. Never raises: what it does not know is passed over."""
    head, body = _head_and_body(part)
    if head[0].startswith(b"* Unmerged path "):
        path = unquoted(head[0].removeprefix(b"* Unmerged path "))
        return FilePatch(path, path, [], unmerged=True)
    known = _read_head(head)
    hunks, left_out = _read_hunks(body, most_lines)
    return known._replace(hunks=hunks, left_out=left_out)


def part_path(part: bytes) -> str:
    """The name by which the file of a part is listed, without reading its lines."""
    head, _ = _head_and_body(part)
    if head[0].startswith(b"* Unmerged path "):
        return unquoted(head[0].removeprefix(b"* Unmerged path "))
    return _read_head(head).path


def decoded(content: bytes) -> str:
    """Text of a file: UTF-8, else one character for each byte, so that nothing is lost."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _head_and_body(part: bytes) -> tuple[list[bytes], bytes]:
    at = part.find(b"\n@@")
    head = part if at < 0 else part[:at]
    if at < 0:
        for mark in (b"\nBinary files ", b"\nGIT binary patch"):
            if (end := part.find(mark)) >= 0:
                return [*part[:end].split(b"\n"), b"Binary"], b""
    return head.rstrip(b"\n").split(b"\n"), b"" if at < 0 else part[at + 1 :]


def _read_head(lines: list[bytes]) -> FilePatch:
    old, new = paths_of_header(lines[0])
    found = FilePatch(old, new, [])
    for line in lines[1:]:
        word, _, rest = line.partition(b" ")
        if line.startswith(b"old mode "):
            found = found._replace(old_mode=line[9:].decode("ascii", "replace"))
        elif line.startswith(b"new mode "):
            found = found._replace(new_mode=line[9:].decode("ascii", "replace"))
        elif line.startswith(b"mode "):  # of a combined diff: `mode a,b..c`
            found = found._replace(new_mode=line.rpartition(b"..")[2].decode("ascii", "replace"))
        elif line.startswith(b"new file mode "):
            found = found._replace(old_path=None, new_mode=line[14:].decode("ascii", "replace"))
        elif line.startswith(b"deleted file mode "):
            found = found._replace(new_path=None, old_mode=line[18:].decode("ascii", "replace"))
        elif line.startswith((b"rename from ", b"copy from ")):
            found = found._replace(old_path=unquoted(line.split(b" ", 2)[2]), copied=word == b"copy")
        elif line.startswith((b"rename to ", b"copy to ")):
            found = found._replace(new_path=unquoted(line.split(b" ", 2)[2]))
        elif line.startswith(b"similarity index "):
            found = found._replace(similarity=int(line[17:].rstrip(b"%") or b"0"))
        elif word == b"index" and b" " in rest:
            mode = rest.split(b" ", 1)[1].decode("ascii", "replace")
            found = found._replace(old_mode=mode, new_mode=mode)
        elif word in (b"---", b"+++"):
            path = _side(rest)
            found = found._replace(old_path=path) if word == b"---" else found._replace(new_path=path)
        elif line == b"Binary":
            found = found._replace(binary=True)
    return found


def _side(word: bytes) -> str | None:
    word = word.removesuffix(b"\t")  # git ends names with white space in them by one
    if word == b"/dev/null":
        return None
    path = unquoted(word)
    return path[2:] if path[:2] in ("a/", "b/") else path


def _read_hunks(body: bytes, most_lines: int) -> tuple[list[PatchHunk], int]:
    text = decoded(body)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    hunks: list[PatchHunk] = []
    current: list[RawLine] = []
    old = new = 0
    signs = 1
    append = current.append
    for number, line in enumerate(lines):
        mark = line[:1]
        if mark == "@":
            if number >= most_lines:
                return hunks, len(lines) - number
            hunk, signs = _hunk(line)
            hunks.append(hunk)
            current, old, new = hunk.lines.raw, hunk.old_start, hunk.new_start
            append = current.append
        elif mark == "\\":
            if current:
                current[-1] = (*current[-1][:4], True)
        elif number >= most_lines:
            return hunks, len(lines) - number
        else:
            sign = mark if signs == 1 else _sign(line[:signs])
            content = line[signs:]
            if sign == "+":
                append(("+", 0, new, content, False))
                new += 1
            elif sign == "-":
                append(("-", old, 0, content, False))
                old += 1
            else:
                append((" ", old, new, content, False))
                old += 1
                new += 1
    return hunks, 0


def _hunk(line: str) -> tuple[PatchHunk, int]:
    """A hunk's first line, and how many signs stand before each of its lines."""
    raw = line.encode("utf-8", "surrogateescape")
    if (found := _HUNK.match(raw)) is not None:
        old, old_count, new, new_count, heading = found.groups()
        starts = (int(old) + (old_count == b"0"), int(new) + (new_count == b"0"))
        return PatchHunk(*starts, _words(heading), Lines()), 1
    if (found := _COMBINED.match(raw)) is not None:
        first = found[2].split()[0][1:].split(b",")[0]
        return PatchHunk(int(first), int(found[3]), _words(found[5]), Lines()), len(found[1]) - 1
    return PatchHunk(1, 1, "", Lines()), 1


def _words(heading: bytes | None) -> str:
    return (heading or b"").decode("utf-8", "replace").strip()


def _sign(signs: str) -> str:
    return "+" if "+" in signs else "-" if "-" in signs else " "
