"""`doctor` names what is wrong and changes nothing; with `--fix` it puts right what holds nobody's work (SPEC 3).

Each illness has a test of its own in the other files; here is what holds for all.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, complaints


def test_a_healthy_machine(world: World, doctor: Doctor) -> None:
    world.use(edits={"a.txt": "a\n"})
    world.iterate(world.new(world.make_repo(), "T", "--script", "true"))
    found = doctor.examine("--fix")
    assert complaints(found) == []
    assert {"git", "amp", "database", "journals", "kept-refs"} <= {finding["id"] for finding in found}


def test_a_machine_without_amp_is_no_ill_one(world: World, doctor: Doctor) -> None:
    (amp,) = [finding for finding in doctor.examine() if finding["id"] == "amp"]
    assert amp["severity"] == "info"
    said = world.ok("doctor")
    assert "All is well." in said.out


def test_it_does_not_make_a_database_just_to_look(doctor: Doctor, database: Path) -> None:
    (nothing,) = [finding for finding in doctor.examine() if finding["id"] == "no-sessions"]
    assert nothing["severity"] == "info"
    assert not database.parent.exists() or list(database.parent.iterdir()) == []


def test_all_that_a_very_ill_machine_has_is_found_at_once_and_each_is_seen_to(
    world: World, doctor: Doctor, database: Path, data: Path
) -> None:
    repo = world.make_repo()
    gone, forgotten = world.new(repo, "gone"), world.new(repo, "forgotten")
    shutil.rmtree(gone["worktree"])
    world.git(repo, "branch", "amp/lonely/x")
    (data / "journals" / forgotten["id"] / "session.json").unlink()
    Path(forgotten["worktree"], "AGENT_CONTEXT", ".gitignore").unlink()
    database.chmod(0o644)
    mended = {"context-folder", "facts-missing", "too-open"}
    for_people = {"branch-without-session", "worktree-missing"}
    doctor.finds(*mended, *for_people)
    said = world.cli("doctor").out
    assert "◆ warning" in said and said.count("◆ warning") + said.count("✘ error") == len(mended | for_people)
    found = doctor.examine("--fix")
    assert {finding["id"] for finding in found if finding["fixed"]} == mended
    assert {finding["id"] for finding in complaints(found)} == for_people
