"""Loads in advance what conflicts are read and coloured with, while the window still makes its widgets."""

from __future__ import annotations

from ampsm.context import Context


def load_ahead(_ctx: Context) -> None:
    """For the pool: the first file would wait for it as long as for git."""
    from ampsm_gui.models.conflicts.source import read_conflicts  # noqa: F401 - with all that it needs
    from ampsm_gui.models.diff.syntax import highlight

    highlight("a.py", "a = 1")
