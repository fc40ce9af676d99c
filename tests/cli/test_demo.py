"""`demo` needs nothing, shows everything and leaves nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.world import Result

FAST = {"AMPSM_DEMO_SPEED": "0"}


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment without identity, database or settings; temporary files go to a folder of the test."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    (tmp_path / "nothing").touch()
    monkeypatch.delenv("AMPSM_DB_PATH")
    return {**FAST, "TMPDIR": str(scratch), "GIT_CONFIG_GLOBAL": str(tmp_path / "nothing"), "AMP_BIN": "/nowhere"}


def test_it_lives_a_whole_life_and_leaves_nothing(cli: Callable[..., Result], bare: dict[str, str], home: Path) -> None:
    result = cli("demo", env=bare)
    assert result.code == 0, result
    for part in ("$ amp-sessions new", "amp/add-a-top-option/", "$ amp-sessions diff", "diff --git", "Ready to merge",
                 "Merged into main", "Cleaned up", "done, cleaned up", "Removed "):  # fmt: skip
        assert part in result.out
    assert list(home.rglob("*")) == [] and list(Path(bare["TMPDIR"]).iterdir()) == []


def test_it_keeps_the_scratch_place_when_asked(cli: Callable[..., Result], bare: dict[str, str]) -> None:
    document = cli("demo", "--keep", "--json", env=bare).json
    assert document["kept"] is True and document["error"] is None and document["iteration"]["status"] == "succeeded"
    place = Path(document["scratch"])
    assert place.parent == Path(tempfile.gettempdir()) or place.parent == Path(bare["TMPDIR"]).resolve()
    assert document["merge"]["status"] == "merged" and document["session"]["status"] == "done"
    found = cli("list", "--json", env={"AMPSM_DB_PATH": str(place / "sessions.sqlite")}).json["sessions"]
    assert [s["id"] for s in found] == [document["session"]["id"]]


def test_its_stream_holds_steps_events_and_the_result(cli: Callable[..., Result], bare: dict[str, str]) -> None:
    events = [json.loads(line) for line in cli("demo", "--stream-json", env=bare).out.splitlines()]
    types = [event["type"] for event in events]
    assert types[0] == "step" and types[-1] == "result" and types.count("result") == 1
    assert {"iteration_started", "tool_finished", "iteration_finished", "test_output"} <= set(types)
