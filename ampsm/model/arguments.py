"""Paths as arguments of the commands that hints name: whatever a file is called, the words mean that file."""

from __future__ import annotations

from ampsm.model.errors import quoted

#: What git takes for a pattern, and not for the name of one file.
_PATTERN = frozenset("*?[\\")


def path_argument(path: str) -> str:
    """A path in a worktree for a command of ours, as it can be typed: never taken for an option."""
    return quoted(f"./{path}" if path.startswith("-") else path)


def pathspec(path: str) -> str:
    """The same for git, after `--`: the file of that name and no other."""
    return quoted(f":(literal){path}" if path.startswith(":") or _PATTERN & set(path) else path)
