"""`squash` and `rebase`: a session's commits become one, or go on top of the target."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from ampsm.model.errors import ExitCode
from ampsm.model.record import document
from ampsm_cli.errors import say_error
from ampsm_cli.merge_view import show_conflicts
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import plural
from ampsm_cli.summary import fact
from ampsm_cli.values import FILLED, WORDS, WordChoice

if TYPE_CHECKING:
    from ampsm.journal.events import Event
    from ampsm.workflows.finishing import RebaseOutcome, SquashResult


@command(
    "squash",
    stream=True,
    examples=(
        "amp-sessions squash add-login-k3j9xa --message 'feat: add login'",
        "amp-sessions squash add-login-k3j9xa --message 'feat: add login' --include-manual exclude",
    ),
)
@session_argument
@click.option(
    "--message", "-m", metavar="TEXT", type=WORDS, required=True, help="Message of the one commit, kept to the letter."
)
@click.option(
    "--include-manual",
    metavar="include|exclude",
    type=WordChoice(("include", "exclude")),
    default="include",
    help="Fold manual commits in (include, the default) or keep each on top (exclude).",
)
def squash_command(request: Request, ref: str, message: str, include_manual: str) -> None:
    """Make one commit of a session's commits, where they began.

    The files stay exactly as they are, and so does everything that other branches have. With --include-manual exclude,
    each commit that you made yourself is kept after the squashed one, with its author, date and message. `amp-sessions
    undo` takes it back.
    """
    from ampsm.workflows.finishing import squash_session

    found = squash_session(request.context, ref, message=message, include_manual=include_manual)
    request.output.finish(document(found), lambda: _show_squash(request.output, ref, found))


def _show_squash(output: Output, ref: str, found: SquashResult) -> None:
    if not found.squashed:
        output.answer(f"Nothing to squash: {_kept(found.kept)}.")
        return
    output.answer(f"Squashed {plural(found.squashed, 'commit')} into one.", "bold")
    fact(output, "commit", found.commit[:10])
    if found.kept:
        fact(output, "kept", _kept(found.kept))
    _show_way_back(output, ref, found.backup_ref)


def _kept(number: int) -> str:
    return "a manual commit of its own" if number == 1 else f"{number} manual commits, each of its own"


@command(
    "rebase",
    stream=True,
    examples=("amp-sessions rebase add-login-k3j9xa", "amp-sessions rebase add-login-k3j9xa --onto main"),
)
@session_argument
@click.option("--onto", metavar="BRANCH", type=FILLED, help="Go on top of this branch or commit (default: the base).")
def rebase_command(request: Request, ref: str, onto: str | None) -> int:
    """Put a session's commits on top of its base, as that is now.

    Only the session's own branch and worktree change. Conflicts leave the rebase open there: resolve them, then
    `amp-sessions continue-merge`, or give up with `amp-sessions abort-merge`. `amp-sessions undo` takes it back. Exit
    code: 0 done, 4 conflicts, 5 refused.
    """
    from ampsm.journal.codec import progress_document
    from ampsm.workflows.finishing import rebase_session

    output = request.output

    def on_progress(event: Event) -> None:
        if output.streaming:
            output.event_document(progress_document(event))

    found = rebase_session(request.context, ref, onto=onto, on_progress=on_progress)
    error = request.redacted(found.error.document()) if found.error else None
    output.finish(document(found), lambda: _show_rebase(output, ref, found, error), error=error)
    return found.error.exit_code if found.error else ExitCode.DONE


def _show_rebase(output: Output, ref: str, found: RebaseOutcome, error: dict[str, Any] | None) -> None:
    if error is not None:
        show_conflicts(output, found.conflicts)
        say_error(output, error)
    elif found.backup_ref is None:
        output.answer(f"Nothing to do: the session is on top of {found.onto[:10]} already.")
    else:
        output.answer(f"Rebased onto {found.onto[:10]}.", "bold")
        _show_way_back(output, ref, found.backup_ref)


def _show_way_back(output: Output, ref: str, backup_ref: str | None) -> None:
    fact(output, "before", f"kept as {backup_ref}")
    fact(output, "undo", output.typed(f"amp-sessions undo {shlex.quote(ref)}"))
