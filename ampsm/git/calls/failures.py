"""How git fails, in one error: what kind of failure it was is told from the words that it always says in English."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from ampsm.model.errors import UserError, quoted
from ampsm.system.calls import last_lines

#: How the C library, and git itself after a short write, say that there is no room.
_NO_ROOM = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "Out of diskspace")

#: How it says that another git has a lock, or left it when it was killed. What it says after that is advice.
_LOCKED = ".lock': File exists"
UNLOCK = "when no git is at work there any more: amp-sessions doctor --fix"


#: How it says that an object is gone or damaged, by its name where it tells that.
_MISSING = re.compile(
    r"(?:bad|missing)(?: \w+)? object |invalid object \d+ |unable to read (?:tree |\w+ file of .*)?\(?[0-9a-f]{40}"
    r"|Could not read [0-9a-f]{40}|Not a valid commit name [0-9a-f]{40}|Failed to traverse parents"
    r"|Invalid (?:symmetric difference expression|revision range) [0-9a-f]{40}"
    r"|(?:loose object|object file) .* is (?:corrupt|empty)"
)
OBJECT_MISSING = "object-missing"


def fsck(where: Path | str) -> str:
    """The command that names every object which a repository has not got."""
    return f"git -C {quoted(where)} fsck --no-dangling"


class GitError(UserError):
    """git failed; the message holds its last line, `details` the whole (bounded) of what it said. Of a full disk the
    code is `disk-full`, of an object that is gone or damaged `object-missing`; of a lock that is in the way the message
    names it. Hints name `where` git was called."""

    timed_out = False

    def __init__(
        self, what: str, stderr: bytes = b"", *, code: str = "git-failed", hint: str | None = None,
        where: Path | str | None = None,
    ) -> None:  # fmt: skip
        said = os.fsdecode(last_lines(stderr, 20_000)).encode("utf-8", "replace").decode()
        lines = [line.strip() for line in said.splitlines()]
        lines = [line for line in lines if line and line not in ("error:", "fatal:")]
        locked = [line for line in lines if _LOCKED in line]
        fatal = [line for line in lines if line.startswith("fatal: ")]  # what follows may be advice
        lost = [line for line in lines if _MISSING.search(line)]
        message = f"{what}: {(locked or lost[:1] or fatal[:1] or lines)[-1]}" if lines else what
        hint = hint or (UNLOCK if locked else None)
        if lost and code == "git-failed":
            code, hint = OBJECT_MISSING, hint or (fsck(where) if where is not None else None)
        if any(words in said for words in _NO_ROOM):
            code, hint = "disk-full", hint or "df -h"
        super().__init__(code, message, hint=hint, details={"output": said} if said else None)
