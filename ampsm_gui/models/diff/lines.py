"""Very many lines of a patch, kept so that Python's garbage collector need not visit each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, overload

#: A line as it is kept. The collector stops tracking plain tuples of plain values; named tuples it visits again and
#: again, and with a hundred thousand of them that stops every thread for noticeably long.
RawLine = tuple[str, int, int, str, bool]


class PatchLine(NamedTuple):
    """One line: `sign` is blank, + or -; the numbers are those on the old and the new side, 0 where it is not."""

    sign: str
    old: int
    new: int
    text: str
    no_newline: bool = False


class Lines(Sequence[PatchLine]):
    """A sequence of PatchLine; `raw` is what loops over all of them go through."""

    def __init__(self, raw: Iterable[RawLine] = ()) -> None:
        self.raw: list[RawLine] = list(raw)

    def __len__(self) -> int:
        return len(self.raw)

    @overload
    def __getitem__(self, at: int) -> PatchLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[PatchLine]: ...
    def __getitem__(self, at: int | slice) -> PatchLine | list[PatchLine]:
        if isinstance(at, slice):
            return [PatchLine._make(line) for line in self.raw[at]]
        return PatchLine._make(self.raw[at])

    def __iter__(self) -> Iterator[PatchLine]:
        return map(PatchLine._make, self.raw)
