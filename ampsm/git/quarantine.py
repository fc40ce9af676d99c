"""Making objects that never reach the repository, though its own can be read beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.git.location import common_dir


@contextmanager
def quarantine(worktree: Path | str, scratch: Path) -> Iterator[dict[str, str]]:
    """The environment for git commands whose new objects go below `scratch`, a folder that the caller removes."""
    objects = scratch / "objects"
    objects.mkdir()
    repository = str(common_dir(worktree) / "objects")
    yield {"GIT_OBJECT_DIRECTORY": str(objects), "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(repository)}


def _quoted(path: str) -> str:
    """A path for that list of git's, C-quoted where a colon would split it."""
    if not any(character in path for character in ':"\n'):
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
