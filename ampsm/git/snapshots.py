"""Keeping a worktree as it is in a commit of its own, without touching its index, HEAD or files (SPEC 5, 6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.git.command import GitError, git, git_line
from ampsm.git.location import git_path
from ampsm.git.refs import keep
from ampsm.git.staging import stage, under_folders
from ampsm.git.status import worktree_status
from ampsm.git.trash.as_they_are import stage_as_they_are

_WHO = {
    "GIT_AUTHOR_NAME": "Amp Session Conductor",
    "GIT_AUTHOR_EMAIL": "snapshot@localhost",
    "GIT_COMMITTER_NAME": "Amp Session Conductor",
    "GIT_COMMITTER_EMAIL": "snapshot@localhost",
}


def keep_worktree(worktree: Path | str, root: Path | str, session_id: str, before: str) -> str | None:
    """Keeps every uncommitted and untracked file of a session's worktree as it is before an event (`before`: in words),
    as a commit whose parent is HEAD, under the next `refs/ampsm/snapshots/<session-id>/<n>`, which is returned.

    None when there is nothing uncommitted. Nested repositories and ignored files are not part of it. Untracked files,
    and all of them where a filter fails, are kept byte for byte.
    """
    ref = _next_ref(root, session_id)
    status = worktree_status(worktree)
    if not status.paths:
        return None
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch:
        index = Path(scratch) / "index"
        real = git_path(worktree, "index")
        if real.exists():
            shutil.copy2(real, index)  # its time too: by that git tells entries to look at again
        env = {"GIT_INDEX_FILE": str(index), **_WHO}
        try:
            stage(worktree, status, leave_out=(), env=env)
            raw: Sequence[str] = status.untracked  # git has no other version of them
        except GitError:  # a filter fails, or an encoding: then as the files are
            raw = status.paths
            stage_as_they_are(Path(worktree), raw, env, Path(scratch))
        if under_folders(worktree, status):
            raw = [*raw, *worktree_status(worktree, env=env).untracked]
        stage_as_they_are(Path(worktree), raw, env, Path(scratch))
        tree = git_line(worktree, "write-tree", env=env)
        reason = f"Before {before} of session {session_id}"
        sha = git_line(worktree, "commit-tree", tree, "-p", "HEAD", "-m", reason, env=env)
    keep(worktree, ref, sha)
    return ref


def _next_ref(root: Path | str, session_id: str) -> str:
    prefix = f"refs/ampsm/snapshots/{session_id}/"
    names = git(root, "for-each-ref", "--format=%(refname)", prefix).stdout.decode().split()
    numbers = [int(name.rsplit("/", 1)[1]) for name in names if name.rsplit("/", 1)[1].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1}"
