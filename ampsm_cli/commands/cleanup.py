"""`cleanup`, `restore` and `adopt`: a session's worktree goes into a snapshot, comes back, or was there before."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import clean
from ampsm_cli.summary import fact, show_next, show_session_facts
from ampsm_cli.values import NAME, WORD

if TYPE_CHECKING:
    from ampsm.model.session import Session
    from ampsm.workflows.finishing import CleanedUp

_SHOWN = 20


@command(
    "cleanup",
    examples=("amp-sessions cleanup add-login-k3j9xa --yes", "amp-sessions cleanup add-login-k3j9xa --yes --force"),
)
@session_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also with commits and files that are nowhere else.")
@click.option("--forget", is_flag=True, help="Take it off the list where its repository is gone for good.")
def cleanup_command(request: Request, ref: str, yes: bool, force: bool, forget: bool) -> None:
    """Remove worktree and branch of a session whose work is merged.

    All of the worktree goes into a snapshot first, from which `restore` brings it back; logs and usage stay. A session
    with commits or files that are nowhere else is left alone unless --force is given. --forget is for a repository that
    will not come back: nothing is looked at or removed there, and logs and usage stay.
    """
    if not yes and not sys.stdin.isatty():
        raise UserError("usage", "cleanup asks before it removes anything, and there is no terminal to ask on.",
                        hint=f"amp-sessions cleanup {shlex.quote(ref)}{' --forget' * forget} --yes")  # fmt: skip
    from ampsm.workflows.finishing import cleanup_session, forget_session, hinting_at_forget

    output, ctx = request.output, request.context
    if forget:
        gone = forget_session(
            ctx, ref, confirm=None if yes else lambda lines: _agrees_to_forget(output, lines), on_note=output.note
        )
        output.finish(document(gone), lambda: output.answer("Taken off the list; its logs and usage stay.", "bold"))
        return
    try:
        with hinting_at_forget(ctx, ref):
            done = cleanup_session(
                ctx, ref, force=force, confirm=None if yes else lambda lines: _agrees(output, lines),
                on_note=output.note,
            )  # fmt: skip
    except UserError as error:
        if output.human:
            _show_what_would_go(output, error)
        raise
    output.finish(document(done), lambda: _show_removed(output, ref, done))


def _agrees(output: Output, lines: list[str]) -> bool:
    output.narrate("This would remove:", "bold")
    _list(output, lines)
    output.narrate("A snapshot is kept, from which 'amp-sessions restore' brings it back.")
    return click.confirm("Remove it?", default=False, err=True)


def _agrees_to_forget(output: Output, lines: list[str]) -> bool:
    output.narrate("This would remove:", "bold")
    _list(output, lines)
    output.narrate("Its logs and usage stay. Should the repository come back, so can the session: amp-sessions restore")
    return click.confirm("Remove it?", default=False, err=True)


def _show_what_would_go(output: Output, error: UserError) -> None:
    """Every commit and file that is nowhere else, before the error sums them up."""
    commits, files = error.details.get("commits"), error.details.get("files")
    if not isinstance(commits, list) or not isinstance(files, list):
        return
    output.narrate("This is nowhere else and would go:", "bold")
    _list(output, [f"commit {commit['sha'][:10]} {commit['subject']}" for commit in commits])
    _list(output, [f"file {path}" for path in files])


def _list(output: Output, lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        output.narrate(f"  {clean(line)}")
    if len(lines) > _SHOWN:
        output.narrate(f"  and {len(lines) - _SHOWN:,} more")


def _show_removed(output: Output, ref: str, done: CleanedUp) -> None:
    removed = {"worktree": done.removed.worktree, "branch": done.removed.branch}
    gone = "Worktree and branch were gone already; what they held is kept."
    nothing = gone if done.snapshot_ref else "Nothing was left to remove."
    output.answer("Cleaned up." if any(removed.values()) else nothing, "bold")
    for what, name in removed.items():
        if name:
            fact(output, what, f"{name} removed")
        else:
            fact(output, what, "was gone already" if what in done.already_gone else "stays")
    if done.snapshot_ref:
        fact(output, "snapshot", done.snapshot_ref)
        show_next(output, f"amp-sessions restore {shlex.quote(ref)}   (if you want it back)")


@command("restore", examples=("amp-sessions restore add-login-k3j9xa",))
@session_argument
def restore_command(request: Request, ref: str) -> None:
    """Bring a cleaned-up session back: branch, worktree, staged, uncommitted and untracked files.

    Of any other session, the worktree is made again when its folder was deleted: as it was last staged or committed.
    """
    from ampsm.workflows.finishing import restore_session

    output = request.output
    session = restore_session(request.context, ref, on_note=output.note)
    output.finish({"session": document(session)}, lambda: _show_session(output, session, "status"))


@command(
    "adopt",
    examples=("amp-sessions adopt ../topic-worktree", "amp-sessions adopt fix-login --repo ~/shop --name 'Fix login'"),
)
@click.argument("place", metavar="PATH|BRANCH", type=WORD)
@click.option("--repo", metavar="PATH", type=WORD, help="Any path in the branch's repository (default: here).")
@click.option("--name", metavar="NAME", type=NAME, help="What the session is called (default: as the branch).")
def adopt_command(request: Request, place: str, repo: str | None, name: str | None) -> None:
    """Make a session out of an existing worktree, as it is, or of a branch.

    No file is changed. A branch that is checked out nowhere gets a worktree below .worktrees/. cleanup never removes an
    adopted branch, nor a worktree elsewhere.
    """
    from ampsm.workflows.session import adopt_session

    output = request.output
    session = adopt_session(request.context, place, repo=repo, name=name, on_note=output.note)
    output.finish({"session": document(session)}, lambda: _show_session(output, session, "iterate"))


def _show_session(output: Output, session: Session, verb: str) -> None:
    output.answer(session.id, "bold")
    show_session_facts(output, session)
    show_next(output, f"amp-sessions {verb} {session.id}")
