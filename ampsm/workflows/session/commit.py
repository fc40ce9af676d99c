"""Commits in a session's branch: the agent's, what a dead worker or a failed agent left, and a person's own."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.git.staging import not_taken
from ampsm.git.status import Status, worktree_status
from ampsm.git.worktree.emptied import require_not_emptied
from ampsm.journal.events import Commit
from ampsm.model.errors import UserError, moving_away
from ampsm.model.naming import amp_message, amp_subject
from ampsm.model.phrases import few
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.store import iterations
from ampsm.system.processes import MARKER
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session import session_file
from ampsm.workflows.session.held import held
from ampsm.workflows.session.worktree_of import prove


@record
class ManualCommit:
    """The commit that was made, and how many files it changed."""

    commit: str
    files: int


def commit_work(
    session: Session, number: int, thread_id: str | None, said: str | None, changes: Status | None = None,
    *, partial: bool = False, hooks: bool = False,
) -> Commit | None:  # fmt: skip
    """Commits what the agent of an iteration changed, with its trailers (SPEC section 5.6); None when nothing did.

    `said` is the agent's final text; of `partial`, unfinished work, why it is that: no hook may keep it from being
    saved. Raises CommitRefused.
    """
    subject = amp_subject(said, partial=partial)
    made = commits.commit_changes(
        Path(session.worktree), amp_message(subject, session.id, number, thread_id), changes=changes,
        leave_out=unchanged_leftovers(session), hooks=hooks, env=marked(session, number),
    )  # fmt: skip
    return Commit(sha=made.sha, kind="partial" if partial else "amp", subject=subject) if made.sha else None


def commit_left_work(ctx: Context, session: Session, last: Iteration, changes: Status | None = None) -> list[Commit]:
    """Commits what an iteration that was cut off has left, once, as `amp: partial: interrupted` (or what stopped it)
    with its trailers. What git cannot take stays, as what a hook held back would. Raises CommitRefused,
    `unfinished-operation` while git has not finished something there, `worktree-missing` when it was emptied."""
    worktree = Path(session.worktree)
    changes = changes or worktree_status(worktree)
    require_not_emptied(worktree, changes, f"amp-sessions restore {session.id}")
    reason = (last.error_code or "interrupted").replace("-", " ")
    try:
        made = commit_work(session, last.number, last.thread_id, reason, changes, partial=True)
    except commits.CommitRefused as refused:
        if refused.not_converted:
            said = ctx.redactor.redact(refused.output)
            iterations.update_iteration(ctx.store, last.id, end_sha=repository.require_head(worktree), hook_output=said)
        raise
    head = repository.require_head(worktree)
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, last.number, "end"), head)
    files, insertions, deletions = commits.diff_stat(worktree, last.start_sha, head)
    own = head if head != last.start_sha else None
    iterations.update_iteration(
        ctx.store, last.id, end_sha=head, commit_sha=made.sha if made else last.commit_sha or own,
        changed_files=files, insertions=insertions, deletions=deletions,
    )  # fmt: skip
    return [made] if made else []


def commit_manually(ctx: Context, ref: str, message: str) -> ManualCommit:
    """Commits the worktree's changes with the person's message, verbatim (SPEC section 3, `commit`).

    What an interrupted iteration left is committed before, as its own. Raises `nothing-to-commit` (exit 5),
    `commit-refused`, `no-identity`, `unfinished-operation` while git has not finished something there, and what proving
    the place raises.
    """
    with held(ctx, ref, "commit") as (session, _):
        worktree = prove(session)
        commits.require_identity(worktree)
        if session.left_behind:
            commit_left_work(ctx, session, session.left_behind)
        found, left_out = worktree_status(worktree), unchanged_leftovers(session)
        require_not_emptied(worktree, found, f"amp-sessions restore {session.id}")
        try:
            made = commits.commit_changes(
                worktree, message, changes=found, leave_out=left_out,
                hooks=ctx.settings.get("commitHooks") == "run", env=marked(session, "commit"),
            )  # fmt: skip
        except commits.CommitRefused as refused:  # a hook asks for other files, or another message
            refused.hint = refused.hint or f"amp-sessions diff {session.id} --working"
            raise
        if made.sha is None:
            if refused_names := not_taken(worktree, found, leave_out=left_out):
                raise UserError(
                    "nothing-to-commit", f"git takes no files of these names: {few(refused_names)}",
                    hint=moving_away(worktree / refused_names[0]), details={"files": refused_names},
                )  # fmt: skip
            also = f" (the nested repository {found.nested[0]} is never committed)" if found.nested else ""
            message = f"The worktree of session {session.id} has nothing to commit{also}"
            raise session.error("diff", "nothing-to-commit", message, nested=list(found.nested))
        session_file.save_session(ctx, session)
    return ManualCommit(made.sha, commits.diff_stat(worktree, made.before, made.sha)[0])


def marked(session: Session, what: object) -> dict[str, str]:
    """A hook may take long: one that outlives a killed worker is found and ended, like anything that an agent left."""
    return {MARKER: f"{session.id}/{what}"}
