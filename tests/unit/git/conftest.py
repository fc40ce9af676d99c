"""What tests of git need besides repositories: proof that a checkout stays as it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Snapshot = dict[str, tuple[int, int, bytes]]


@pytest.fixture
def snapshot() -> Callable[[Path], Snapshot]:
    """`snapshot(repo)`: mode, time of change and bytes of all files of a checkout and of what is the user's own in its
    `.git`: index, HEAD, config, hooks and local branches."""

    def take(repo: Path) -> Snapshot:
        found: Snapshot = {}
        for folder, folders, names in os.walk(repo):
            inside = Path(folder).relative_to(repo)
            if inside == Path(".git"):
                folders[:] = [name for name in folders if name in ("hooks", "info", "refs")]
            elif inside == Path(".git/refs"):
                folders[:] = [name for name in folders if name in ("heads", "tags")]
            for name in names:
                path = Path(folder) / name
                facts = path.lstat()
                content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
                found[str(inside / name)] = (facts.st_mode, facts.st_mtime_ns, content)
        return found

    return take
