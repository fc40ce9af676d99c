"""What the session page says and offers agrees with what the commands do, state by state."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.workflows.availability import ACTIONS
from ampsm.workflows.session_view import session_view
from ampsm.workflows.situation import situation
from tests.support.world import World

#: How each action is done on the command line, once it is available.
COMMANDS = {
    "iterate": ("--no-test",), "stop": (), "run": (), "squash": ("--message", "One"), "rebase": (),
    "merge": ("--message", "One", "--no-test"), "continue-merge": (), "abort-merge": (), "undo": (),
    "cleanup": ("--yes", "--force"), "restore": (), "commit": ("--message", "Mine"),
}  # fmt: skip

#: Refusals that a look at the session could have known.
KNOWABLE = frozenset({
    "busy", "session-cleaned-up", "worktree-missing", "no-test-script", "merge-in-progress", "nothing-in-progress",
    "nothing-to-undo", "nothing-to-merge", "nothing-to-commit", "uncommitted-changes", "no-base-branch",
    "not-cleaned-up",
})  # fmt: skip

State = Callable[[World], dict[str, Any]]


def fresh(world: World) -> dict[str, Any]:
    world.use(edits={"a.txt": "a\n"})
    return world.new(world.make_repo())


def with_work(world: World) -> dict[str, Any]:
    session = fresh(world)
    world.iterate(session)
    return session


def with_script(world: World) -> dict[str, Any]:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "Task", "--script", "true")
    world.iterate(session)
    return session


def failing_tests(world: World) -> dict[str, Any]:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "Task", "--script", "false")
    world.iterate(session, code=8)
    return session


def dirty(world: World) -> dict[str, Any]:
    session = with_work(world)
    with open(f"{session['worktree']}/mine.txt", "w") as file:
        file.write("mine\n")
    return session


def squashed(world: World) -> dict[str, Any]:
    session = with_work(world)
    world.iterate(session, "--notes", "more")
    world.ok("squash", session["id"], "--message", "One")
    return session


def merged(world: World) -> dict[str, Any]:
    session = with_work(world)
    world.ok("merge", session["id"], "--message", "One")
    return session


def conflicting(world: World) -> dict[str, Any]:
    session = with_work(world)
    repo = session["repo"]
    with open(f"{repo}/a.txt", "w") as file:
        file.write("b\n")
    world.git(repo, "add", "a.txt")
    world.git(repo, "commit", "-q", "-m", "Elsewhere")
    assert world.cli("rebase", session["id"]).code == 4
    return session


def cleaned_up(world: World) -> dict[str, Any]:
    session = merged(world)
    world.ok("cleanup", session["id"], "--yes")
    return session


STATES: tuple[State, ...] = (
    fresh, with_work, with_script, failing_tests, dirty, squashed, merged, conflicting, cleaned_up,
)  # fmt: skip

EXPECTED = {
    "fresh": "iterate", "with_work": "merge", "with_script": "merge", "failing_tests": "iterate", "dirty": "iterate",
    "squashed": "merge", "merged": "cleanup", "cleaned_up": "restore",
}  # fmt: skip


def view(session: dict[str, Any]) -> dict[str, Any]:
    with open_context() as ctx:
        return session_view(ctx, session["id"])


@pytest.mark.parametrize("make", STATES, ids=lambda make: make.__name__)
def test_a_state(world: World, make: State) -> None:
    session = make(world)
    before = view(session)
    says_so_in_prose(session, before)
    refuses_what_is_grey(world, session, before)
    does_what_it_offers(world, session, before, EXPECTED.get(make.__name__))


def says_so_in_prose(session: dict[str, Any], shown: dict[str, Any]) -> None:
    with open_context() as ctx:
        said = situation(ctx, session["id"])
    assert said.document() == shown["situation"]
    assert said.sentence.endswith(".") and "amp-sessions" not in said.sentence and "--" not in said.sentence
    assert (said.action is None) == (said.label is None)


def refuses_what_is_grey(world: World, session: dict[str, Any], shown: dict[str, Any]) -> None:
    assert list(shown["actions"]) == list(ACTIONS)
    for action, why in shown["actions"].items():
        if why is None or action in ("stop", "restore", "cleanup"):  # with nothing to do they say so, with exit 0
            continue
        done = world.cli(action, session["id"], *COMMANDS[action], "--json")
        assert done.code != 0, (action, why, done)
    assert view(session)["actions"] == shown["actions"]


def does_what_it_offers(world: World, session: dict[str, Any], shown: dict[str, Any], expected: str | None) -> None:
    offered = shown["situation"]["action"]
    assert expected in (None, offered)
    if offered in COMMANDS:
        assert shown["actions"][offered] is None, shown["situation"]
        done = world.cli(offered, session["id"], *COMMANDS[offered], "--json")
        error = (done.json.get("error") or {}).get("code")
        assert error not in KNOWABLE, (offered, done)


def test_the_page_of_a_session_is_one_answer(world: World) -> None:
    session = with_work(world)
    shown = view(session)
    assert shown["change"] == {"files": 1, "insertions": 1, "deletions": 0}
    assert {key: shown[key] for key in ("git", "iterations", "queue", "merge", "nextStep")} == {
        key: value for key, value in world.status(session).items() if key not in ("session", "error")
    }


def test_while_an_iteration_runs(world: World, wait_until: Callable[..., Any]) -> None:
    world.use(edits={"a.txt": "a\n"}, hang=300)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(lambda: view(session)["session"]["status"] == "running")
    actions = view(session)["actions"]
    assert actions["stop"] is None and actions["iterate"] is None  # what is said now is queued
    grey = {name for name, why in actions.items() if why == "An iteration is running"}
    assert grey == {"run", "squash", "rebase", "merge", "continue-merge", "abort-merge", "undo", "cleanup", "commit"}
    assert view(session)["situation"]["action"] == "stop"
    assert world.cli("run", session["id"]).code == 6
    world.ok("stop", session["id"])
    assert view(session)["actions"]["stop"] == "Nothing is running"


def test_what_a_killed_iteration_left_is_no_dirt(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    ready = tmp_path / "ready"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300)
    session = world.new(world.make_repo())
    running = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    running.kill()
    running.wait()
    world.ok("stop", session["id"])
    shown = view(session)
    assert shown["git"]["untracked"] == 1 and shown["git"]["ahead"] == 0
    assert shown["actions"]["rebase"] is None and shown["actions"]["merge"] is None
    assert shown["actions"]["undo"] is not None
    world.ok("merge", session["id"], "--message", "One")
