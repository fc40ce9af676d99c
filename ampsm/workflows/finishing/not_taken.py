"""Uncommitted files that git cannot take as what is set for them says: a required filter, an encoding, line ends. They
stay in the worktree, and whoever wants them committed is told why that is not possible (SPEC section 5.6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.calls.conversion import see_what_is_set, why_not_converted
from ampsm.git.command import answer_or
from ampsm.git.pending import why_not_taken
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session.worktree_of import LocalChanges


@record
class NotTaken:
    """Why, as git says it, and what to do."""

    reason: str
    hint: str


def not_taken(session: Session, local: LocalChanges) -> NotTaken | None:
    """Why the uncommitted files cannot be committed; None where they can, as far as that is known. What an iteration
    had to leave is for the next one to mend, anybody else's edits for whoever made them."""
    last = session.last_iteration
    held_back = last is not None and (last.left_work or last.held_back(local.status.head or ""))
    if last and last.hook_output and held_back and (reason := why_not_converted(last.hook_output)):
        return NotTaken(reason, f"amp-sessions iterate {session.id}")
    failure = answer_or(None, why_not_taken, Path(session.worktree), local.status)
    if failure is None:
        return None
    hint = f"amp-sessions iterate {session.id}" if held_back else see_what_is_set(session.worktree, failure.output)
    return NotTaken(failure.reason, hint)
