"""The hunks of one file with what is chosen for them, as the window knows it now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from ampsm.model.conflicts import Choice, ConflictFile, FileHunks, Hunk, HunkKind

_OF_SIDE = {HunkKind.TARGET: "target", HunkKind.SESSION: "session", HunkKind.SAME: "target", HunkKind.CONFLICT: "base"}


class HunkTexts:
    """What is between the hunks is cut out of the result once; choosing touches one hunk only, however long the file.

    Hunks are known by their place in `hunks`; `conflicts` has the places of those in conflict. Lines are
    counted from 1.
    """

    def __init__(self, read: FileHunks) -> None:
        self.file: ConflictFile = read.file
        self.hunks: list[Hunk] = list(read.hunks)
        self.settled: tuple[str, ...] = tuple(_between(read.result or "", read.hunks))
        self._settled_lines = [_count(text) for text in self.settled]
        self.conflicts = [at for at, hunk in enumerate(self.hunks) if hunk.kind is HunkKind.CONFLICT]
        self._starts = {side: self._starts_of(side) for side in ("target", "session", "base", "result")}

    @property
    def open(self) -> list[int]:
        """The places of those that wait for a choice."""
        return [at for at in self.conflicts if self.hunks[at].choice is None]

    @property
    def result(self) -> str:
        """The whole text as it would be written now."""
        pieces = [self.settled[0]]
        for hunk, after in zip(self.hunks, self.settled[1:], strict=True):
            pieces += [hunk.result, after]
        return "".join(pieces)

    def choose(self, at: int, choice: Choice | None, text: str | None = None) -> None:
        """As the core will say it; a line end between two sides is put right by its answer."""
        hunk = self.hunks[at]
        self.hunks[at] = replace(hunk, choice=choice, result=_taken(hunk, choice, text))
        if grown := _count(self.hunks[at].result) - _count(hunk.result):
            starts = self._starts["result"]
            starts[at + 1 :] = [start + grown for start in starts[at + 1 :]]

    def line(self, at: int, side: str) -> int:
        """Where a hunk begins on a side: target, session, base or result."""
        return self._starts[side][at]

    def around(self, at: int, most: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """The settled lines before and after a hunk, with their numbers in the result."""
        before, after = self.settled[at], self.settled[at + 1]
        first = self.line(at, "result")
        above = _last_lines(before, most)
        behind = first + _count(self.hunks[at].result)
        below = [line.removesuffix("\r") for line in after.split("\n", most)[:most]]
        below = below[: _count(after)]
        return (
            [(first - len(above) + step, text) for step, text in enumerate(above)],
            [(behind + step, text) for step, text in enumerate(below)],
        )

    def hunk_at(self, line: int) -> int:
        """The last hunk that begins at this line of the result or before; -1: none."""
        return bisect_right(self._starts["result"], line) - 1

    def _starts_of(self, side: str) -> list[int]:
        at, found = self._settled_lines[0] + 1, []
        for hunk, settled in zip(self.hunks, self._settled_lines[1:], strict=True):
            found.append(at)
            at += _count(getattr(hunk, side)) + settled
        return found


def _taken(hunk: Hunk, choice: Choice | None, text: str | None) -> str:
    if choice is Choice.TEXT:
        given = text or ""
        return given + "\n" if given and ends_lines(hunk) and not given.endswith("\n") else given
    target, session = hunk.target, hunk.session
    if choice is Choice.BOTH:
        return _ended(target) + session
    if choice is Choice.BOTH_REVERSED:
        return _ended(session) + target
    side = choice.value if choice else _OF_SIDE[hunk.kind]
    taken: str = getattr(hunk, side)
    return taken


def ends_lines(hunk: Hunk) -> bool:
    """Whether the last line of its sides ends, as that of what is made of them does then."""
    return all(side.endswith("\n") for side in (hunk.target, hunk.session) if side)


def _ended(text: str) -> str:
    return text + "\n" if text and not text.endswith("\n") else text


def _between(result: str, hunks: Sequence[Hunk]) -> list[str]:
    """The settled texts around the hunks, by the lines at which these begin."""
    ends = list(accumulate(map(len, result.split("\n")))) if hunks else []  # without the line feeds before
    found, at = [], 0
    for hunk in hunks:
        above = hunk.line - 1
        begin = min(ends[above - 1] + above, len(result)) if 0 < above <= len(ends) else len(result) if above else 0
        found.append(result[at:begin])
        at = begin + len(hunk.result)
    return [*found, result[at:]]


def _count(text: str) -> int:
    return text.count("\n") + (bool(text) and not text.endswith("\n"))


def _last_lines(text: str, most: int) -> list[str]:
    lines = text.removesuffix("\n").rsplit("\n", most)[-most:] if text else []
    return [line.removesuffix("\r") for line in lines]
