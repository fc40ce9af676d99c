"""What squash, rebase and cleanup of a session would do, before they are asked for: changes nothing, holds nothing.

What a preview says can be outdated when the step comes; the step itself checks again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.commits import commits_between
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeOptions
from ampsm.model.session import Session
from ampsm.workflows.finishing.cleanup import plan as cleanup_plan
from ampsm.workflows.finishing.merge.plan import merge_plan
from ampsm.workflows.finishing.squash import nothing_to_merge
from ampsm.workflows.session import commit_origin
from ampsm.workflows.session.branch_point import point_to_rewrite, target_of
from ampsm.workflows.session.left_work import has_work_left
from ampsm.workflows.session.local_changes import local_changes
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.tips import base_tip, branch_tip


def squash_preview(ctx: Context, ref: str) -> dict[str, Any]:
    """The commits that a squash makes one of: `{"branch", "tip", "branchPoint", "commits": [{sha, subject, amp}],
    "committedFirst": number|null}`, oldest first.

    `committedFirst` is the iteration whose uncommitted work becomes a commit before. Raises `nothing-to-merge` (exit 5)
    without commits, and as `require_session`.
    """
    session = require_session(ctx, ref)
    tip = _tip(session)
    point = point_to_rewrite(session, tip, base_tip(session))
    commits = commit_origin.classify(ctx, session, point, tip)
    if not commits:
        raise nothing_to_merge(session)
    return {
        "branch": session.branch, "tip": tip, "branchPoint": point,
        "commits": [{"sha": found.sha, "subject": found.subject, "amp": found.amp} for found in commits],
        "committedFirst": _committed_first(session),
    }  # fmt: skip


def rebase_preview(ctx: Context, ref: str, onto: str | None = None) -> dict[str, Any]:
    """What a rebase onto the base, or `onto`, would move and meet: `{"branch", "tip", "branchPoint", "commits",
    "onto": {branch, sha}, "newCommits", "conflicts": [path], "upToDate", "committedFirst"}`.

    `commits` counts the session's, `newCommits` those of the target that it lacks; `committedFirst` is as in
    `squash_preview`. Raises `no-base-branch` (exit 2), `no-such-branch` (exit 3), and as `require_session`.
    """
    session = require_session(ctx, ref)
    tip = _tip(session)
    target = target_of(session, onto)
    plan = merge_plan(ctx, session, MergeOptions(squash=False), target, tip)
    root = Path(session.repo)
    return {
        "branch": session.branch, "tip": tip, "branchPoint": plan.branch_point, "commits": len(plan.commits),
        "onto": {"branch": target.name, "sha": target.sha},
        "newCommits": len(commits_between(root, plan.branch_point, target.sha)),
        "conflicts": list(plan.prediction.conflicts),
        "upToDate": plan.branch_point == target.sha, "committedFirst": _committed_first(session),
    }  # fmt: skip


def cleanup_preview(ctx: Context, ref: str) -> dict[str, Any]:
    """What a cleanup would remove: `{"worktree", "branch", "tip", "alreadyGone": [what], "refusal": Error|null,
    "commits": [{sha, subject}], "files": [path], "leftOut": [{path, bytes}], "keptFiles"}`.

    `commits` and `files` are found nowhere else; `refusal` is why nothing goes without `--force` then. `leftOut` names
    ignored files that the snapshot has no room for, `keptFiles` counts what it takes. Raises what no force overrides.
    """
    session = require_session(ctx, ref)
    plan = cleanup_plan.plan_cleanup(ctx, session)
    refusal = cleanup_plan.refusal(session, plan)
    return {
        "worktree": str(plan.worktree.worktree) if plan.worktree else None, "branch": plan.branch, "tip": plan.tip,
        "alreadyGone": list(plan.already_gone), "refusal": refusal.document() if refusal else None,
        "commits": [{"sha": commit.sha, "subject": commit.subject} for commit in plan.commits],
        "files": list(plan.files),
        "leftOut": [{"path": path, "bytes": size} for path, size in plan.left_out],
        "keptFiles": len(plan.kept or {}),
    }  # fmt: skip


def _committed_first(session: Session) -> int | None:
    """The number of an iteration that was cut off, when its work lies uncommitted in the worktree."""
    last = session.last_iteration
    if last is None or not has_work_left(last) or not Path(session.worktree).is_dir():
        return None
    return last.number if local_changes(session).paths else None


def _tip(session: Session) -> str:
    tip = branch_tip(session)
    if tip is None or repository.resolve_commit(session.repo, tip) is None:
        raise UserError(
            "worktree-missing", f"The branch {session.branch} is gone", hint=f"amp-sessions status {session.id}"
        )
    return tip
