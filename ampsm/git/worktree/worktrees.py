"""Linked worktrees: making and listing them (SPEC section 4)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git import refs
from ampsm.git.command import LONG_TIMEOUT, GitError, git
from ampsm.git.location import git_path
from ampsm.git.repository import head
from ampsm.git.worktree.hidden_folders import locked_worktrees_folder
from ampsm.git.worktree.proof import prove_place
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER

_ATTEMPTS = 5


def create_branch(root: Path, name: str, sha: str) -> str:
    """Makes a local branch at a commit: "made", or "exists" when there is one of that name.

    Raises `branch-name-blocked` (exit 5) when a branch such as `amp` makes the name impossible, or GitError.
    """
    if blocking := _blocking_branch(root, name):
        raise UserError(
            "branch-name-blocked", f"The branch '{blocking}' is in the way: git cannot have '{name}' beside it",
            hint=f"git -C {quoted(root)} branch -m {blocking} {blocking.replace('/', '-')}-old",
            details={"branch": blocking, "wanted": name},
        )  # fmt: skip
    try:
        refs.update_ref(root, refs.branch_ref(name), sha, None, reason="branch: Created by amp-sessions")
    except refs.RefMoved:
        return "exists"
    return "made"


def add_worktree(root: Path, path: Path, branch: str, sha: str, *, checkout: bool = True) -> None:
    """Checks out `branch`, which is at `sha`, in a new linked worktree at `path`; without `checkout` no file and no
    index is made.

    A `post-checkout` hook that fails does not undo it. Raises GitError; what was made then is for `remove_half_made`.
    """
    # git reads the half-made worktrees of others and gives up on them, so ours are made one after the other.
    files = () if checkout else ("--no-checkout",)
    with locked_worktrees_folder(root):
        for _ in range(_ATTEMPTS):
            done = git(
                root, "worktree", "add", "--quiet", *files, str(path), branch, timeout=LONG_TIMEOUT, check=False,
                writes=True,
            )  # fmt: skip
            if done.returncode == 0 or b"failed to read" not in done.stderr:
                break
    if done.returncode != 0:
        try:
            prove_place(path, root, branch)
            whole = git_path(path, "index").exists() and not git_path(path, "locked").exists()
        except UserError:
            whole = False
        if not whole:
            raise GitError("The worktree cannot be made", done.stderr)
    if head(path).sha != sha:
        raise GitError(f"The branch {branch} was moved while the worktree was made")


def require_untracked_context_folder(root: Path, sha: str) -> None:
    """Raises `context-folder-tracked` (exit 5) when a commit holds `AGENT_CONTEXT/` itself (SPEC section 4.4)."""
    if git(root, "ls-tree", "-z", "--name-only", "--full-tree", sha, CONTEXT_FOLDER).stdout:
        raise UserError(
            "context-folder-tracked", f"The base {sha[:10]} tracks {CONTEXT_FOLDER}/, the folder that sessions use",
            hint=f"git mv {CONTEXT_FOLDER} another-name, commit, then start the session",
            details={"base": sha, "folder": CONTEXT_FOLDER},
        )  # fmt: skip


def linked_worktrees(root: Path) -> list[tuple[Path, str | None]]:
    """Canonical path and branch (None when detached) of every linked worktree of a repository, as git has them noted;
    one whose folder is gone is among them."""
    found: list[tuple[Path, str | None]] = []
    blocks = git(root, "worktree", "list", "--porcelain", "-z").stdout.split(b"\0\0")
    for block in blocks[1:]:  # the first one is the main worktree
        fields = dict(os.fsdecode(line).partition(" ")[::2] for line in block.split(b"\0") if line)
        if "worktree" in fields:
            branch = refs.branch_name(fields.get("branch", ""))
            found.append((Path(os.path.realpath(fields["worktree"])), branch))
    return found


def _blocking_branch(root: Path, name: str) -> str | None:
    parts = name.split("/")
    found = refs.read_refs(root, [refs.branch_ref("/".join(parts[:length])) for length in range(1, len(parts))])
    return refs.branch_name(min(found)) if found else None
