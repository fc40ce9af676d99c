"""Other file systems that are mounted inside a folder: what is there is somebody else's, and never deleted through.

Of a bind mount the device is the folder's own, so only the system's list tells.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_LIST = Path("/proc/self/mountinfo")
_OCTAL = re.compile(rb"\\([0-7]{3})")
_PLACE = 4


def mounted_in(folder: Path) -> Path | None:
    """The first place inside a folder where something is mounted; None when there is none, or no list of them."""
    try:
        lines = _LIST.read_bytes().splitlines()
    except OSError:
        return None
    top = os.fsencode(os.path.realpath(folder)) + b"/"
    for line in lines:
        words = line.split(b" ")
        place = _OCTAL.sub(lambda found: bytes([int(found[1], 8)]), words[_PLACE]) if len(words) > _PLACE else b""
        if place.startswith(top):
            return Path(os.fsdecode(place))
    return None
