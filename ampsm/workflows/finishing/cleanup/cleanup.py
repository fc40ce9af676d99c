"""Removing worktree and branch of a session whose work is elsewhere, into a snapshot (SPEC section 6, cleanup)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.calls.way_out import way_out
from ampsm.git.trash import restore as trash_restore
from ampsm.git.trash import snapshot as trash
from ampsm.git.trash.contents import Contents, is_unchanged
from ampsm.git.worktree import removal
from ampsm.git.worktree.folder_scan import OTHER
from ampsm.model.errors import quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.finishing.cleanup.note import CleanupNote, carry_out, finish_killed, note_file
from ampsm.workflows.finishing.cleanup.plan import CleanupPlan, plan_cleanup, refusal
from ampsm.workflows.finishing.rewrite import require_nothing_open
from ampsm.workflows.session import branch_point, session_file
from ampsm.workflows.session.held import held

_ATTEMPTS = 3


@record
class Removed:
    """The path and the branch that were removed, None for what was gone or stays."""

    worktree: str | None
    branch: str | None


@record
class CleanedUp:
    """What a cleanup did; `already_gone` names what was not there any more."""

    removed: Removed
    snapshot_ref: str | None
    already_gone: tuple[str, ...]


def cleanup_session(
    ctx: Context, ref: str, *, force: bool = False, confirm: Callable[[list[str]], bool] | None = None,
    on_note: Callable[[str], None] = lambda note: None,
) -> CleanedUp:  # fmt: skip
    """Removes a session's worktree and branch; its journals stay.

    `confirm` is shown, line by line, what would go, and may say no: `cancelled`. `force` overrides commits and files
    that are nowhere else, never what proves that the folder is the session's. Raises `not-merged`,
    `uncommitted-changes`, `merge-in-progress` and what `plan_cleanup` raises, before anything is changed.
    """
    with held(ctx, ref, "cleanup") as (session, _):
        require_nothing_open(ctx, session)
        return cleanup_held(ctx, session, force=force, confirm=confirm, on_note=on_note)


def cleanup_held(
    ctx: Context, session: Session, *, force: bool = False, confirm: Callable[[list[str]], bool] | None = None,
    on_note: Callable[[str], None] = lambda note: None,
) -> CleanedUp:  # fmt: skip
    """As `cleanup`, for a caller that holds the session and has dealt with its merge."""
    with way_out():
        return _remove(ctx, session, force, confirm, on_note)


def _remove(
    ctx: Context, session: Session, force: bool, confirm: Callable[[list[str]], bool] | None,
    on_note: Callable[[str], None],
) -> CleanedUp:  # fmt: skip
    if finished := finish_killed(ctx, session, on_note):
        return _cleaned_up(session, finished, ())
    session = sessions.session_by_id(ctx.store, session.id) or session
    if session.cleaned_up_at:
        _take_back_killed_restore(session)
        return _cleaned_up(session, CleanupNote(session.base_sha), () if session.adopted else ("worktree", "branch"))
    plan = _agreed(ctx, session, force)
    for entry in plan.stashed:
        apply = f"git -C {quoted(session.repo)} stash apply {entry.sha}"
        on_note(f"stash entry {entry.sha[:10]} of this session stays ({entry.message}). Apply it: {apply}")
    if confirm is not None and not confirm(_would_go(session, plan)):
        raise session.error("status", "cancelled", "Nothing was removed.")
    plan = _keep(ctx, session, plan, force)
    if plan.contents:
        _say_what_is_lost(plan.contents, on_note)
    note = _note(session, plan)
    session_file.save_session(ctx, session)  # a store that cannot be written says so before anything goes
    note_file(ctx, session.id).save(note)
    if plan.worktree and note.aside:
        os.sync()
        removal.move_aside(plan.worktree, Path(note.aside))
    carry_out(ctx, session, note, on_note)
    return _cleaned_up(session, note, plan.already_gone)


def _take_back_killed_restore(session: Session) -> None:
    """A killed restore has left a branch, and a worktree that is not finished."""
    root, worktree = Path(session.repo), Path(session.worktree)
    found = trash.snapshot(root, session.id)
    if found and trash_restore.clear_killed(root, worktree, found) and not session.adopted:
        removal.require_not_used_elsewhere(root, session.branch, worktree)
        removal.delete_branch(root, session.branch, found.tip)


def _agreed(ctx: Context, session: Session, force: bool) -> CleanupPlan:
    plan = plan_cleanup(ctx, session, force=force)
    refused = None if force else refusal(session, plan)
    if refused:
        raise refused
    return plan


def _keep(ctx: Context, session: Session, plan: CleanupPlan, force: bool, attempts: int = _ATTEMPTS) -> CleanupPlan:
    """Takes the snapshot; looks again and takes it again when somebody has changed something meanwhile."""
    root, worktree = Path(session.repo), Path(session.worktree)
    if plan.contents is None:
        _keep_tip(session, plan)
        return plan
    if not attempts:
        message = f"Something keeps changing files in {worktree}, so nothing was removed"
        raise session.error("cleanup", "busy", message)
    trash.take_snapshot(
        root, session.id, branch=session.branch, tip=plan.tip, worktree=worktree, entries=plan.contents.kept
    )
    at = branch_point.branch_tip(session) if is_unchanged(worktree, plan.contents) else ""
    if at == plan.tip or (at is None and "branch" in plan.already_gone):
        return plan
    return _keep(ctx, session, _agreed(ctx, session, force), force, attempts - 1)


def _keep_tip(session: Session, plan: CleanupPlan) -> None:
    """Keeps the branch of a worktree that is gone; never in place of a snapshot that holds the worktree."""
    root = Path(session.repo)
    going = plan.branch or "branch" in plan.already_gone
    if going and repository.resolve_commit(root, plan.tip):
        known = trash.snapshot(root, session.id)
        if known is None or known.tip != plan.tip:
            trash.take_snapshot(root, session.id, branch=session.branch, tip=plan.tip, worktree=None, entries={})


def _note(session: Session, plan: CleanupPlan) -> CleanupNote:
    found = plan.worktree
    if found is None:
        known = str(plan.git_dir) if plan.git_dir else None
        return CleanupNote(plan.tip, session.worktree if known else None, known, branch=plan.branch)
    aside = removal.place_aside(Path(session.repo), found.worktree)
    return CleanupNote(plan.tip, str(found.worktree), str(found.git_dir), str(aside), found.inode, plan.branch)


def _say_what_is_lost(found: Contents, on_note: Callable[[str], None]) -> None:
    for path, size in found.left_out:
        on_note(f"{path} is ignored and too large for the snapshot ({_mib(size)}), so it is not kept")
    for path, entry in found.seen.items():
        if entry.kind == OTHER:
            on_note(f"{path} is a socket or device, so it is not kept")


def _would_go(session: Session, plan: CleanupPlan) -> list[str]:
    """What a person is asked about."""
    left_out = plan.contents.left_out if plan.contents else ()
    lines = [
        *([f"the worktree {plan.worktree.worktree}"] if plan.worktree else ()),
        *([f"the branch {plan.branch} (at {plan.tip[:10]})"] if plan.branch else ()),
        *(f"the commit {commit.sha[:10]} {commit.subject}" for commit in (*plan.commits, *plan.taken_off)),
        *(f"the uncommitted file {path}" for path in plan.files),
        *(f"the ignored {path} ({_mib(size)}), not in the snapshot" for path, size in left_out),
    ]
    return lines or [f"nothing but the session's place in the list ({session.worktree} stays)"]


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"


def _cleaned_up(session: Session, note: CleanupNote, already_gone: tuple[str, ...]) -> CleanedUp:
    root, ref = Path(session.repo), trash.trash_ref(session.id)
    kept = refs.read_ref(root, ref) is not None
    return CleanedUp(Removed(note.worktree if note.aside else None, note.branch), ref if kept else None, already_gone)
