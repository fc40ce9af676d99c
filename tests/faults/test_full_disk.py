"""A disk without room: under the journals, under the database, under the worktree, in the middle of a commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.processes import marked_processes
from tests.faults.disks import mounted
from tests.support.world import World

pytestmark = pytest.mark.faults

Spawn = Callable[..., subprocess.Popen[str]]
Wait = Callable[..., Any]
#: So many pages of 4 KiB are left when a commit begins.
PAGES = range(40) if os.environ.get("AMPSM_TEST_ALL_FAULTS") else (4,)


def is_healthy(world: World, session: dict[str, Any]) -> bool:
    assert marked_processes(session["id"]) == []
    assert world.git(session["repo"], "fsck", "--no-dangling", "--no-progress") == ""
    findings = world.cli("doctor", "--json").json["findings"]
    assert [found for found in findings if found["severity"] != "info"] == []
    return True


def is_said(world: World, session: dict[str, Any]) -> bool:
    """While there is no room, all that only looks works, and what would write says why it cannot."""
    status = world.status(session)
    assert status["session"]["status"] in ("awaiting-input", "error")
    assert status["iterations"][-1]["status"] in ("failed", "interrupted")
    assert world.ok("list", "--json").json["sessions"][0]["status"] == status["session"]["status"]
    for reading in ("tools", "usage", "logs", "diff"):
        world.ok(reading, session["id"], "--json")
    refused = world.cli("iterate", session["id"], "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "disk-full"), refused
    return True


def test_full_journals(world: World, tmp_path: Path) -> None:
    """The agent says more than there is room for: it is ended; what it did is the next iteration's partial commit."""
    session = world.new(world.make_repo())
    journals = tmp_path / "db/sessions.d/journals"
    kept = (journals / session["id"] / "session.json").read_bytes()
    with mounted(journals, 400) as disk:
        (journals / session["id"]).mkdir()
        (journals / session["id"] / "session.json").write_bytes(kept)
        world.use(edits={"half.txt": "h\n"}, tail="so many words\n" * 20_000)
        failed = world.cli("iterate", session["id"], "--json")
        assert (failed.code, failed.json["error"]["code"]) == (1, "disk-full"), failed
        disk.fill()
        assert is_said(world, session)
        assert len(world.ok("logs", session["id"], "--stream-json").events) > 100
        disk.make_room()
        disk.grow(4000)
        world.use(edits={"rest.txt": "r\n"})
        assert world.iterate(session)["iteration"]["status"] == "succeeded"
        assert world.subjects(session)[1].startswith("amp: partial: ")
        assert is_healthy(world, session)


@pytest.mark.parametrize("both", [False, True], ids=["database", "database and journals"])
def test_full_database(world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait, both: bool) -> None:
    """The journal is the truth: while that can be written, the iteration goes on, and its rows are made up for."""
    go, ready = tmp_path / "go", tmp_path / "ready"
    with mounted(tmp_path / "db", 2000) as disk, mounted(tmp_path / "journals", 4000):
        if not both:
            (tmp_path / "db/sessions.d").symlink_to(tmp_path / "journals")
        world.use(edits={"a.txt": "a\n"}, ready=ready, hang_until=go, tail="so many words\n" * 2000)
        session = world.new(world.make_repo(), "Full", prompt="words " * 1000)
        running = spawn_cli("iterate", session["id"], "--json")
        wait_until(ready.exists)
        disk.fill()
        go.touch()
        out, err = running.communicate(timeout=60)
        if both:
            assert running.returncode == 1 and '"disk-full"' in out, (out, err)
            assert is_said(world, session)
        else:
            assert running.returncode == 0, (out, err)
            assert world.subjects(session)[0] == "amp: Added the feature module."
            assert world.status(session)["session"]["status"] != "running"
        disk.make_room()
        world.use(edits={"b.txt": "b\n"})
        assert world.iterate(session)["iteration"]["number"] == 2
        assert "a.txt" in world.git(session["repo"], "ls-tree", "--name-only", session["branch"])
        assert is_healthy(world, session)


@pytest.mark.parametrize("pages", PAGES)
def test_full_worktree_in_the_middle_of_a_commit(
    world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait, pages: int
) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    with mounted(tmp_path / "disk", 4000) as disk:
        session = world.new(world.make_repo("disk/repo"))
        world.use(edits={}, shell=["head -c 20000 /dev/urandom >a.bin", "mkdir d && echo b >d/b.txt"],
                  ready=ready, hang_until=go)  # fmt: skip
        running = spawn_cli("iterate", session["id"], "--json")
        wait_until(ready.exists)
        disk.fill(pages=pages)
        before = (Path(session["worktree"]) / "a.bin").read_bytes()
        go.touch()
        out, err = running.communicate(timeout=60)
        assert "Traceback" not in err
        if running.returncode != 0:
            assert running.returncode == 1 and '"disk-full"' in out, (out, err)
            disk.fill()
            assert is_said(world, session)
        disk.make_room()
        # Staged, when there was no room to put the index back; the files are there in any case.
        found = world.git(session["worktree"], "status", "--porcelain")
        assert found in ("", "?? a.bin\n?? d/", "A  a.bin\nA  d/b.txt")
        world.use(edits={"b.txt": "b\n"})
        assert world.iterate(session)["iteration"]["status"] == "succeeded"
        committed = ["git", "-C", session["worktree"], "cat-file", "blob", "HEAD:a.bin"]
        assert subprocess.run(committed, capture_output=True, check=True).stdout == before
        subjects = world.subjects(session)
        assert not any(subject.startswith("manual") for subject in subjects), subjects
        assert is_healthy(world, session)
