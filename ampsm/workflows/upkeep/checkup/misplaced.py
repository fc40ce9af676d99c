"""Something else where the program keeps a folder or a file beside the database: a file or pipe in the place of a
folder, a folder or pipe in the place of a journal or a lock."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ampsm.system.paths import Paths
from ampsm.system.record_file import free_name
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings


def check_misplaced(checkup: Checkup) -> Findings:
    """Each is put beside. A link is left alone: what it leads to may only be elsewhere now."""
    for path, is_folder in _kept(checkup.ctx.paths):
        if (there := _what(path)) is None or stat.S_ISLNK(there):
            continue
        if is_folder != stat.S_ISDIR(there) or not (is_folder or stat.S_ISREG(there)):
            beside, wanted = free_name(path), "folder" if is_folder else "file"
            yield Finding(
                "misplaced", ERROR, str(path), f"It is no {wanted}, but in the place of one.",
                f"doctor --fix puts it beside, as {beside.name}", partial(path.rename, beside),
            )  # fmt: skip


def _kept(paths: Paths) -> Iterator[tuple[Path, bool]]:
    """Every place, and whether a folder belongs there; folders before what is in them."""
    locks = paths.data_dir / "locks"
    for folder in (paths.data_dir, locks, paths.journals_dir, paths.repositories_dir, paths.creating_dir):
        yield folder, True
    for folder in _names_in(paths.journals_dir):
        yield from ((file, False) for file in _names_in(folder) if file.suffix in (".jsonl", ".lock"))
    for folder in (paths.data_dir, locks, paths.repositories_dir, paths.creating_dir):
        yield from ((file, False) for file in _names_in(folder) if file.suffix in (".lock", ".settle"))


def _names_in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _what(path: Path) -> int | None:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return None
