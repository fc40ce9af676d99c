"""Numbers and lists in messages."""

from __future__ import annotations

from collections.abc import Sequence


def few(names: Sequence[str], shown: int = 3) -> str:
    """The first few of some names, and how many more there are: `a, b, c and 4 more`."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")


def number_of(count: int, noun: str) -> str:
    """`1 commit`, `3 commits`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
