"""The facts of a session whose `session.json` is lost with its row: found again in its journals and in git.

Journals tell prompt, thread and first commit; git's refs tell in which repository it lives, and its worktree, or the
snapshot of a cleanup, on which branch. What the agent could have written is believed only as far as these agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.trash.snapshot import snapshot
from ampsm.git.worktree import hidden_folders, worktrees
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus
from ampsm.model.naming import WORKTREES_FOLDER, slug
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import open_merge, operations
from ampsm.workflows.session.known_tip import tip_ref
from ampsm.workflows.session.replay import Replay, journals, replay

_BASE = re.compile(r"^- Base: (.+) at ([0-9a-f]{40,64})$", re.MULTILINE)
_GOAL = re.compile(r"\A# (.*?)\n\n## Goal\n\n(.*?)\n\n## Place\n\n", re.DOTALL)


@record
class _Place:
    root: Path
    branch: str
    worktree: Path
    gone: bool


def recalled(ctx: Context, session_id: str, repositories: Iterable[Path]) -> Session | None:
    """The session as journals and git tell of it; None where they do not. Raises GitError, OSError."""
    found = [view for number in journals(ctx, session_id) if (view := replay(ctx, session_id, number)).begun]
    place = _place(session_id, repositories) if found else None
    if place is None:
        return None
    first, last = found[0].view, found[-1].view
    goal, name, base = _told(place, found)
    default = repository.resolve_base(place.root, None, ctx.settings.get("defaultBase"))
    base_branch, base_sha = base or (default.branch, None)
    start = first.start_sha or default.sha
    merged = _merged_at(ctx, session_id)
    return Session(
        id=session_id, name=name or session_id.rpartition("-")[0], prompt=goal or first.prompt or "",
        repo=str(place.root), base_branch=base_branch if base_branch != place.branch else None,
        base_sha=base_sha or repository.merge_base(place.root, start, default.sha) or start, branch=place.branch,
        worktree=str(place.worktree), status=_status(ctx, session_id, merged), created_at=first.started_at or "",
        last_activity_at=last.last_at or first.started_at or "", model=first.model_requested,
        script_command=next((run.view.test.command for run in reversed(found) if run.view.test), None),
        thread_id=last.thread_id, merged_at=merged, cleaned_up_at=last.last_at if place.gone else None,
        adopted=not place.branch.startswith("amp/"),
    )  # fmt: skip


def require_recalled(ctx: Context, session_id: str, repositories: Iterable[Path]) -> Session:
    """As `recalled`. Raises `failed` with the next step where nothing tells of the session."""
    found = recalled(ctx, session_id, repositories)
    if found is None:
        raise UserError("failed", missing(ctx, session_id), hint="cd REPOSITORY && amp-sessions doctor --fix")
    return found


def missing(ctx: Context, session_id: str) -> str:
    """What is missing to find a session again."""
    if not journals(ctx, session_id):
        return "It has no journal, and the database does not know it"
    return "No repository that is known here has its refs or its worktree: doctor --fix is to be called in its own"


def _place(session_id: str, repositories: Iterable[Path]) -> _Place | None:
    for root in repositories:
        worktree = root / WORKTREES_FOLDER / session_id
        for path, branch in worktrees.linked_worktrees(root):
            if branch and path == worktree:
                return _Place(root, branch, path, False)
        if (kept := snapshot(root, session_id)) is not None:
            return _Place(root, str(kept.manifest["branch"]), worktree, True)
        if branch := _branch_at(root, refs.read_ref(root, tip_ref(session_id)), session_id):
            return _Place(root, branch, worktree, False)
    return None


def _branch_at(root: Path, tip: str | None, session_id: str) -> str | None:
    """The one branch of the session's name at its last known tip."""
    prefix = refs.branch_ref(f"amp/{session_id.rpartition('-')[0]}/")
    found = [ref for ref, sha in refs.refs_below(root, prefix).items() if sha == tip]
    return refs.branch_name(found[0]) if len(found) == 1 else None


def _told(place: _Place, found: list[Replay]) -> tuple[str | None, str | None, tuple[str, str] | None]:
    """Goal, name and base as `SESSION.md` has them, each only where it agrees with what cannot be edited."""
    try:
        with hidden_folders.existing_context_folder(place.worktree) as folder:
            text = ((folder.read("SESSION.md") if folder else None) or b"").decode("utf-8", "replace")
    except OSError:
        text = ""
    said, base = _GOAL.match(text), _BASE.search(text)
    goal = said[2] if said and (found[0].view.prompt or "").startswith(said[2]) else None
    name = said[1] if said and slug(said[1]) == place.worktree.name.rpartition("-")[0] else None
    if not base or not refs.read_ref(place.root, refs.branch_ref(base[1])):
        return goal, name, None
    start = found[0].view.start_sha
    if not start or not repository.resolve_commit(place.root, base[2]):
        return goal, name, None
    return goal, name, (base[1], base[2]) if repository.is_ancestor(place.root, base[2], start) else None


def _status(ctx: Context, session_id: str, merged: str | None) -> str:
    """What it is now. One that `running` is said of becomes what its last iteration has made of it."""
    try:
        waits = open_merge.has_open_merge(ctx, session_id)
    except UserError:
        waits = True
    return "awaiting-input" if waits else "done" if merged else "running"


def _merged_at(ctx: Context, session_id: str) -> str | None:
    """When it was merged, if nothing has been done since that would make it another."""
    try:
        recorded = operations.load(ctx, session_id)
    except UserError:
        return None
    last = recorded.merges[-1] if recorded.merges else None
    undone = {operation.n for operation in recorded.operations if operation.undone}
    return last.ended_at if last and last.status == MergeStatus.MERGED and last.n not in undone else None
