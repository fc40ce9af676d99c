"""Stopping an iteration while git, or what git has started, is at work: hooks, signing, filters, in every phase."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.processes import is_alive, marked_processes
from ampsm_cli.main import main
from tests.support.variants import slow_but
from tests.support.world import World, installed

Spawn = Callable[..., subprocess.Popen[str]]
Wait = Callable[..., Any]

#: Says that it is at work, and never ends by itself; a helper of it lives in a session of its own.
HANGS = """#!/bin/sh
setsid sleep 600 >/dev/null 2>&1 &
echo $! >{ready}.helper
touch {ready}
{ignoring}exec sleep 500
"""


def hanging(world: World, path: str, *, deaf: bool = False) -> Path:
    """Makes a program at `path` hang; the file that tells when it does."""
    ready = world.root / "at-work"
    ignoring = "trap '' INT TERM\n" if deaf else ""
    world.make_program(path, HANGS.format(ready=ready, ignoring=ignoring))
    return ready


def hang_hook(world: World, repo: Path, name: str, *, deaf: bool = False) -> Path:
    return hanging(world, f"{repo.relative_to(world.root)}/.git/hooks/{name}", deaf=deaf)


def hang_signing(world: World, repo: Path) -> Path:
    ready = hanging(world, "sign")
    world.git(repo, "config", "gpg.program", world.root / "sign")
    world.git(repo, "config", "user.signingKey", "somebody")
    world.git(repo, "config", "commit.gpgSign", "true")
    return ready


def hang_filter(world: World, repo: Path) -> Path:
    ready = hanging(world, "clean")
    world.git(repo, "config", "filter.slow.clean", world.root / "clean")
    (repo / ".git/info/attributes").write_text("a.txt filter=slow\n")
    return ready


def calm(world: World, repo: Path) -> None:
    """Nothing hangs any more."""
    for hook in (repo / ".git/hooks").iterdir():
        hook.unlink()
    (repo / ".git/info/attributes").unlink(missing_ok=True)
    world.git(repo, "config", "commit.gpgSign", "false")


def is_clean(world: World, repo: Path, session: dict[str, Any], ready: Path) -> None:
    helper = int(ready.with_name(f"{ready.name}.helper").read_text())
    assert not is_alive(helper) and marked_processes(session["id"]) == []
    assert list((repo / ".git").rglob("*.lock")) == []
    assert world.git(repo, "fsck", "--no-dangling", "--no-progress") == ""


HANGING: dict[str, Callable[[World, Path], Path]] = {
    "pre-commit": lambda world, repo: hang_hook(world, repo, "pre-commit"),
    "deaf-commit-msg": lambda world, repo: hang_hook(world, repo, "commit-msg", deaf=True),
    "prepare-commit-msg": lambda world, repo: hang_hook(world, repo, "prepare-commit-msg"),
    "signing": hang_signing,
    "filter": hang_filter,
}


@pytest.mark.parametrize("what", slow_but(HANGING, {"pre-commit", "signing"}))
@pytest.mark.parametrize("how", slow_but(["INT", "TERM", "HUP", "stop", "stop detached"], {"INT", "stop detached"}))
@pytest.mark.rounds(2)
def test_a_commit_that_hangs(world: World, spawn_cli: Spawn, wait_until: Wait, what: str, how: str) -> None:
    """The iteration is cancelled, its changes lie in the worktree, and the next one commits them as the agent's."""
    world.use(edits={"a.txt": "a\n"}, text="Made a.")
    repo = world.make_repo()
    session = world.new(repo)
    ready = HANGING[what](world, repo)
    if how == "stop detached":
        world.ok("iterate", session["id"], "--detach")
        wait_until(ready.exists)
    else:
        running = spawn_cli("iterate", session["id"], "--json")
        wait_until(ready.exists)
    if how.startswith("stop"):
        assert world.ok("stop", session["id"], "--json").json["stopped"] == "iteration"
    else:
        running.send_signal(getattr(signal, f"SIG{how}"))
    if how != "stop detached":
        out, err = running.communicate(timeout=60)
        assert running.returncode == 130, (out, err)
        document = json.loads(out)
        assert (document["error"]["code"], document["iteration"]["status"]) == ("cancelled", "cancelled")
    status = world.status(session)
    assert status["session"]["status"] == "awaiting-input"
    assert (status["iterations"][0]["status"], status["iterations"][0]["commitSha"]) == ("cancelled", None)
    assert world.subjects(session) == ["first"]
    assert (Path(session["worktree"]) / "a.txt").read_text() == "a\n"
    is_clean(world, repo, session, ready)
    calm(world, repo)
    world.use(edits={"b.txt": "b\n"}, text="Made b.")
    world.iterate(session)
    assert world.subjects(session) == ["amp: Made b.", "amp: partial: cancelled", "first"]
    assert world.status(session)["iterations"][0]["commitSha"]


