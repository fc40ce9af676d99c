"""The open merge or rebase of a session as `status` shows it, and what to do about it (SPEC section 3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import rebase as git_rebase
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import open_merge

_SHOWN = 3


def merge_document(ctx: Context, session: Session) -> dict[str, Any] | None:
    """The `merge` part of `status`: null when nothing is open. `conflicts` are those that are not resolved yet;
    `waitingFor` is `conflicts`, `tests`, `target`, or null when it was cut off."""
    state = open_merge.load(ctx, session.id)
    if state is None:
        return None
    document = state.document()
    if state.waiting_for == "conflicts":
        try:
            rebasing = git_rebase.in_progress(Path(session.worktree))
            document["conflicts"] = git_rebase.unresolved(Path(session.worktree)) if rebasing else []
            document["rebasing"] = rebasing is not None
        except (UserError, OSError):
            document["rebasing"] = False
    else:
        document["rebasing"] = False
    return document


def merge_step(session: Session, merge: dict[str, Any]) -> str:
    """What to do about an open merge or rebase, in a sentence with the command to type."""
    what, onto = merge["operation"], merge["onto"]
    go_on, give_up = f"amp-sessions continue-merge {session.id}", f"amp-sessions abort-merge {session.id}"
    waiting = merge["waitingFor"]
    if merge["step"] == "abort":
        return f"Giving up the {what} was cut off. Do it again: {give_up}"
    if waiting == "conflicts" and merge["conflicts"]:
        paths = merge["conflicts"]
        more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
        return (
            f"The {what} waits for conflicts with {onto} to be resolved: {', '.join(paths[:_SHOWN])}{more}. Resolve "
            f"them in {session.worktree}, or let the agent: amp-sessions iterate {session.id}. Then: {go_on}, or "
            f"give up: {give_up}"
        )
    if waiting == "conflicts" and merge["rebasing"]:
        return f"All conflicts of the {what} are resolved. Go on: {go_on}, or give up: {give_up}"
    if waiting == "conflicts":
        return f"The rebase of the {what} was ended by hand. Go on from there: {go_on}, or give up: {give_up}"
    if waiting == "tests":
        return (
            f"The test script keeps the merge into {onto} open. Let the agent mend it: amp-sessions iterate "
            f"{session.id} --notes 'Fix the failing tests', then: {go_on}, or give up: {give_up}"
        )
    if waiting == "target":
        return f"{onto} could not be moved yet. Try again: {go_on}, or give up: {give_up}"
    return f"A {what} into {onto} was cut off at the step '{merge['step']}'. Go on: {go_on}, or give up: {give_up}"
