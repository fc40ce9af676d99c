"""`config`: read and change settings (SPEC section 8)."""

from __future__ import annotations

import click

from ampsm.model.record import document
from ampsm_cli.commands.config_set import complete_keys, config_set, key_argument, shown
from ampsm_cli.group import require_command
from ampsm_cli.options import Command, command, global_options, json_option
from ampsm_cli.request import Request
from ampsm_cli.tables import Column, show_table
from ampsm_cli.values import WORD


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


config_command = ConfigGroup(
    "config",
    params=[*global_options(), json_option(hidden=True)],
    help="Read and change settings. An option or the environment outranks what is set here.",
    subcommand_metavar="set|get|unset|list|path …",
    no_args_is_help=True,
)


def _add(cmd: Command) -> Command:
    config_command.add_command(cmd)
    return cmd


_add(config_set)


@_add
@command("get", examples=("amp-sessions config get", "amp-sessions config get ampPath"))
@click.argument("key", metavar="[KEY]", type=WORD, required=False, shell_complete=complete_keys)
def config_get(request: Request, key: str | None) -> None:
    """Print one setting, or all that are set. Secrets are shown as [REDACTED]."""
    output = request.output
    if key is None:
        from ampsm.workflows.upkeep import list_settings

        config = {setting.key: setting.value for setting in list_settings(request.context, only_set=True)}

        def show() -> None:
            if not config:
                output.narrate("Nothing is set. All settings: amp-sessions config list")
            for name, value in config.items():
                output.answer(f"{name} = {shown(value)}")

        output.finish({"config": config}, show)
        return
    from ampsm.workflows.upkeep import get_setting

    value = get_setting(request.context, key)
    output.finish({"key": key, "value": value}, lambda: None if value is None else output.answer(shown(value)))


@_add
@command("unset", examples=("amp-sessions config unset ampArgs",))
@key_argument
def config_unset(request: Request, key: str) -> None:
    """Forget a setting; its default counts again."""
    from ampsm.workflows.upkeep import unset_setting

    value = unset_setting(request.context, key)
    output = request.output
    output.finish({"key": key, "value": value}, lambda: output.answer(f"{key} = {shown(value)}"))


@_add
@command("list", examples=("amp-sessions config list", "amp-sessions config list --json"))
def config_list(request: Request) -> None:
    """List every setting with its value and where that comes from."""
    from ampsm.workflows.upkeep import list_settings, settings_warnings

    listed = list_settings(request.context)
    output = request.output
    for warning in settings_warnings(request.context):
        output.note(warning)

    def show() -> None:
        show_table(
            output,
            (Column("KEY"), Column("VALUE", keep=False), Column("SOURCE")),
            [(setting.key, shown(setting.value), setting.source) for setting in listed],
        )

    output.finish({"settings": document(listed)}, show)


@_add
@command("path", examples=("amp-sessions config path",))
def config_path(request: Request) -> None:
    """Print the path of the settings file."""
    from ampsm.workflows.upkeep import config_path as path_of

    path = str(path_of(request.context))
    request.output.finish({"path": path}, lambda: request.output.answer(path))
