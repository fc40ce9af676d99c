"""`config set`: any value, word for word, and how values are shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.settings import is_secret_key, require_setting
from ampsm.system.plain_files import read_stream
from ampsm_cli.options import Command, command
from ampsm_cli.request import Request
from ampsm_cli.style import clean
from ampsm_cli.values import WORD

_FLAGS = frozenset({"--json", "--no-color", "-v", "--version", "-h", "--help"})
_WITH_VALUE = ("--db", "--amp-path")
#: Of this key the only word behind it is its value, also one of our own options: it holds options of Amp.
_OF_OPTIONS = "ampArgs"


def complete_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from ampsm.model.settings import SETTINGS

    return [s.family or s.key for s in SETTINGS if s.key.startswith(incomplete)]


key_argument = click.argument("key", metavar="KEY", type=WORD, shell_complete=complete_keys)


class SetCommand(Command):
    """`config set K V` takes V word for word, also when it begins with `-` or looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, values_last(args))


def values_last(args: Sequence[str]) -> list[str]:
    """The known options first, then `--` and everything else, so that click reads no value as an option. Behind
    `ampArgs` the only word is the value, whatever it looks like."""
    options: list[str] = []
    values: list[str] = []
    rest = list(args)
    after_key = ""
    while rest:
        word = rest.pop(0)
        if word == "--":
            values += rest
            break
        if word in _WITH_VALUE and rest:
            options += [word, rest.pop(0)]
        elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            options.append(word)
            if len(values) == 1 and not after_key:
                after_key = word
        else:
            values.append(word)
    if values == [_OF_OPTIONS] and after_key:
        options.remove(after_key)
        values.append(after_key)
    return [*options, "--", *values]


@command(
    "set",
    cls=SetCommand,
    examples=(
        'amp-sessions config set ampArgs "--verbose --timeout 300"',
        "amp-sessions config set ampEnv.AMP_TOKEN -   < token.txt",
    ),
)
@key_argument
@click.argument("value", metavar="[VALUE|-]", required=False)
def config_set(request: Request, key: str, value: str | None) -> None:
    """Set a setting.

    VALUE is taken as it is, also when it begins with '-'. A lone '-' reads standard input. Without VALUE a terminal is
    asked, without echo for secrets.
    """
    from ampsm.workflows.upkeep import set_setting

    require_setting(key)
    change = set_setting(request.context, key, _value(key, value))
    output = request.output
    for warning in change.warnings:
        output.note(warning)
    output.finish(document(change), lambda: output.answer(f"{change.key} = {shown(change.value)}"))


def _value(key: str, value: str | None) -> str:
    if value == "-":
        return read_stream(sys.stdin.buffer, "standard input").decode("utf-8", "replace").rstrip("\r\n")
    if value is not None:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if not sys.stdin.isatty():
        words = "'-' reads it from standard input; one like an option stands behind '--'"
        hint = f"amp-sessions config set {key} VALUE   ({words})"
        raise UserError("usage", f"No value for {key}.", hint=hint)
    typed: str = click.prompt(f"{key}", hide_input=is_secret_key(key), err=True, default="", show_default=False)
    if not typed:
        raise UserError("usage", f"No value for {key}.", hint=f"amp-sessions config unset {key}")
    return typed


def shown(value: Any) -> str:
    """A setting's value as one line."""
    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return " ".join(f"{name}={shown(part)}" for name, part in value.items())
    return clean(str(value))
