"""Hints out of states that people make by hand: the command that is named works there, or `status` knows the way."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import Result, World

Session = dict[str, Any]


@pytest.fixture
def session(world: World) -> Session:
    """One with a commit that conflicts with its base."""
    repo = world.make_repo()
    made = world.new(repo, "Mine")
    world.commit(Path(made["worktree"]), {"README.md": "mine\n"})
    world.commit(repo, {"README.md": "theirs\n"})
    return made


def refused(done: Result, session: Session) -> None:
    """Refused, and `status` is what to type."""
    assert done.code == 5 and done.err.rstrip().endswith(f"hint: amp-sessions status {session['id']}"), done


@pytest.mark.parametrize("command", [("squash", "--message", "m"), ("rebase",)])
def test_files_with_conflicts_are_not_to_be_committed(world: World, session: Session, command: tuple[str, ...]) -> None:
    world.git(session["worktree"], "merge", "main", check=False)
    done = world.cli(command[0], session["id"], *command[1:])
    assert done.code == 5 and done.err.rstrip().endswith(f"git -C {session['worktree']} merge --abort"), done


@pytest.mark.parametrize("command", ["iterate", "run"])
@pytest.mark.rounds(1)
def test_a_branch_cannot_be_switched_to_over_conflicts(world: World, session: Session, command: str) -> None:
    world.cli("rebase", session["id"])
    world.git(session["worktree"], "rebase", "--quit")
    done = world.cli(command, session["id"])
    assert done.code == 5 and done.err.rstrip().endswith(f"git -C {session['worktree']} add -- README.md"), done


def test_a_merge_that_waits_for_its_tests_goes_on_from_its_branch(world: World, session: Session) -> None:
    """On no branch, at the very commit that a rebase has made: that rebase is over, not forgotten."""
    worktree = Path(session["worktree"])
    world.git(session["repo"], "reset", "-q", "--hard", "HEAD~1")
    world.commit(Path(session["repo"]), {"new.txt": "new\n"})
    world.ok("set", session["id"], "--script", "test ! -e new.txt || test -e passes")
    assert world.cli("merge", session["id"], "--message", "m").code == 8
    world.git(worktree, "switch", "-q", "--detach")
    status = world.ok("status", session["id"]).out
    (worktree / "passes").touch()
    done = world.cli("continue-merge", session["id"])
    back = f"git -C {worktree} switch {session['branch']}"
    assert done.code == 5 and f"hint: {back}; then: amp-sessions continue-merge {session['id']}" in done.err, done
    assert back in status, status
    subprocess.run(back, shell=True, check=True)
    world.git(worktree, "add", "passes")
    world.git(worktree, "commit", "-qm", "Pass")
    world.ok("continue-merge", session["id"])


@pytest.mark.parametrize("command", [("merge", "--message", "m"), ("cleanup", "--yes")])
def test_without_the_branch_no_file_counts_as_new(world: World, session: Session, command: tuple[str, ...]) -> None:
    """git takes all of them for new, but there is no branch to commit them to."""
    world.git(session["repo"], "update-ref", "-d", f"refs/heads/{session['branch']}")
    (Path(session["worktree"]) / "new.txt").write_text("new\n")
    done = world.cli(command[0], session["id"], *command[1:])
    assert done.code == 5 and done.err.rstrip().endswith(f"hint: amp-sessions restore {session['id']}"), done
    world.ok("restore", session["id"])
    assert world.git(session["worktree"], "status", "--porcelain") == "?? new.txt"


@pytest.mark.parametrize("command", ["status", "merge --message m", "iterate", "restore", "cleanup --yes", "undo"])
@pytest.mark.parametrize("moved", ["branch", "worktree"])
@pytest.mark.rounds(4)
def test_what_was_moved_is_moved_back_in_one_step(world: World, session: Session, command: str, moved: str) -> None:
    """Made again it would be there twice."""
    repo, worktree = session["repo"], Path(session["worktree"])
    (worktree / "new.txt").write_text("new\n")
    if moved == "branch":
        world.git(worktree, "branch", "-m", "an'other")
    else:
        world.git(repo, "worktree", "move", worktree, world.root / "else where")
    verb, *options = command.split()
    done = world.cli(verb, session["id"], *options)
    [line] = [line for line in (done.out + done.err).splitlines() if line.startswith(("hint: ", "Next: "))]
    subprocess.run(line[line.index("git -C ") :], shell=True, check=True)
    assert world.git(worktree, "status", "--porcelain", "--branch") == f"## {session['branch']}\n?? new.txt"
    world.ok("commit", session["id"], "--message", "New")


def test_without_its_record_an_undo_names_the_backup(world: World, session: Session) -> None:
    tip = world.git(session["worktree"], "rev-parse", "HEAD")
    assert world.cli("undo", session["id"]).err.endswith(f"hint: amp-sessions status {session['id']}\n")
    world.ok("squash", session["id"], "--message", "One")
    [record] = world.root.rglob(f"{session['id']}/operations.json")
    record.unlink()
    done = world.cli("undo", session["id"])
    assert done.code == 5 and "keeps what its branch was" in done.err, done
    subprocess.run(done.err.rstrip().rpartition("hint: ")[2], shell=True, check=True)
    assert world.git(session["worktree"], "rev-parse", "HEAD") == tip
    world.ok("squash", session["id"], "--message", "Two")


@pytest.mark.parametrize("command", ["continue-merge", "abort-merge"])
def test_without_its_record_a_rebase_is_git_s(world: World, session: Session, command: str) -> None:
    tip = world.git(session["worktree"], "rev-parse", "HEAD")
    assert world.cli("rebase", session["id"]).code == 4
    [record] = world.root.rglob(f"{session['id']}/merge.json")
    record.unlink()
    done = world.cli(command, session["id"])
    assert done.code == 1 and "but a rebase waits to be finished" in done.err, done
    give_up = done.err.rstrip().rpartition("give it up: ")[2]
    assert give_up in world.status(session)["nextStep"]
    subprocess.run(give_up, shell=True, check=True)
    assert world.git(session["worktree"], "rev-parse", session["branch"], "HEAD") == f"{tip}\n{tip}"
    assert world.cli("rebase", session["id"]).code == 4
    world.ok("abort-merge", session["id"])


LOST = {
    "its tip": "{branch}", "a commit on the way": "{branch}~1", "the base": "main", "where it began": "{baseSha}",
    "its folder": "{branch}^{{tree}}", "a file": "{branch}:a.txt", "the base's folder": "main^{{tree}}",
}  # fmt: skip
MAY_WORK = {"iterate": 0, "diff": 0, "squash": 0, "status": 0, "undo": 5, "cleanup": 5}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.rounds(2)
def test_of_an_object_that_is_gone_git_says_which(world: World, lost: str) -> None:
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"})
    session = world.new(repo, "Mine")
    world.iterate(session)
    world.commit(Path(session["worktree"]), {"b.txt": "b\n"})
    world.commit(repo, {"c.txt": "c\n"})
    sha = world.git(repo, "rev-parse", LOST[lost].format(**session))
    (repo / ".git" / "objects" / sha[:2] / sha[2:]).unlink()
    last = None
    for command in ("status", "preflight", "merge --message m", "diff", "cleanup --yes", "undo", "squash --message m",
                    "iterate"):  # fmt: skip
        verb, *options = command.split()
        done = world.cli(verb, session["id"], *options)
        if done.code != MAY_WORK.get(verb):
            last = (done.out + done.err).rstrip().rpartition("hint: ")[2] if verb != "preflight" else last
            assert done.code in (1, 5) and "fsck" in done.out + done.err, (command, done)
    assert last is not None
    said = subprocess.run(last, shell=True, check=False, capture_output=True, text=True)
    assert sha in said.stdout + said.stderr
    [found] = [row for row in world.cli("doctor", "--json").json["findings"] if row["id"] == "objects-missing"]
    assert found["subject"] == str(repo) and found["fix"] == f"git -C {repo} fsck --no-dangling"


def test_a_merge_is_not_given_up_without_its_branch(world: World, session: Session) -> None:
    assert world.cli("merge", session["id"], "--message", "m").code == 4
    world.git(session["worktree"], "rebase", "--abort")
    world.git(session["worktree"], "branch", "-m", "other")
    done = world.cli("abort-merge", session["id"])
    assert done.code == 5, done
    subprocess.run(done.err.rstrip().rpartition("hint: ")[2], shell=True, check=True)
    assert "amp-sessions continue-merge" in world.status(session)["nextStep"]
    world.ok("abort-merge", session["id"])


def test_a_base_that_was_renamed_is_named(world: World, session: Session) -> None:
    world.git(session["repo"], "branch", "-m", "trunk")
    done = world.cli("merge", session["id"], "--message", "m")
    assert done.err.endswith(f"hint: amp-sessions set {session['id']} --base trunk\n"), done
    world.ok("set", session["id"], "--base", "trunk")
    assert "trunk" in world.status(session)["nextStep"]


@pytest.mark.parametrize("branch", ["there", "gone"])
def test_a_worktree_that_git_forgot_is_known_again(world: World, session: Session, branch: str) -> None:
    repo, worktree = Path(session["repo"]), Path(session["worktree"])
    for path, text in {"new.txt": "new\n", "README.md": "edited\n"}.items():
        (worktree / path).write_text(text)
    worktree.rename(world.root / "aside")
    world.git(repo, "worktree", "prune")
    (world.root / "aside").rename(worktree)
    if branch == "gone":
        world.git(repo, "branch", "-D", session["branch"])
    world.ok("restore", session["id"])
    assert world.git(worktree, "status", "--porcelain").splitlines() == [" M README.md", "?? new.txt"]
    assert (worktree / "README.md").read_text() == "edited\n"
    world.ok("commit", session["id"], "--message", "Both")
    world.ok("restore", session["id"])


def test_nothing_is_restored_without_a_repository(world: World, session: Session) -> None:
    repo = Path(session["repo"])
    repo.rename(repo.with_name("away"))
    for command in ("path", "restore"):
        done = world.cli(command, session["id"])
        assert done.code == 3 and done.err.endswith(f"then: amp-sessions status {session['id']}\n"), done
