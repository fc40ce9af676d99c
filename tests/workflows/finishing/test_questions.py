"""How often git is asked: each question costs milliseconds (SPEC section 11), and the same one is not asked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.world import World

#: Calls of git that each command may make, of a session with two iterations whose base has moved.
_MOST = {
    "status": 9,
    "preflight": 29,
    "rebase": 40,
    "undo": 19,
    "merge --message m": 79,
}


def test_no_command_asks_git_more_than_it_has_to(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    repo = world.make_repo()
    session = world.new(repo)
    for name in ("a", "b"):
        world.use(edits={f"{name}.txt": f"{name}\n"})
        world.iterate(session)
    world.commit(repo, {"c.txt": "c\n"})
    asked = {}
    for command in _MOST:
        name, *options = command.split()
        trace = tmp_path / name
        monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
        world.ok(name, session["id"], *options)
        monkeypatch.delenv("GIT_TRACE2_EVENT")
        events = [json.loads(line) for line in trace.read_text().splitlines()]
        asked[command] = sum(event["event"] == "start" and "/" not in event["sid"] for event in events)
    assert all(asked[command] <= most for command, most in _MOST.items()), str(asked)
