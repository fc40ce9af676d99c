"""Where a session's branch was last: the one answer to that question, for `status`, `doctor`, `cleanup` and `restore`.

`refs/ampsm/tips/<session-id>` keeps it, so that no `git gc` takes it. Whoever holds the session notes it there, before
and after (`held`): so it knows what a person has committed meanwhile, too. What was committed after the last such
command is found in git's own logs, as long as git still has them, and else among the commits that nothing keeps.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.containment import is_contained
from ampsm.git.rewrite.rebase import in_progress
from ampsm.git.traces import reflog_files
from ampsm.git.traces.unreachable import unreachable_after
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.store import iterations
from ampsm.workflows.session import open_merge, operations


def tip_ref(session_id: str) -> str:
    """The ref that keeps the tip of a session's branch as it was seen last."""
    return f"{refs.OWN_REFS}tips/{session_id}"


def note_tip(ctx: Context, session: Session, *, by_others: bool = False, unless_rewound: bool = False) -> None:
    """Keeps where the branch is now; a branch that is gone changes nothing. Where it was moved `by_others` to a history
    without what it was at, that stays as a backup; with `unless_rewound`, as what is known. Starts no git while nothing
    has moved. Raises GitError."""
    at, seen = _both(session)
    if at is None or at == (seen or session.base_sha):
        return
    root = Path(session.repo)
    if (by_others or unless_rewound) and rewound_from(session, at, seen):
        if unless_rewound:
            return
        refs.keep(root, operations.next_backup_ref(ctx, session), str(seen))
    try:
        refs.update_ref(root, tip_ref(session.id), at, seen)
    except refs.RefMoved:  # somebody has noted it meanwhile
        refs.keep(root, tip_ref(session.id), at)


def note_if_it_can(ctx: Context, session: Session, *, by_others: bool = False, unless_rewound: bool = False) -> None:
    """As `note_tip`, for what must not fail because of it: the place is proved, or found missing, by others."""
    with suppress(UserError, OSError):
        note_tip(ctx, session, by_others=by_others, unless_rewound=unless_rewound)


def forget_tip(session: Session, tip: str) -> None:
    """Gives it up: a snapshot at `tip` has it, or the branch stays. What that has not in its history is still kept, for
    a session that comes back. Raises GitError."""
    root, ref = Path(session.repo), tip_ref(session.id)
    with suppress(refs.RefMoved):
        if (seen := refs.read_ref(root, ref)) is not None and not rewound_from(session, tip, seen):
            refs.delete_ref(root, ref, seen)


def last_known_tip(ctx: Context, session: Session, *, search: bool = False) -> str:
    """The commit that a branch which is gone was last at, of those that are still there; else the one that the session
    started from. With `search`, commits count that were made on it and are found by no name any more: that looks
    through the whole repository."""
    root = Path(session.repo)
    recorded = _recorded(ctx, session)
    try:
        if (left := _left_by_a_rebase(ctx, session)) and repository.resolve_commit(root, left):
            return left
        noted = next((sha for sha in recorded if repository.resolve_commit(root, sha)), None)
        if noted is None:
            return session.base_sha
        seen = _seen_by_git(session)
        if noted in seen and repository.resolve_commit(root, seen[-1]):
            return seen[-1]
        return (unreachable_after(root, noted) if search and not seen else None) or noted
    except (UserError, OSError):
        return recorded[0]  # nobody can tell: the repository cannot be read


def _left_by_a_rebase(ctx: Context, session: Session) -> str | None:
    """Where the branch is while a rebase of an open merge waits, which moves it in the end. None without one. Raises
    `failed`, OSError."""
    merge = open_merge.load(ctx, session.id)
    found = in_progress(session.worktree) if merge else None
    return merge.tip if merge and found and found.branch == session.branch else None


def recorded_tip(ctx: Context, session: Session, tip: str) -> str | None:
    """The last commit of the session's branch that was recorded: by an iteration that made some, or by what rewrote the
    branch since."""
    made = [i for i in iterations.iterations_of(ctx.store, session.id) if i.end_sha not in (None, i.start_sha)]
    last = made[-1] if made else None
    stack = operations.undo_stack(ctx, session.id, tip)
    if stack and (last is None or stack[0].at > (last.ended_at or last.started_at)):
        return stack[0].to_sha
    return last.end_sha if last else None


def rewound_from(session: Session, tip: str, seen: str | None) -> str | None:
    """The commit that the branch was at and, being at `tip`, has not in its history any more; None when it has all, or
    that commit is gone as well. Raises GitError."""
    root = Path(session.repo)
    if seen is None or seen == tip or repository.is_ancestor(root, seen, tip):
        return None
    return seen if repository.resolve_commit(root, seen) else None


def lost_since(session: Session, tip: str, seen: str | None) -> str | None:
    """As `rewound_from`, where what the branch holds at `tip` is not the same work otherwise cut, as after `git commit
    --amend` of a message, or a squash by hand. Raises GitError."""
    was_at = rewound_from(session, tip, seen)
    return was_at if was_at and not is_contained(Path(session.repo), was_at, tip) else None


def _both(session: Session) -> tuple[str | None, str | None]:
    """Where the branch is, and where it was seen last."""
    names = [refs.branch_ref(session.branch), tip_ref(session.id)]
    found = refs.read_refs(session.repo, names)
    return found.get(names[0]), found.get(names[1])


def _recorded(ctx: Context, session: Session) -> list[str]:
    """Where it may have been last by what the program has recorded, the most likely first."""
    with suppress(UserError, OSError):
        if seen := _both(session)[1]:
            return [seen, *_recorded_elsewhere(ctx, session)]
    return _recorded_elsewhere(ctx, session)


def _recorded_elsewhere(ctx: Context, session: Session) -> list[str]:
    """The same by iterations and operations alone, as for sessions of a release that noted no tip."""
    last = session.last_iteration
    found = (
        [(last.ended_at or "", sha) for sha in (last.end_sha, last.commit_sha, last.start_sha) if sha] if last else []
    )
    with suppress(UserError):
        done = operations.operations(ctx, session.id)[-1:]
        found += [(op.undone_at or op.at, op.from_sha if op.undone else op.to_sha) for op in done]
    found.sort(key=lambda moment: moment[0], reverse=True)
    return [*(sha for _, sha in found), session.base_sha]


def _seen_by_git(session: Session) -> list[str]:
    """The commits the branch was at by git's logs, oldest first."""
    root = Path(session.repo)
    entries = reflog_files.branch_log(root, session.branch)
    if entries:
        return [entry.new for entry in entries if entry.new]
    return reflog_files.branch_seen_by_worktree(root, Path(session.worktree), session.branch)
