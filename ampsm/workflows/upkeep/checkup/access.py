"""What the program keeps, and its own user may not read or write: a mode that somebody has changed, files of others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ampsm.model.errors import quoted
from ampsm.system.os_errors import closed_to_its_owner
from ampsm.system.paths import Paths
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings


def check_access(checkup: Checkup) -> Findings:
    """Only what is this user's own is opened again."""
    if os.name != "posix" or os.geteuid() == 0:
        return
    for path in _kept(checkup.ctx.paths):
        mode = path.stat().st_mode
        if wanted := closed_to_its_owner(path):
            yield Finding(
                "no-access", ERROR, str(path), f"Mode {stat.S_IMODE(mode):04o} keeps you from reading or writing it.",
                "doctor --fix lets you do both", partial(path.chmod, stat.S_IMODE(mode) | wanted),
            )  # fmt: skip
        elif not os.access(path, os.R_OK | os.X_OK if stat.S_ISDIR(mode) else os.R_OK):
            yield Finding(
                "no-access", ERROR, str(path), "It belongs to another user, and you may not read it.",
                f"sudo chown $(id -u) {quoted(path)}",
            )  # fmt: skip


def _kept(paths: Paths) -> Iterator[Path]:
    """Folders before what is in them, as far as they can be looked into."""
    database = paths.database
    yield from _there(database.parent, *(database.with_name(database.name + end) for end in ("", "-wal", "-shm")))
    yield from _there(paths.config_file, paths.data_dir, paths.journals_dir)
    for folder in _in(paths.journals_dir):
        yield folder
        yield from (file for file in _in(folder) if file.suffix in (".json", ".jsonl"))


def _there(*places: Path) -> Iterator[Path]:
    return (place for place in places if os.access(place.parent, os.X_OK) and place.exists())


def _in(folder: Path) -> list[Path]:
    readable = os.access(folder, os.R_OK | os.X_OK) and folder.is_dir()
    return sorted(path for path in folder.iterdir() if path.exists()) if readable else []
