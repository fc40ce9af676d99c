"""Files a test script left behind: known by size and time of change, so that a touched one counts again (SPEC 5.7)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ampsm.model.session import Session


def fingerprint(path: Path) -> str | None:
    """`<size>:<mtime ns>` of a file or link; None when it is gone."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return f"{found.st_size}:{found.st_mtime_ns}"


def fingerprints(worktree: Path, paths: Iterable[str]) -> dict[str, str]:
    """The fingerprints of those paths (relative to the worktree) that exist."""
    found = ((path, fingerprint(worktree / path)) for path in paths)
    return {path: print_ for path, print_ in found if print_}


def unchanged_leftovers(session: Session) -> frozenset[str]:
    """Leftovers that are as the test script left them: never committed, no manual edits and no dirt."""
    worktree = Path(session.worktree)
    return frozenset(path for path, known in session.test_leftovers.items() if fingerprint(worktree / path) == known)
