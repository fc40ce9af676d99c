"""Rows of the benchmark: a figure, the target beside it, and whether it is met; as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.measure import Pairs

TITLES = ("row", "what", "floor", "floor ms", "ours ms", "figure", "target", "ok")


@dataclass(frozen=True)
class Row:
    """One line of SPEC section 11. `figure` is in `unit`: `×` the floor's time, `× speed`, `ms` or `MB`.

    `at_most` tells on which side of the target the figure has to be; on the target itself is met.
    """

    id: str
    what: str
    floor: str
    figure: float
    target: float
    unit: str = "×"
    at_most: bool = True
    floor_ms: float | None = None
    ours_ms: float | None = None

    @property
    def ok(self) -> bool:
        return self.figure <= self.target if self.at_most else self.figure >= self.target

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "what": self.what,
            "floor": self.floor,
            "floorMs": _rounded(self.floor_ms),
            "oursMs": _rounded(self.ours_ms),
            "figure": _rounded(self.figure),
            "unit": self.unit,
            "target": self.target,
            "bound": "at most" if self.at_most else "at least",
            "ok": self.ok,
        }


def ratio_row(id: str, what: str, floor: str, pairs: Pairs, target: float) -> Row:  # noqa: A002
    """A row whose figure is how many times the floor's time ours takes."""
    return Row(id, what, floor, pairs.ratio, target, floor_ms=pairs.floor_ms, ours_ms=pairs.ours_ms)


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    lines = [TITLES, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(TITLES))]
    return "\n".join(
        "  ".join(_aligned(cell, width, i) for i, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in lines
    )


def missed(rows: Sequence[Row]) -> list[str]:
    """The ids of the rows whose target is not met."""
    return [row.id for row in rows if not row.ok]


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≤" if row.at_most else "≥"
    return (
        row.id,
        row.what,
        row.floor,
        _milliseconds(row.floor_ms),
        _milliseconds(row.ours_ms),
        f"{row.figure:.2f} {row.unit}",
        f"{sign} {row.target:g} {row.unit}",
        "yes" if row.ok else "NO",
    )


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if TITLES[column] in ("floor ms", "ours ms", "figure") else cell.ljust(width)


def _milliseconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
