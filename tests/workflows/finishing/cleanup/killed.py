"""Kills a command of this room with SIGKILL at the N-th place of its code that it comes to.

`python -m tests.workflows.finishing.cleanup.killed N cleanup|restore SESSION`: a place is a line that calls something,
or a function's begin and end, in one of the modules that change things. With N = 0 nothing is killed and the places
are counted.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from ampsm.context import open_context
from ampsm.git.trash import blobs, index_snapshot, lost_worktree
from ampsm.git.trash import restore as trash_restore
from ampsm.git.trash import snapshot as trash
from ampsm.git.worktree import removal
from ampsm.model.session import Session
from ampsm.system import files
from ampsm.workflows.finishing.cleanup import cleanup, note, restore

_MODULES = (
    removal, lost_worktree, trash, trash_restore, index_snapshot, blobs, cleanup, note, restore, files,
)  # fmt: skip
_WATCHED = frozenset(module.__file__ for module in _MODULES)


def killed(number: int, verb: str, session: Session) -> int | None:
    """Runs a command until the N-th place; None when it was killed there, else how many places there are."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.workflows.finishing.cleanup.killed", str(number), verb, session.id],
        cwd=Path(__file__).parents[4], capture_output=True, stdin=subprocess.DEVNULL, check=False,
        timeout=300,
    )  # fmt: skip
    if done.returncode == -9:
        return None
    assert done.returncode == 0, done.stderr.decode()
    return int(done.stdout)


def main(number: int, verb: str, session: str) -> None:
    seen: set[tuple[str, int, str]] = set()

    def look(frame: FrameType, event: str, _argument: Any) -> None:
        place = (frame.f_code.co_filename, frame.f_lineno, event)
        if place[0] in _WATCHED and place not in seen:
            seen.add(place)
            if len(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

    with open_context() as ctx:
        sys.setprofile(look)
        if verb == "cleanup":
            cleanup.cleanup_session(ctx, session, force=True)
        else:
            restore.restore_session(ctx, session)
        sys.setprofile(None)
    print(len(seen))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
