"""Round figures for the axis of a plot."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

#: Lines above the axis.
LINES = 4
_STEPS = (1, 2, 2.5, 5, 10)
_TIME_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 18000, 36000, 86400)


class Scale(NamedTuple):
    """An axis from 0 to `top`, with a line at every multiple of `step` up to there; `label` writes one figure."""

    step: float
    top: float
    label: Callable[[float], str]

    def lines(self) -> list[float]:
        """The figures of the lines, 0 first."""
        return [self.step * number for number in range(round(self.top / self.step) + 1)]


def token_scale(largest: float) -> Scale:
    """For counts of tokens."""
    return _scale(largest, _step(max(largest, LINES) / LINES), _tokens)


def cost_scale(largest: float) -> Scale:
    """For US dollars."""
    step = _step(max(largest, 0.0004) / LINES)
    needed = next(digits for digits in range(7) if math.isclose(round(step, digits), step, rel_tol=1e-6))
    digits = max(2, needed) if needed else 0
    return _scale(largest, step, lambda usd: f"${usd:,.{digits}f}")


def time_scale(longest: float) -> Scale:
    """For milliseconds."""
    wanted = max(longest, 1000) / 1000 / LINES
    step = next((seconds for seconds in _TIME_STEPS if seconds >= wanted), _step(wanted))
    return _scale(longest, step * 1000, _clock)


def _scale(largest: float, step: float, label: Callable[[float], str]) -> Scale:
    if largest <= 0:  # nothing is known: lines without figures
        return Scale(step, step * LINES, lambda value: "" if value else "0")
    lines = max(1, math.ceil(largest / step - 1e-9))
    return Scale(step, step * lines, label)


def _step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    found: float = next(step * power for step in _STEPS if step * power >= least - 1e-12)
    return found


def _tokens(count: float) -> str:
    if count < 1_000:
        return f"{count:g}"
    return f"{count / 1e3:g} k" if count < 1_000_000 else f"{count / 1e6:g} M"


def _clock(milliseconds: float) -> str:
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds} s" if seconds else "0"
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    return f"{hours}:{left:02d} h" if hours else f"{minutes}:{rest:02d}"
