"""What a cleanup of a session would remove, and whether anything in it is found nowhere else (SPEC section 6)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.context import Context
from ampsm.git import location, refs, repository, status
from ampsm.git.command import git_answer
from ampsm.git.commits import CommitInfo, commits_between
from ampsm.git.containment import is_contained
from ampsm.git.trash import snapshot as trash
from ampsm.git.worktree import ignored, nested, proof, removal
from ampsm.git.worktree.folder_scan import Found
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import branch_point, operations
from ampsm.workflows.session.branch_point import branch_tip, last_known_tip
from ampsm.workflows.session.worktree_of import hinting_the_way_back, local_changes

_SHOWN = 3


@record
class CleanupPlan:
    """What would go. `tip` is the commit the branch is at, or was last.

    `worktree` is None when it is gone or stays, `branch` likewise; `already_gone` names what is not there any more,
    `git_dir` is what git still has noted of a worktree that is gone.
    `commits` and `files` are what the base does not have. `seen` is all that is in the worktree, `kept` what of it a
    snapshot takes, `left_out` ignored files that there is no room for, with their bytes.
    """

    tip: str
    worktree: removal.Removable | None = None
    branch: str | None = None
    already_gone: tuple[str, ...] = ()
    commits: tuple[CommitInfo, ...] = ()
    files: tuple[str, ...] = ()
    seen: dict[str, Found] | None = None
    kept: dict[str, Found] | None = None
    left_out: tuple[tuple[str, int], ...] = ()
    index_stamp: tuple[int, int] | None = None
    git_dir: Path | None = None


def plan_cleanup(ctx: Context, session: Session) -> CleanupPlan:
    """Looks at everything and changes nothing.

    Raises what no `--force` overrides: `wrong-worktree`, `branch-moved`, `worktree-locked`, `branch-checked-out`,
    `nested-repository` (exit 5).
    """
    root, worktree = Path(session.repo), Path(session.worktree)
    if not root.is_dir():
        return CleanupPlan(session.base_sha, already_gone=("repository", "worktree", "branch"))
    at = branch_tip(session)
    tip = at or last_known_tip(session)
    gone: tuple[str, ...] = () if at else ("branch",)
    branch = None if session.adopted else at and session.branch
    if branch:
        removal.require_not_used_elsewhere(root, branch, worktree)
    commits = _commits(ctx, session, root, tip) if branch else ()
    if not os.path.lexists(worktree):
        noted = location.admin_dirs(root, worktree)
        for git_dir in noted:
            removal.require_unlocked(root, worktree, git_dir)
        gone = ("worktree", *gone)
        return CleanupPlan(tip, branch=branch, already_gone=gone, commits=commits, git_dir=noted[0] if noted else None)
    if session.adopted and not removal.is_below(root, worktree):
        return CleanupPlan(tip, branch=branch, already_gone=gone, commits=commits)
    removable = removal.prove_removable(root, worktree)
    _prove_branch(session, root, worktree, at)
    seen, kept, left_out = _contents(ctx, worktree)
    return CleanupPlan(
        tip, removable, branch, gone, commits, _dirty(session, worktree, tip, branch_there=at is not None), seen, kept,
        left_out, index_stamp(worktree),
    )  # fmt: skip


def refusal(session: Session, plan: CleanupPlan) -> UserError | None:
    """Why nothing may go without `--force`, naming the commits and files; None when all of it is found elsewhere."""
    if not plan.commits and not plan.files:
        return None
    found = {
        "commits": [{"sha": commit.sha, "subject": commit.subject} for commit in plan.commits],
        "files": list(plan.files),
    }
    parts = []
    if plan.commits:
        named = _few([f"{commit.sha[:10]} {commit.subject}" for commit in plan.commits])
        parts.append(f"{_count(len(plan.commits), 'commit')} that {_base(session)} does not have ({named})")
    if plan.files:
        parts.append(f"{_count(len(plan.files), 'uncommitted file')} ({_few(list(plan.files))})")
    first = "merge" if plan.commits else "commit"
    return UserError(
        "not-merged" if plan.commits else "uncommitted-changes",
        f"Session {session.id} has {' and '.join(parts)}; --force removes it all the same, into a snapshot",
        hint=f"amp-sessions {first} {session.id} --message '…'",
        details=found,
    )


def is_unchanged(worktree: Path, plan: CleanupPlan) -> bool:
    """Whether everything in the worktree, and its index, is as it was when the plan was made."""
    now = trash.scan_worktree(worktree)
    then = plan.seen or {}
    same = now.keys() == then.keys() and all(now[path].stamp == then[path].stamp for path in now)
    return same and index_stamp(worktree) == plan.index_stamp


def index_stamp(worktree: Path) -> tuple[int, int] | None:
    """What changes whenever git writes a worktree's index; None when there is none."""
    try:
        found = repository.git_path(worktree, "index").stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _prove_branch(session: Session, root: Path, worktree: Path, at: str | None) -> None:
    """HEAD is the session's branch, whether that still exists or not."""
    if at is None and git_answer(worktree, "symbolic-ref", "-q", "HEAD") == refs.branch_ref(session.branch):
        proof.prove_worktree(worktree, root)
        return
    with hinting_the_way_back(session):
        proof.prove_place(worktree, root, session.branch)


def _contents(ctx: Context, worktree: Path) -> tuple[dict[str, Found], dict[str, Found], tuple[tuple[str, int], ...]]:
    seen = trash.scan_worktree(worktree)
    inner = nested.repositories_in(worktree, seen)
    roots = ignored.ignored_roots(worktree, inner.submodules)
    choice = ignored.choose(seen, roots, ctx.settings.get("trashIgnoredMaxMiB") * 2**20)
    nested.require_nothing_unique(worktree, seen, inner, choice.dropped)
    kept = {path: found for path, found in seen.items() if path not in choice.dropped}
    return seen, kept, choice.named


def _dirty(session: Session, worktree: Path, tip: str, *, branch_there: bool) -> tuple[str, ...]:
    found = local_changes(session).status
    staged = set(found.staged)
    if not branch_there and not status.index_entries_differ(worktree, tip):
        staged = set()  # against a branch that is gone every file is new
    return tuple(
        sorted({*staged, *found.unstaged, *found.untracked, *found.unmerged, *found.nested, *found.submodules})
    )


def _commits(ctx: Context, session: Session, root: Path, tip: str) -> tuple[CommitInfo, ...]:
    """The session's commits, unless one of the branches they may have gone to has them, or what they change."""
    own = commits_between(root, branch_point.branch_point_of(ctx, session, tip), tip)
    if not own or any(is_contained(root, tip, other) for other in _places(ctx, session, root)):
        return ()
    return tuple(own)


def _places(ctx: Context, session: Session, root: Path) -> list[str]:
    """The commits of the base, of the targets of recorded merges, and of their upstreams as last fetched."""
    names = [refs.branch_ref(session.base_branch)] if session.base_branch else []
    names += [done.target.ref for done in operations.operations(ctx, session.id) if done.target]
    both = [name for ref in names for name in (ref, f"{refs.branch_name(ref)}@{{upstream}}")]
    found = [sha for name in both if (sha := repository.resolve_commit(root, name))]
    return list(dict.fromkeys(found))


def _base(session: Session) -> str:
    return session.base_branch or session.base_sha[:10]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _few(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
