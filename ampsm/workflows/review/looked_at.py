"""The image that a call looked at or painted, where it told of it in words only: the file as it is now."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ampsm.journal.results import PictureBody, kind_of
from ampsm.journal.results.paths import shown_path
from ampsm.system.plain_files import read_inside

_TOOLS = frozenset({"look_at", "painter"})
_LARGEST = 8 * 2**20  # bytes of a file


def picture_looked_at(tool: str, args: dict[str, Any], worktree: str) -> PictureBody | None:
    """The image in the worktree that the argument `path` of such a call names, else None. Blocks; never raises."""
    path = args.get("path")
    if tool.lower() not in _TOOLS or not isinstance(path, str) or not path or not worktree:
        return None
    try:
        named = unquote(urlsplit(path).path) if path.startswith("file://") else path
        data = read_inside(Path(worktree), named, limit=_LARGEST)
    except (OSError, ValueError):
        return None
    mime = kind_of(data)
    return PictureBody(shown_path(path, worktree), mime, data) if mime else None
