"""What squash, cleanup and commit of a session would do, before they are asked for. Changes and holds nothing.

What a preview says can be outdated when the step comes; the step itself checks again.
"""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.status import worktree_status
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.finishing.cleanup.plan import CleanupPlan, plan_cleanup, refusal
from ampsm.workflows.finishing.squash import nothing_to_merge
from ampsm.workflows.session import commit_origin, lookup, worktree_of
from ampsm.workflows.session.branch_point import base_tip, branch_tip, point_to_rewrite


@record
class SquashPreview:
    """The commits that a squash turns into one, oldest first. `committed_first` is the iteration whose uncommitted work
    becomes a commit before."""

    tip: str
    branch_point: str
    commits: list[commit_origin.SessionCommit]
    committed_first: int | None


@record
class CommitPreview:
    """The `files` that a commit by hand takes, each with what it is there: `new`, `deleted`, or nothing when it is
    changed. `nested` are repositories inside, which are never committed."""

    files: tuple[tuple[str, str], ...]
    nested: tuple[str, ...]


def commit_preview(ctx: Context, ref: str) -> CommitPreview:
    """Raises GitError, and as `require_session` and `require_worktree`."""
    session = lookup.require_session(ctx, ref)
    worktree_of.require_worktree(session)
    found = worktree_status(session.worktree)
    left_out = unchanged_leftovers(session)
    kinds = dict.fromkeys(found.untracked, "new") | dict.fromkeys(found.missing, "deleted")
    files = tuple((path, kinds.get(path, "")) for path in found.paths if path not in left_out)
    return CommitPreview(files, found.nested)


def squash_preview(ctx: Context, ref: str) -> SquashPreview:
    """Raises `nothing-to-merge` (exit 5) without commits, and as `require_session`."""
    session = lookup.require_session(ctx, ref)
    tip = _tip(session)
    point = point_to_rewrite(session, tip, base_tip(session))
    commits = commit_origin.classify(ctx, session, point, tip)
    if not commits:
        raise nothing_to_merge(session)
    return SquashPreview(tip, point, commits, _committed_first(session))


def cleanup_preview(ctx: Context, ref: str) -> tuple[CleanupPlan, UserError | None]:
    """What a cleanup would remove, and why it would not without `--force`. Raises what no force overrides."""
    session = lookup.require_session(ctx, ref)
    plan = plan_cleanup(ctx, session)
    return plan, refusal(session, plan)


def _committed_first(session: Session) -> int | None:
    """The number of an iteration that was cut off, when its work lies uncommitted in the worktree."""
    left = session.left_behind
    lies_there = left is not None and Path(session.worktree).is_dir() and worktree_of.local_changes(session).paths
    return left.number if left and lies_there else None


def _tip(session: Session) -> str:
    tip = branch_tip(session)
    if tip is None or repository.resolve_commit(session.repo, tip) is None:
        raise session.error("status", "worktree-missing", f"The branch {session.branch} is gone")
    return tip
