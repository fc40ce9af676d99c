"""Paths in what a tool said, as people read them."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from ampsm.journal.text import from_worktree, plain_line

_SCHEME = "file://"


def shown_path(path: str, worktree: str) -> str:
    """A path or a `file:` address as a path, relative to the worktree where it is inside it."""
    if path.startswith(_SCHEME):
        try:
            path = unquote(urlsplit(path).path)
        except ValueError:
            path = unquote(path[len(_SCHEME) :])
    path = from_worktree(path.strip(), worktree)
    return plain_line(" ".join(path.splitlines()))
