"""Who may read configuration, database and journals: nobody but their owner."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from ampsm.workflows.upkeep.checkup.findings import WARNING, Checkup, Finding, Findings

_OTHERS = 0o077


def check(checkup: Checkup) -> Findings:
    if os.name != "posix":
        return
    paths = checkup.ctx.paths
    log, memory = (paths.database.with_name(paths.database.name + end) for end in ("-wal", "-shm"))
    files = (paths.config_file, paths.database, log, memory)
    for path, mode in [*((file, 0o600) for file in files), (paths.data_dir, 0o700)]:
        try:
            found = path.stat().st_mode & 0o777
        except OSError:
            continue
        if found & _OTHERS:
            yield Finding(
                "too-open", WARNING, str(path),
                f"Others than its owner may use it (mode {found:04o}): it can hold prompts and secrets.",
                f"doctor --fix sets mode {mode:04o}", partial(_close, path, mode),
            )  # fmt: skip


def _close(path: Path, mode: int) -> None:
    path.chmod(mode)
