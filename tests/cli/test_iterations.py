"""`iterate`, `new --iterate`, `run`, `logs`, `tools`, `usage` as seen from outside."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.world import Result


def test_iterate_narrates_on_stderr_and_sums_up_on_stdout(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    result = cli("iterate", session["id"])
    assert result.code == 0, result
    for part in ("succeeded", "amp: Add a feature.", "1 file, +1 -0", f"amp-sessions diff {session['id']}"):
        assert part in result.out
    assert "Read README.md" in result.err and "\x1b" not in result.out + result.err
    assert "Read" in cli("tools", session["id"]).out and "total" in cli("usage", session["id"]).out


def test_a_stream_is_the_journal_and_then_the_result(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    *events, result = cli("iterate", session["id"], "--stream-json").events
    assert result["type"] == "result" and result["error"] is None and result["iteration"]["status"] == "succeeded"
    assert cli("logs", session["id"], "--stream-json").events == events
    document = cli("logs", session["id"], "--json").json
    assert document == {"iteration": 1, "events": events, "error": None}


def test_an_agent_that_fails_gives_document_and_error(
    cli: Callable[..., Result], session: dict[str, Any], make_agent: Callable[..., Path]
) -> None:
    agent = make_agent(agent_error="Something broke", text=None)
    result = cli("iterate", session["id"], "--amp-path", agent, "--json")
    assert result.code == 7 and result.json["iteration"]["status"] == "failed"
    assert result.json["error"] == result.json["iteration"]["error"] and result.json["session"]["status"] == "error"
    assert result.err.splitlines()[0].startswith("error: ")


def test_failing_tests_exit_with_8(
    cli: Callable[..., Result], session: dict[str, Any], make_repo: Callable[..., Path]
) -> None:
    script = "echo one; echo two >&2; exit 3"
    options = ("--repo", session["repo"], "--name", "B", "--prompt", "x", "--script", script)
    result = cli("new", *options, "--iterate", "--json")
    assert result.code == 8, result
    assert result.json["iteration"]["test"]["exitCode"] == 3 and result.json["error"]["code"] == "tests-failed"
    ref = result.json["session"]["id"]
    human = cli("run", ref)
    assert human.code == 8 and human.out == "one\ntwo\n" and "hint: amp-sessions iterate" in human.err
    *events, last = cli("run", ref, "--stream-json").events
    assert [e["text"] for e in events if e["type"] == "test_output"] == ["one", "two"]
    assert last["type"] == "result" and last["test"]["passed"] is False and last["output"] == "one\ntwo\n"


def test_new_iterate_keeps_the_session_when_the_agent_is_missing(
    cli: Callable[..., Result], make_repo: Callable[..., Path]
) -> None:
    result = cli("new", "--repo", make_repo(), "--name", "A", "--prompt", "x", "--iterate", "--json",
                 "--amp-path", "/nowhere/amp")  # fmt: skip
    assert result.code == 7 and result.json["error"]["code"] == "not-installed", result
    assert result.json["session"]["id"] == cli("list", "--json").json["sessions"][0]["id"]


def test_logs_of_a_session_without_iterations_are_empty(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    for args in ((), ("--follow",), ("--lines", "5")):
        assert (result := cli("logs", session["id"], *args)).code == 0 and result.out == ""
    assert cli("logs", session["id"], "--json").json == {"iteration": None, "events": [], "error": None}


def test_the_last_lines_are_the_end_of_the_log(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    cli("iterate", session["id"])
    whole = cli("logs", session["id"]).out.splitlines()
    assert cli("logs", session["id"], "--lines", "3").out.splitlines() == whole[-3:]
    assert cli("logs", session["id"], "--lines", "0").out == ""
    assert all(line.startswith("{") for line in cli("logs", session["id"], "--raw").out.splitlines())


def test_a_log_tells_paths_from_the_worktree_its_events_whole(
    cli: Callable[..., Result], session: dict[str, Any], make_agent: Callable[..., Path]
) -> None:
    path = f"{session['worktree']}/src/x.py"
    agent = make_agent(tools=[{"name": "Read", "input": {"path": path}, "result": "one"}])
    cli("iterate", session["id"], "--amp-path", agent)
    assert "● Read src/x.py" in cli("logs", session["id"]).out.splitlines()
    assert path in cli("logs", session["id"], "--raw").out
    started = next(event for event in cli("logs", session["id"], "--json").json["events"] if "args" in event)
    assert started["args"] == {"path": path}


def test_another_terminal_follows_until_the_end(
    cli: Callable[..., Result], session: dict[str, Any], make_agent: Callable[..., Path], tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any],
) -> None:  # fmt: skip
    ready, go = tmp_path / "ready", tmp_path / "go"
    agent = make_agent(edits={"a.txt": "a\n"}, ready=ready, hang_until=go, text="The end.")
    working = spawn_cli("iterate", session["id"], "--amp-path", agent)
    wait_until(ready.exists)
    watching = spawn_cli("logs", session["id"], "--follow", "--lines", "2")
    assert watching.stdout and watching.stdout.readline()
    go.touch()
    assert "The end." in watching.communicate(timeout=60)[0] and watching.returncode == 0
    working.communicate(timeout=60)
    assert working.returncode == 0


def test_who_stops_following_is_told_that_the_iteration_goes_on(
    cli: Callable[..., Result], session: dict[str, Any], make_agent: Callable[..., Path], tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any],
) -> None:  # fmt: skip
    ready, go = tmp_path / "ready", tmp_path / "go"
    agent = make_agent(edits={"a.txt": "a\n"}, ready=ready, hang_until=go, text="The end.")
    working = spawn_cli("iterate", session["id"], "--amp-path", agent)
    wait_until(ready.exists)
    watching = spawn_cli("logs", session["id"], "--follow")
    assert watching.stdout and watching.stdout.readline()
    watching.send_signal(signal.SIGINT)
    said = watching.communicate(timeout=60)[1]
    assert watching.returncode == 130 and "the iteration goes on" in said and "amp-sessions stop" in said
    go.touch()
    working.communicate(timeout=60)
    assert working.returncode == 0
