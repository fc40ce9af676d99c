"""`preflight`, `merge`, `continue-merge` and `abort-merge`: a session goes back where it came from."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ampsm.model.errors import ExitCode, Stopped, UserError, quoted
from ampsm.model.record import document
from ampsm_cli.errors import say_error
from ampsm_cli.merge_view import MergeView, show_merge, show_preflight
from ampsm_cli.options import command, session_argument
from ampsm_cli.request import Request
from ampsm_cli.values import FILLED, WORD, WORDS, WordChoice

if TYPE_CHECKING:
    from ampsm.journal.events import OnEvent
    from ampsm.workflows.finishing import MergeOutcome

_INCLUDE_MANUAL = click.option(
    "--include-manual",
    metavar="include|exclude",
    type=WordChoice(("include", "exclude")),
    default="include",
    help="Fold manual commits into the squashed one (include, the default) or keep each (exclude).",
)
_ONTO = click.option("--onto", metavar="BRANCH", type=FILLED, help="Merge into this branch (default: the base).")
_NO_SQUASH = click.option("--no-squash", is_flag=True, help="Keep every commit as it is.")
_NO_TEST = click.option("--no-test", is_flag=True, help="Do not ask the test script.")


@command(
    "preflight",
    stream=True,
    examples=("amp-sessions preflight add-login-k3j9xa", "amp-sessions preflight add-login-k3j9xa --onto develop"),
)
@session_argument
@_ONTO
@_NO_SQUASH
@_INCLUDE_MANUAL
@_NO_TEST
@click.option("--recorded-test", is_flag=True, help="Say what the test script said last, and do not run it.")
def preflight_command(
    request: Request,
    ref: str,
    onto: str | None,
    no_squash: bool,
    include_manual: str,
    no_test: bool,
    recorded_test: bool,
) -> int:
    """Check whether a session is ready to be merged, and what the merge would meet.

    Changes nothing in git. The options are those of the merge to come. The test script runs unless it has judged
    exactly these files already. Exit code: 0 ready, 5 not ready.
    """
    from ampsm.workflows.finishing import preflight_session
    from ampsm.workflows.session import MergeOptions

    options = MergeOptions(onto=onto, squash=not no_squash, include=include_manual == "include", test=not no_test)
    output = request.output
    with MergeView(output) as view:
        found = preflight_session(request.context, ref, options, view.on_progress, recorded=recorded_test)
    output.finish(document(found), lambda: show_preflight(output, ref, found))
    return ExitCode.DONE if found.ready else ExitCode.REFUSED


@command(
    "merge",
    stream=True,
    examples=(
        "amp-sessions merge add-login-k3j9xa --message 'feat: add login' --onto main",
        "amp-sessions merge add-login-k3j9xa --message 'feat: add login' --push --export-patch ./login.patch",
    ),
)
@session_argument
@click.option("--message", "-m", metavar="TEXT", type=WORDS, help="Message of the squashed commit.")
@_INCLUDE_MANUAL
@_NO_SQUASH
@_ONTO
@click.option("--no-ff", is_flag=True, help="Make a merge commit.")
@click.option("--push", is_flag=True, help="Push the target afterwards.")
@click.option("--remote", metavar="REMOTE", type=FILLED, help="Where to push (default: the target's upstream).")
@click.option(
    "--export-patch", metavar="FILE", type=WORD, help="Write all commits of the session as a patch, over nothing else."
)
@click.option("--pr", is_flag=True, help="Open a pull request with gh instead of moving the target.")
@_NO_TEST
@click.option("--cleanup", is_flag=True, help="Remove worktree and branch after the merge.")
def merge_command(
    request: Request,
    ref: str,
    message: str | None,
    include_manual: str,
    no_squash: bool,
    onto: str | None,
    no_ff: bool,
    push: bool,
    remote: str | None,
    export_patch: str | None,
    pr: bool,
    no_test: bool,
    cleanup: bool,
) -> int:
    """Merge a session back: checks, squash, rebase, tests, then the target moves.

    Whatever is checked out stays checked out; only the target goes forward. Conflicts, failing tests or a kill leave
    the merge open: `amp-sessions continue-merge` goes on, `amp-sessions abort-merge` brings back what was before.
    `amp-sessions undo` takes back a merge that is done. Exit code: 0 merged, 1 merged with warnings, 4 conflicts to
    resolve, 5 refused, 8 the tests failed.
    """
    from ampsm.workflows.finishing import merge_session
    from ampsm.workflows.session import MergeOptions

    options = MergeOptions(
        message=message,
        include=include_manual == "include",
        squash=not no_squash,
        onto=onto,
        no_ff=no_ff,
        push=push,
        remote=remote,
        patch=os.path.abspath(os.path.expanduser(export_patch)) if export_patch else None,  # noqa: PTH100, PTH111
        pr=pr,
        test=not no_test,
        cleanup=cleanup,
    )
    return _run(request, ref, lambda on_progress: merge_session(request.context, ref, options, on_progress))


@command("continue-merge", stream=True, examples=("amp-sessions continue-merge add-login-k3j9xa",))
@session_argument
def continue_merge_command(request: Request, ref: str) -> int:
    """Go on with a merge or rebase that waits for you or was cut off.

    Files with conflicts count as resolved when no conflict marker is left in them; files that git leaves without
    markers (deleted on one side, binary) when you have staged them. Never opens an editor. Exit code as for `merge`.
    """
    from ampsm.workflows.finishing import continue_merge

    return _run(request, ref, lambda on_progress: continue_merge(request.context, ref, on_progress))


@command("abort-merge", stream=True, examples=("amp-sessions abort-merge add-login-k3j9xa",))
@session_argument
def abort_merge_command(request: Request, ref: str) -> None:
    """Give up a merge or rebase that is open: the session is as it was before.

    What is uncommitted in the worktree is kept in a snapshot first.
    """
    from ampsm.workflows.finishing import abort_merge
    from ampsm.workflows.session import require_session

    output = request.output
    with MergeView(output) as view:
        found = abort_merge(request.context, ref, view.on_progress)
    git = f"git -C {quoted(require_session(request.context, ref).worktree)}"

    def show() -> None:
        output.answer(f"The {found.operation} is given up: {found.branch} is at {found.commit[:10]}.")
        for kept, what in ((found.snapshot_ref, "What was uncommitted"), (found.backup_ref, "The commits")):
            if kept:
                output.answer(f"{what} is kept as {kept}. Look at it: {git} show --stat {kept}")
        if found.snapshot_ref:
            output.answer(f"Bring it back: {git} restore --source={found.snapshot_ref} -- .")

    output.finish(document(found), show)


def _run(request: Request, ref: str, work: Callable[[OnEvent], MergeOutcome]) -> int:
    """Shows a merge at work and how it ended; returns its exit code."""
    output = request.output
    output.keep_going = True
    try:
        with MergeView(output) as view:
            outcome = work(view.on_progress)
    except (Stopped, KeyboardInterrupt) as stop:
        raise _stopped(request, ref, stop) from stop
    error = request.redacted(outcome.error.document()) if outcome.error else None
    output.finish(document(outcome), lambda: show_merge(output, outcome), error)
    if error:
        say_error(output, error)
    return outcome.exit_code


def _stopped(request: Request, ref: str, stop: BaseException) -> UserError:
    """What is said after Ctrl-C: whether the merge is still open."""
    from ampsm.workflows.session import has_open_merge, require_session

    name = stop.signal_name if isinstance(stop, Stopped) else "SIGINT"
    session = require_session(request.context, ref)
    if not has_open_merge(request.context, session.id):
        return UserError("cancelled", f"Stopped by {name}; nothing has changed", details={"signal": name},
                         hint=f"amp-sessions status {session.id}")  # fmt: skip
    return UserError(
        "cancelled", f"Stopped by {name}; the merge is still open", details={"signal": name},
        hint=f"amp-sessions continue-merge {session.id}, or give up: amp-sessions abort-merge {session.id}",
    )  # fmt: skip
