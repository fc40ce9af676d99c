"""What git has not finished in a worktree, be it an agent's or a person's, is committed by nobody (SPEC 5.4, 5.6)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

Session = dict[str, Any]

#: What leaves a worktree with the commit `mine` unfinished → the operation and the files in conflict, as they are told.
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "git merge main": ("merge", ("README.md",)),
    "git merge main; git add README.md": ("merge", ()),
    "git merge --no-commit --no-ff easy": ("merge", ()),
    "git merge --squash main": ("conflicts", ("README.md",)),
    "git cherry-pick main": ("cherry-pick", ("README.md",)),
    "git cherry-pick main easy; echo done > README.md; git commit -qam done": ("cherry-pick", ()),
    "git revert --no-edit HEAD~1": ("revert", ("README.md",)),
    "git rebase main": ("rebase", ("README.md",)),
    "git rebase --apply main": ("rebase", ("README.md",)),
    "git rebase main; git add README.md": ("rebase", ()),
    "git format-patch -q -1 --stdout main | git am -3": ("am", ("README.md",)),
    "git format-patch -q -1 --stdout main | git am": ("am", ()),
    "git stash pop": ("conflicts", ("README.md",)),
    "git bisect start": ("bisect", ()),
}
MOST_SEEN = ("git merge main", "git stash pop", "git rebase main")
states = pytest.mark.parametrize("state", slow_but(STATES, MOST_SEEN))


@pytest.fixture
def session(world: World) -> Session:
    """One whose last commit changes what `main` has changed since; `easy` has changed another file."""
    repo = world.make_repo()
    made = world.new(repo, "Mine")
    place = Path(made["worktree"])
    world.commit(place, {"README.md": "first of mine\n"}, "first of mine")
    world.commit(place, {"README.md": "mine\n"}, "mine")
    world.git(repo, "branch", "easy")
    world.commit(repo, {"README.md": "theirs\n"}, "theirs")
    side = world.root / "side"
    world.git(repo, "worktree", "add", "-q", side, "easy")
    world.commit(side, {"easy.txt": "easy\n"}, "easy")
    (place / "README.md").write_text("stashed\n")
    world.git(place, "stash")
    world.commit(place, {"README.md": "mine at last\n"}, "mine at last")
    return made


def everything(world: World, session: Session) -> tuple[str, ...]:
    """What may not change: HEAD, index, files and refs of the session's."""
    place, branch = session["worktree"], session["branch"]
    readme = (Path(place) / "README.md").read_text()
    return (
        world.git(place, "rev-parse", "HEAD", branch), world.git(place, "ls-files", "--stage"), readme,
        world.git(place, "status", "--porcelain", "--untracked-files=all"),
    )  # fmt: skip


def told(text: str, state: str) -> bool:
    operation, files = STATES[state]
    return (operation in text.lower()) and all(file in text for file in files)


def give_up(world: World, session: Session, hint: str) -> None:
    """Does what the hint names last."""
    words = hint.rpartition("git -C ")[2].split()
    assert words[0] == session["worktree"], hint
    if words[1] == "add":
        (Path(session["worktree"]) / "README.md").write_text("settled\n")
    world.git(words[0], *words[1:])


@states
@pytest.mark.rounds(1)
def test_an_agent_that_leaves_git_unfinished(world: World, session: Session, state: str) -> None:
    world.use(edits={"new.txt": "new\n"}, shell=[f"({state}) >/dev/null 2>&1"])
    tip = world.git(session["worktree"], "rev-parse", "HEAD")
    done = world.iterate(session, code=5)
    iteration, error = done["iteration"], done["error"]
    assert (iteration["status"], error["code"]) == ("failed", "unfinished-operation"), done
    assert done["session"]["status"] == "awaiting-input"
    assert told(error["message"], state) and error["details"]["files"] == list(STATES[state][1])
    assert "new.txt" in world.git(session["worktree"], "status", "--porcelain")
    assert iteration["changedFiles"]
    seen = everything(world, session)
    if "commit" not in state.replace("--no-commit", ""):
        assert world.git(session["repo"], "rev-parse", session["branch"]) == tip
    warned = [e for e in world.ok("logs", session["id"], "--stream-json").events if e["type"] == "warning"]
    assert any(e["code"] == "unfinished-operation" and told(e["message"], state) for e in warned), warned
    world.use(edits={"later.txt": "later\n"})
    again = world.cli("iterate", session["id"])
    assert again.code == 5 and everything(world, session) == seen, again
    give_up(world, session, error["hint"])
    after = world.iterate(session)
    assert after["session"]["status"] == "idle"
    subjects = world.subjects(session)
    assert subjects[0].startswith("amp: ") and subjects[1] == "amp: partial: unfinished operation", subjects


