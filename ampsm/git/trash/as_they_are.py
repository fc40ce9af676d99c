"""Bringing files into an index with the bytes that they have: where no filter and no change of line ends is wanted, or
git cannot do them."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.command import git
from ampsm.git.trash.blobs import store_files, store_links


def stage_as_they_are(worktree: Path, paths: Sequence[str], env: dict[str, str], scratch: Path) -> None:
    """Stages files and links of a worktree as they are in the index that `env` names, and as gone what is not there or
    is a folder, a pipe or a device now; repositories stay as they are. Objects go where `env` says. `scratch` is a
    folder of the caller's. Raises GitError."""
    if not paths:
        return
    there = {path: found for path in paths if (found := _mode(worktree / path)) is not None}
    files = [path for path, mode in there.items() if stat.S_ISREG(mode)]
    links = [path for path, mode in there.items() if stat.S_ISLNK(mode)]
    blobs = {**store_files(worktree, worktree, files, env), **store_links(worktree, worktree, links, scratch, env)}
    gone = [path for path in paths if path not in blobs and not os.path.lexists(worktree / path / ".git")]
    lines = []
    for path, blob in blobs.items():
        mode = "120000" if path in links else "100755" if there[path] & 0o100 else "100644"
        lines += [f"0 {'0' * len(blob)}\t{path}", f"{mode} {blob}\t{path}"]
    _update_index(worktree, gone, "--force-remove", "--stdin", env=env)
    _update_index(worktree, lines, "--index-info", env=env)


def _mode(place: Path) -> int | None:
    """None where nothing is, or nothing any more: others may be at work there."""
    try:
        return place.lstat().st_mode
    except OSError:
        return None


def _update_index(worktree: Path, lines: Sequence[str], *options: str, env: dict[str, str]) -> None:
    if lines:
        stdin = b"".join(os.fsencode(line) + b"\0" for line in lines)
        git(worktree, "update-index", "-z", *options, stdin=stdin, env=env)
