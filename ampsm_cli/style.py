"""Colour, symbols and the wording of figures and times, without any library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm_cli.screen import terminal_command

if TYPE_CHECKING:
    from datetime import datetime

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "bold red": "1;31",
    "bold green": "1;32",
    "bold cyan": "1;36",
}
#: A blank belongs to the path unless another path, an option or a quoted word begins after it.
_WORKTREE = r"(?<![^\s\"'=:])/(?:[^\s\"']| (?![\s/\"'-]))*/\.worktrees/[^/\s\"']+/"
_CONTROL = dict.fromkeys(
    (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)), "�"
)

#: Session and iteration status words: symbol and colour. The word carries the meaning, colour only repeats it.
STATUS = {
    "idle": ("○", ""),
    "running": ("●", "cyan"),
    "awaiting-input": ("◆", "yellow"),
    "error": ("✘", "red"),
    "done": ("✔", "dim"),
    "succeeded": ("✔", "green"),
    "failed": ("✘", "red"),
    "cancelled": ("■", "yellow"),
    "timed-out": ("✘", "yellow"),
    "interrupted": ("■", "yellow"),
}


def paint(text: str, style: str, *, on: bool) -> str:
    """The text in a style, for a terminal that `screen` writes to."""
    return f"{terminal_command(_CODES[style] + 'm')}{text}{terminal_command('0m')}" if on and style and text else text


def clean(text: str) -> str:
    """The text as one line without control or direction characters, harmless on a terminal."""
    return text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ").translate(_CONTROL)


def clean_lines(text: str) -> str:
    """As `clean`, keeping line breaks and tabs."""
    return text.replace("\r\n", "\n").translate(_CONTROL)


def without_worktree(text: str) -> str:
    """The text with paths inside a worktree made relative to it, for narrow places."""
    import re

    return re.sub(_WORKTREE, "", text)


def status_word(status: str) -> tuple[str, str]:
    """`✔ done` and its colour."""
    symbol, style = STATUS.get(status, ("·", ""))
    return f"{symbol} {status}", style


def duration(milliseconds: int | None) -> str:
    """`350 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`; `–` when unknown."""
    if milliseconds is None:
        return "–"
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def count(number: int | None) -> str:
    """`12,345`; `–` when unknown."""
    return "–" if number is None else f"{number:,}"


def short_count(number: int | None) -> str:
    """`950`, `12.3k`, `4.5M`; `–` when unknown."""
    if number is None:
        return "–"
    if number < 1000:
        return str(number)
    if number < 999_950:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def cost(usd: float | None) -> str:
    """`$0.0123`, `$1.23`; `–` when unknown."""
    if usd is None:
        return "–"
    return f"${usd:.4f}" if usd < 1 else f"${usd:,.2f}"


def plural(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def ago(time: str | None, now: datetime | None = None) -> str:
    """How long ago an ISO 8601 time was: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, else the date."""
    if not time:
        return "–"
    from datetime import UTC, datetime

    then = _moment(time)
    if then is None:
        return time
    seconds = ((now or datetime.now(UTC)) - then).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h ago"
    if seconds < 14 * 86_400:
        return plural(int(seconds // 86_400), "day") + " ago"
    return then.astimezone().date().isoformat()


def local_time(time: str | None) -> str:
    """`2026-11-24 10:15:00` in the user's time zone."""
    if not time:
        return "–"
    then = _moment(time)
    return time if then is None else then.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _moment(time: str) -> datetime | None:
    """The time that a text says; None for one that says none, as in a damaged database."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
