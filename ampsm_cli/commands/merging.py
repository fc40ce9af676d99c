"""`merge`: its options are known, its work is not part of this release."""

from __future__ import annotations

import shlex

import click

from ampsm.model.errors import UserError
from ampsm_cli.options import command, session_argument
from ampsm_cli.request import Request
from ampsm_cli.values import FILLED, Choice


@command(
    "merge",
    stream=True,
    examples=(
        "amp-sessions merge add-login-k3j9xa --message 'feat: add login' --onto main",
        "amp-sessions merge add-login-k3j9xa --message 'feat: add login' --push --export-patch ./login.patch",
    ),
)
@session_argument
@click.option("--message", metavar="TEXT", type=FILLED, help="Message of the squashed commit.")
@click.option("--include-manual", metavar="include|exclude", type=Choice(("include", "exclude")),
              help="Fold manual commits into the squashed one (include, the default) or keep each (exclude).")
@click.option("--no-squash", is_flag=True, help="Keep every commit as it is.")
@click.option("--onto", metavar="BRANCH", type=FILLED, help="Merge into this branch (default: the base).")
@click.option("--no-ff", is_flag=True, help="Make a merge commit.")
@click.option("--push", is_flag=True, help="Push the target afterwards.")
@click.option("--remote", metavar="REMOTE", type=FILLED, help="Where to push (default: the target's upstream).")
@click.option("--export-patch", metavar="FILE", type=FILLED, help="Write all commits of the session as a patch.")
@click.option("--pr", is_flag=True, help="Open a pull request with gh instead of moving the target.")
@click.option("--no-test", is_flag=True, help="Do not run the test script.")
@click.option("--cleanup", is_flag=True, help="Remove worktree and branch after the merge.")
def merge_command(request: Request, ref: str, **_options: object) -> None:
    """Merge a session back: checks, squash, rebase, tests, then the target moves.

    This release cannot do it yet; it says how to merge with git.
    """
    from ampsm.workflows.sessions import require_session

    session = require_session(request.context, ref)
    raise UserError(
        "not-available",
        f"This release cannot merge yet. The work is on the branch {session.branch}.",
        hint=f"git -C {shlex.quote(session.repo)} merge {shlex.quote(session.branch)}",
        details={"branch": session.branch, "repo": session.repo},
    )
