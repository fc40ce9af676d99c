"""What keeps a merge from going on though nothing is in conflict as far as the index knows (SPEC sections 6 and 12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ampsm.git import refs
from ampsm.git.rewrite import left_markers, resolving
from ampsm.git.rewrite.held_up import files_gone
from ampsm.git.rewrite.left_markers import Marked
from ampsm.git.rewrite.lost_conflicts import is_emptied, lost
from ampsm.git.rewrite.rebase import RebaseState, RebaseStop, place_at_stop, stopped_step, was_forgotten
from ampsm.git.rewrite.rebase_files import branch_at_stop
from ampsm.git.rewrite.stages import resolved_since
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.arguments import path_argument, pathspec
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few
from ampsm.model.session import Session
from ampsm.workflows.finishing.rewrite import go_on_or_give_up

#: As many files are named in a command; the others are said when it is tried again.
_MOST_NAMED = 20


def require_not_forgotten(session: Session, worktree: Path, onto: str) -> None:
    """Raises `unfinished-operation` (exit 5) where git was made to forget a rebase onto this commit (`git rebase
    --quit`): it can only be given up."""
    if was_forgotten(worktree, onto) is not None:
        message = f"Git was made to forget the rebase in {worktree}, which cannot go on"
        raise session.error("abort-merge", "unfinished-operation", message, worktree=str(worktree))


def require_on_no_branch(session: Session, worktree: Path) -> None:
    """Raises `branch-moved` (exit 5) where somebody has checked out a branch in the middle of the rebase: going on
    would commit to that one, be it the target itself."""
    stop = stopped_step(worktree)
    if stop is None or (branch := branch_at_stop(worktree)) is None:
        return
    # Not `git checkout --detach`: that refuses while files are in conflict.
    leave = f"git -C {quoted(worktree)} update-ref --no-deref HEAD {place_at_stop(worktree, stop)[:12]}"
    raise UserError(
        "branch-moved", f"{branch} is checked out in {worktree}, where a rebase waits; going on would commit to it",
        hint=f"to leave that branch as it is: {leave}, then: amp-sessions continue-merge {session.id}, or give up: "
        f"amp-sessions abort-merge {session.id}",
        details={"worktree": str(worktree), "branch": branch},
    )  # fmt: skip


def another_rebase(session: Session, worktree: Path, found: RebaseState) -> UserError:
    """The error (`branch-moved`, exit 5): the rebase under way in a worktree is of another branch than was recorded, or
    onto something else. It may be a person's, so that these end it."""
    there = f"git -C {quoted(worktree)}"
    return UserError(
        "branch-moved", f"Another rebase than the recorded one is under way in {worktree}",
        hint=f"look at it: {there} status, and to end it: {there} rebase --abort, then: amp-sessions abort-merge "
        f"{session.id}",
        details={"branch": found.branch, "onto": found.onto},
    )  # fmt: skip


def require_branch_left(session: Session, worktree: Path, before: str) -> None:
    """Raises `branch-moved` (exit 5) where the session's branch is not at the commit `before` any more while a rebase
    has stopped: git would commit, and then not move it."""
    ref = refs.branch_ref(session.branch)
    if stopped_step(worktree) is None or (now := refs.read_ref(session.repo, ref)) == before:
        return
    back = f"git -C {quoted(session.repo)} update-ref {quoted(ref)} {before}"
    what = f"was moved to {now[:10]}" if now else "was deleted"
    raise UserError(
        "branch-moved", f"{session.branch} {what} while its rebase waits; git could not put the result there",
        hint=go_on_or_give_up(session, f"to put it back: {back}"),
        details={"branch": session.branch, "expected": before, "found": now},
    )  # fmt: skip


def require_an_index(session: Session, worktree: Path) -> None:
    """Raises `files-in-the-way` (exit 5) where the index of a waiting rebase was emptied: all files would be in the way
    of what a rebase that is given up brings back."""
    if stopped_step(worktree) is not None and is_emptied(worktree):
        raise UserError(
            "files-in-the-way", f"The index of {worktree} was emptied; its files are left alone",
            hint=f"amp-sessions restore {session.id}, then: amp-sessions abort-merge {session.id}",
            details={"worktree": str(worktree)},
        )  # fmt: skip


