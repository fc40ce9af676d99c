"""What the page of a session shows: one answer, what is grey while an iteration runs, what a killed one left."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ampsm.context import open_context
from ampsm.model.record import document
from ampsm.workflows.review import session_diff
from ampsm.workflows.status.availability import ACTIONS
from ampsm.workflows.status.overview import sessions_overview
from ampsm.workflows.status.session_view import session_situation, view_session
from tests.support.world import World


def with_work(world: World) -> dict[str, Any]:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    return session


def view(session: dict[str, Any]) -> dict[str, Any]:
    with open_context() as ctx:
        shown: dict[str, Any] = document(view_session(ctx, session["id"]))
        return shown


def test_the_page_of_a_session_is_one_answer(world: World) -> None:
    session = with_work(world)
    shown = view(session)
    with open_context() as ctx:
        assert document(session_situation(ctx, session["id"])) == shown["situation"]
    assert shown["change"] == {"files": 1, "insertions": 1, "deletions": 0}
    assert {key: shown[key] for key in ("git", "iterations", "queue", "merge", "nextStep")} == {
        key: value for key, value in world.status(session).items() if key not in ("session", "error")
    }


def test_after_a_timeout_every_surface_allows_the_same_time(world: World) -> None:
    world.use(hang=300)
    session = world.new(world.make_repo())
    ended = world.cli("iterate", session["id"], "--timeout", "1")
    allow_more = f"amp-sessions iterate {session['id']} --timeout 2"
    assert ended.code == 7 and f"hint: {allow_more}\n" in ended.err and f"{allow_more}\n" in ended.out
    assert world.status(session)["nextStep"].endswith(f"Allow more: {allow_more}")


def test_while_an_iteration_runs(world: World, wait_until: Callable[..., Any]) -> None:
    world.use(edits={"a.txt": "a\n"}, hang=300)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(lambda: view(session)["session"]["status"] == "running")
    actions = view(session)["actions"]
    assert actions["stop"] is None and actions["iterate"] is None  # what is said now is queued
    grey = {name for name, why in actions.items() if why == "An iteration is running"}
    assert grey == set(ACTIONS) - {"iterate", "stop"}
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


def test_nobody_is_told_that_a_session_is_ready_whose_worktree_is_gone(world: World) -> None:
    session = with_work(world)
    shutil.rmtree(session["worktree"])
    shown = view(session)
    assert (shown["session"]["status"], shown["situation"]["status"]) == ("idle", "awaiting-input")
    with open_context() as ctx:
        (row,) = sessions_overview(ctx)
    assert (row.status, row.reason) == ("awaiting-input", "worktree gone")
    world.ok("restore", session["id"])
    with open_context() as ctx:
        (row,) = sessions_overview(ctx)
    assert row.status == view(session)["situation"]["status"] == "idle"


def test_head_tree_and_status_count_the_same_files_and_conflicts(world: World) -> None:
    """Also a file that one side has deleted, and one that was resolved but is not staged yet."""
    files = {"both.txt": "0\n", "theirs.txt": "0\n", "mine.txt": "0\n"}
    world.use(edits={"both.txt": "session\n", "theirs.txt": "session\n"})
    repo = world.make_repo(files=files)
    session = world.new(repo)
    world.iterate(session)
    world.git(session["worktree"], "rm", "-q", "mine.txt")
    world.git(session["worktree"], "commit", "-qm", "by hand")
    world.git(repo, "rm", "-q", "theirs.txt")
    world.commit(repo, {"both.txt": "main\n", "mine.txt": "main\n"}, "on main")
    assert world.cli("merge", session["id"], "--message", "One", "--no-test").code == 4

    def counted() -> tuple[list[str], int, int]:
        shown = view(session)
        with open_context() as ctx:
            found = session_diff(ctx, session["id"])
        marked = sorted(file.path for file in found.files if file.status == "unmerged")
        assert marked == shown["merge"]["conflicts"]
        assert (len(found.files), *found.counts[1:]) == tuple(shown["change"].values())
        assert f"stopped at {len(marked)} conflicted file" in shown["situation"]["sentence"]
        return marked, len(found.files), len(marked)

    assert counted() == (["both.txt", "mine.txt", "theirs.txt"], 3, 3)
    (Path(session["worktree"]) / "both.txt").write_text("settled\n")
    assert counted() == (["mine.txt", "theirs.txt"], 3, 2)
    shown = view(session)["situation"]
    assert shown["sentence"].startswith(
        "The merge into main stopped at 2 conflicted files. Your checkout is untouched."
    )
    assert (shown["action"], [(way["action"], way["label"]) for way in shown["more"]]) == (
        "continue-merge", [("abort-merge", "Abort…"), ("iterate", "Let the agent resolve")]
    )  # fmt: skip
