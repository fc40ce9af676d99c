"""Making a resolved file unresolved again, until the rebase goes on: back to its sides, what was chosen is kept."""

from __future__ import annotations

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git.rewrite import stages
from ampsm.git.rewrite.left_by_git import in_the_worktree, is_as_left
from ampsm.git.rewrite.settled_file import FileSeen, put_file, remove_file, seen_at, write_conflict_again
from ampsm.git.rewrite.stages import SESSION, TARGET, StagedEntry
from ampsm.model.conflicts import Resolved
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted, one_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import change_draft, draft_of, drafts_of, kept
from ampsm.workflows.finishing.merge.conflicts.files import was_edited_outside
from ampsm.workflows.finishing.merge.conflicts.line_ends import follow_rules
from ampsm.workflows.finishing.merge.conflicts.resolve import keep_before, resolved_now
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, require_not_committed, stop_in
from ampsm.workflows.session.held import held


def unresolve_file(ctx: Context, ref: str, path: str) -> Resolved:
    """Puts a file back into conflict: the index has its sides again, the worktree what git wrote when it stopped. What
    was chosen stays. What somebody else made of it is kept in a snapshot. One that is not resolved stays as it is, but
    what was cut off is finished. Raises as `resolve_file`."""
    with held(ctx, ref, "merge") as (session, _):
        stop = stop_in(ctx, session)
        drafts = drafts_of(ctx, stop)
        file = one_conflicted(ctx, stop, drafts, path)
        require_not_committed(stop, file.path)
        seen = seen_at(stop.worktree, file.path)
        now = in_the_worktree(stop.worktree, [file.path], stop.width).get(file.path)
        edited = was_edited_outside(stop, file, draft_of(drafts, file.path, file.stages), now)
        snapshot = keep_before(stop) if file.resolved and edited and now else None
        as_left = is_as_left(stop.worktree, file.path, now, file.left, any_ends=file.any_ends)
        if file.resolved or not (edited or file.forgotten or as_left):
            _put_back(ctx, stop, file, seen)
            follow_rules(ctx, stop, file.path)
        return resolved_now(ctx, stop, file.path, snapshot)


def _put_back(ctx: Context, stop: ConflictStop, file: Conflicted, seen: FileSeen) -> None:
    """The index first: with markers in the file and the index resolved, going on after a kill would commit these."""
    if file.resolved:
        _note(ctx, stop, file, file.entry)
    stages.set_stages(stop.worktree, file.path, file.stages, file.in_index)
    left = file.left
    if file.forgotten:
        target, session = (file.stages.get(stage) for stage in (TARGET, SESSION))
        if target and session and target.is_file and session.is_file:
            write_conflict_again(stop.worktree, file.path, seen)
            left = in_the_worktree(stop.worktree, [file.path], stop.width).get(file.path)
            _note(ctx, stop, file, left)
            return
        left = target or session
    if left is None:
        remove_file(stop.worktree, file.path, seen)
    else:
        put_file(stop.worktree, file.path, left, seen)
    _note(ctx, stop, file, left)


def _note(ctx: Context, stop: ConflictStop, file: Conflicted, wrote: StagedEntry | None) -> None:
    """What is known as the app's own in the worktree, from now on."""
    change_draft(
        ctx, stop, file.path, file.stages, lambda found: replace(found, wrote=kept(wrote))
    )  # fmt: skip
