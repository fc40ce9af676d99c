"""Finding, listing, describing and changing sessions (SPEC sections 2 and 3)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import SESSION_STATUSES, Session
from ampsm.store import sessions

if TYPE_CHECKING:
    from ampsm.workflows.status.next_step import Activity
    from ampsm.workflows.status.session_state import SessionState


def require_session(ctx: Context, ref: str) -> Session:
    """The session that `ref` names: its id, its name or the beginning of its id (SPEC section 2).

    Raises `no-such-session` (exit 3, with the nearest name) or `ambiguous-session` (exit 2, `details.candidates`). A
    session whose worker was killed is put right first.
    """
    found = sessions.find_sessions(ctx.store, ref)
    if not found:
        raise _no_such_session(ctx, ref)
    if len(found) > 1:
        candidates = [session.id for session in found]
        raise UserError(
            "ambiguous-session", f"'{ref}' names {len(found)} sessions: {', '.join(candidates)}",
            hint=f"amp-sessions status {candidates[0]}", details={"ref": ref, "candidates": candidates},
        )  # fmt: skip
    return _settled(ctx, found[0], unknown=_has_unknown_journal(ctx, found[0]))


def list_sessions(
    ctx: Context, *, repo: str | None = None, status: str | None = None, include_cleaned: bool = False
) -> list[Session]:
    """Sessions, newest activity first; `repo` is any path inside their repository. Raises `not-a-repository` (exit 3)
    or `invalid-value` for an unknown status word (exit 2)."""
    if status is not None and status not in SESSION_STATUSES:
        raise UserError(
            "invalid-value", f"'{status}' is no session status; valid: {', '.join(SESSION_STATUSES)}",
            hint=f"amp-sessions list --status {SESSION_STATUSES[0]}", details={"valid": list(SESSION_STATUSES)},
        )  # fmt: skip
    found = _of_repository(ctx, repo, include_cleaned)
    settled = [_settled(ctx, session) for session in found]
    return [session for session in settled if status in (None, session.status)]


def session_path(ctx: Context, ref: str) -> Path:
    """The session's worktree. Raises `session-cleaned-up` or `worktree-missing` (exit 5) when there is none."""
    session = require_session(ctx, ref)
    if session.cleaned_up_at:
        raise UserError(
            "session-cleaned-up", f"Session {session.id} was cleaned up; it has no worktree",
            hint=f"amp-sessions restore {session.id}",
        )  # fmt: skip
    worktree = Path(session.worktree)
    if not worktree.is_dir():
        raise UserError(
            "worktree-missing", f"The worktree of session {session.id} is gone: {worktree}",
            hint=f"amp-sessions restore {session.id}", details={"worktree": session.worktree},
        )  # fmt: skip
    return worktree


def session_status(ctx: Context, ref: str) -> dict[str, Any]:
    """The document of `status`: session, git, iterations, queue, merge and the next step (SPEC section 3)."""
    return read_state(ctx, ref).document(ctx)


def read_state(ctx: Context, ref: str) -> SessionState:
    """What store, git and processes say of a session at one moment. Raises what `require_session` does."""
    from ampsm.workflows.status.git_state import load_git_state
    from ampsm.workflows.status.merge_status import merge_document
    from ampsm.workflows.status.session_state import SessionState

    session = require_session(ctx, ref)
    git, merge = load_git_state(ctx, session), merge_document(ctx, session)
    return SessionState(session, git, activity_of(ctx, session), merge)


def change_session(
    ctx: Context,
    ref: str,
    *,
    name: str | None = None,
    model: str | None = None,
    script: str | None = None,
    base: str | None = None,
) -> Session:
    """Changes what is given and returns the session; an empty `model` or `script` means none from now on.

    Secrets in name and script are redacted, as `create_session` does. Id, branch and the commit the session started
    from stay. Raises `usage`, `invalid-value`, `no-such-branch` or
    `no-base-branch` before anything is changed.
    """
    session = require_session(ctx, ref)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = ctx.redactor.redact(_checked_name(session, name))
    if model is not None:
        changes["model"] = model.strip() or None
    if script is not None:
        changes["script_command"] = ctx.redactor.redact(script.strip()) or None
    if base is not None:
        changes["base_branch"] = _base_branch(session, base)
    if not changes:
        raise UserError(
            "usage", "Nothing to change: give --name, --model, --script or --base",
            hint=f"amp-sessions set {session.id} --name 'New name'",
        )  # fmt: skip
    from ampsm.workflows.session import session_file

    return session_file.save_session(ctx, session, **changes)


def _of_repository(ctx: Context, repo: str | None, include_cleaned: bool) -> list[Session]:
    if repo is None:
        return sessions.session_rows(ctx.store, include_cleaned=include_cleaned)
    # The recorded path itself needs no git, and also serves when the repository is gone.
    found = sessions.session_rows(ctx.store, include_cleaned=include_cleaned, repo=os.path.realpath(repo))
    if found:
        return found
    from ampsm.git import repository

    root = repository.main_root(Path(repo))
    return sessions.session_rows(ctx.store, include_cleaned=include_cleaned, repo=str(root))


def _has_unknown_journal(ctx: Context, session: Session) -> bool:
    """Whether an iteration has a journal and no row yet: its worker begins, or was killed in that moment."""
    number = session.last_iteration.number if session.last_iteration else 0
    return ctx.paths.journal(session.id, number + 1).exists()


def _settled(ctx: Context, session: Session, *, unknown: bool = False) -> Session:
    """The session, after noticing that its worker was killed."""
    last = session.last_iteration
    if not unknown and session.status != "running" and (last is None or last.status != "running"):
        return session
    from ampsm.workflows.session import recover

    return recover.settle_if_it_can(ctx, session)


def activity_of(ctx: Context, session: Session) -> Activity:
    """Who works in the session now, and what a dead worker left running."""
    from ampsm.system.locks import lock_holder
    from ampsm.system.processes import marked_processes
    from ampsm.workflows.status.next_step import Activity

    holder = lock_holder(ctx.paths.lock(session.id))
    if holder and holder.alive:
        return Activity(holder=holder.pid, doing=holder.what)
    last = session.last_iteration
    cut_off = last is not None and last.status in ("running", "interrupted")
    return Activity(orphans=tuple(marked_processes(last.id)) if last and cut_off else ())


def _no_such_session(ctx: Context, ref: str) -> UserError:
    import difflib

    names = {word.lower(): word for pair in sessions.session_names(ctx.store) for word in reversed(pair)}
    near = difflib.get_close_matches(ref.lower(), names, n=1, cutoff=0.5)
    nearest = names[near[0]] if near else None
    question = f" Did you mean '{nearest}'?" if nearest else ""
    return UserError(
        "no-such-session", f"There is no session '{ref}'.{question}", hint="amp-sessions list",
        details={"ref": ref, "nearest": nearest},
    )  # fmt: skip


def _checked_name(session: Session, name: str) -> str:
    words = " ".join(name.split())  # one line, as `new` keeps it
    if not words:
        raise UserError(
            "invalid-value", "A session needs a name that is not empty",
            hint=f"amp-sessions set {session.id} --name 'New name'",
        )  # fmt: skip
    return words


def _base_branch(session: Session, base: str) -> str:
    from ampsm.git import repository

    found = repository.resolve_base(Path(session.repo), base, None)
    if found.branch is None:
        raise UserError(
            "no-base-branch", f"'{base}' is no local branch, so nothing could be merged into it",
            hint=f"git -C {session.repo} branch --list", details={"base": base},
        )  # fmt: skip
    return found.branch
