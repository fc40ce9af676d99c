"""What keeps this user from a file or folder that is there, and the command that lets them in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ampsm.model.errors import quoted


def way_in(path: str | os.PathLike[str], *, writing: bool = False) -> str | None:
    """The command that lets this user read (with `writing`, write) what lies at a path, be it that a folder above is
    closed; None where they may already, or nothing can be there. Starts nothing."""
    place = Path(path)
    for found in (*reversed(place.parents), place):
        try:
            facts = found.stat()
        except OSError:
            return None
        folder = stat.S_ISDIR(facts.st_mode)
        if found != place and not folder:
            return None
        wanted = os.X_OK if found != place else (os.R_OK | (os.X_OK if folder else 0) | (os.W_OK if writing else 0))
        if not os.access(found, wanted):
            if facts.st_uid == os.geteuid():
                return f"chmod {'u+rwx' if folder else 'u+rw'} {quoted(found)}"
            if found != place:  # of a folder above, whose it is and who reads it is no matter of ours
                return f"sudo chmod a+x {quoted(found)}"
            return f"sudo chown {'-R ' if folder else ''}{os.geteuid()} {quoted(found)}"
    return None
