"""Finding processes of others: those that carry a marker, and programs at work in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ampsm.system.processes import MARKER

if TYPE_CHECKING:
    import psutil


def marked() -> list[tuple[int, str]]:
    """Pid and marker (`<session>/<number>`) of every living process of an iteration or test script but this one."""
    import psutil

    found: list[tuple[int, str]] = []
    for process in _processes():
        try:
            marker = process.environ().get(MARKER)
            if marker and process.status() != psutil.STATUS_ZOMBIE:
                found.append((process.pid, marker))
        except (psutil.Error, OSError):
            continue
    return found


def at_work_in(folder: Path, program: str) -> list[int]:
    """Pids of living programs whose name begins with `program` and whose working folder is `folder` or below it, or
    may not be looked up. One that is ending is not among them: it has let go of its files before its folder."""
    import psutil

    found: list[int] = []
    for process in _processes():
        try:
            if not process.name().startswith(program) or process.status() == psutil.STATUS_ZOMBIE:
                continue
            where = process.cwd()
        except (psutil.NoSuchProcess, FileNotFoundError):
            continue
        except (psutil.Error, OSError):
            found.append(process.pid)
            continue
        if not where:  # the kernel has taken its folder away, but it is not a zombie yet
            continue
        if Path(where) == folder or folder in Path(where).parents:
            found.append(process.pid)
    return found


def _processes() -> Iterator[psutil.Process]:
    import psutil

    return (process for process in psutil.process_iter() if process.pid != os.getpid())
