"""Changing entries of the index as they were read: whatever somebody stages meanwhile is not lost (SPEC section 12).

The new index is made beside the real one. It takes that one's place under git's own lock, and only while the real one
still has the very bytes from which it was made; else it is made again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git
from ampsm.git.location import git_dir
from ampsm.git.staging import SavedIndex, replace_index, save_index
from ampsm.model.arguments import pathspec
from ampsm.model.errors import UserError, quoted

_TRIES = 50


def change_entries(worktree: Path, path: str, lines: bytes, expected: Mapping[int, tuple[str, str]]) -> None:
    """Gives a path other entries, by `lines` as `git update-index --index-info` reads them. `expected` are those that
    it has, mode and blob by stage. Raises `edited-outside` (exit 5) when it has others, and GitError; the index is as
    before then."""
    for _ in range(_TRIES):
        before = save_index(worktree)
        after = _changed(worktree, before, path, lines, expected)
        if replace_index(before, after):
            return
    raise GitError(f"The index of {worktree} is written by others all the time")


def _changed(
    worktree: Path, before: SavedIndex, path: str, lines: bytes, expected: Mapping[int, tuple[str, str]]
) -> bytes:
    scratch = git_dir(worktree) / "ampsm-index"
    env = {"GIT_INDEX_FILE": str(scratch)}
    try:
        scratch.write_bytes(before.content)
        os.utime(scratch, ns=(before.changed_ns, before.changed_ns))
        if _entries(worktree, path, env) != dict(expected):
            raise UserError(
                "edited-outside", f"{path} was staged by somebody else just now; that stays",
                hint=f"git -C {quoted(worktree)} status -- {pathspec(path)}", details={"path": path},
            )  # fmt: skip
        words = ("update-index", "-z", "--index-info")
        done = git(worktree, *words, stdin=lines, env=env, timeout=LONG_TIMEOUT, check=False, writes=True)
        if done.returncode != 0:
            raise GitError("The resolved file cannot be staged", done.stderr)
        return scratch.read_bytes()
    finally:
        scratch.unlink(missing_ok=True)
        scratch.with_name(f"{scratch.name}.lock").unlink(missing_ok=True)


def _entries(worktree: Path, path: str, env: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    found = {}
    for line in git(worktree, "ls-files", "--stage", "-z", "--full-name", "--", path, env=env).stdout.split(b"\0"):
        about, _, name = line.partition(b"\t")
        if os.fsdecode(name) == path and line:
            mode, blob, stage = about.decode().split(" ")
            found[int(stage)] = (mode, blob)
    return found
