"""The table of commands. A command's module is imported when that command is wanted, not for the help."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click

from ampsm.model.errors import UserError
from ampsm_cli.errors import PROGRAM, nearest
from ampsm_cli.options import Command, global_options, json_option


class CommandEntry(NamedTuple):
    """Where a command is written, and the line that the overview shows."""

    module: str
    help: str


SECTIONS: dict[str, dict[str, CommandEntry]] = {
    "Sessions": {
        "new": CommandEntry("create", "Create a session: own branch, own worktree, own Amp thread."),
        "list": CommandEntry("sessions", "List sessions."),
        "status": CommandEntry("status", "Show everything about a session and its next step."),
        "set": CommandEntry("sessions", "Change a session's name, model, test script or base."),
        "path": CommandEntry("sessions", "Print the worktree's path."),
    },
    "Work": {
        "iterate": CommandEntry("iterations", "Run one iteration: the agent works, changes are committed and tested."),
        "stop": CommandEntry("stop", "Stop a running iteration or test script."),
        "queue": CommandEntry("queue", "Show, edit and remove queued follow-ups."),
        "run": CommandEntry("iterations", "Run the test script."),
        "diff": CommandEntry("changes", "Show what a session changed."),
        "commit": CommandEntry("changes", "Commit the worktree's changes as a manual commit."),
    },
    "Watch": {
        "logs": CommandEntry("logs", "Show or follow the log of an iteration."),
        "tools": CommandEntry("telemetry", "List tool calls."),
        "usage": CommandEntry("telemetry", "Show tokens and cost."),
        "gui": CommandEntry("gui", "Open the desktop app."),
    },
    "Finish": {
        "squash": CommandEntry("squash", "Make one commit of a session's commits."),
        "rebase": CommandEntry("squash", "Put a session's commits on top of its base."),
        "preflight": CommandEntry("merging", "Check whether a session is ready to be merged."),
        "merge": CommandEntry("merging", "Squash, rebase and merge a session back to its base."),
        "conflicts": CommandEntry("conflicts", "Show the conflicts at which a merge or rebase has stopped."),
        "resolve": CommandEntry("conflicts", "Settle conflicts, hunk by hunk or file by file."),
        "continue-merge": CommandEntry("merging", "Go on with a merge or rebase that waits."),
        "abort-merge": CommandEntry("merging", "Give up a merge or rebase that is open."),
        "cleanup": CommandEntry("cleanup", "Remove worktree and branch of a merged session, into a snapshot."),
        "restore": CommandEntry("cleanup", "Bring a cleaned-up session back, with its uncommitted files."),
        "adopt": CommandEntry("cleanup", "Make a session out of a worktree or branch that is there already."),
        "undo": CommandEntry("undo", "Take back the last squash, rebase or merge."),
    },
    "Set up": {
        "config": CommandEntry("config", "Read and change settings."),
        "verify-amp": CommandEntry("verify", "Check that Amp is installed, logged in and does its work."),
        "demo": CommandEntry("demo", "Watch a session live its whole life; needs no Amp account."),
        "doctor": CommandEntry("doctor", "Find and explain what is wrong; --fix puts right what can be."),
        "completion": CommandEntry("completion", "Print the completion script of a shell."),
    },
}
COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class Group(click.Group):
    """Commands by table, with an answer for mistyped ones."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"ampsm_cli.commands.{entry.module}")
        found: click.Command = getattr(module, cmd_name.replace("-", "_") + "_command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        require_command(args[0], COMMANDS, PROGRAM)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<10}", entry.help) for name, entry in entries.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)  # type: ignore[arg-type]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write("\nBegin with 'amp-sessions demo'. 'amp-sessions COMMAND --help' shows options and examples.\n")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        items = [CompletionItem(n, help=e.help) for n, e in COMMANDS.items() if n.startswith(incomplete)]
        return items + click.Command.shell_complete(self, ctx, incomplete)


def require_command(word: str, known: Mapping[str, Any], path: str) -> None:
    """Raises `unknown-command` (exit 2) with the nearest command, unless the word is one or looks like an option."""
    if word in known or word.startswith("-"):
        return
    near = nearest(word, known)
    raise UserError(
        "unknown-command",
        f"There is no command '{word}'." + (f" Did you mean '{near}'?" if near else ""),
        hint=f"{path} {near} --help" if near else f"{path} --help",
        details={"command": word, "nearest": near, "valid": list(known)},
    )


cli = Group(
    name=PROGRAM,
    params=[*global_options(), json_option(hidden=True)],
    context_settings={"max_content_width": 100},
    help="Every task you give the Amp coding agent becomes an isolated, reviewable Git branch.",
    subcommand_metavar="COMMAND …",
    no_args_is_help=True,
)
