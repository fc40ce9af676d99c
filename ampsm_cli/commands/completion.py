"""`completion`: what a shell needs to complete commands, options and sessions."""

from __future__ import annotations

import click

from ampsm_cli.options import command
from ampsm_cli.request import Request
from ampsm_cli.values import WordChoice

SHELLS = ("bash", "zsh", "fish")


@command(
    "completion",
    examples=(
        'bash:  eval "$(amp-sessions completion bash)"          in ~/.bashrc',
        'zsh:   eval "$(amp-sessions completion zsh)"           in ~/.zshrc',
        "fish:  amp-sessions completion fish > ~/.config/fish/completions/amp-sessions.fish",
    ),
)
@click.argument("shell", metavar="bash|zsh|fish", type=WordChoice(SHELLS))
def completion_command(request: Request, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import ShellComplete, get_completion_class

    from ampsm_cli.errors import PROGRAM
    from ampsm_cli.group import cli
    from ampsm_cli.main import COMPLETION_VARIABLE

    kind = get_completion_class(shell)
    assert kind is not None
    script = ShellComplete.source(kind(cli, {}, PROGRAM, COMPLETION_VARIABLE))
    request.output.finish({"shell": shell, "script": script}, lambda: request.output.answer(script))
