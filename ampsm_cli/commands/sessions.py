"""`list`, `set` and `path`: sessions as such; `status` is in its own module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import SESSION_STATUSES
from ampsm_cli.options import command, session_argument
from ampsm_cli.request import Request
from ampsm_cli.style import ago, count, short_count, status_word
from ampsm_cli.values import CLEARABLE, FILLED, NAME, WORD, WordChoice

if TYPE_CHECKING:
    from ampsm.model.session import Session


@command("list", examples=("amp-sessions list", "amp-sessions list --status awaiting-input --repo ."))
@click.option("--repo", metavar="PATH", type=WORD, help="Only sessions of this repository.")
@click.option(
    "--status",
    metavar="STATUS",
    type=WordChoice(SESSION_STATUSES),
    help=f"Only sessions with this status: {', '.join(SESSION_STATUSES)}.",
)
@click.option("--all", "include_cleaned", is_flag=True, help="Also cleaned-up sessions.")
def list_command(request: Request, repo: str | None, status: str | None, include_cleaned: bool) -> None:
    """List sessions, the latest activity first.

    In a pipe the columns are complete and aligned; on a terminal they fit the width.
    """
    from ampsm.workflows.session import list_sessions

    found = list_sessions(request.context, repo=repo, status=status, include_cleaned=include_cleaned)
    request.output.finish(
        {"sessions": document(found)},
        lambda: _show_list(request, found, filtered=bool(repo or status)),
    )


def _show_list(request: Request, found: list[Session], *, filtered: bool) -> None:
    output = request.output
    if not found:
        output.narrate("No session matches." if filtered else "No sessions yet.")
        create = "Create one: amp-sessions new --name 'Fix login' --prompt 'what the agent shall do'"
        output.narrate(output.typed("Show all: amp-sessions list --all" if filtered else create))
        return
    from ampsm.workflows.session import missing_repositories
    from ampsm_cli.tables import Column, show_table

    terminal, gone = output.answer_is_terminal, missing_repositories(found)
    show_table(
        output,
        (Column("ID"), Column("NAME", keep=False, leave_out=1), Column("STATUS"), Column("BRANCH", leave_out=5),
         Column("ITERATIONS" if not terminal else "ITER", right=True, leave_out=2),
         Column("TOKENS", right=True, leave_out=3),
         Column("LAST ACTIVITY" if not terminal else "ACTIVE", leave_out=4)),
        (
            (s.id, s.name, _status(s, symbol=terminal, gone=s.repo in gone), s.branch, str(s.iterations),
             (short_count if terminal else count)(s.totals.total_tokens),
             ago(s.last_activity_at) if terminal else s.last_activity_at)
            for s in found
        ),
    )  # fmt: skip


def _status(session: Session, *, symbol: bool, gone: bool) -> tuple[str, str]:
    word, style = status_word(session.status)
    text = word if symbol else session.status
    if session.cleaned_up_at:
        return f"{text}, cleaned up", "dim"
    return (f"{text}, repository gone", "red") if gone else (text, style)


@command(
    "set",
    examples=(
        "amp-sessions set add-login-k3j9xa --script 'pnpm test' --model smart",
        "amp-sessions set add-login-k3j9xa --name 'Add login and logout'",
    ),
)
@session_argument
@click.option("--name", metavar="NAME", type=NAME, help="New name; id and branch stay.")
@click.option("--model", metavar="MODEL", type=CLEARABLE, help="Model of the next iterations; '' for Amp's own.")
@click.option("--script", metavar="COMMAND", type=CLEARABLE, help="Test script; '' for none.")
@click.option("--base", metavar="BRANCH", type=FILLED, help="Branch the session merges back to.")
def set_command(
    request: Request, ref: str, name: str | None, model: str | None, script: str | None, base: str | None
) -> None:
    """Change a session's settings; they count from the next iteration on."""
    from ampsm.workflows.session import change_session

    if name is model is script is base is None:
        raise UserError("usage", "Nothing to set: give --name, --model, --script or --base.",
                        hint="amp-sessions set --help")  # fmt: skip
    session = change_session(request.context, ref, name=name, model=model, script=script, base=base)
    output = request.output

    def show() -> None:
        from ampsm_cli.summary import fact

        output.answer(session.id, "bold")
        fact(output, "name", session.name)
        fact(output, "model", session.model or "Amp's own")
        fact(output, "tests", session.script_command or "none")
        fact(output, "base", f"{session.base_branch or '(no local branch)'} at {session.base_sha}")

    output.finish({"session": document(session)}, show)


@command("path", examples=('cd "$(amp-sessions path add-login-k3j9xa)"', "amp-sessions path add-login-k3j9xa --json"))
@session_argument
def path_command(request: Request, ref: str) -> None:
    """Print the path of a session's worktree, and nothing else."""
    from ampsm.workflows.session import session_path

    path = session_path(request.context, ref)
    output = request.output
    output.finish({"path": str(path)}, lambda: output.answer_path(str(path)), git_has=("path",))
