"""The folder beside the database in which it is kept what is known of repositories."""

from __future__ import annotations

from pathlib import Path

_folder: list[Path] = []


def look_beside(folder: Path) -> None:
    """From now on, what is known lies in this folder."""
    _folder[:] = [folder]


def known_in() -> Path | None:
    """The folder; None where no database is in use."""
    return _folder[0] if _folder else None
