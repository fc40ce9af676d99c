"""A reading of the merge that is old when the wizard gets it."""

from __future__ import annotations

from threading import Event

import pytest

from ampsm.context import Context
from ampsm_gui.dialogs.merge_wizard import following
from ampsm_gui.dialogs.merge_wizard.mode import MergeReading, read_merge


def hold_next_reading(monkeypatch: pytest.MonkeyPatch) -> tuple[list[MergeReading], Event]:
    """What the wizard reads next, once it is read; the wizard gets it when the event is set."""
    read, go = list[MergeReading](), Event()

    def held(ctx: Context, session_id: str) -> MergeReading:
        found = read_merge(ctx, session_id)
        if not read:
            read.append(found)
            go.wait(60)
        return found

    monkeypatch.setattr(following, "read_merge", held)
    return read, go
