"""`verify-amp` says what is missing and what to do, in time, and leaves nothing behind."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.amp.capabilities import detect
from ampsm.amp.locate import AmpCommand
from ampsm.context import open_context
from ampsm.system.stopping import StopRequest
from ampsm.workflows.upkeep.verify_smoke import TIME_IS_UP, smoke_iteration
from tests.support.releases import calls, make_release, runs
from tests.support.world import Result, World

IDS = ["binary", "version", "capabilities", "login", "smoke", "permissions"]


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def verify(world: World, amp: object, *more: str, code: int = 0) -> dict[str, Any]:
    done = world.cli("verify-amp", "--amp-path", amp, "--json", *more)
    assert done.code == code, done
    assert [check["id"] for check in done.json["checks"]] == IDS
    found: dict[str, Any] = done.json
    assert found["ok"] is (code == 0) and (found["error"] is None) is (code == 0)
    for check in found["checks"]:
        assert check["message"] and (check["hint"] or check["status"] in ("pass", "skip")), check
    return found


def statuses(found: dict[str, Any]) -> str:
    return " ".join(check["status"] for check in found["checks"])


def check(found: dict[str, Any], name: str) -> dict[str, Any]:
    one: dict[str, Any] = next(check for check in found["checks"] if check["id"] == name)
    return one


def test_all_is_well_and_nothing_is_left(world: World, tmp_path: Path, scratch: Path) -> None:
    amp = make_release(tmp_path, "new", usage=(0, "Signed in as tess@example.org\nIndividual credits: $5.56 remaining"))
    found = verify(world, amp)
    assert statuses(found) == "pass pass pass pass pass pass"
    assert check(found, "login")["message"] == "Signed in as tess@example.org"
    assert found["amp"]["path"] == str(amp) and found["amp"]["version"] == "0.0.1790142911-g7618fb"
    assert {"stream-json", "allow-all", "threads-export"} <= set(found["amp"]["capabilities"])
    assert len(runs(tmp_path)) == 1
    assert not list(scratch.iterdir())
    assert not (tmp_path / "db" / "sessions.sqlite").exists(), "the user's store is not even made"


def test_people_read_lines_and_programs_events(world: World, tmp_path: Path) -> None:
    amp = make_release(tmp_path, "january")
    lines = world.ok("verify-amp", "--amp-path", amp).out.splitlines()
    assert [line.split()[:2] for line in lines if line[0] != " "] == [["✔", name] for name in IDS]
    events = world.ok("verify-amp", "--amp-path", amp, "--stream-json").events
    assert [event["type"] for event in events] == ["check"] * len(IDS) + ["result"]
    assert events[-1]["ok"] is True and events[-1]["error"] is None


@pytest.mark.parametrize(
    ("usage", "login", "ran"),
    [
        ((0, "ok"), "pass", 1),
        ((1, "Not logged in. Run 'amp login' to authenticate."), "fail", 0),
        ((1, "Error: Unexpected error"), "pass", 1),
    ],
)
@pytest.mark.rounds(1)
def test_the_login(usage: tuple[int, str], login: str, ran: int, world: World, tmp_path: Path) -> None:
    amp = make_release(tmp_path, "classic", usage=usage)
    found = verify(world, amp, code=0 if login == "pass" else 7)
    assert check(found, "login")["status"] == login and len(runs(tmp_path)) == ran
    if login == "fail":
        assert found["error"]["code"] == "not-logged-in" and found["error"]["hint"] == f"{amp} login"
    without = verify(world, amp, "--no-smoke", code=0 if login == "pass" else 7)
    assert check(without, "login")["status"] == ("fail" if login == "fail" else "skip")
    assert check(without, "smoke")["status"] == "skip"


def test_a_login_that_only_an_iteration_misses(world: World) -> None:
    found = verify(world, world.make_agent(login=True), code=7)
    assert statuses(found) == "pass pass pass fail skip pass" and found["error"]["code"] == "not-logged-in"


def test_the_login_command(world: World, tmp_path: Path) -> None:
    amp = make_release(tmp_path, "autumn")
    world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", f"echo once >> {tmp_path}/ran")
    verify(world, amp)
    assert (tmp_path / "ran").read_text() == "once\n"
    world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", "exit 4")
    found = verify(world, amp, code=7)
    assert found["error"]["code"] == "auth-command-failed" and "exit code 4" in check(found, "login")["message"]


def test_a_failing_iteration(world: World, tmp_path: Path) -> None:
    found = verify(world, make_release(tmp_path, "classic", fail="Couldn't connect to the Amp server at X."), code=7)
    assert statuses(found) == "pass pass pass skip fail pass" and found["error"]["code"] == "network"
    world.ok("config", "set", "ampArgs", "--verbose")
    found = verify(world, make_release(tmp_path, "classic"), code=7)
    assert "'--verbose'" in check(found, "smoke")["message"]


@pytest.mark.parametrize("text", ["echo 'Error: Amp native binary not installed.'\n", None])
def test_no_program(text: str | None, world: World, tmp_path: Path) -> None:
    amp = tmp_path / "amp.exe"
    if text:
        amp.write_text(text)
        amp.chmod(0o755)
    found = verify(world, amp, code=7)
    assert found["error"]["code"] == ("broken-install" if text else "not-installed")
    assert found["amp"] == {"path": str(amp), "version": None, "capabilities": []}


def test_a_program_that_is_no_amp_as_we_know_it(world: World, tmp_path: Path) -> None:
    found = verify(world, make_release(tmp_path, "bare"))
    assert statuses(found) == "pass pass warn pass pass pass"


def test_a_program_that_never_answers(world: World, tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\ntrap '' TERM INT HUP\nsetsid sleep 300\n")
    deaf.chmod(0o755)
    assert statuses(verify(world, deaf, code=7)) == "pass fail skip skip skip skip"


def test_an_iteration_that_never_ends(world: World, scratch: Path) -> None:
    """Deaf to every signal, with a child that is deaf too."""
    found = verify(world, world.make_agent(hang=300, ignore_term=True, child=300, tools=[]), code=7)
    assert statuses(found) == "pass pass pass skip fail pass" and found["error"]["code"] == "no-answer"
    assert not list(scratch.iterdir())


def test_one_that_has_said_something_is_slow_not_dumb(
    world: World, scratch: Path, tmp_path: Path, wait_until: Callable[..., Any]
) -> None:
    ready = tmp_path / "ready"
    amp = AmpCommand((str(world.make_agent(hang=300, ready=ready)),), "slow")
    stop = StopRequest()

    def time_passes() -> None:
        wait_until(ready.exists)
        stop.request(TIME_IS_UP)
        stop.request(TIME_IS_UP)

    clock = threading.Thread(target=time_passes)
    clock.start()
    with open_context(overrides={"ampPath": amp.argv[0]}) as ctx:
        found = detect(amp, ctx.paths.cache_dir, ctx.environ)
        status, message, _ = smoke_iteration(ctx, amp, found, 60, stop)
    clock.join()
    stop.close()
    assert (status, message) == ("warn", "Amp answers, but was not done within 60 s")
    assert not list(scratch.iterdir())


@pytest.mark.parametrize(
    ("release", "settings", "status", "word"),
    [
        ("classic", {}, "pass", "every tool unasked"),
        ("classic", {"ampPermissions": "amp"}, "pass", "needs approval ends the iteration"),
        ("new", {"ampPermissions": "amp"}, "pass", "without any, this release runs every tool"),
        ("jsonl", {}, "warn", "not known to this Amp"),
        ("classic", {"ampPermissions": "amp", "ampArgs": "--dangerously-allow-all"}, "pass", "by ampArgs"),
    ],
)
@pytest.mark.rounds(2)
def test_permissions(
    release: str, settings: dict[str, str], status: str, word: str, world: World, tmp_path: Path
) -> None:
    for key, value in settings.items():
        world.ok("config", "set", key, value)
    found = verify(world, make_release(tmp_path, release), "--no-smoke")
    assert check(found, "permissions")["status"] == status and word in check(found, "permissions")["message"]


def test_ctrl_c(
    world: World, scratch: Path, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any], tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    running = spawn_cli("verify-amp", "--amp-path", world.make_agent(hang=300, ready=ready), "--json")
    wait_until(ready.exists)
    running.terminate()
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130 and '"cancelled"' in out
    assert not list(scratch.iterdir())


def test_what_it_learns_counts_for_the_next_iteration(world: World, tmp_path: Path, cli: Callable[..., Result]) -> None:
    amp = make_release(tmp_path, "autumn")
    verify(world, amp, "--no-smoke")
    asked = len([call for call in calls(tmp_path) if call["argv"] == ["--help"]])
    assert cli("iterate", world.new(world.make_repo())["id"], env={"AMP_BIN": str(amp)}).code == 0
    assert len([call for call in calls(tmp_path) if call["argv"] == ["--help"]]) == asked
