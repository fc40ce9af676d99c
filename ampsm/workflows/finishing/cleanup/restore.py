"""Bringing a cleaned-up session back: branch, worktree, index, uncommitted and untracked files (SPEC section 6); and
branch and worktree of any other, where they are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.calls.way_out import way_out
from ampsm.git.status import worktree_status
from ampsm.git.surroundings import ways_back
from ampsm.git.trash import lost_worktree
from ampsm.git.trash import restore as trash_restore
from ampsm.git.trash import snapshot as trash
from ampsm.git.worktree import administration, emptied, hidden_folders, proof, removal
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import counted
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.finishing.cleanup import lost_branch
from ampsm.workflows.finishing.cleanup import note as cleanup_note
from ampsm.workflows.finishing.merge.conflicts.bring_back import (
    bring_conflicts_back,
    bring_files_back,
    waits_in_a_rebase,
)
from ampsm.workflows.session import agent_context, outside, session_file, worktree_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.known_tip import rewound_from, tip_ref
from ampsm.workflows.session.moved import require_at_home


def restore_session(ctx: Context, ref: str, *, on_note: Callable[[str], None] = lambda note: None) -> Session:
    """Brings a session back as it was when it was cleaned up, with the status it had. Of one that was not cleaned up,
    a branch that is gone is made again where it was last, and the worktree when its folder is gone or was emptied, or
    what git keeps of it is damaged; what is there is left as it is. `on_note` is told.

    Raises `no-snapshot` or `not-a-repository` (exit 3), `branch-moved`, `branch-checked-out` or `wrong-worktree` (exit
    5) when something else is in its place; doing it again after a kill is fine.
    """
    with way_out(), held(ctx, ref, "restore") as (session, _):
        cleanup_note.finish_killed(ctx, session, on_note)
        session = sessions.session_by_id(ctx.store, session.id) or session
        root, worktree = Path(session.repo), Path(session.worktree)
        if not session.cleaned_up_at:
            came_back = lost_branch.bring_back(ctx, session, on_note)
            mended = _mend(ctx, session, root, worktree, on_note)
            if is_vacant(worktree):
                _bring_back_lost(session, root, worktree, on_note)
                bring_files_back(ctx, session)
            elif came_back:
                if not lost_branch.is_checked_out(session, on_note):
                    return session
            else:
                waits = waits_in_a_rebase(ctx, session)
                if not waits:
                    worktree_of.prove(session)
                back = bring_conflicts_back(ctx, session, on_note) if waits else _fill_emptied(worktree, on_note)
                if not back and not mended:
                    _say_where_it_was(session, root, on_note)
                    on_note(f"session {session.id} is not cleaned up, so there is nothing to bring back")
                    return session
        elif _was_forgotten(ctx, session, root):
            lost_branch.bring_back(ctx, session, on_note)
            _mend(ctx, session, root, worktree, on_note)
            if is_vacant(worktree):
                _bring_back_lost(session, root, worktree, on_note)
            worktree_of.prove(replace(session, cleaned_up_at=None))
        elif not is_vacant(worktree):  # it never went, or a restore was killed at its very end
            with worktree_of.hinting_the_way_back(session):
                proof.prove_place(worktree, root, session.branch)
        else:
            _bring_back(ctx, session, root, worktree)
        hidden_folders.hide_folders(root)
        if not agent_context.is_complete(session):
            agent_context.write_session_file(ctx, session)
        _say_where_it_was(session, root, on_note)
        return session_file.save_session(ctx, session, cleaned_up_at=None) if session.cleaned_up_at else session


def _was_forgotten(ctx: Context, session: Session, root: Path) -> bool:
    """Whether it was taken off the list while its repository was not there, so that nothing of it was removed."""
    if trash.snapshot(root, session.id) is not None or _snapshot_deleted(ctx, session, root) is not None:
        return False
    return bool(refs.read_refs(root, [refs.branch_ref(session.branch), tip_ref(session.id)]))


def _say_where_it_was(session: Session, root: Path, on_note: Callable[[str], None]) -> None:
    """Of a branch that somebody had put back: the worktree belongs to where it is, so a person brings back the rest."""
    at, seen = (refs.read_ref(root, ref) for ref in (refs.branch_ref(session.branch), tip_ref(session.id)))
    if at and (was_at := rewound_from(session, at, seen)):
        back = f"git -C {quoted(session.worktree)} reset --keep {was_at}"
        on_note(f"the branch was at {was_at[:12]} before somebody put it back to {at[:12]}; to have that again: {back}")


def _mend(ctx: Context, session: Session, root: Path, worktree: Path, on_note: Callable[[str], None]) -> bool:
    """Makes whole what git keeps of the worktree, where that is damaged; its files stay as they are. What the index has
    while a rebase waits is told once that has what git merged again."""
    found = administration.damage(root, worktree)
    if found is None:
        return False
    if "HEAD" in found.parts:
        removal.require_not_used_elsewhere(root, session.branch, worktree)
    administration.mend(worktree, session.branch, found)
    index = "; the index is as the branch has it, what was staged shows as changes" if "index" in found.parts else ""
    if index and not is_vacant(worktree) and waits_in_a_rebase(ctx, session):
        index = ""
    on_note(f"what git keeps of the worktree is whole again ({', '.join(found.parts)}){index}")
    return True


def _bring_back_lost(session: Session, root: Path, worktree: Path, on_note: Callable[[str], None]) -> None:
    """Makes the worktree again that somebody deleted."""
    tip = repository.resolve_commit(root, refs.branch_ref(session.branch))
    if tip is None:
        raise refs.no_such_branch(root, session.branch)
    require_at_home(session)
    staged = lost_worktree.make_again(root, worktree, session.branch, tip)
    state = "it was last staged or committed" if staged else f"{session.branch} has it"
    on_note(f"the worktree is back as {state}; what else was in it is gone, or where the folder was moved to")


def _fill_emptied(worktree: Path, on_note: Callable[[str], None]) -> bool:
    """Brings back the files of a worktree that somebody emptied; False where that did not happen."""
    if not (lost := emptied.lost_files(worktree, worktree_status(worktree).missing)):
        return False
    emptied.fill_again(worktree)
    on_note(f"the worktree was emptied; {counted(len(lost), 'file')} came back as last staged or committed")
    return True


def _snapshot_deleted(ctx: Context, session: Session, root: Path) -> tuple[Session, str] | None:
    """The session whose iteration deleted the snapshot, and the commit that it was, as long as git has that."""
    found = outside.lasting_deletion(ctx, session, trash.trash_ref(session.id))
    before = found[1].before if found else None
    if found is None or before is None or repository.resolve_commit(root, before) is None:
        return None
    return found[0], before


def _bring_back(ctx: Context, session: Session, root: Path, worktree: Path) -> None:
    found = trash.snapshot(root, session.id)
    if found is None:
        if deleted := _snapshot_deleted(ctx, session, root):
            other, before = deleted
            raise UserError(
                "no-snapshot",
                f"The snapshot of session {session.id} was deleted while an iteration of session {other.id} ran",
                hint=f"{ways_back.of_ref(root, trash.trash_ref(session.id), before, None)} && amp-sessions restore "
                f"{session.id}",
                details={"ref": trash.trash_ref(session.id), "before": before},
            )  # fmt: skip
        raise UserError(
            "no-snapshot", f"There is no snapshot of session {session.id} any more in {root}",
            hint=f"git -C {quoted(root)} for-each-ref refs/ampsm/iterations/{session.id}",
            details={"ref": trash.trash_ref(session.id)},
        )  # fmt: skip
    trash_restore.clear_killed(root, worktree, found)
    trash_restore.restore_branch(root, session.branch, found)
    removal.require_not_used_elsewhere(root, session.branch, worktree)
    trash_restore.restore_worktree(root, worktree, session.branch, found)
