"""Kinds of option values, and what is said about a wrong one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from ampsm_cli.errors import nearest


class Text(click.types.StringParamType):
    """Words; bytes that are no UTF-8 become replacement characters, since they are stored and sent as text.

    They are never blank; with `may_be_empty` the empty word takes a setting back. A `name` is one line of at most
    `NAME_LENGTH` characters. `instead_of_dash` says what to give where somebody means standard input by a lone '-'.
    """

    name = "text"

    def __init__(self, *, may_be_empty: bool = False, name: bool = False, instead_of_dash: str | None = None) -> None:
        self._may_be_empty = may_be_empty
        self._is_name = name
        self._instead_of_dash = instead_of_dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if not text.strip() and not (self._may_be_empty and not text):
            self.fail("it is empty.", param, ctx)
        if self._is_name and len(text) > NAME_LENGTH:
            self.fail(f"it has {len(text)} characters, and a name has at most {NAME_LENGTH}.", param, ctx)
        if self._is_name and len(text.strip().splitlines()) > 1:
            self.fail("it has several lines, and a name has one.", param, ctx)
        if self._instead_of_dash and text.strip() == "-":
            self.fail(f"'-' is no text. {self._instead_of_dash}", param, ctx)
        return text


class Word(click.types.StringParamType):
    """A session, a path: taken byte for byte, and never empty."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        word: str = super().convert(value, param, ctx)
        if not word.strip():
            self.fail("it is empty.", param, ctx)
        if len(os.fsencode(word)) > _PATH_BYTES:
            self.fail(f"it is longer than a path or name can be ({_PATH_BYTES} bytes).", param, ctx)
        return word


class WordChoice(click.Choice[str]):
    """One of some words; a mistyped one is answered with the nearest."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__(choices)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        words = [str(choice) for choice in self.choices]
        near = nearest(str(value), words)
        question = f" Did you mean '{near}'?" if near else ""
        return f"'{value}' is none of {', '.join(words)}.{question}"


class WholeNumber(click.types.IntParamType):
    """A whole number from `low` to `high`."""

    def __init__(self, low: int, high: int = 1_000_000_000) -> None:
        self.low = low
        self.high = high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.removeprefix("-").isdigit() and self.low <= int(text[:20]) <= self.high):
            most = f" to {self.high}" if self.high < 1_000_000_000 else " on"
            self.fail(f"'{value}' is no whole number from {self.low}{most}.", param, ctx)
        return int(text)


#: Characters of a session's name.
NAME_LENGTH = 1000

_PATH_BYTES = 4095

FILLED = Text()
#: The empty word stands for none.
CLEARABLE = Text(may_be_empty=True)
NAME = Text(name=True)
PROMPT = Text(instead_of_dash="To read standard input: --prompt-file -")
#: Where nothing reads standard input.
WORDS = Text(instead_of_dash='Give the words themselves, e.g. "$(cat FILE)".')
WORD = Word()
COUNT = WholeNumber(0)
POSITIVE = WholeNumber(1)
SECONDS = WholeNumber(1, 30 * 86_400)
