"""`new`: a task becomes a branch, a worktree and a thread."""

from __future__ import annotations

import sys

import click

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import Session
from ampsm.system.paths import from_home
from ampsm.system.plain_files import read_input, read_stream
from ampsm_cli.options import command
from ampsm_cli.request import Request
from ampsm_cli.summary import show_next, show_session_facts
from ampsm_cli.values import FILLED, NAME, PROMPT, WORD


@command(
    "new",
    stream=True,
    examples=(
        "amp-sessions new --name 'Add authentication' --prompt 'Implement user authentication with JWT tokens'",
        "amp-sessions new --repo ~/shop --base develop --name 'Users' --prompt-file task.md --script 'pnpm test'",
    ),
)
@click.option("--repo", metavar="PATH", type=WORD, default=".", help="Any path in the repository (default: here).")
@click.option("--name", metavar="NAME", type=NAME, required=True, help="What the task is called.")
@click.option("--prompt", metavar="TEXT", type=PROMPT, help="What the agent shall do.")
@click.option("--prompt-file", metavar="FILE", type=WORD, help="Read the prompt from a file; '-' is standard input.")
@click.option(
    "--base",
    metavar="BRANCH",
    type=FILLED,
    help="Branch, tag or commit to start from (default: setting defaultBase, else main, master, …).",
)
@click.option("--script", metavar="COMMAND", type=FILLED, help="Test script, run after every iteration.")
@click.option("--model", metavar="MODEL", type=FILLED, help="Model or mode for Amp.")
@click.option("--fetch", is_flag=True, help="Fetch from the remote first; touches no branch of yours.")
@click.option("--allow-dirty", is_flag=True, help="Start although the main checkout has unstaged changes.")
@click.option("--iterate", is_flag=True, help="Run the first iteration at once.")
def new_command(
    request: Request,
    repo: str,
    name: str,
    prompt: str | None,
    prompt_file: str | None,
    base: str | None,
    script: str | None,
    model: str | None,
    fetch: bool,
    allow_dirty: bool,
    iterate: bool,
) -> int | None:
    """Create a session for a task.

    The session gets a branch of its own in a worktree of its own; your checkout is not touched. It starts from the
    base branch's commit, so unstaged changes are refused unless --allow-dirty is given.
    """
    text = _prompt(prompt, prompt_file)
    from ampsm.workflows.session import create_session

    output = request.output
    output.keep_going = iterate
    session = create_session(
        request.context, repo=repo, name=name, prompt=text, base=base, script=script, model=model, fetch=fetch,
        allow_dirty=allow_dirty, on_note=output.note,
    )  # fmt: skip
    if iterate:
        from ampsm_cli.commands.iterations import run_iteration

        if output.streaming:
            output.event_document({"type": "session_created", "session": document(session)})
        elif output.human:
            _show(request, session)
        return run_iteration(request, session.id, session=session)
    output.finish({"session": document(session)}, lambda: _show_with_next(request, session))
    return None


def _show(request: Request, session: Session) -> None:
    request.output.answer(session.id, "bold")
    show_session_facts(request.output, session)


def _show_with_next(request: Request, session: Session) -> None:
    from ampsm.workflows.status import next_command

    _show(request, session)
    show_next(request.output, next_command(request.context, session))


def _prompt(prompt: str | None, prompt_file: str | None) -> str:
    """The prompt given in one of the two ways; raises UserError when none, both or an empty one was given."""
    if (prompt is None) == (prompt_file is None):
        given = "only one of" if prompt is not None else "one of"
        raise UserError("usage", f"new needs {given} --prompt and --prompt-file.", hint="amp-sessions new --help")
    if prompt_file is None:
        return str(prompt)
    if prompt_file == "-":
        if sys.stdin.isatty():
            click.echo("Type the prompt, end with Ctrl-D:", err=True)
        data = read_stream(sys.stdin.buffer, "standard input")
    else:
        try:
            data = read_input(from_home(prompt_file))
        except OSError as error:
            raise UserError("usage", f"Cannot read the prompt file {prompt_file}: {error.strerror}",
                            hint="amp-sessions new --help") from None  # fmt: skip
    text = data.decode("utf-8-sig", "replace")
    if not text.strip():
        raise UserError("usage", "The prompt is empty.", hint="amp-sessions new --help")
    return text
