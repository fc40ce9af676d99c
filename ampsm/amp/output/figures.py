"""Numbers, durations and times as logs write them; what cannot be true is None (SPEC section 7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

#: No iteration spends so many tokens or milliseconds.
ABSURD = 10**10

#: A whole number as text, thousands separated or not.
NUMBER = r"-?\d{1,3}(?:[,._'’\u00a0\u202f ]\d{3})+(?!\d)|-?\d+(?!\d)"

_NUMBER = re.compile(NUMBER)
_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
_DURATION = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?)?", re.I)
_UNITS = {"": 1, "m": 60_000, "s": 1000}
_EPOCH_MS = 10**11
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def count(value: Any) -> int | None:
    """A number of tokens or calls: a whole number, one as text, or a float; None when negative, absurd or none."""
    if type(value) is int:
        return value if 0 <= value < ABSURD else None
    if type(value) is float:
        return round(value) if 0 <= value < ABSURD else None
    return _count_of_text(value.strip()) if type(value) is str and len(value) < 40 else None


def milliseconds(value: Any) -> int | None:
    """A duration: milliseconds as a number or text, or text with a unit, e.g. `1.5s`."""
    if type(value) is not str:
        return count(value)
    match = _DURATION.fullmatch(value.strip()[:40])
    if not match:
        return count(value)
    unit = (match.group(2) or "").lower()
    return count(float(match.group(1)) * (1 if unit.startswith(("ms", "milli")) else _UNITS[unit[:1]]))


def moment(value: Any) -> datetime | None:
    """The time of a log line: ISO 8601 (without a zone: UTC), or seconds or milliseconds since 1970."""
    try:
        if type(value) is str and len(value) <= 40:
            found = datetime.fromisoformat(value.strip())
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
        elif type(value) in (int, float):
            found = datetime.fromtimestamp(value / 1000 if value >= _EPOCH_MS else value, UTC)
        else:
            return None
        return found.astimezone(UTC) if _FIRST <= found < _LAST else None
    except (ValueError, OverflowError, OSError):
        return None


def between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole milliseconds from one time to another; None when one is unknown or the log contradicts itself."""
    if start is None or end is None or end < start:
        return None
    return (end - start) // timedelta(milliseconds=1)


def _count_of_text(text: str) -> int | None:
    if _NUMBER.fullmatch(text):
        return count(int(re.sub(r"[^\d-]", "", text)))
    return count(float(text)) if _DECIMAL.fullmatch(text) else None
