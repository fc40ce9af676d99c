"""Taking up a rebase that conflicts, or a killed process, left open in a session's worktree (SPEC section 6)."""

from __future__ import annotations

from ampsm.git import repository, status
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite import resolving
from ampsm.model.errors import UserError, quoted
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge.merging import Merging


def resume(merging: Merging) -> list[str]:
    """Goes on with the rebase that is under way: the paths that are still to be resolved, or at which it stops next.

    None when it is done, or when it was killed in the middle of a commit: then it is taken back, to begin again.
    Raises `branch-moved` when the rebase is not the one that was recorded.
    """
    require_ours(merging)
    if not git_rebase.has_stopped(merging.worktree) and not _is_between_commits(merging):
        take_back(merging)
        return []
    left = resolving.unresolved(merging.worktree)
    if left:
        return left
    resolving.stage_resolved(merging.worktree)
    return git_rebase.go_on(merging.worktree)


def require_ours(merging: Merging) -> None:
    """Raises `branch-moved` (exit 5) when the rebase under way is of another branch, or onto something else."""
    found = git_rebase.in_progress(merging.worktree)
    if found and (found.branch, found.onto) != (merging.session.branch, merging.state.onto):
        raise UserError(
            "branch-moved", f"Another rebase than the recorded one is under way in {merging.worktree}",
            hint=f"git -C {quoted(merging.worktree)} status", details={"branch": found.branch, "onto": found.onto},
        )  # fmt: skip


def take_back(merging: Merging) -> None:
    """Aborts the rebase. The commits it has made so far are kept in a backup: a person may have resolved conflicts in
    them."""
    at = repository.require_head(merging.worktree)
    if at not in (merging.state.onto, merging.state.tip):
        rewrite.back_up(merging.ctx, merging.session, at)
    git_rebase.abort(merging.worktree)


def _is_between_commits(merging: Merging) -> bool:
    """Whether a rebase that was killed has put down one commit and not yet touched a file for the next."""
    found = status.worktree_status(merging.worktree)
    return found.branch is None and not (found.staged or found.unstaged)
