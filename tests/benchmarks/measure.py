"""Timing two things against each other on a machine that does other work too: in pairs, by the median of the pairs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: A thing to measure; returns the seconds it took, so that it may prepare and clean up outside of them.
Timed = Callable[[], float]


@dataclass(frozen=True)
class Pairs:
    """Seconds of the floor and of ours, measured one right after the other; pair by pair."""

    floor: tuple[float, ...]
    ours: tuple[float, ...]

    @property
    def floor_ms(self) -> float:
        return statistics.median(self.floor) * 1000

    @property
    def ours_ms(self) -> float:
        return statistics.median(self.ours) * 1000

    @property
    def ratio(self) -> float:
        """How many times the floor's time ours takes."""
        return statistics.median(ours / floor for floor, ours in zip(self.floor, self.ours, strict=True))

    @property
    def speed(self) -> float:
        """Ours as a part of the floor's speed."""
        return statistics.median(floor / ours for floor, ours in zip(self.floor, self.ours, strict=True))

    @property
    def extra_ms(self) -> float:
        """Milliseconds that ours takes on top of the floor, in the quickest quarter of the pairs: unlike a ratio a
        difference grows with whatever else the machine does, and that only ever adds."""
        return percentile([ours - floor for floor, ours in zip(self.floor, self.ours, strict=True)], 25) * 1000


def interleave(floor: Timed, ours: Timed, rounds: int) -> Pairs:
    """Runs both once unmeasured (bytecode, page cache), then by turns: A B A B …"""
    floor()
    ours()
    times = [(floor(), ours()) for _ in range(rounds)]
    return Pairs(tuple(a for a, _ in times), tuple(b for _, b in times))


def seconds_of(action: Callable[[], object]) -> float:
    """How long the action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
