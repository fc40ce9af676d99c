"""An argument means what it says: empty, blank and huge values of every option of every command, and those that
contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import pytest

from ampsm_cli.group import COMMANDS, cli
from ampsm_cli.options import GlobalOption
from ampsm_cli.values import NAME_LENGTH
from tests.support.variants import slow_but
from tests.support.world import World

#: Where the empty word has a meaning of its own, which the help says.
EMPTY_MEANS_SOMETHING = {("set", "--model"), ("set", "--script"), ("config set", "value")}
#: Values of any length: the system limits them.
ANY_LENGTH = {
    ("new", "--prompt"), ("new", "--script"), ("new", "--base"), ("new", "--model"), ("set", "--model"),
    ("set", "--script"), ("set", "--base"), ("iterate", "--notes"), ("iterate", "--model"), ("queue", "--edit"),
    ("queue", "--notes"), ("queue", "--remove"), ("tools", "--since"), ("squash", "--message"), ("commit", "--message"),
    ("rebase", "--onto"), ("preflight", "--onto"), ("merge", "--onto"), ("merge", "--remote"), ("merge", "--message"),
    ("config set", "value"),
}  # fmt: skip


def commands(path: tuple[str, ...], found: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(found, click.Group):
        for name in found.list_commands(click.Context(found)):
            below = found.get_command(click.Context(found), name)
            assert below is not None
            yield from commands((*path, name), below)
    else:
        yield " ".join(path), found


def name_of(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else str(param.name)


def all_values() -> Iterator[tuple[str, str, click.Parameter]]:
    """Everything that takes a value: command, its name, and what it is."""
    for command in COMMANDS:
        found = cli.get_command(click.Context(cli), command)
        assert found is not None
        for path, one in commands((command,), found):
            for param in one.params:
                if not getattr(param, "is_flag", False) and not getattr(param, "count", False):
                    yield path, name_of(param), param


VALUES = list(all_values())


def refusal(param: click.Parameter, value: str) -> str | None:
    try:
        param.type.convert(value, param, None)
    except click.BadParameter as error:
        return error.format_message()
    return None


@pytest.mark.parametrize(("path", "name", "param"), VALUES, ids=[f"{path} {name}" for path, name, _ in VALUES])
def test_no_value_is_empty_or_endless(path: str, name: str, param: click.Parameter) -> None:
    if (path, name) not in EMPTY_MEANS_SOMETHING:
        for blank in ("", " ", "\n\t"):
            assert refusal(param, blank), repr(blank)
    if (path, name) not in ANY_LENGTH:
        said = refusal(param, "9" * 5000)
        assert said, "give it a type of ampsm_cli.values, or say here that any length is fine"
    if isinstance(param, GlobalOption):
        assert refusal(param, "x" * 4096)


@pytest.fixture
def session(world: World) -> dict[str, Any]:
    return world.new(world.make_repo())


CONTRADICTIONS = [
    ("merge", "S", "--no-squash", "--message", "x"),
    ("merge", "S", "--no-squash", "--include-manual", "exclude"),
    ("merge", "S", "--pr", "--push"),
    ("merge", "S", "--pr", "--no-ff"),
    ("merge", "S", "--pr", "--cleanup"),
    ("merge", "S", "--remote", "origin"),
    ("preflight", "S", "--no-squash", "--include-manual", "exclude"),
    ("diff", "S", "--staged", "--working"),
    ("diff", "S", "--iteration", "1", "--staged"),
    ("diff", "S", "--stat", "--name-only"),
    ("tools", "S", "--last", "--iteration", "2"),
    ("usage", "S", "--last", "--range", "2"),
    ("queue", "S", "--edit", "q-1", "--remove", "q-2"),
    ("iterate", "S", "--queue", "--notes", "x", "--model", "m"),
    ("iterate", "S", "--queue", "--notes", "x", "--no-test"),
    ("queue", "S", "--notes", "x"),
]
WRONG = [
    ("status", ""), ("path", ""), ("adopt", ""), ("stop", " "), ("cleanup", "", "--yes"), ("list", "--repo", ""),
    ("new", "--name", "x", "--prompt", "x", "--repo", ""), ("new", "--name", "x", "--prompt", "-"),
    ("new", "--name", "x" * 5000, "--prompt", "x"), ("new", "--name", "a\nb", "--prompt", "x"),
    ("new", "--name", "x", "--prompt", "x", "--script", ""), ("iterate", "S", "--notes", "-"),
    ("iterate", "S", "--timeout", "0"), ("iterate", "S", "--timeout", "-1"), ("iterate", "S", "--timeout", "nan"),
    ("iterate", "S", "--timeout", "1e3"), ("run", "S", "--timeout", "9" * 5000), ("logs", "S", "--lines", "-1"),
    ("commit", "S", "--message", " \n"), ("commit", "S", "--message", "-"), ("--db", "", "list"), ("list", "--db", ""),
    ("verify-amp", "--amp-path", ""), ("config", "get", ""), ("config", "set", "", "x"), ("config", "unset", ""),
    ("list", "--db", "x" * 5000), ("set", "S", "--name", "x" * (NAME_LENGTH + 1)), ("merge", "S", "--export-patch", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    "words", slow_but([(words,) for words in CONTRADICTIONS + WRONG], [(CONTRADICTIONS[0],), (WRONG[0],), (WRONG[8],)])
)
def test_what_means_nothing_is_a_mistake(world: World, session: dict[str, Any], words: tuple[str, ...]) -> None:
    before = world.git(session["repo"], "for-each-ref")
    done = world.cli(*[session["id"] if word == "S" else word for word in words])
    assert done.code == 2, done
    assert "\nhint: " in done.err and "error: " in done.err and "Traceback" not in done.err
    assert world.git(session["repo"], "for-each-ref") == before


def test_a_name_may_be_long_but_not_endless(world: World, session: dict[str, Any]) -> None:
    found = world.ok("set", session["id"], "--name", "x" * NAME_LENGTH, "--json").json["session"]
    assert found["name"] == "x" * NAME_LENGTH


@pytest.mark.parametrize("value", ["--help", "-h", "--version", "--verbose --timeout 300", "--db"])
def test_a_setting_takes_any_word(world: World, value: str) -> None:
    world.ok("config", "set", "ampArgs", value)
    assert world.ok("config", "get", "ampArgs").out == f"{value}\n"


def test_a_setting_that_is_not_set_prints_nothing(world: World) -> None:
    done = world.ok("config", "get", "defaultModel")
    assert (done.out, done.err) == ("", "")
    assert world.ok("config", "get", "defaultModel", "--json").json == {
        "key": "defaultModel",
        "value": None,
        "error": None,
    }


def test_a_database_in_a_folder_that_does_not_exist_is_made_there(world: World) -> None:
    place = world.root / "no" / "such" / "folder" / "s.sqlite"
    assert world.ok("--db", place, "list", "--json").json["sessions"] == []
