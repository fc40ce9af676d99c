"""Where a session's own commits begin, and the branch they go into (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import history, refs, repository
from ampsm.git.command import answer_or
from ampsm.git.traces import reflog_files
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import operations


@record
class Target:
    """What a session goes into or on top of: its full ref (of a bare commit its SHA), its name, and the commit."""

    ref: str
    name: str
    sha: str


def target_of(session: Session, onto: str | None) -> Target:
    """The local branch that `onto` names, else the session's base: what a merge moves.

    Raises `no-base-branch` (exit 2) for a session without one, `no-such-branch` (exit 3), also for what is no local
    branch, and `usage` for the session's own.
    """
    root, branch = Path(session.repo), session.base_branch
    other_base = f"give --onto BRANCH, or once and for all: amp-sessions set {session.id} --base BRANCH"
    if onto:
        named = repository.named(root, onto)
        branch = refs.branch_name(named.ref)
        if branch is None:
            raise _no_local_branch(session, onto)
    elif branch is None:
        raise UserError(
            "no-base-branch", f"Session {session.id} started from {session.base_sha[:10]}, which is no local branch",
            hint=other_base,
        )  # fmt: skip
    sha = refs.read_ref(root, refs.branch_ref(branch)) if branch else None
    if branch is None or sha is None:
        hint = None if onto else _by_its_new_name(session, root, branch) or other_base
        raise refs.no_such_branch(root, onto or str(branch), hint)
    if branch == session.branch:
        raise UserError(
            "usage", f"{branch} is the session's own branch: it cannot go into itself",
            hint=f"git -C {quoted(root)} branch --list",
        )  # fmt: skip
    return Target(refs.branch_ref(branch), branch, sha)


def commit_to_rebase_onto(session: Session, onto: str | None) -> Target:
    """What `onto` names, else the session's base: a rebase goes on top of any commit, e.g. a remote's branch.

    Raises as `target_of`.
    """
    if not onto:
        return target_of(session, None)
    found = repository.named(Path(session.repo), onto)
    if refs.branch_name(found.ref) is not None:
        return target_of(session, onto)
    return Target(found.ref, onto, found.sha)


def _by_its_new_name(session: Session, root: Path, base: str | None) -> str | None:
    """The command that names the base as somebody has called it since."""
    renamed = answer_or(None, reflog_files.renamed_to, root, base) if base else None
    return f"amp-sessions set {session.id} --base {quoted(renamed)}" if renamed else None


def _no_local_branch(session: Session, onto: str) -> UserError:
    root = Path(session.repo)
    local = repository.resolve_base(root, onto, None).branch
    hint = f"give a local one: --onto {quoted(local)}"
    if local is None:
        short = onto.partition("/")[2] if repository.named(root, onto).ref == f"refs/remotes/{onto}" else "a-name"
        hint = f"make one there first: git -C {quoted(root)} branch {quoted(short)} {quoted(onto)}"
    message = f"{onto} is no local branch, and a merge moves local branches only"
    return UserError("no-such-branch", message, hint=hint, details={"name": onto})


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
