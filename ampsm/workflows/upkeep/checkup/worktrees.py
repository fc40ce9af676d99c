"""Every session's place: its repository, its branch, its worktree."""

from __future__ import annotations

import shlex
from pathlib import Path

from ampsm.git import worktrees
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import recover
from ampsm.workflows.session.tips import branch_tip, last_known_tip
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    lost: set[str] = set()
    for session in checkup.at_rest():
        try:
            tip = branch_tip(session)
        except (UserError, OSError):
            if session.repo not in lost:
                yield _repository_missing(session)
            lost.add(session.repo)
            continue
        if tip is None:
            yield _branch_missing(session)
        # An iteration that began meanwhile may be anywhere.
        elif (finding := _worktree(session)) and not recover.worker_lives(checkup.ctx, session.id):
            yield finding


def _repository_missing(session: Session) -> Finding:
    return Finding(
        "repository-missing", ERROR, session.repo,
        f"The repository of session {session.id}, and maybe of others, cannot be read there.",
        "put it back where it was",
    )  # fmt: skip


def _branch_missing(session: Session) -> Finding:
    sha = last_known_tip(session)
    return Finding(
        "branch-missing", ERROR, session.id,
        f"Its branch {session.branch} is gone. Its last recorded commit was {sha[:12]}.",
        f"git -C {shlex.quote(session.repo)} branch {session.branch} {sha}",
    )  # fmt: skip


def _worktree(session: Session) -> Finding | None:
    """What is wrong with the worktree of a session whose branch is there; None when all is well."""
    try:
        worktrees.prove_place(Path(session.worktree), Path(session.repo), session.branch)
    except UserError as error:
        if error.code == "worktree-missing":
            return Finding(
                "worktree-missing", ERROR, session.id,
                f"Its worktree {session.worktree} is gone; the branch {session.branch} is there.",
                f"amp-sessions restore {session.id}",
            )  # fmt: skip
        severity = WARNING if error.code == "branch-moved" else ERROR
        return Finding(error.code, severity, session.id, error.message + ".", error.hint)
    return None