def test_a_commit_that_is_made_already(world: World, spawn_cli: Spawn, wait_until: Wait) -> None:
    world.use(edits={"a.txt": "a\n"}, text="Made a.")
    repo = world.make_repo()
    session = world.new(repo)
    ready = hang_hook(world, repo, "post-commit")
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, (out, err)
    iteration = json.loads(out)["iteration"]
    assert (iteration["status"], iteration["changedFiles"]) == ("cancelled", 1)
    assert iteration["commitSha"] == world.git(session["worktree"], "rev-parse", "HEAD")
    assert world.subjects(session) == ["amp: Made a.", "first"]
    is_clean(world, repo, session, ready)
    calm(world, repo)
    world.use(edits={})
    world.iterate(session)
    assert world.subjects(session) == ["amp: Made a.", "first"]


def test_edits_before_the_agent(world: World, spawn_cli: Spawn, wait_until: Wait) -> None:
    """Nothing has begun: there is no iteration, and the person's edits are a person's."""
    world.use(edits={"a.txt": "a\n"}, text="Made a.")
    repo = world.make_repo()
    session = world.new(repo)
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    ready = hang_hook(world, repo, "pre-commit")
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and json.loads(out)["error"]["code"] == "cancelled", (out, err)
    status = world.status(session)
    assert (status["session"]["status"], status["iterations"]) == ("idle", [])
    is_clean(world, repo, session, ready)
    calm(world, repo)
    world.iterate(session)
    assert world.subjects(session) == ["amp: Made a.", "manual: edits before iteration 1", "first"]


def test_the_second_request_ends_it_at_once(world: World, spawn_cli: Spawn, wait_until: Wait) -> None:
    world.use(edits={"a.txt": "a\n"}, text="Made a.")
    repo = world.make_repo()
    session = world.new(repo)
    ready = hang_hook(world, repo, "pre-commit", deaf=True)
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 130
    is_clean(world, repo, session, ready)


def test_an_agent_that_is_stopped_and_a_signing_that_hangs(world: World, spawn_cli: Spawn, wait_until: Wait) -> None:
    at_work = world.root / "agent-at-work"
    world.use(edits={"a.txt": "a\n"}, ready=at_work, hang=300)
    repo = world.make_repo()
    session = world.new(repo)
    ready = hang_signing(world, repo)
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(at_work.exists)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and json.loads(out)["iteration"]["status"] == "cancelled", (out, err)
    is_clean(world, repo, session, ready)
    calm(world, repo)
    world.use(edits={"b.txt": "b\n"}, text="Made b.")
    world.iterate(session)
    assert world.subjects(session) == ["amp: Made b.", "amp: partial: cancelled", "first"]


def test_a_job_of_a_script_hears_its_own_interrupt(world: World, wait_until: Wait) -> None:
    """What a script starts with `&` ignores the terminal's Ctrl-C; in a session of its own an interrupt is meant."""
    world.use(edits={"a.txt": "a\n"})
    repo = world.make_repo()
    session = world.new(repo)
    ready = hang_hook(world, repo, "pre-commit")
    script = 'setsid "$@" >/dev/null 2>&1 & echo $!; wait $!; echo $?'
    command = ["sh", "-c", script, "sh", *installed(), "iterate", session["id"]]
    shell = subprocess.Popen(command, stdout=subprocess.PIPE, env=world.environ)
    assert shell.stdout is not None
    pid = int(shell.stdout.readline())
    wait_until(ready.exists)
    os.kill(pid, signal.SIGINT)
    assert shell.communicate(timeout=60)[0] == b"130\n"


def test_a_worker_that_waits_for_git_is_not_waited_for(
    world: World, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`iterate --detach` says that nothing has begun yet; `stop` ends what hangs, and why it did not begin is kept."""
    monkeypatch.setattr("ampsm.workflows.iteration.local_worker.PATIENCE", 0.5)
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"})
    session = world.new(repo)
    hang_signing(world, repo)
    Path(session["worktree"], "mine.txt").write_text("mine\n")
    assert main(["iterate", session["id"], "--detach", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["iteration"] is None
    wait_until((world.root / "at-work").exists)
    assert world.ok("stop", session["id"], "--json").json["stopped"] == "iteration"
    log = world.root / "db" / "sessions.d" / "worker.log"
    wait_until(log.exists)
    wait_until(lambda: f"{session['id']}: cancelled" in log.read_text())
    assert Path(session["worktree"], "mine.txt").read_text() == "mine\n"
    wait_until(lambda: not marked_processes(session["id"]))
