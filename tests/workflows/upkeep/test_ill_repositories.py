"""`doctor` and the places of sessions: repositories, branches, worktrees, and the program's folders in them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.variants import slow_but
from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, commands_in


def test_a_worktree_that_was_deleted_is_brought_back_by_restore(world: World, doctor: Doctor) -> None:
    session = world.new(world.make_repo())
    shutil.rmtree(session["worktree"])
    found = doctor.finds("worktree-missing")
    assert found["subject"] == session["id"]
    doctor.leaves(found)
    doctor.type(*commands_in(found["fix"]))
    assert doctor.is_well()
    assert Path(session["worktree"], "README.md").exists()


def test_a_branch_that_was_deleted_is_made_again_where_it_was(world: World, doctor: Doctor) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    tip = world.iterate(session)["iteration"]["commitSha"]
    world.git(session["repo"], "update-ref", "-d", f"refs/heads/{session['branch']}")
    found = doctor.finds("branch-missing")
    doctor.leaves(found)
    doctor.type(*commands_in(found["fix"]))
    assert doctor.is_well()
    assert world.git(session["repo"], "rev-parse", session["branch"]) == tip


def test_a_worktree_that_is_on_another_branch_is_named_and_left(world: World, doctor: Doctor) -> None:
    session = world.new(world.make_repo())
    world.git(session["worktree"], "switch", "-q", "-c", "mine")
    found = doctor.finds("branch-moved")
    doctor.leaves(found)
    doctor.type(*commands_in(found["fix"]))
    assert doctor.is_well()


def test_a_repository_that_was_moved_is_named_once_for_all_its_sessions(world: World, doctor: Doctor) -> None:
    repo = world.make_repo()
    world.new(repo, "one")
    world.new(repo, "two")
    elsewhere = repo.rename(repo.with_name("elsewhere"))
    found = doctor.finds("repository-missing")
    assert found["subject"] == str(repo)
    doctor.leaves(found)
    elsewhere.rename(repo)  # as the finding says
    assert doctor.is_well()


def test_a_worktree_of_no_session_is_named_and_left(world: World, doctor: Doctor) -> None:
    repo = world.make_repo()
    world.new(repo)
    stray = repo / ".worktrees" / "stray"
    world.git(repo, "worktree", "add", "-q", "-b", "amp/stray/x", stray)
    (stray / "work.txt").write_text("mine\n")
    found = doctor.finds("worktree-without-session")
    assert found["subject"] == str(stray)
    doctor.leaves(found)
    look, remove = commands_in(found["fix"])
    assert "work.txt" in doctor.type(look)
    (stray / "work.txt").unlink()
    doctor.type(remove)
    doctor.finds("branch-without-session")


def test_a_branch_of_no_session_is_named_and_left(world: World, doctor: Doctor) -> None:
    repo = world.make_repo()
    world.new(repo)
    world.git(repo, "branch", "amp/lonely/x")
    found = doctor.finds("branch-without-session")
    assert found["subject"] == "amp/lonely/x"
    doctor.leaves(found)
    look, remove = commands_in(found["fix"])
    assert "first" in doctor.type(look)
    doctor.type(remove)
    assert doctor.is_well()


def test_folders_of_the_program_that_git_could_see_are_hidden_again(world: World, doctor: Doctor) -> None:
    repo = world.make_repo()
    world.new(repo)
    exclude = repo / ".git" / "info" / "exclude"
    exclude.write_text("# mine\n/.worktrees/\n")
    (repo / ".worktrees" / ".gitignore").unlink()
    found = doctor.finds("folders-visible")
    assert found["subject"] == str(repo)
    doctor.mends(found)
    assert exclude.read_text() == "# mine\n/.worktrees/\n/AGENT_CONTEXT/\n"
    assert (repo / ".worktrees" / ".gitignore").exists()


def test_a_context_folder_that_git_could_see_is_hidden_again(world: World, doctor: Doctor) -> None:
    session = world.new(world.make_repo())
    ignore = Path(session["worktree"], "AGENT_CONTEXT", ".gitignore")
    ignore.unlink()
    found = doctor.finds("context-folder")
    assert found["subject"] == session["id"]
    doctor.mends(found)
    assert ignore.exists()


def test_a_repository_in_which_nobody_could_commit_is_named(world: World, doctor: Doctor, tmp_path: Path) -> None:
    repo = world.make_repo()
    world.new(repo)
    nameless = tmp_path / "gitconfig"
    nameless.write_text("[user]\n\tuseConfigOnly = true\n")
    found = doctor.finds("no-identity")
    assert found["subject"] == str(repo)
    doctor.leaves(found)
    doctor.type(found["fix"])
    assert doctor.is_well()


def test_a_pipe_that_git_would_wait_for_is_named(world: World, doctor: Doctor) -> None:
    repo = world.make_repo()
    worktree, other = Path(world.new(repo)["worktree"]), world.new(repo)
    shutil.rmtree(other["worktree"])
    for place in (worktree / ".gitignore", worktree / "src" / ".gitattributes"):
        os.mkfifo(place)
        found = doctor.finds("pipe-in-place", "worktree-missing")
        assert found["fix"] == f"rm {place}" and str(place) in found["message"]
        place.unlink()


@pytest.mark.parametrize("place", slow_but(["repository", "user"], {"repository"}))
def test_a_pipe_in_the_configuration_is_named_once_and_git_never_waits(
    world: World, doctor: Doctor, tmp_path: Path, place: str
) -> None:
    repo, pipe = world.make_repo(), tmp_path / "pipe"
    world.new(repo)
    world.new(repo, "Other")
    os.mkfifo(pipe)
    config = repo / ".git/config" if place == "repository" else Path(world.environ["GIT_CONFIG_GLOBAL"])
    with config.open("a") as file:
        file.write(f"[include]\n\tpath = {pipe}\n")
    done = world.cli("doctor", "--json")
    found = [finding for finding in done.json["findings"] if finding["severity"] != "info"]
    assert [finding["id"] for finding in found] == ["pipe-in-place"], found
    assert str(pipe) in found[0]["message"] and found[0]["subject"] == str(repo)
    assert done.seconds < 2, "the time after which one call of git is looked into"
    doctor.type(found[0]["fix"])
    assert doctor.is_well()
