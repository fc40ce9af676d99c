"""Bringing a cleaned-up session back: branch, worktree, index, uncommitted and untracked files (SPEC section 6); and
the worktree of any other whose folder is gone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git.trash import lost_worktree
from ampsm.git.trash import restore as trash_restore
from ampsm.git.trash import snapshot as trash
from ampsm.git.worktree import hidden_folders, proof, removal
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.finishing.cleanup import note as cleanup_note
from ampsm.workflows.session import agent_context, branch_point, session_file, worktree_of
from ampsm.workflows.session.held import held


def restore_session(ctx: Context, ref: str, *, on_note: Callable[[str], None] = lambda note: None) -> Session:
    """Brings a session back as it was when it was cleaned up, with the status it had. Of one that was not cleaned up,
    the worktree is made again when its folder is gone; else it is left as it is. `on_note` is told.

    Raises `no-snapshot` or `not-a-repository` (exit 3), `branch-moved`, `branch-checked-out` or `wrong-worktree` (exit
    5) when something else is in its place; doing it again after a kill is fine.
    """
    with held(ctx, ref, "restore") as (session, _):
        cleanup_note.finish_killed(ctx, session, on_note)
        session = sessions.session_by_id(ctx.store, session.id) or session
        root, worktree = Path(session.repo), Path(session.worktree)
        if not root.is_dir():
            raise session.error("status", "not-a-repository", f"The repository {root} cannot be read")
        if not session.cleaned_up_at:
            if not _bring_back_lost(session, root, worktree, on_note):
                worktree_of.prove(session)
                on_note(f"session {session.id} is not cleaned up, so there is nothing to bring back")
                return session
        elif os.path.lexists(worktree):  # it never went, or a restore was killed at its very end
            proof.prove_place(worktree, root, session.branch)
        else:
            _bring_back(session, root, worktree)
        hidden_folders.hide_folders(root)
        if not agent_context.is_complete(session):
            agent_context.write_session_file(ctx, session)
        return session_file.save_session(ctx, session, cleaned_up_at=None) if session.cleaned_up_at else session


def _bring_back_lost(session: Session, root: Path, worktree: Path, on_note: Callable[[str], None]) -> bool:
    """Makes the worktree again that somebody deleted; False when there is nothing of the kind to do."""
    tip = None if os.path.lexists(worktree) else branch_point.branch_tip(session)
    if tip is None:
        return False
    staged = lost_worktree.make_again(root, worktree, session.branch, tip)
    state = "it was last staged or committed" if staged else f"{session.branch} has it"
    on_note(f"the worktree is back as {state}; what else was in it is gone, or where the folder was moved to")
    return True


def _bring_back(session: Session, root: Path, worktree: Path) -> None:
    found = trash.snapshot(root, session.id)
    if found is None:
        raise UserError(
            "no-snapshot", f"There is no snapshot of session {session.id} any more in {root}",
            hint=f"git -C {quoted(root)} for-each-ref refs/ampsm/iterations/{session.id}",
            details={"ref": trash.trash_ref(session.id)},
        )  # fmt: skip
    trash_restore.clear_killed(root, worktree, found)
    trash_restore.restore_branch(root, session.branch, found)
    removal.require_not_used_elsewhere(root, session.branch, worktree)
    trash_restore.restore_worktree(root, worktree, session.branch, found)
