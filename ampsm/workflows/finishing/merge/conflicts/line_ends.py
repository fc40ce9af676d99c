"""Line ends of files in conflict where the rules for them, a `.gitattributes`, are in conflict too (SPEC section 12).

Git wrote these files by rules that change with every step of settling them; so line ends alone make no edit, and what
nobody has edited follows the rules.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from ampsm.context import Context
from ampsm.git.rewrite import stages
from ampsm.git.rewrite.left_by_git import as_checked_out, in_the_worktree, is_as_left
from ampsm.git.rewrite.rebase import stopped_step
from ampsm.git.rewrite.settled_file import put_file, seen_at
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.plain_files import read_plain
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted, all_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft, draft_of, drafts_of, kept
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, are_rules, stop_in


def follow_rules(ctx: Context, stop: ConflictStop, changed: str) -> None:
    """When the file `changed` of the worktree has rules: writes it and all others in conflict anew which nobody has
    edited, and that would be written otherwise now. One that cannot be written stays. Raises GitError."""
    if are_rules(changed):
        _write_all_again(ctx, stop, changed)


def follow_rules_at_last(ctx: Context, session: Session) -> None:
    """The same before a rebase goes on, when rules were in conflict: somebody may have settled them in an editor, and
    what was resolved by then would be staged with the line ends of the rules from before. Raises as `stop_in`."""
    worktree = Path(session.worktree)
    at = stopped_step(worktree)
    if at is None or at.now != at.head:
        return
    paths = {*stages.unmerged(worktree), *stages.resolved_since(worktree)}
    if any(map(are_rules, paths)):
        _write_all_again(ctx, stop_in(ctx, session), "")


def _write_all_again(ctx: Context, stop: ConflictStop, first: str) -> None:
    drafts = drafts_of(ctx, stop)
    found = all_conflicted(stop, drafts)
    for file in _first(first, found):
        _write_again(stop, file, draft_of(drafts, file.path, file.stages))


def _write_again(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> None:
    worktree, path = stop.worktree, file.path
    seen, entry = seen_at(worktree, path), _as_it_was_left(file, draft)
    now = in_the_worktree(worktree, [path], stop.width).get(path)
    if not (entry and entry.is_file and now and now.is_file and is_as_left(worktree, path, now, entry, any_ends=True)):
        return
    with contextlib.suppress(UserError, OSError):
        if read_plain(worktree / path, follow=False) != as_checked_out(worktree, path, entry.blob):
            put_file(worktree, path, entry, seen)
            if file.resolved:  # else git takes it for edited by its size
                stages.set_stages(worktree, path, {0: entry}, file.in_index)


def _as_it_was_left(file: Conflicted, draft: FileDraft) -> StagedEntry | None:
    """What the app or git has put there; None where somebody else has staged it."""
    if file.resolved:
        return file.entry if draft.staged == kept(file.entry) else None
    if draft.wrote is not None:
        return StagedEntry(draft.wrote.mode, draft.wrote.blob) if draft.wrote.blob else None
    return file.left


def _first(path: str, found: Iterable[Conflicted]) -> list[Conflicted]:
    return sorted(found, key=lambda file: file.path != path)
