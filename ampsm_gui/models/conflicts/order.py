"""In which order the files in conflict stand, and which of them comes next."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.model.conflicts import ConflictFile


def kept_order(known: Sequence[str], files: Sequence[ConflictFile]) -> list[ConflictFile]:
    """Those that stood in the list stay where they are, also when they are resolved meanwhile; others come after
    them. Where none is known, those to be resolved come first."""
    places = {path: at for at, path in enumerate(known)}
    here = [file for file in files if file.path in places]
    new = [file for file in files if file.path not in places]
    return [*sorted(here, key=lambda file: places[file.path]), *sorted(new, key=lambda file: file.resolved)]


def path_to_show(ordered: Sequence[ConflictFile], path: str) -> str:
    """The file that is open when it is among them, else the first that is not resolved, else the first."""
    paths = [file.path for file in ordered]
    if path in paths:
        return path
    left = [file.path for file in ordered if not file.resolved]
    return (left or paths or [""])[0]


def next_open(paths: Sequence[str], left: Sequence[str], after: str) -> str | None:
    """The next file that is left after this one, from the end on from the beginning; None when no other is left."""
    at = paths.index(after) + 1 if after in paths else 0
    return next((path for path in (*paths[at:], *paths[:at]) if path in left and path != after), None)


def beside(paths: Sequence[str], path: str, step: int) -> str | None:
    """The file so many rows below, or above when negative; None beyond the ends."""
    at = paths.index(path) + step if path in paths else -1
    return paths[at] if 0 <= at < len(paths) else None
