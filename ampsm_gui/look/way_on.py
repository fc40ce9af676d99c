"""A hint in two: what to do in words, and the command to copy."""

from __future__ import annotations

import re
from typing import NamedTuple

_PROGRAMS = ("amp-sessions", "git", "mv", "rm", "sudo", "df", "ls", "chmod", "chown", "mkdir", "kill", "pip", "pipx")
_BEGINS = re.compile(rf"(?:^|: )(?=(?:{'|'.join(_PROGRAMS)}) )")
_ENDS = re.compile(r"[;,] (?:or|then|after|if)\b")


class WayOn(NamedTuple):
    """`sentence` is the hint as it is read after a message, empty where it is the command alone; `command` is what is
    typed next, empty where only a person can do it."""

    sentence: str = ""
    command: str = ""


def way_on(hint: str | None) -> WayOn:
    """What a hint says to do. The command in it ends where the next one, or another way, is named."""
    hint = (hint or "").strip()
    begins = _BEGINS.search(hint)
    if begins is None:
        return WayOn(_sentence(hint))
    command = hint[begins.end() :]
    ends = _ENDS.search(command)
    alone = begins.start() == 0 and ends is None and not begins.group()
    return WayOn("" if alone else _sentence(hint), command[: ends.start()] if ends else command)


def said(message: str, hint: str | None) -> str:
    """A message and all of its hint, as sentences."""
    to_do = way_on(hint)
    return " ".join(filter(None, (_sentence(message), to_do.sentence or (f"Next: {to_do.command}" if hint else ""))))


def _sentence(words: str) -> str:
    words = words.strip()
    if not words:
        return ""
    if _BEGINS.match(words):
        return f"Next: {words}"
    first = words[:1].upper() + words[1:]
    return first if _BEGINS.search(words) or words.endswith((".", "…", "!", "?")) else f"{first}."
