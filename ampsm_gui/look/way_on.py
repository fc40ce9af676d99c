"""A hint in two: what to do in words, and the command to copy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import NamedTuple

_PROGRAMS = (
    "amp-sessions", "git", "gh", "mv", "rm", "sudo", "df", "ls", "chmod", "chown", "mkdir", "kill", "pip", "pipx",
    "npm", "umount",
)  # fmt: skip
_BEGINS = re.compile(rf"(?:^|: )(?=(?:{'|'.join(_PROGRAMS)}) )")
#: A plain word, as a sentence begins with; `src/one.py` and `a_b` are none.
_WORD = re.compile(r"[^\W_]+(?:['’-]\w+)*(?:[,:;.]?(?:\s|$))")
_ENDS = re.compile(r"[;,] (?:or|then|after|if|and)\b")


class WayOn(NamedTuple):
    """`words` say what to do, without any command; `command` is what is typed next, empty where only a person can do
    it. What shows it has a button for it: commands are no part of sentences."""

    words: str = ""
    command: str = ""

    def verb(self, session_id: str) -> str:
        """What the command does with a session, if that is all it does: `abort-merge`; empty else."""
        try:
            words = shlex.split(self.command)
        except ValueError:
            return ""
        return words[1] if words[:1] == ["amp-sessions"] and words[2:] == [session_id] else ""


def way_on(hint: str | None) -> WayOn:
    """What a hint says to do. The command in it ends where the next one, or another way, is named."""
    hint = (hint or "").strip()
    begins = _BEGINS.search(hint)
    if begins is None:
        return WayOn(_sentence(hint))
    command = hint[begins.end() :]
    ends = _ENDS.search(command)
    before = hint[: begins.start()].removesuffix(", then").removesuffix(" then").rstrip(" ,;:")
    return WayOn(_sentence(before), command[: ends.start()] if ends else command)


def said(message: str, hint: str | None) -> str:
    """A message, and what its hint says to do, as sentences; the command in it is for a button."""
    return " ".join(filter(None, (_sentence(message), way_on(hint).words)))


def without_paths(words: str, folders: Mapping[str, str]) -> str:
    """The words with folders called by what they are (a path → `the worktree`), and what is in them by its path from
    there. Longer paths come first in `folders`."""
    for path, name in folders.items():
        if path:
            noun = name.rpartition(" ")[2]
            words = words.replace(f"{path}/", "").replace(f"{noun} {path}", noun).replace(path, name)
    return words


def spelled_out(message: str, hint: str | None) -> str:
    """The same with the command, where a dialog shows what its link copies."""
    command = way_on(hint).command
    return f"{said(message, hint)}{f' Next: {command}' if command else ''}".strip()


def _sentence(words: str) -> str:
    """A path that comes first stays as it is written."""
    words = words.strip()
    first = words[:1].upper() + words[1:] if _WORD.match(words) else words
    return first if not words or words.endswith((".", "…", "!", "?")) else f"{first}."
