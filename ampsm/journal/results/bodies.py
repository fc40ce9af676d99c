"""What a tool said, in the few kinds in which people read it.

No text in any of them holds a control character or an escape sequence; paths are relative to the worktree where they
are inside it.
"""

from __future__ import annotations

from contextlib import suppress
from signal import Signals
from typing import Any

from ampsm.model.record import record


@record
class StyledSpan:
    """Words of a line that look alike. `color` and `ground` are empty or one of the eight names of ANSI: black, red,
    green, yellow, blue, magenta, cyan, white."""

    text: str
    color: str = ""
    ground: str = ""
    bold: bool = False


StyledLine = tuple[StyledSpan, ...]


@record
class OutputBody:
    """What a program printed, with its colours; `left_out` lines before these the agent was not told either.
    `running` if the program went on after that."""

    lines: tuple[StyledLine, ...]
    left_out: int = 0
    running: bool = False

    @property
    def text(self) -> list[str]:
        """The lines without colours."""
        return ["".join(span.text for span in line) for line in self.lines]


@record
class FileDiff:
    """What became of one file: `kind` is added, changed, deleted or moved; `diff` are its hunks as of `git diff`,
    without the heads of the file, and empty when they are not known. The numbers of lines in their heads are made up
    where `numbered` is false: the agent named none."""

    path: str
    kind: str
    added: int
    removed: int
    diff: str
    numbered: bool = True


@record
class DiffBody:
    """Changes of files, and the words that stood around them."""

    files: tuple[FileDiff, ...]
    said: str = ""


@record
class FileBody:
    """A file that was read, or a part of it: number (None when it has none) and text of each line."""

    path: str
    lines: tuple[tuple[int | None, str], ...]


@record
class SearchMatch:
    """A place that a search found. Without `line`: a whole file."""

    path: str
    line: int | None
    text: str


@record
class MatchesBody:
    """What a search found; `sought` is what it searched for, empty when that is not known."""

    found: tuple[SearchMatch, ...]
    sought: str

    @property
    def files(self) -> int:
        """In how many files."""
        return len({match.path for match in self.found})


@record
class PictureBody:
    """An image as its file holds it, of a kind that `mime` names, and the words that came with it. Never SVG, which is
    text. Nothing says that the bytes are a whole image, or a small one."""

    path: str
    mime: str
    data: bytes
    said: str = ""


@record
class JsonBody:
    """JSON that is none of the others; `size` is that of its text in bytes."""

    value: Any
    size: int


@record
class ProseBody:
    """Markdown."""

    text: str


Body = OutputBody | DiffBody | FileBody | MatchesBody | PictureBody | JsonBody | ProseBody


@record
class Decoded:
    """What a call said. `body` is None when it said nothing; `note` is a fact about it in a few words, for the end of
    its row; `reason` is why it failed in one line; `paths` are the files it is about."""

    body: Body | None
    exit_code: int | None
    note: str
    reason: str
    paths: tuple[str, ...]

    @property
    def ending(self) -> str:
        """How a command ended that did not end well, in words."""
        return exit_words(self.exit_code) if self.exit_code else ""


def exit_words(code: int) -> str:
    """`Exit code 1`; 128+n, as a shell says it of a signal, names that."""
    with suppress(ValueError):
        if code < 0 or code > 128:
            return f"Exit code {code}, ended by {Signals(-code if code < 0 else code - 128).name}"
    return f"Exit code {code}"
