"""Which folder a file of git's names, e.g. the `.git` of a linked worktree."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.system.plain_files import read_plain


def named_folder(file: Path, before: str) -> Path | None:
    """The folder that a file of git's names after the word `before`; None when it names none."""
    try:
        said = os.fsdecode(read_plain(file, limit=2**16)).strip()
    except OSError:
        return None
    return Path(os.path.normpath(file.parent / said.removeprefix(before))) if said.startswith(before) else None
