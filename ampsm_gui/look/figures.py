"""Figures and times as the design writes them: what is unknown is `–`, never 0."""

from __future__ import annotations

from datetime import datetime

UNKNOWN = "–"
MINUS = "−"


def tokens(count: int | None) -> str:
    """`812`, `214 k`, `1.38 M`."""
    if count is None:
        return UNKNOWN
    if count < 1_000:
        return str(count)
    if count < 999_500:
        return f"{count / 1_000:.1f} k" if count < 9_950 else f"{count / 1_000:.0f} k"
    return f"{count / 1_000_000:.2f} M" if count < 99_950_000 else f"{count / 1_000_000:.0f} M"


def cost(usd: float | None) -> str:
    """`$8.31`; below a cent with four digits."""
    if usd is None:
        return UNKNOWN
    return f"${usd:,.2f}" if usd >= 0.01 or usd == 0 else f"${usd:.4f}"


def seconds_column(milliseconds: int | None) -> str:
    """For columns: `48.2 s`, from a minute on `2:04`, from an hour on `1:02:04`."""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds < 59_950:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def seconds_prose(milliseconds: int | None) -> str:
    """For sentences: `0.4 s`, `48 s`, `2 min 04 s`, `1 h 02 min`."""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds < 9_950:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    if not minutes:
        return f"{seconds} s"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{minutes} min {seconds:02d} s"


def ago(at: str | None, now: datetime) -> str:
    """How long ago: `now`, `6 min` until an hour, then the clock time today, the weekday this week, else the date.

    `at` is ISO 8601 UTC; `now` an aware time, whose zone decides what today is.
    """
    then = _local(at, now)
    if then is None:
        return UNKNOWN
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if then.date() == now.date():
        return then.strftime("%H:%M")
    if (now.date() - then.date()).days < 7:
        return then.strftime("%a")
    return f"{then.day} {then.strftime('%b')}" + ("" if then.year == now.year else f" {then.year}")


def exact_time(at: str | None) -> str:
    """For tooltips: date and time to the second in the local zone."""
    then = _local(at, datetime.now().astimezone())
    return then.strftime("%Y-%m-%d %H:%M:%S") if then else UNKNOWN


def clock_time(at: str | None) -> str:
    """`08:21:07` in the local zone."""
    then = _local(at, datetime.now().astimezone())
    return then.strftime("%H:%M:%S") if then else UNKNOWN


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 file`, `9 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _local(at: str | None, now: datetime) -> datetime | None:
    try:
        return datetime.fromisoformat(at).astimezone(now.tzinfo) if at else None
    except ValueError:
        return None
