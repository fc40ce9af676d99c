"""Making a session out of a worktree or branch that is there already, without changing a file (SPEC section 3)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import checkouts, refs, repository
from ampsm.git.command import git, line_of
from ampsm.git.worktree import half_made, hidden_folders, worktrees
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER, session_id
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.system.files import locked
from ampsm.workflows.session import agent_context, session_file


def adopt_session(
    ctx: Context,
    place: str,
    *,
    repo: str | None = None,
    name: str | None = None,
    on_note: Callable[[str], None] = lambda note: None,
) -> Session:
    """Makes a session of a worktree (any path in it) as it is, or of a local branch: where it is checked out, else in a
    new worktree below `.worktrees/`. The branch is never removed by the program, nor a worktree elsewhere.

    `repo` is any path in the branch's repository, the current folder by default. Raises `main-checkout` and
    `already-a-session` (exit 5), `no-such-branch` (exit 3), `no-base-branch` (exit 2), and as SPEC section 4 lists.
    """
    found = _worktree_at(place, repo)
    root = repository.main_root(found or repo or ".")
    if found is not None and repo is not None and repository.main_root(repo) != root:
        raise UserError("usage", f"The worktree {found} belongs to {root}, not to the repository of --repo",
                        hint=f"amp-sessions adopt {quoted(place)}")  # fmt: skip
    with locked(ctx.paths.data_dir / "locks" / "adopt.lock"):
        branch = _branch_of(root, found) if found else _local_branch(root, place)
        worktree = found or checkouts.where_checked_out(root, branch)
        session = _session(ctx, root, branch, worktree, name)
        _require_free(ctx, session, root)
        hidden_folders.hide_folders(root)
        if worktree is not None:
            return _known(ctx, session)
        made = Path(session.worktree)
        tip = repository.resolve_commit(root, refs.branch_ref(branch)) or ""
        try:
            worktrees.add_worktree(root, made, branch, tip)
            on_note(f"made the worktree {made} for the branch {branch}")
            return _known(ctx, session)
        except BaseException:
            half_made.remove_half_made(root, made, None, tip)
            raise


def _worktree_at(place: str, repo: str | None) -> Path | None:
    """The top of the worktree that `place` is a path in; None when it is meant as a branch: it is no folder, or one
    inside a worktree that has the name of a branch."""
    path = Path(place).expanduser()
    if not path.is_dir():
        if path.is_absolute() or place.startswith("."):
            raise UserError("not-a-repository", f"There is no folder {path}", hint="git worktree list",
                            details={"path": str(path)})  # fmt: skip
        return None
    done = git(path, "rev-parse", "--show-toplevel", check=False)
    top = Path(os.path.realpath(line_of(done))) if done.returncode == 0 and done.stdout.strip() else None
    if top is None or str(top) != os.path.realpath(path):
        root = repository.main_root(repo or ".") if repo or top is None else repository.main_root(path)
        if refs.read_ref(root, refs.branch_ref(place)):
            return None
    if top is None:
        raise UserError("not-a-repository", f"Could not locate git repository at {path}", hint="git worktree list",
                        details={"path": str(path)})  # fmt: skip
    return top


def _branch_of(root: Path, worktree: Path) -> str:
    """The branch checked out in a linked worktree."""
    if worktree == root:
        raise _main_checkout(root, str(worktree))
    found = repository.head(worktree)
    if found.branch is None:
        raise UserError(
            "no-such-branch", f"The worktree {worktree} is on no branch (detached at {(found.sha or '')[:10]})",
            hint=f"git -C {quoted(worktree)} switch -c NAME", details={"worktree": str(worktree), "head": found.sha},
        )  # fmt: skip
    if found.sha is None:
        raise repository.no_commits(worktree)
    return found.branch


def _local_branch(root: Path, name: str) -> str:
    branch = repository.resolve_base(root, name, None).branch
    if branch is None or refs.read_ref(root, refs.branch_ref(branch)) is None:
        raise UserError(
            "no-such-branch", f"There is no local branch '{name}' in {root}",
            hint=f"git -C {quoted(root)} branch --list",
            details={"name": name},
        )  # fmt: skip
    if repository.head(root).branch == branch:
        raise _main_checkout(root, branch)
    if busy := [found for found in checkouts.checkouts(root, branch) if not found.current]:
        raise UserError(
            "branch-checked-out", f"The branch {branch} is in a {busy[0].operation} at {busy[0].worktree}",
            hint=f"git -C {quoted(busy[0].worktree)} status", details={"worktree": str(busy[0].worktree)},
        )  # fmt: skip
    return branch


def _main_checkout(root: Path, what: str) -> UserError:
    return UserError(
        "main-checkout", f"{what} is the main checkout of {root}, or checked out in it; a session needs another place",
        hint=f"git -C {quoted(root)} switch main", details={"worktree": str(root)},
    )  # fmt: skip


def _session(ctx: Context, root: Path, branch: str, worktree: Path | None, name: str | None) -> Session:
    """The session as it will be: its base is found as for a new one, its commits begin where the branch left it."""
    tip = repository.resolve_commit(root, refs.branch_ref(branch))
    base = repository.resolve_base(root, None, ctx.settings.get("defaultBase"))
    if tip is None:
        raise repository.no_commits(root)
    if base.branch == branch:
        raise UserError(
            "no-base-branch", f"{branch} is what sessions of {root} start from, so it has no base to go back to",
            hint="amp-sessions config set defaultBase BRANCH", details={"branch": branch},
        )  # fmt: skip
    worktrees.require_untracked_context_folder(root, tip)
    words = " ".join((name or branch).split())
    new_id = session_id(words)
    now = utc_now()
    return Session(
        id=new_id, name=words, prompt=f"Continue the work on the branch {branch}.", repo=str(root),
        base_branch=base.branch, base_sha=repository.merge_base(root, tip, base.sha) or base.sha, branch=branch,
        worktree=str(worktree or root / WORKTREES_FOLDER / new_id), status="idle",
        model=ctx.settings.get("defaultModel"), created_at=now, last_activity_at=now, adopted=True,
    )  # fmt: skip


def _require_free(ctx: Context, session: Session, root: Path) -> None:
    for other in sessions.session_rows(ctx.store, repo=str(root)):
        if other.branch == session.branch or os.path.realpath(other.worktree) == os.path.realpath(session.worktree):
            raise UserError(
                "already-a-session", f"The branch {other.branch} is session {other.id} already",
                hint=f"amp-sessions status {other.id}", details={"sessionId": other.id},
            )  # fmt: skip
    folder = Path(session.worktree) / CONTEXT_FOLDER
    if os.path.lexists(folder) and not hidden_folders.is_hidden(folder):
        raise UserError(
            "context-folder-tracked", f"{folder} is there, but not made by this program, which needs the folder",
            hint=f"mv {quoted(folder)} elsewhere", details={"folder": str(folder)},
        )  # fmt: skip


def _known(ctx: Context, session: Session) -> Session:
    agent_context.write_session_file(ctx, session)
    session_file.add_session(ctx, session)
    return session
