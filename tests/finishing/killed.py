"""Kills a command of this room with SIGKILL at the N-th place of its code that it comes to.

`python -m tests.finishing.killed N cleanup|restore SESSION`: a place is a line that calls something, or a function's
begin and end, in one of the modules that change things. With N = 0 nothing is killed and the places are counted.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import ampsm
from ampsm.context import open_context
from ampsm.workflows.finishing.cleanup import cleanup, restore

_ROOT = Path(ampsm.__file__).parent
_WATCHED = frozenset(
    str(_ROOT / path)
    for path in (
        "git/removal.py", "git/lost_worktree.py", "git/trash.py", "git/trash_restore.py", "git/index_snapshot.py",
        "git/blobs.py", "workflows/cleanup.py", "workflows/cleanup_note.py", "workflows/restore.py", "system/files.py",
    )
)  # fmt: skip


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
