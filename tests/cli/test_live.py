"""The live view draws what is so now, however seldom its clock ticks: here never."""

from __future__ import annotations

import os
import sys

import pytest

from ampsm.journal.view import IterationView
from ampsm_cli.live import LiveView
from ampsm_cli.output import HUMAN, Output
from tests.support.event_notation import events


@pytest.mark.parametrize("notation", ["start; @agent", "start; @agent; +a Read path=README.md; -a"])
def test_the_bottom_is_never_older_than_what_scrolls_by(monkeypatch: pytest.MonkeyPatch, notation: str) -> None:
    screen, program = os.openpty()
    with open(program, "w", encoding="utf-8") as terminal, monkeypatch.context() as here:
        here.setattr(sys, "stderr", terminal)
        here.setenv("TERM", "xterm-256color")
        view = IterationView(1)
        live = LiveView(Output(HUMAN, color=False, environ=os.environ), "Add a feature", verbose=False)
        live._live.auto_refresh = False
        with live:
            for event in events(notation):
                view.apply(event)
                live.on_event(event, view)
            terminal.write("(drawn)")
            terminal.flush()
            shown = ""
            while "(drawn)" not in shown:
                shown += os.read(screen, 65536).decode("utf-8", "replace")
    os.close(screen)
    assert "agent at work" in shown and "●" not in shown
    assert ("✔ Read" in shown) == ("Read" in notation)
