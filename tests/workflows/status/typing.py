"""Commands out of the texts that tell people what to type, and what came of typing them."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

_PROGRAM = re.compile(r"(?:amp-sessions(?= [a-z])|git(?= -C ))")
#: Where a command ends, outside of quotes.
_END = re.compile(r"[,;]|\.?$|\. |  |\)")
#: What a person does before: the words before a command that stand for more than typing it.
_BY_HAND = re.compile(r"\b(?:then|when|move|remove|resolve|mend|clear|yourself)\b", re.I)


@dataclass(frozen=True)
class Typed:
    """A command in a text; `after_hands` when the text has a person do something first."""

    command: str
    after_hands: bool

    @property
    def words(self) -> list[str]:
        """As a person would fill it in."""
        return shlex.split(self.command.replace("…", "words").replace("BRANCH", "main"))

    @property
    def open_ended(self) -> bool:
        """Whether it goes on until something else ends."""
        return "--follow" in self.words


def commands_in(text: str) -> Iterator[Typed]:
    """The commands of a sentence, in order."""
    position = 0
    while found := _PROGRAM.search(text, position):
        end = _end_of(text, found.end())
        before = re.split(r"\. |, or ", text[position : found.start()])[-1]
        command = text[found.start() : end].rstrip()
        if not re.search(r"(?<!')…(?!')", command):  # a part of a command is nothing to type
            yield Typed(command, "agent" not in before and bool(_BY_HAND.search(before)))
        position = end


def _end_of(text: str, start: int) -> int:
    quoted = False
    for at in range(start, len(text)):
        if text[at] == "'":
            quoted = not quoted
        elif not quoted and _END.match(text, at):
            return at
    return len(text)


def run_git(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
