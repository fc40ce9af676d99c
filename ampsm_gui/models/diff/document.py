"""One changed file, ready to be shown: its lines, what stayed between them, colours, changed words."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable
from unicodedata import east_asian_width

from ampsm_gui.models.diff.lines import Lines, RawLine
from ampsm_gui.models.diff.patch import FilePatch, decoded, parse_file, split_patch
from ampsm_gui.models.diff.rows import DiffRows, Gap, Part
from ampsm_gui.models.diff.search import LineText
from ampsm_gui.models.diff.syntax import Coloured, highlight
from ampsm_gui.models.diff.words import Span, changed_words

TAB_WIDTH = 4
_TOO_SMALL_TO_FOLD = 2
_WORDS_SECONDS = 1.5
_DRESSED_AT_ONCE = 40_000


class DiffDocument:
    """The diff of one file. Made on the pool; afterwards only folds change, in the GUI thread.

    `part` is what the patch says of the file, `old` and `new` its whole content where known: then unchanged parts can
    be opened and colours are those of the whole file.
    """

    def __init__(self, part: bytes, old: bytes | None = None, new: bytes | None = None) -> None:
        self.part = part
        self.patch = _parse(part)
        self.lines = Lines()
        self.gaps: list[Gap] = []
        self.words: dict[int, list[Span]] = {}
        self._colours: tuple[dict[int, list[Coloured]], dict[int, list[Coloured]]] = ({}, {})
        new_lines = self._whole(new)
        self._old_text = decoded(old) if old is not None else None
        self._new_text = decoded(new) if new is not None and new_lines is not None else None
        parts = self._lay_out(new_lines)
        self._layouts = tuple(DiffRows(self.lines, parts, split, self.patch.left_out) for split in (False, True))
        self.columns = max((columns_of(line[3]) for line in self.lines.raw), default=0)
        self.largest_number = max((max(line[1], line[2]) for line in self.lines.raw), default=0)
        self.line_ends = _line_ends(self.lines.raw)
        self._pairs = self._paired()
        self._fill_gaps(new_lines)
        self.text = LineText([line[3] for line in self.lines.raw])
        self._parts = sorted(((part[0] if isinstance(part, tuple) else self.gaps[part].first), at, part)
                             for at, part in enumerate(parts))  # fmt: skip
        self.dressed = False
        if sum(len(line[3]) for line in self.lines.raw) + len(self._new_text or "") < _DRESSED_AT_ONCE:
            self.dress()

    def layout(self, split: bool) -> DiffRows:
        """The rows, unified or side by side."""
        return self._layouts[split]

    @property
    def can_unfold(self) -> bool:
        """Whether the whole file is known."""
        return self._new_text is not None

    def can_open(self, gap: int) -> bool:
        """Whether the lines of a gap are known."""
        return self.gaps[gap].first >= 0

    def toggle(self, gap: int) -> None:
        """Opens or closes a gap in both layouts."""
        if not self.can_open(gap):
            return
        for layout in self._layouts:
            row = next(at for at, row in enumerate(layout.rows) if row[0] == 1 and row[1] == gap)
            layout.toggle(row, self.gaps[gap])

    def colours(self, index: int) -> list[Coloured]:
        """The coloured parts of a line; empty until `dress` has run."""
        line = self.lines[index]
        if line.sign == "-":
            return self._colours[0].get(line.old, [])
        return self._colours[1].get(line.new, [])

    def dress(self) -> None:
        """Finds colours and changed words, which takes a while for large files: on the pool."""
        self._colours = (self._coloured("old"), self._coloured("new"))
        self.words = self._changed_words()
        self.dressed = True

    def find(self, words: str, most: int) -> list[tuple[int, int]]:
        """Line and column of every place of `words`, ignoring case, from top to bottom; at most `MOST_SHOWN`."""
        found = self.text.find(words, most)
        return sorted(found, key=lambda place: (self._part_of(place[0])[1], place))

    def gap_of(self, index: int) -> int:
        """The gap that a line lies in; -1 for a line of a hunk."""
        part = self._part_of(index)[2]
        return part if isinstance(part, int) else -1

    def _part_of(self, index: int) -> tuple[int, int, Part]:
        return self._parts[bisect_right(self._parts, index, key=lambda part: part[0]) - 1]

    def gap_open_at(self, new_start: int) -> int | None:
        """The gap that begins at a line of the new side, to carry what is open over to a newer diff."""
        return next((at for at, gap in enumerate(self.gaps) if gap.new_start == new_start), None)

    def _lay_out(self, new_lines: list[str] | None) -> list[Part]:
        parts: list[Part] = []
        old, new = 1, 1
        for hunk in self.patch.hunks:
            if hunk.new_start > new:
                parts.append(self._add_gap(old, new, hunk.new_start - new, hunk.heading))
            first = len(self.lines.raw)
            self.lines.raw.extend(hunk.lines.raw)
            parts.append((first, len(self.lines)))
            old = hunk.old_start + sum(line[0] != "+" for line in hunk.lines.raw)
            new = hunk.new_start + sum(line[0] != "-" for line in hunk.lines.raw)
        if new_lines is not None and self.patch.hunks and not self.patch.left_out and len(new_lines) >= new:
            parts.append(self._add_gap(old, new, len(new_lines) - new + 1, ""))
        return parts

    def _add_gap(self, old: int, new: int, count: int, heading: str) -> int:
        self.gaps.append(Gap(old, new, count, heading))
        return len(self.gaps) - 1

    def _fill_gaps(self, new_lines: list[str] | None) -> None:
        """Gives the gaps their lines, after those of the patch, and opens those too small to be worth a fold."""
        if new_lines is None:
            return
        for number, gap in enumerate(self.gaps):
            first = len(self.lines.raw)
            texts = new_lines[gap.new_start - 1 : gap.new_start - 1 + gap.size]
            if len(texts) == gap.size:
                numbered = enumerate(texts)
                old, new = gap.old_start, gap.new_start
                self.lines.raw.extend((" ", old + at, new + at, text, False) for at, text in numbered)
                self.gaps[number] = gap._replace(first=first)
                self.columns = max(self.columns, max((columns_of(text) for text in texts), default=0))
                self.largest_number = max(self.largest_number, gap.new_start + gap.size, gap.old_start + gap.size)
                if gap.size <= _TOO_SMALL_TO_FOLD:
                    self.toggle(number)

    def _whole(self, new: bytes | None) -> list[str] | None:
        """The lines of the whole new file, when they are those the patch speaks of."""
        if new is None or b"\0" in new[:8000]:
            return None
        lines = decoded(new).split("\n")
        if not lines[-1]:
            lines.pop()
        for hunk in self.patch.hunks:
            for _, _, number, text, _ in hunk.lines.raw:
                if number and (number > len(lines) or lines[number - 1] != text):
                    return None
        return lines

    def _coloured(self, side: str) -> dict[int, list[Coloured]]:
        path = (self.patch.old_path if side == "old" else self.patch.new_path) or self.patch.path
        whole = self._old_text if side == "old" else self._new_text
        if whole is not None:
            return {number: found for number, found in enumerate(highlight(path, whole), 1) if found}
        lines = [line for line in self.lines if (line.old if side == "old" else line.new)]
        found = highlight(path, "\n".join(line.text for line in lines))
        numbers = (line.old if side == "old" else line.new for line in lines)
        return {number: spans for number, spans in zip(numbers, found, strict=False) if spans}

    def _paired(self) -> list[tuple[int, int]]:
        """The lines that stand beside each other and differ; found before folds can change the rows."""
        rows = self.layout(True)
        found: list[tuple[int, int]] = []
        for change in rows.changes:
            if change.removed and change.added:
                beside = rows.rows[change.first : change.first + min(change.removed, change.added)]
                found.extend((left, right) for _, left, right in beside if left >= 0 and right >= 0)
        return found

    def _changed_words(self) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = {}
        until = time.monotonic() + _WORDS_SECONDS
        for number, (left, right) in enumerate(self._pairs):
            if number % 64 == 0 and time.monotonic() > until:
                break
            old, new = changed_words(self.lines[left].text, self.lines[right].text)
            if old or new:
                found[left], found[right] = old, new
        return found


def _parse(part: bytes) -> FilePatch:
    """One patch, also of a file that became another kind of file: git writes it as deleted, then added."""
    first, *others = [parse_file(one) for one in split_patch(part)] or [parse_file(part)]
    for other in others:
        first = first._replace(
            hunks=first.hunks + other.hunks, new_path=other.new_path, new_mode=other.new_mode,
            left_out=first.left_out + other.left_out,
        )  # fmt: skip
    return first


def columns_of(text: str) -> int:
    """How many columns of a fixed font a line takes; tabs as the diff view shows them."""
    if text.isascii() and "\t" not in text:
        return len(text)
    column = 0
    for character in text[:20_000]:
        if character == "\t":
            column += TAB_WIDTH - column % TAB_WIDTH
        else:
            column += 1 if character.isascii() or east_asian_width(character) not in "WF" else 2
    return column + max(0, len(text) - 20_000)


def _line_ends(lines: Iterable[RawLine]) -> str:
    """`CRLF`, `mixed`, or nothing for lines that end as usual."""
    ends = {line[3].endswith("\r") for line in lines}
    return "mixed" if len(ends) == 2 else "CRLF" if True in ends else ""
