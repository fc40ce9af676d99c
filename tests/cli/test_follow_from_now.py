"""`logs --follow --lines 0`: only what comes, however much there is already."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import Result


@pytest.fixture
def session(cli: Callable[..., Result], make_repo: Callable[..., Path]) -> dict[str, Any]:
    made: dict[str, Any] = cli("new", "--repo", make_repo(), "--name", "A", "--prompt", "x", "--json").json["session"]
    return made


def test_only_what_comes_is_told(
    cli: Callable[..., Result], session: dict[str, Any], make_agent: Callable[..., Path], tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any],
) -> None:  # fmt: skip
    ready, go = tmp_path / "ready", tmp_path / "go"
    agent = make_agent(edits={"a.txt": "a\n"}, ready=ready, hang_until=go, text="The end.")
    working = spawn_cli("iterate", session["id"], "--amp-path", agent)
    wait_until(ready.exists)
    watching = spawn_cli("logs", session["id"], "--follow", "--lines", "0", "--stream-json")
    whole = spawn_cli("logs", session["id"], "--follow", "--stream-json")
    assert whole.stdout and "iteration_started" in whole.stdout.readline()
    go.touch()
    told = watching.communicate(timeout=60)[0]
    assert watching.returncode == 0 and "iteration_started" not in told
    rest = whole.communicate(timeout=60)[0].splitlines()
    assert rest[-1].startswith('{"type":"iteration_finished"')
    assert told.splitlines() == rest[-len(told.splitlines()) :] or not told
    working.communicate(timeout=60)


def test_of_an_iteration_that_has_ended_nothing_is_told(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    cli("iterate", session["id"])
    result = cli("logs", session["id"], "--follow", "--lines", "0")
    assert result.code == 0 and result.out == ""
    assert cli("logs", session["id"], "--lines", "0", "--json").json["events"] == []
