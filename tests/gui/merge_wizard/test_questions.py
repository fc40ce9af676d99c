"""How often git is asked for one reading of the wizard, which reads whenever something changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm_gui.dialogs.merge_wizard.mode import read_merge
from tests.gui.conftest import World

#: Calls of git for a reading, in a window that reads objects by itself.
_MOST = {"nothing begun": 6, "conflicts": 17, "resolved": 20, "tests": 5, "merged": 10}


def test_a_reading_asks_git_nothing_twice(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, twice = {}, {}

    def read(state: str) -> None:
        trace = tmp_path / "trace"
        with monkeypatch.context() as patched, open_context() as ctx:
            patched.setenv("GIT_TRACE2_EVENT", str(trace))
            assert read_merge(ctx, session["id"]).problem == ""
        events = [json.loads(line) for line in trace.read_text().splitlines()]
        trace.unlink()
        calls = [str(event["argv"]) for event in events if event["event"] == "start" and "/" not in event["sid"]]
        asked[state], twice[state] = len(calls), sorted({call for call in calls if calls.count(call) > 1})

    repo = world.make_repo(files={"a.txt": "a\n", "b.txt": "b\n"})
    world.use(edits={"a.txt": "session\n"})
    script = world.make_program("test.sh", "#!/bin/sh\n! grep -q both a.txt\n")
    session: dict[str, Any] = world.new(repo, "Task", "--script", script)
    world.iterate(session)
    world.commit(repo, {"a.txt": "target\n"})
    read("nothing begun")
    assert world.cli("merge", session["id"], "--message", "m").code == 4
    read("conflicts")
    mine = Path(session["worktree"], "a.txt")
    mine.write_text("both\n")
    world.ok("resolve", session["id"], "a.txt", "--outside")
    read("resolved")
    assert world.cli("continue-merge", session["id"]).code == 8
    read("tests")
    world.commit(mine.parent, {"a.txt": "one\n"})
    world.ok("continue-merge", session["id"])
    read("merged")
    assert all(asked[state] <= most for state, most in _MOST.items()), str(asked)
    assert twice["conflicts"] == []
