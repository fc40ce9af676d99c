"""Why a path of the worktree cannot be written, and the command that lets it be."""

from __future__ import annotations

from pathlib import Path

from ampsm.model.arguments import pathspec
from ampsm.model.errors import UserError, moving_away, quoted
from ampsm.system.access import way_in
from ampsm.system.os_errors import FULL, disk_full


def not_written(worktree: Path, path: str, error: OSError) -> UserError:
    """What the operating system said, with the command that lets it be written."""
    if error.errno in FULL:
        return disk_full(worktree / path)
    found = on_the_way(worktree, path)
    folder = next((parent for parent in (worktree / path).parents if parent.is_dir()), worktree)
    way = moving_away(found) if found else way_in(folder, writing=True) or f"ls -la {quoted(folder)}"
    return in_the_way(path, error.strerror or str(error), way)


def in_the_way(path: str, why: str, way: str) -> UserError:
    """The error, with the `way` on (exit 5)."""
    return UserError("files-in-the-way", f"{path} cannot be written: {why}", hint=way, details={"path": path})


def on_the_way(worktree: Path, path: str) -> Path | None:
    """The first thing on the way to a path that is no folder of the worktree: a link, or a file."""
    parents = [worktree / parent for parent in reversed(Path(path).parents)]
    return next((at for at in parents[1:] if at.is_symlink() or at.is_file()), None)


def written_meanwhile(worktree: Path, path: str) -> UserError:
    """Making the new file may take long, as with a filter that asks a server."""
    return UserError(
        "edited-outside", f"{path} was written by somebody else just now; nothing is written over it",
        hint=f"git -C {quoted(worktree)} diff -- {pathspec(path)}", details={"path": path},
    )  # fmt: skip
