"""Where a session's own commits begin, and the branch they go into (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import history, refs, repository
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import operations


@record
class Target:
    """The branch that a session goes into: its full ref, its name, and the commit it is at."""

    ref: str
    name: str
    sha: str


def target_of(session: Session, onto: str | None) -> Target:
    """The local branch that `onto` names, else the session's base; `origin/x` means the local `x`.

    Raises `no-base-branch` (exit 2) for a session without one, `no-such-branch` (exit 3), and `usage` for the session's
    own branch.
    """
    root, branch = Path(session.repo), session.base_branch
    other_base = f"give --onto BRANCH, or once and for all: amp-sessions set {session.id} --base BRANCH"
    if onto:
        branch = repository.resolve_base(root, onto, None).branch
    elif branch is None:
        raise UserError(
            "no-base-branch", f"Session {session.id} started from {session.base_sha[:10]}, which is no local branch",
            hint=other_base,
        )  # fmt: skip
    sha = refs.read_ref(root, refs.branch_ref(branch)) if branch else None
    if branch is None or sha is None:
        raise refs.no_such_branch(root, onto or str(branch), None if onto else other_base)
    if branch == session.branch:
        raise UserError(
            "usage", f"{branch} is the session's own branch: it cannot go into itself",
            hint=f"git -C {quoted(root)} branch --list",
        )  # fmt: skip
    return Target(refs.branch_ref(branch), branch, sha)


def branch_point_of(ctx: Context, session: Session, tip: str) -> str:
    """Where the session's own commits begin, seen from its base branch as it is now (SPEC section 6)."""
    root = Path(session.repo)
    target = repository.resolve_commit(root, refs.branch_ref(session.base_branch)) if session.base_branch else None
    return branch_point_towards(ctx, session, tip, target)


def branch_point_towards(ctx: Context, session: Session, tip: str, target: str | None) -> str:
    """Where the session's own commits begin, seen from a target's commit; of a merged session as recorded then."""
    point = operations.merged_point(ctx, session, tip)
    return history.branch_point(Path(session.repo), tip, target, session.base_sha, point)


def point_to_rewrite(session: Session, tip: str, target: str | None) -> str:
    """The commit after which a squash or rebase has work to do: as `branch_point_towards`, but commits that the target
    contains already, e.g. merged ones, stay what they are."""
    return history.branch_point(Path(session.repo), tip, target, session.base_sha)


def branch_tip(session: Session) -> str | None:
    """Where the session's branch is; None when it is gone. Raises GitError."""
    return refs.read_ref(session.repo, refs.branch_ref(session.branch))


def base_tip(session: Session) -> str | None:
    """Where its base branch is; None when it has none, or that is gone. Raises GitError."""
    return refs.read_ref(session.repo, refs.branch_ref(session.base_branch)) if session.base_branch else None
