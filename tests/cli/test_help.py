"""Help: an overview in sections, and examples at the end of every command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampsm_cli.group import COMMANDS
from tests.support.world import Result

CONFIG_VERBS = ("set", "get", "unset", "list", "path")


def test_the_overview_names_every_command(cli: Callable[..., Result]) -> None:
    result = cli("--help")
    assert result.code == 0 and not result.err
    assert all(f"  {name} " in result.out for name in COMMANDS)
    assert cli().out == result.out


@pytest.mark.parametrize("words", [[name] for name in COMMANDS] + [["config", verb] for verb in CONFIG_VERBS])
def test_every_command_shows_options_and_an_example(words: list[str]) -> None:
    import click

    from ampsm_cli.group import cli as group

    ctx = click.Context(group, info_name="amp-sessions", **group.context_settings)
    command: click.Command = group
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(ctx, word)
        assert found is not None
        command, ctx = found, click.Context(found, info_name=word, parent=ctx)
    text = command.get_help(ctx)
    assert "Examples:" in text and "amp-sessions" in text.split("Examples:")[1]
    assert "--db PATH" in text and "-h, --help" in text
    if words != ["config"]:
        assert "--json" in text


def test_version_and_help_stand_before_or_after_the_command(cli: Callable[..., Result]) -> None:
    assert cli("--version").out.startswith("amp-sessions ")
    assert cli("list", "--version").out == cli("--version").out
    assert cli("list", "-h").out == cli("list", "--help").out