def unless_it_may_go_on(session: Session, worktree: Path) -> None:
    """Raises `conflicts` (exit 4) where going on with the rebase that waits would lose what git merged, or commit
    conflict markers that no side had. Files that git still knows to be in conflict are not looked at."""
    stop = stopped_step(worktree)
    if stop is None or resolving.unresolved(worktree):
        return
    require_conflicts_known(session, WorktreeSeen(worktree), stop, programs=True)
    _require_files(session, worktree)
    if found := left_markers.about_to_be_committed(WorktreeSeen(worktree), stop):
        back = _undo_words(session, found, resolved_since(worktree)) if stop.now == stop.head else ""
        raise _marked(session, worktree, found, f"amp-sessions continue-merge {session.id}", back)


def _require_files(session: Session, worktree: Path) -> None:
    """Raises `worktree-missing` (exit 5) where the worktree was emptied, as by `rm -rf *`, whatever was resolved there
    since: going on would commit that as deletions."""
    if missing := files_gone(WorktreeSeen(worktree)):
        raise UserError(
            "worktree-missing", f"All files in {worktree} that were not in conflict are gone: {few(missing)}",
            hint=f"to have them back: amp-sessions restore {session.id}, then: amp-sessions continue-merge "
            f"{session.id}; or if that is meant: git -C {quoted(worktree)} add --update",
            details={"worktree": str(worktree), "files": list(missing[:100])},
        )  # fmt: skip


def require_conflicts_known(
    session: Session, seen: WorktreeSeen, stop: RebaseStop, *, programs: bool = False
) -> None:  # fmt: skip
    """Raises `conflicts` (exit 4) where the index has lost conflicts, or what git merged, since the rebase stopped."""
    if gone := lost(seen, stop, programs=programs):
        raise UserError(
            "conflicts", f"The index of {seen.worktree} has lost what git merged and left in conflict: {few(gone)}",
            hint=f"amp-sessions restore {session.id}, then look at them: amp-sessions conflicts {session.id}, then: "
            f"amp-sessions continue-merge {session.id}",
            details={"worktree": str(seen.worktree), "conflicts": gone[:100]},
        )  # fmt: skip


def markers_committed(session: Session, worktree: Path, onto: str, before: str, tip: str) -> None:
    """Raises `conflicts` (exit 4) where the commits on top of the target have conflict markers that neither it nor the
    session had at `before`."""
    if found := left_markers.committed(worktree, onto, before, tip):
        named = " ".join(pathspec(path) for path, _ in found[:_MOST_NAMED])  # and no other that was edited
        commit = f"git -C {quoted(worktree)} commit -m 'Remove conflict markers' -- {named}"
        raise _marked(session, worktree, found, f"{commit}, then: amp-sessions continue-merge {session.id}")


def _undo_words(session: Session, found: Sequence[Marked], resolved: Collection[str]) -> str:
    """How a file that was in conflict is made so again."""
    again = [path for path, _ in found if path in resolved]
    if not again:
        return ""
    them = "it" if len(found) == 1 else again[0]
    return f", or make {them} unresolved again: amp-sessions resolve {session.id} {path_argument(again[0])} --undo"


def _marked(session: Session, worktree: Path, found: Sequence[Marked], then: str, back: str = "") -> UserError:
    places = [f"{path}:{line}" for path, line in found]
    return UserError(
        "conflicts", f"Conflict markers are left in {few(places)}",
        hint=f"edit {'it' if len(found) == 1 else 'them'} in {quoted(worktree)}{back}, then: {then}, or give up: "
        f"amp-sessions abort-merge {session.id}",
        details={"worktree": str(worktree), "files": [path for path, _ in found][:100]},
    )  # fmt: skip
