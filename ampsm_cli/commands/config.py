"""`config`: read and change settings (SPEC section 8)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ampsm.model.errors import UserError
from ampsm.model.settings import is_secret_key, require_setting
from ampsm_cli.group import require_command
from ampsm_cli.options import Command, command, global_options, json_option
from ampsm_cli.request import Request
from ampsm_cli.style import clean
from ampsm_cli.tables import Column, show_table

_FLAGS = frozenset({"--json", "--no-color", "-v", "--version", "-h", "--help"})
_WITH_VALUE = ("--db", "--amp-path")
#: Options that are taken for the value when no other value is there; the rest are rather meant as options.
_LIKELY_VALUES = ("-v", "--version", "--no-color")


class ConfigGroup(click.Group):
    """The verbs of `config`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        require_command(args[0], self.commands, ctx.command_path)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)  # type: ignore[arg-type]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Examples"):
            formatter.write("  amp-sessions config set ampPath /path/to/amp\n  amp-sessions config list\n")


class SetCommand(Command):
    """`config set K V` takes V word for word, also when it begins with `-` or looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, _values_last(args))


def _values_last(args: Sequence[str]) -> list[str]:
    """The known options first, then `--` and everything else, so that click reads no value as an option."""
    options: list[str] = []
    values: list[str] = []
    rest = list(args)
    after_key = ""
    while rest:
        word = rest.pop(0)
        if word == "--":
            values += rest
            break
        if word in _FLAGS:
            options.append(word)
            if len(values) == 1 and not after_key:
                after_key = word
        elif word in _WITH_VALUE and rest:
            options += [word, rest.pop(0)]
        elif word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            options.append(word)
        else:
            values.append(word)
    if len(values) == 1 and after_key in _LIKELY_VALUES:
        options.remove(after_key)
        values.append(after_key)
    return [*options, "--", *values]


def _complete_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from ampsm.model.settings import SETTINGS

    return [s.family or s.key for s in SETTINGS if s.key.startswith(incomplete)]


config_command = ConfigGroup(
    "config",
    params=[*global_options(), json_option(hidden=True)],
    help="Read and change settings. An option or the environment outranks what is set here.",
    subcommand_metavar="set|get|unset|list|path …",
    no_args_is_help=True,
)
_key = click.argument("key", metavar="KEY", shell_complete=_complete_keys)


def _add(cmd: Command) -> Command:
    config_command.add_command(cmd)
    return cmd


@_add
@command(
    "set",
    cls=SetCommand,
    examples=(
        "amp-sessions config set ampArgs \"--verbose --timeout 300\"",
        "amp-sessions config set ampEnv.AMP_TOKEN -   < token.txt",
    ),
)
@_key
@click.argument("value", metavar="[VALUE|-]", required=False)
def config_set(request: Request, key: str, value: str | None) -> None:
    """Set a setting.

    VALUE is taken as it is, also when it begins with '-'. A lone '-' reads standard input. Without VALUE a terminal is
    asked, without echo for secrets.
    """
    from ampsm.workflows.settings import set_value

    require_setting(key)
    change = set_value(request.context, key, _value(key, value))
    output = request.output
    for warning in change.warnings:
        output.note(warning)
    output.finish(change.document(), lambda: output.answer(f"{change.key} = {_shown(change.value)}"))


def _value(key: str, value: str | None) -> str:
    if value == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace").rstrip("\r\n")
    if value is not None:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if not sys.stdin.isatty():
        hint = f"amp-sessions config set {key} VALUE   ('-' reads it from standard input)"
        raise UserError("usage", f"No value for {key}.", hint=hint)
    typed: str = click.prompt(f"{key}", hide_input=is_secret_key(key), err=True, default="", show_default=False)
    if not typed:
        raise UserError("usage", f"No value for {key}.", hint=f"amp-sessions config unset {key}")
    return typed


@_add
@command("get", examples=("amp-sessions config get", "amp-sessions config get ampPath"))
@click.argument("key", metavar="[KEY]", required=False, shell_complete=_complete_keys)
def config_get(request: Request, key: str | None) -> None:
    """Print one setting, or all that are set. Secrets are shown as [REDACTED]."""
    output = request.output
    if key is None:
        from ampsm.workflows.settings import all_values

        document = all_values(request.context)

        def show() -> None:
            if not document["config"]:
                output.narrate("Nothing is set. All settings: amp-sessions config list")
            for name, value in document["config"].items():
                output.answer(f"{name} = {_shown(value)}")

        output.finish(document, show)
        return
    from ampsm.workflows.settings import get_value

    found = get_value(request.context, key)
    output.finish(found, lambda: output.answer(_shown(found["value"])))


@_add
@command("unset", examples=("amp-sessions config unset ampArgs",))
@_key
def config_unset(request: Request, key: str) -> None:
    """Forget a setting; its default counts again."""
    from ampsm.workflows.settings import unset_value

    document = unset_value(request.context, key)
    output = request.output
    output.finish(document, lambda: output.answer(f"{key} = {_shown(document['value'])}"))


@_add
@command("list", examples=("amp-sessions config list", "amp-sessions config list --json"))
def config_list(request: Request) -> None:
    """List every setting with its value and where that comes from."""
    from ampsm.workflows.settings import list_settings, settings_warnings

    document = list_settings(request.context)
    output = request.output
    for warning in settings_warnings(request.context):
        output.note(warning)

    def show() -> None:
        show_table(
            output, (Column("KEY"), Column("VALUE", keep=False), Column("SOURCE")),
            [(s["key"], _shown(s["value"]), s["source"]) for s in document["settings"]],
        )

    output.finish(document, show)


@_add
@command("path", examples=("amp-sessions config path",))
def config_path(request: Request) -> None:
    """Print the path of the settings file."""
    from ampsm.workflows.settings import config_path as path_of

    path = str(path_of(request.context))
    request.output.finish({"path": path}, lambda: request.output.answer(path))


def _shown(value: Any) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return " ".join(f"{name}={_shown(part)}" for name, part in value.items())
    return clean(str(value))
