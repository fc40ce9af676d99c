"""What iterations have changed in repositories outside their branches, and main checkouts that git misreads (SPEC
section 5.6). Nothing of it is put right here: who did it, and whether it was meant, only a person knows."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.surroundings import ways_back
from ampsm.git.surroundings.change import CODES, REF, STASHED, Change
from ampsm.git.surroundings.main_checkout import misread_checkout
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.workflows.session import outside
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check_outside(checkup: Checkup) -> Findings:
    """Changes that are still there, each with the command that takes it back."""
    for session in checkup.in_reach():
        if not _is_readable(checkup, session):
            continue  # `check_records` has said so
        try:
            changes = outside.lasting_changes(checkup.ctx, session)
        except (UserError, OSError) as error:
            yield Finding(
                "outside-unknown", WARNING, session.id,
                f"What its iterations changed outside its branch cannot be told: {error}",
            )  # fmt: skip
            continue
        for change in changes:
            yield Finding(
                CODES[change.kind], WARNING, session.id,
                f"While an iteration of this session ran: {change.message}.",
                f"{_back(session, change)}; if it was meant: amp-sessions doctor --accept {session.id}",
            )  # fmt: skip


def check_main_checkouts(checkup: Checkup) -> Findings:
    """Whether git takes the main checkouts of all repositories for what they are."""
    for root in sorted({session.repo for session in checkup.in_reach() if not session.cleaned_up_at}):
        if misread := misread_checkout(Path(root)):
            yield Finding("main-checkout-misread", ERROR, root, f"{misread.message}.", misread.back)


def _is_readable(checkup: Checkup, session: Session) -> bool:
    try:
        outside.outside_file(checkup.ctx, session.id).load()
    except UserError:
        return False
    return True


def _back(session: Session, change: Change) -> str:
    root = Path(session.repo)
    if change.kind == STASHED:
        where = Path(session.worktree) if Path(session.worktree).is_dir() else root
        return f"git -C {quoted(where)} stash apply {change.subject}"
    if change.kind == REF:
        return ways_back.of_ref_as_it_is(root, change.subject, change.before) or ""
    return change.back or f"git -C {quoted(root)} status"
