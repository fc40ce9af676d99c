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


class Choice(click.Choice[str]):
    """One of some words; a mistyped one is answered with the nearest."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__(choices)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        words = [str(choice) for choice in self.choices]
        near = nearest(str(value), words)
        question = f" Did you mean '{near}'?" if near else ""
        return f"'{value}' is none of {', '.join(words)}.{question}"


TEXT = Text()
FILLED = Text(filled=True)
POSITIVE = click.IntRange(min=1)
SECONDS = click.IntRange(min=1, max=30 * 86_400)
