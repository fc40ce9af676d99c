"""Recorded runs of real releases of Amp (tests/data/amp) as agents."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[2]
RECORDINGS = TESTS / "data" / "amp"
CLASSIC = "0.0.1777897475-g2324e1"
NATIVE = "0.0.1790142911-g7618fb"
RELEASES = (CLASSIC, NATIVE)


def recorded_lines(release: str, name: str) -> list[str]:
    return (RECORDINGS / release / f"{name}.stdout").read_text().splitlines()


def recorded_facts(release: str, name: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((RECORDINGS / release / f"{name}.meta.json").read_text())
    return facts


@pytest.fixture
def replay(tmp_path: Path) -> Callable[..., Path]:
    """`replay(release, name, scale=0)`: an executable `amp` that plays a recording."""

    def make(release: str, name: str, scale: float = 0) -> Path:
        program = TESTS / "fakes" / "replay_agent.py"
        agent = tmp_path / f"amp-{release}-{name}"
        agent.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {program} {RECORDINGS / release / name} {scale} "$@"\n')
        agent.chmod(0o755)
        return agent

    return make
