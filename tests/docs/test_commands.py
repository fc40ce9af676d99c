"""Every `amp-sessions` line of the documentation is run and does what it is shown for."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from ampsm_cli.group import COMMANDS, cli
from tests.docs.pages import PAGES, ROOT, Block, blocks, inline_code
from tests.docs.shop import Shop

#: Pages that create their sessions themselves; the others find one with an iteration.
FROM_NOTHING = ("README.md", "daily-use.md")
#: The ids of a session and of a queued follow-up in the examples of the help texts.
EXAMPLE_ID = "add-login-k3j9xa"
FOLLOW_UP = "q-5f3a9c01"
NAME_OF_EXAMPLE = "Add login"

_WINDOW = re.compile(r"^amp-sessions gui\b|^amp-session-conductor(?! --grab)")
_CALL = re.compile(r"(?:^|[\s;&|(])amp-sessions\s")


def _runnable(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language == "sh" and "amp-session" in block.text]


@pytest.mark.parametrize("page", [page for page in PAGES if _runnable(page)], ids=lambda page: page.name)
def test_every_command_line_runs(page: Path, home: Path) -> None:
    world = Shop(home)
    example = "" if page.name in FROM_NOTHING else _make_example(world)
    wrong = []
    try:
        for block in _runnable(page):
            world.cwd = world.repo
            for line, command in block.commands():
                done = world.shell(_prepared(world, _in_bash(command), example))
                if done.returncode != block.exit_code or "This is a bug" in done.stderr:
                    wrong.append(f"{page.name}:{line}: {command}\nexit {done.returncode}\n{done.stderr[-1500:]}")
                if FOLLOW_UP in command:
                    world.stop_all()
    finally:
        world.stop_all()
    assert not wrong, "\n\n".join(wrong)


def _prepared(world: Shop, command: str, example: str) -> str:
    """The command with the example's ids, after making what it needs."""
    if command.startswith(f"amp-sessions commit {EXAMPLE_ID}"):
        (world.repo / ".worktrees" / example / "notes.txt").write_text("something to commit\n")
    if command.startswith(f"amp-sessions merge {EXAMPLE_ID}") and "--push" in command:
        world.shell(f"amp-sessions undo {example}; git init -q --bare ../shop.git; git remote add origin ../shop.git")
    if command.startswith(f"amp-sessions undo {EXAMPLE_ID}") and "--list" not in command:
        world.shell(
            f"amp-sessions iterate {example} --notes 'Once more'; amp-sessions squash {example} --message 'more'"
        )
    if _WINDOW.search(command):
        command = f"QT_QPA_PLATFORM=offscreen closed {command}"
    if FOLLOW_UP in command:
        command = command.replace(FOLLOW_UP, _queue_follow_up(world, example))
    return command.replace(EXAMPLE_ID, example)


def _in_bash(command: str) -> str:
    """zsh's completion script can be printed by any shell, but only be read by zsh."""
    zsh = re.search(r"eval \"\$\((amp-sessions completion zsh)\)\"", command)
    return zsh.group(1) if zsh else command


def _make_example(world: Shop) -> str:
    """The id of a session with an iteration."""
    world.shell(f"amp-sessions new --name '{NAME_OF_EXAMPLE}' --prompt 'Add a login page' --script 'make test'")
    world.shell("amp-sessions iterate <session-id>")
    return world.newest()["id"]


def _queue_follow_up(world: Shop, example: str) -> str:
    """The id of a follow-up that waits behind an iteration that does not end by itself."""
    assert world.shell(f"amp-sessions iterate {example} --detach --notes '[[demo:hang]]'").returncode == 0
    queued: str = world.ask(f"iterate {example} --queue --notes 'Write a test'")["queued"]["id"]
    return queued


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_command_lines_are_in_blocks_that_are_run(page: Path) -> None:
    for block in blocks(page):
        for number, line in enumerate(block.text.splitlines(), block.line):
            shown_only = line.startswith(("error: ", "hint: ")) or "[OPTIONS]" in line
            if block.language != "sh" and _CALL.search(line) and not shown_only:
                pytest.fail(f"{page.name}:{number} is never run: {line}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_sentences_exist(page: Path) -> None:
    for number, code in inline_code(page):
        words = code.split()
        if words[0] != "amp-sessions" or len(words) == 1:
            continue
        command = _command(words[1:])
        assert command is not None, f"{page.name}:{number}: {code}"
        options = {name for param in command.params for name in param.opts} | {"--help"}
        unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in options]
        assert not unknown, f"{page.name}:{number}: {code}"


def _command(words: list[str]) -> click.Command | None:
    while words and words[0].startswith("-"):
        words = words[1:]
    if not words:
        return cli
    found = cli.get_command(click.Context(cli), words[0])
    if isinstance(found, click.Group) and len(words) > 1 and not words[1].startswith("-"):
        return found.commands.get(words[1])
    return found


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text()
    assert all(f"### `amp-sessions {name}`" in text for name in COMMANDS)
