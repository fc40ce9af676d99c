"""What an agent does to the refs that keep ways back, to other sessions' branches, and with submodules (SPEC 5.6)."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

DELETE_OWN = "git for-each-ref --format='delete %(refname)' refs/ampsm | git update-ref --stdin"


def warnings(world: World, session: dict[str, Any]) -> list[str]:
    events = world.ok("logs", session["id"], "--json").json["events"]
    return [event["message"] for event in events if event["type"] == "warning"]


def typed(world: World, command: str) -> None:
    subprocess.run(["/bin/sh", "-c", command], cwd=world.root, check=True)


def squashed(world: World, repo: Path) -> dict[str, Any]:
    """A session with a squash that can be undone."""
    session = world.new(repo, "Victim")
    for text in ("1\n", "2\n"):
        world.use(edits={"victim.txt": text})
        world.iterate(session)
    world.ok("squash", session["id"], "--message", "both")
    return session


@pytest.mark.parametrize("more", slow_but(["", "; git pack-refs --all"], [""]))
def test_a_way_back_that_an_agent_deletes_comes_back(world: World, more: str) -> None:
    repo = world.make_repo()
    victim = squashed(world, repo)
    ref = f"refs/ampsm/backup/{victim['id']}/1"
    before = world.git(repo, "rev-parse", ref)
    world.use(shell=[(f"{more.removeprefix('; ')}; " if more else "") + DELETE_OWN])
    session = world.new(repo)
    world.iterate(session)
    assert any(ref in message and "keeps a way back" in message for message in warnings(world, session))
    world.git(repo, "reflog", "expire", "--expire=now", "--all")
    world.git(repo, "gc", "-q", "--prune=now")
    findings = [f for f in world.cli("doctor", "--json").json["findings"] if ref in f["message"]]
    assert len(findings) == 1
    typed(world, findings[0]["fix"].partition("; if it was meant")[0])
    assert world.git(repo, "rev-parse", ref) == before
    world.ok("undo", victim["id"])
    assert not [f for f in world.cli("doctor", "--json").json["findings"] if ref in f["message"]]


@pytest.mark.parametrize("packed", slow_but([False, True], {False}))
def test_refs_of_iterations_that_an_agent_deletes_come_back(world: World, packed: bool) -> None:
    repo = world.make_repo()
    victim = squashed(world, repo)
    below = f"refs/ampsm/iterations/{victim['id']}"
    before = world.git(repo, "for-each-ref", below)
    if packed:
        world.git(repo, "pack-refs", "--all")
    world.use(shell=[DELETE_OWN.replace("refs/ampsm ", f"{below} ")])
    session = world.new(repo)
    world.iterate(session)
    (message,) = warnings(world, session)
    assert message.startswith(f"4 refs of iterations ({victim['id']}/1-end, ") and len(before.splitlines()) == 4
    typed(world, message.partition("To take it back: ")[2])
    assert world.git(repo, "for-each-ref", below) == before


def test_what_a_garbage_collection_took_at_once_stops_no_iteration(world: World) -> None:
    repo = world.make_repo()
    squashed(world, repo)
    world.use(
        edits={"work.txt": "w\n"},
        shell=[DELETE_OWN, "git reflog expire --expire=now --all", "git gc -q --prune=now"],
    )
    session = world.new(repo)
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
    assert any("keeps a way back" in message for message in warnings(world, session))
    assert any("keeps a way back" in f["message"] for f in world.cli("doctor", "--json").json["findings"])


@pytest.mark.parametrize("harm", ["git update-ref {} HEAD", "git update-ref -d {}"])
@pytest.mark.rounds(1)
def test_another_sessions_branch_that_an_agent_moves_is_named(world: World, harm: str) -> None:
    repo = world.make_repo()
    victim = squashed(world, repo)
    branch = victim["branch"]
    before = world.git(repo, "rev-parse", branch)
    world.use(shell=[harm.format(f"refs/heads/{branch}")])
    session = world.new(repo)
    world.iterate(session)
    said = [message for message in warnings(world, session) if "of another session" in message]
    assert len(said) == 1 and branch in said[0], said
    assert world.cli("doctor").code == 1
    typed(world, said[0].partition("To take it back: ")[2])
    assert world.git(repo, "rev-parse", branch) == before
    assert world.cli("doctor").code == 0


def test_what_other_sessions_do_themselves_is_no_news(world: World, wait_until: Any) -> None:
    repo = world.make_repo()
    moved, gone = squashed(world, repo), world.new(repo, "Gone")
    go_on, waits = world.root / "go-on", world.root / "waits"
    world.use(edits={"work.txt": "w\n"}, ready=waits, hang_until=go_on)
    session = world.new(repo)
    world.ok("iterate", session["id"], "--detach")
    wait_until(waits.exists)
    world.ok("undo", moved["id"])
    world.ok("cleanup", gone["id"], "--yes")
    go_on.touch()
    world.cli("wait", session["id"])
    assert warnings(world, session) == []


def test_a_submodule_that_is_added_is_no_news(world: World) -> None:
    repo, library = world.make_repo(), world.make_repo("library")
    session = world.new(repo)
    world.use(shell=[f"git submodule --quiet add {library} lib"])
    world.iterate(session)
    assert warnings(world, session) == []
    world.use(shell=["git submodule --quiet deinit -f lib; git submodule --quiet update --init lib"])
    world.iterate(session)
    assert warnings(world, session) == []
    world.use(shell=["git config submodule.lib.url /elsewhere; git config submodule.lib.update '!x'"])
    world.iterate(session)
    assert [message.partition(" was changed")[0] for message in warnings(world, session)] == [
        "The repository's setting submodule.lib.update", "The repository's setting submodule.lib.url",
    ]  # fmt: skip


def test_what_a_test_script_that_is_run_by_hand_changes_is_named(world: World) -> None:
    repo = world.make_repo()
    session = world.new(repo, "Task", "--script", "git config user.email evil@example.org")
    ran = world.ok("run", session["id"])
    assert "user.email" in ran.err
    findings = [f for f in world.cli("doctor", "--json").json["findings"] if "user.email" in f["message"]]
    assert len(findings) == 1
    typed(world, findings[0]["fix"].partition("; if it was meant")[0])
    assert world.cli("doctor").code == 0
