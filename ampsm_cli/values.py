"""Kinds of option values, and what is said about a wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ampsm_cli.errors import nearest


class Text(click.types.StringParamType):
    """Words; bytes that are no UTF-8 become replacement characters, since they are stored and sent as text."""

    name = "text"

    def __init__(self, *, filled: bool = False) -> None:
        self.filled = filled

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if self.filled and not text.strip():
            self.fail("it is empty.", param, ctx)
        return text


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


TEXT = Text()
FILLED = Text(filled=True)
COUNT = WholeNumber(0)
POSITIVE = WholeNumber(1)
SECONDS = WholeNumber(1, 30 * 86_400)
