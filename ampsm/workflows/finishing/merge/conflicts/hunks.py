"""Three texts laid side by side: what is settled, and what one or both sides changed (SPEC section 12).

The regions are those of `git merge-file --diff3`: changes that touch one another are one conflict, and lines that both
sides have in common inside of it stay part of it. Lines end with a line feed, as for git; a carriage return is a part
of the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from ampsm.git.objects import LineChange
from ampsm.model.conflicts import Choice, HunkKind
from ampsm.model.record import record

_UNCHOSEN = {
    HunkKind.CONFLICT: Choice.BASE,
    HunkKind.TARGET: Choice.TARGET,
    HunkKind.SESSION: Choice.SESSION,
    HunkKind.SAME: Choice.TARGET,
}


@record
class Region:
    """Lines that at least one side changed: what each side has there, and which of its lines these are, counted from
    0. `n` counts the regions of a text from 1. `at_end`: nothing follows. `carriage` says that a line end which has to
    be put between two sides is one with a carriage return."""

    n: int
    kind: HunkKind
    base: bytes
    target: bytes
    session: bytes
    base_lines: range
    target_lines: range
    session_lines: range
    at_end: bool
    carriage: bool


@record
class ThreeWay:
    """The three texts as one: bytes that are settled, and regions, in their order."""

    parts: tuple[bytes | Region, ...]

    @property
    def regions(self) -> tuple[Region, ...]:
        return tuple(part for part in self.parts if isinstance(part, Region))


def three_way(
    base: bytes,
    target: bytes,
    session: bytes,
    target_changes: Sequence[LineChange],
    session_changes: Sequence[LineChange],
) -> ThreeWay:
    """Lays three texts side by side; the changes are those from `base` to each of the two. Linear in their size."""
    texts = [_Lines(text) for text in (base, target, session)]
    parts: list[bytes | Region] = []
    at = 0  # in the lines of target
    for n, found in enumerate(_touching(target_changes, session_changes), 1):
        if settled := texts[1].cut(range(at, found.lines[1].start)):
            parts.append(settled)
        at = found.lines[1].stop
        base_cut, target_cut, session_cut = (text.cut(each) for text, each in zip(texts, found.lines, strict=True))
        parts.append(Region(
            n, found.kind(target_cut == session_cut), base_cut, target_cut, session_cut, *found.lines,
            all(each.stop == text.count for each, text in zip(found.lines, texts, strict=True)),
            _carriage(texts, found.lines),
        ))  # fmt: skip
    if settled := texts[1].cut(range(at, texts[1].count)):
        parts.append(settled)
    return ThreeWay(tuple(parts))


def taken(region: Region, choice: Choice, text: bytes | None = None) -> bytes:
    """What a region becomes by a choice; `text` is that of `Choice.TEXT`. A line end is put between two sides where the
    first has none, and after a text of one's own unless it is the end of a file that a side leaves without one."""
    if choice is Choice.TEXT:
        if text is None:
            raise ValueError("A choice of a text needs one")
        open_end = region.at_end and any(side and not side.endswith(b"\n") for side in (region.target, region.session))
        return text if open_end else _ended(text, region.carriage)
    sides = {
        Choice.TARGET: (region.target,),
        Choice.SESSION: (region.session,),
        Choice.BASE: (region.base,),
        Choice.BOTH: (_ended(region.target, region.carriage), region.session),
        Choice.BOTH_REVERSED: (_ended(region.session, region.carriage), region.target),
    }
    return b"".join(sides[choice])


def composed(three: ThreeWay, choices: Mapping[int, tuple[Choice, bytes | None]]) -> bytes:
    """The whole text with these choices, by the numbers of the regions. Without one a conflict is as it is in the base,
    and of the rest each side's changes are applied."""
    return b"".join(
        part if isinstance(part, bytes) else taken(part, *choices.get(part.n, (_UNCHOSEN[part.kind], None)))
        for part in three.parts
    )


class _Lines:
    """A text that can be cut at its lines."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        lines = text.split(b"\n")
        self.count = len(lines) - (not lines[-1])
        self.starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def cut(self, lines: range) -> bytes:
        return self.text[self.starts[lines.start] : self.starts[lines.stop]]

    def carriage(self, line: int) -> bool | None:
        """Whether a line ends with a carriage return; None when nothing tells."""
        if line == self.count - 1 and not self.text.endswith(b"\n"):
            line -= 1
        return self.cut(range(line, line + 1)).endswith(b"\r\n") if 0 <= line < self.count else None


def _carriage(texts: Sequence[_Lines], lines: Sequence[range]) -> bool:
    """As git decides it: by the line before, on both sides, else by the first of the base."""
    base, target, session = texts
    for text, line in ((target, lines[1].start), (session, lines[2].start), (base, 0)):
        said = text.carriage(max(line - 1, 0))
        if said is False:
            return False
        found = said
    return bool(found)


def _ended(text: bytes, carriage: bool) -> bytes:
    return text + (b"\r\n" if carriage else b"\n") if text and not text.endswith(b"\n") else text


@record
class _Touching:
    """Changes of both sides that touch one another; `lines` are those of base, target and session."""

    target: Sequence[LineChange]
    session: Sequence[LineChange]
    lines: tuple[range, range, range]

    def kind(self, same_text: bool) -> HunkKind:
        """Only one change that each side made alone, of the same lines to the same text, is no conflict."""
        if not self.session:
            return HunkKind.TARGET
        if not self.target:
            return HunkKind.SESSION
        spans = [[(change.old_start, change.old_count) for change in side] for side in (self.target, self.session)]
        return HunkKind.SAME if same_text and spans[0] == spans[1] else HunkKind.CONFLICT


def _touching(target: Sequence[LineChange], session: Sequence[LineChange]) -> Iterator[_Touching]:
    """The two edit scripts gone through as git does (xdl_do_merge): a region grows as long as a change touches it."""
    at = [0, 0]  # how many changes of each side are in regions
    shifts = [0, 0]  # how far the lines of each side are from those of the base there
    scripts = target, session
    while at[0] < len(target) or at[1] < len(session):
        begun = list(at)
        stop = start = min(changes[n].old_start for changes, n in zip(scripts, at, strict=True) if n < len(changes))
        grown = True
        while grown:
            grown = False
            for side, changes in enumerate(scripts):
                while at[side] < len(changes) and changes[at[side]].old_start <= stop:
                    stop = max(stop, changes[at[side]].old_start + changes[at[side]].old_count)
                    at[side] += 1
                    grown = True
        inside = [changes[one:end] for changes, one, end in zip(scripts, begun, at, strict=True)]
        lines = [range(start, stop)]
        for side, changes in enumerate(inside):
            first = start + shifts[side]
            shifts[side] += sum(change.new_count - change.old_count for change in changes)
            lines.append(range(first, stop + shifts[side]))
        yield _Touching(inside[0], inside[1], (lines[0], lines[1], lines[2]))
