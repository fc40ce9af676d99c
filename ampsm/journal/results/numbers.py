"""Whole numbers in what a tool said: JSON has them of any length, and Python writes none of thousands of digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MOST = 2**32


def number_in(value: dict[str, Any], names: Sequence[str], *, least: int = 0) -> int | None:
    """The first of these fields that holds a whole number which can be one of lines or the like."""
    found = (value.get(name) for name in names)
    return next((one for one in found if type(one) is int and least <= one <= MOST), None)
