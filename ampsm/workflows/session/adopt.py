"""Making a session out of a worktree or branch that is there already, without changing a file (SPEC section 3)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import checkouts, refs, repository
from ampsm.git.worktree import existing, half_made, hidden_folders, worktrees
from ampsm.model.errors import UserError, moving_away, quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER, session_id
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.system.files import locked
from ampsm.workflows.session import agent_context, known_tip, outside, session_file
from ampsm.workflows.session.names import checked_model, checked_name, without_secrets


def adopt_session(
    ctx: Context,
    place: str,
    *,
    repo: str | None = None,
    name: str | None = None,
    on_note: Callable[[str], None] = lambda note: None,
) -> Session:
    """Makes a session of a worktree (any path in it) as it is, or of a local branch: where it is checked out, else in a
    new worktree below `.worktrees/`. The branch is never removed by the program, nor a worktree elsewhere.

    `repo` is any path in the branch's repository, the current folder by default. Raises `main-checkout` and
    `already-a-session` (exit 5), `no-such-branch` (exit 3), `no-base-branch` (exit 2), and as SPEC section 4 lists.
    """
    _require_no_session_at(ctx, place)
    found = existing.worktree_at(place, repo)
    root = repository.main_root(found or repo or ".")
    if found is not None and repo is not None and repository.main_root(repo) != root:
        raise UserError("usage", f"The worktree {found} belongs to {root}, not to the repository of --repo",
                        hint=f"amp-sessions adopt {quoted(place)}")  # fmt: skip
    with locked(ctx.paths.data_dir / "locks" / "adopt.lock"):
        branch = existing.branch_of(root, found) if found else existing.branch_to_check_out(root, place)
        worktree = found or checkouts.where_checked_out(root, branch)
        tip = repository.resolve_commit(root, refs.branch_ref(branch))
        if tip is None:
            raise repository.no_commits(root)
        session = _session(ctx, root, branch, tip, worktree, name, on_note)
        _require_free(ctx, session, root)
        hidden_folders.hide_folders(root)
        try:
            if worktree is None:
                worktrees.add_worktree(root, Path(session.worktree), branch, tip)
                on_note(f"made the worktree {session.worktree} for the branch {branch}")
            agent_context.write_session_file(ctx, session)
            outside.begin(ctx, session)
            session_file.add_session(ctx, session)
            known_tip.note_if_it_can(ctx, session)
        except BaseException:
            if worktree is None:
                half_made.remove_half_made(root, Path(session.worktree), None, tip)
            raise
    return session


def _session(
    ctx: Context, root: Path, branch: str, tip: str, worktree: Path | None, name: str | None,
    on_note: Callable[[str], None],
) -> Session:  # fmt: skip
    """The session as it will be: its base is found as for a new one, its commits begin where the branch left it."""
    base = repository.resolve_base(root, None, ctx.settings.get("defaultBase"))
    if base.branch == branch:
        raise UserError(
            "no-base-branch", f"{branch} is what sessions of {root} start from, so it has no base to go back to",
            hint="amp-sessions config set defaultBase BRANCH", details={"branch": branch},
        )  # fmt: skip
    worktrees.require_untracked_context_folder(root, tip)
    words = checked_name(ctx, name or branch, f"adopt {quoted(worktree or branch)}")
    words = without_secrets(ctx, "name", words, on_note)
    new_id, now = session_id(words), utc_now()
    return Session(
        id=new_id, name=words, prompt=ctx.redactor.redact(f"Continue the work on the branch {branch}."), repo=str(root),
        base_branch=base.branch, base_sha=repository.merge_base(root, tip, base.sha) or base.sha, branch=branch,
        worktree=str(worktree or root / WORKTREES_FOLDER / new_id), status="idle",
        model=checked_model(ctx, None, "new"), created_at=now, last_activity_at=now, adopted=True,
    )  # fmt: skip


def _require_no_session_at(ctx: Context, place: str) -> None:
    """Whatever lies there now: the place of a session is its worktree's."""
    path = os.path.realpath(Path(place).expanduser())
    for other in sessions.session_rows(ctx.store, include_cleaned=False):
        if os.path.realpath(other.worktree) == path:
            message = f"{other.worktree} is the place of session {other.id} already"
            raise other.error("status", "already-a-session", message, sessionId=other.id)


def _require_free(ctx: Context, session: Session, root: Path) -> None:
    for other in sessions.session_rows(ctx.store, repo=str(root)):
        if other.branch == session.branch or os.path.realpath(other.worktree) == os.path.realpath(session.worktree):
            message = f"The branch {other.branch} is session {other.id} already"
            raise other.error("status", "already-a-session", message, sessionId=other.id)
    folder = Path(session.worktree) / CONTEXT_FOLDER
    if os.path.lexists(folder) and not hidden_folders.is_hidden(folder):
        raise UserError(
            "context-folder-tracked", f"{folder} is there, but not made by this program, which needs the folder",
            hint=moving_away(folder), details={"folder": str(folder)},
        )  # fmt: skip