COMMANDS: dict[tuple[str, ...], int] = {
    ("iterate",): 5,
    ("commit", "--message", "m"): 5,
    ("squash", "--message", "m"): 5,
    ("rebase",): 5,
    ("preflight",): 5,
    ("merge", "--message", "m"): 5,
    ("cleanup", "--yes"): 5,
    ("stop",): 0,
    ("undo",): 5,
}


@states
@pytest.mark.rounds(1)
def test_what_a_person_has_not_finished_is_left_alone(world: World, session: Session, state: str) -> None:
    place = session["worktree"]
    world.use(edits={"new.txt": "new\n"})
    leave = world.make_program("leave", f"#!/bin/sh\ncd '{place}'\n({state}) >/dev/null 2>&1\n")
    subprocess.run([leave], env=world.environ, stdin=subprocess.DEVNULL, check=False)
    seen = everything(world, session)
    hints = []
    for (command, *options), code in COMMANDS.items():
        done = world.cli(command, session["id"], *options, "--json")
        assert done.code == code, (command, done)
        assert everything(world, session) == seen, command
        if code == 5 and command not in ("preflight", "merge", "undo"):
            assert told(done.json["error"]["message"], state), (command, done)
            hints.append(done.json["error"]["hint"])
    assert len(set(hints)) == 1, hints
    checks = {check["id"]: check for check in world.cli("preflight", session["id"], "--json").json["checks"]}
    assert "fail" in {checks["worktree-clean"]["status"], checks["branch"]["status"]}
    assert world.status(session)["session"]["iterations"] == 0
    give_up(world, session, hints[0])
    world.ok("iterate", session["id"])


AGENTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "failed": ({"agent_error": "429 rate_limit_error", "exit": 0}, ()),
    "timed-out": ({"hang": 300}, ("--timeout", "3")),
}


@pytest.mark.parametrize("status", slow_but(AGENTS, ["failed"]))
def test_an_agent_that_fails_over_a_merge(world: World, session: Session, status: str) -> None:
    """How it failed is what is told; nothing is committed, and what it did is the next one's to commit."""
    world.ok("config", "set", "ampRetries", "0")
    agent, options = AGENTS[status]
    world.use(shell=["git merge main >/dev/null 2>&1", "echo n > new.txt"], **agent)
    done = world.iterate(session, *options, code=7)
    assert done["iteration"]["status"] == status
    assert done["session"]["status"] == "awaiting-input"
    assert world.subjects(session)[0] == "mine at last"
    assert "README.md" in world.status(session)["nextStep"]
    world.git(session["worktree"], "merge", "--abort")
    world.use(edits={"later.txt": "later\n"})
    world.iterate(session)
    assert world.subjects(session)[1].startswith("amp: partial: ")


def test_a_worker_killed_over_a_merge(
    world: World, session: Session, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    ready = world.root / "ready"
    world.use(shell=["git merge main >/dev/null 2>&1"], ready=ready, hang=300)
    worker = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    worker.kill()
    worker.wait()
    world.cli("stop", session["id"])
    seen = everything(world, session)
    for command in (("commit", "--message", "m"), ("squash", "--message", "m"), ("rebase",), ("merge", "-m", "m")):
        done = world.cli(command[0], session["id"], *command[1:])
        assert done.code == 5 and everything(world, session) == seen, (command, done)
    assert world.iterate(session, code=5)["error"]["details"]["files"] == ["README.md"]
    assert everything(world, session) == seen


def test_the_rows_are_the_journals(world: World, session: Session) -> None:
    """What an iteration changed without a commit is read from its journal as well."""
    world.use(shell=["git merge main >/dev/null 2>&1"])
    world.iterate(session, code=5)
    found = [one for one in world.cli("doctor", "--json").json["findings"] if one["severity"] != "info"]
    assert len(found) == 1 and "A merge that somebody began" in found[0]["message"], found


def test_nothing_is_undone_over_a_merge(world: World, session: Session) -> None:
    world.ok("squash", session["id"], "--message", "One of all")
    world.git(session["worktree"], "merge", "--no-commit", "--no-ff", "-s", "ours", "main")
    done = world.cli("undo", session["id"])
    assert done.code == 5 and "merge --abort" in done.err, done
    assert world.subjects(session)[0] == "One of all"
