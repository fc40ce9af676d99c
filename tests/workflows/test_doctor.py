"""`doctor` names what is wrong and changes nothing; with `--fix` it puts right what holds nobody's work (SPEC 3)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.processes import marked_processes
from tests.workflows.conftest import World

Wait = Callable[..., Any]
Spawn = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "db" / "sessions.sqlite"


@pytest.fixture
def data(database: Path) -> Path:
    return database.with_name("sessions.d")


def examine(world: World, *options: str) -> dict[str, list[dict[str, Any]]]:
    """The findings by id; the exit code is what they make it."""
    done = world.cli("doctor", "--json", *options)
    left = [f for f in done.json["findings"] if f["severity"] != "info" and not f["fixed"]]
    assert done.code == (1 if left else 0) and done.json["ok"] == (not left), done
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in done.json["findings"]:
        assert set(finding) == {"id", "severity", "subject", "message", "fix", "fixed"}
        assert finding["severity"] in ("error", "warning", "info")
        assert finding["message"]
        found.setdefault(finding["id"], []).append(finding)
    return found


def complaints(found: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {f["id"] for findings in found.values() for f in findings if f["severity"] != "info" and not f["fixed"]}


def tree(place: Path) -> dict[str, Any]:
    """Every file below with mode, time of change and content; but for SQLite's shared memory, which holds no data."""
    found: dict[str, Any] = {}
    for folder, folders, files in os.walk(place):
        for name in [*folders, *files]:
            path = Path(folder, name)
            if name.endswith("-shm"):
                continue
            status = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else None
            found[str(path)] = (status.st_mode, status.st_mtime_ns if content is not None else None, content)
    return found


def half_made(repo: Path, data: Path, name: str, sha: str, git: Callable[..., str]) -> Path:
    """What a `new` leaves that is killed after it has made branch and worktree."""
    worktree = repo / ".worktrees" / name
    git(repo, "worktree", "add", "-q", "-b", f"amp/{name}/x", worktree, sha)
    (data / "creating").mkdir(exist_ok=True)
    note = {"id": name, "root": str(repo), "worktree": str(worktree), "branch": f"amp/{name}/x", "sha": sha}
    (data / "creating" / f"{name}.json").write_text(json.dumps(note))
    return worktree


def test_a_healthy_machine_without_amp(world: World, cli: Callable[..., Any]) -> None:
    assert complaints(examine(world)) == set()
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "T", "--script", "true")
    world.iterate(session)
    found = examine(world, "--fix")
    assert complaints(found) == set()
    assert {"git", "amp", "database", "journals", "kept-refs"} <= set(found)
    world.ok("config", "unset", "ampPath")
    found = examine(world)
    assert complaints(found) == set()
    assert found["amp"][0]["severity"] == "info"
    said = cli("doctor")
    assert said.code == 0 and "All is well." in said.out


def test_it_changes_nothing_unless_asked_and_then_no_work(
    world: World, database: Path, data: Path, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait
) -> None:
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"}, tools=[{"name": "Bash", "input": {}, "result": "r"}])
    ill = {name: world.new(repo, name) for name in ("gone", "branchless", "locked", "forgotten", "rows", "killed")}
    world.iterate(ill["rows"])
    sha = world.git(repo, "rev-parse", "main")

    shutil.rmtree(ill["gone"]["worktree"])
    world.git(repo, "worktree", "remove", "--force", ill["branchless"]["worktree"])
    world.git(repo, "branch", "-D", ill["branchless"]["branch"])
    world.git(repo, "worktree", "add", "-q", "-b", "amp/stray/x", repo / ".worktrees" / "stray")
    world.git(repo, "branch", "amp/lonely/x")
    lock = Path(world.git(Path(ill["locked"]["worktree"]), "rev-parse", "--absolute-git-dir")) / "index.lock"
    lock.touch()
    os.utime(lock, (time.time() - 120, time.time() - 120))
    empty = half_made(repo, data, "empty-aaaaaa", sha, world.git)
    full = half_made(repo, data, "full-bbbbbb", sha, world.git)
    (full / "work.txt").write_text("mine\n")
    (data / "journals" / ill["forgotten"]["id"] / "session.json").unlink()
    Path(ill["forgotten"]["worktree"], "AGENT_CONTEXT", ".gitignore").unlink()
    exclude = repo / ".git" / "info" / "exclude"
    exclude.write_text("# mine\n/.worktrees/\n")
    (repo / ".worktrees" / ".gitignore").unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM tool_calls")
        connection.commit()
    database.chmod(0o644)
    ready = tmp_path / "ready"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300, child=300)
    config = data / "config.yaml"
    config.write_text(config.read_text() + "nonsense: 1\n")
    config.chmod(0o644)
    worker = spawn_cli("iterate", ill["killed"]["id"])
    wait_until(ready.exists, 20)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    half = Path(ill["killed"]["worktree"], "half.txt")

    before, refs = tree(tmp_path), world.git(repo, "show-ref")
    found = examine(world)
    assert tree(tmp_path) == before
    fixable = {
        "worker-dead", "index-lock-stale", "half-made-session", "facts-missing", "context-folder", "folders-visible",
        "iteration-differs", "too-open",
    }  # fmt: skip
    for_people = {
        "worktree-missing", "branch-missing", "worktree-without-session", "branch-without-session", "processes-left",
        "config-key-unknown",
    }  # fmt: skip
    assert complaints(found) == fixable | for_people
    assert {f["subject"] for f in found["half-made-session"]} == {"empty-aaaaaa", "full-bbbbbb"}
    assert {Path(f["subject"]).name for f in found["too-open"]} >= {"config.yaml", "sessions.sqlite"}
    assert world.cli("doctor").out.count("◆ warning") == sum(
        f["severity"] == "warning" for findings in found.values() for f in findings
    )

    fixed = examine(world, "--fix")
    assert complaints(fixed) == for_people | {"half-made-session"}
    by_subject = {f["subject"]: f["fixed"] for f in fixed["half-made-session"]}
    assert by_subject == {"empty-aaaaaa": True, "full-bbbbbb": False}
    assert not empty.exists() and (full / "work.txt").exists()
    assert half.exists() and not lock.exists()
    assert exclude.read_text() == "# mine\n/.worktrees/\n/AGENT_CONTEXT/\n"
    assert [path.stat().st_mode & 0o777 for path in (config, database)] == [0o600] * 2
    assert world.status(ill["killed"])["iterations"][0]["status"] == "interrupted"
    assert len(world.ok("tools", ill["rows"]["id"], "--json").json["toolCalls"]) == 1
    gone = set(refs.splitlines()) - set(world.git(repo, "show-ref").splitlines())
    assert gone == {f"{sha} refs/heads/amp/empty-aaaaaa/x"}
    assert complaints(examine(world)) == for_people | {"half-made-session"}

    world.ok(*fixed["worktree-missing"][0]["fix"].split()[1:])
    subprocess.run(["sh", "-c", fixed["branch-missing"][0]["fix"]], check=True, capture_output=True)
    world.ok("stop", ill["killed"]["id"])
    assert marked_processes(ill["killed"]["id"]) == []
    assert "branch-missing" not in (left := complaints(examine(world)))
    assert "processes-left" not in left


def test_locks_and_creations_that_are_in_use_are_left_alone(
    world: World, data: Path, tmp_path: Path, wait_until: Wait
) -> None:
    """A young `index.lock`, however long the test takes, an old one that a git still holds, a running iteration."""
    repo, ready = world.make_repo(), tmp_path / "ready"
    young, held, runs = (world.new(repo, name) for name in ("young", "held", "runs"))
    lock_of = {}
    for session in (young, held):
        git_dir = world.git(Path(session["worktree"]), "rev-parse", "--absolute-git-dir")
        lock_of[session["name"]] = Path(git_dir) / "index.lock"
        lock_of[session["name"]].touch()
    for name, age in {"held": 300, "young": -3600}.items():
        os.utime(lock_of[name], (time.time() - age, time.time() - age))
    world.use(ready=ready, hang=300)
    world.ok("iterate", runs["id"], "--detach")
    wait_until(ready.exists, 20)
    git = subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=held["worktree"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        found = examine(world, "--fix")
    finally:
        git.communicate()
    assert complaints(found) == set()
    assert found["index-locked"][0]["subject"] == held["id"]
    assert all(lock.exists() for lock in lock_of.values())
    assert world.status(runs)["session"]["status"] == "running"
    world.ok("stop", runs["id"])
    assert examine(world, "--fix")["index-lock-stale"][0]["fixed"]
    assert not lock_of["held"].exists() and lock_of["young"].exists()


def test_what_cannot_be_read_is_said_and_left(world: World, database: Path, data: Path) -> None:
    world.use()
    repo = world.make_repo()
    session, other = world.new(repo), world.new(repo, "Other")
    world.iterate(session)
    journals = data / "journals"
    (journals / session["id"] / "queue.json").write_text("[")
    (journals / other["id"] / "session.json").write_text("{")
    (journals / "lost-cccccc").mkdir()
    shutil.copy(next((journals / session["id"]).glob("*.jsonl")), journals / "lost-cccccc" / "iteration-0001.jsonl")
    next((journals / session["id"]).glob("*.jsonl")).unlink()
    config = data / "config.yaml"
    config.write_text("ampRetries: many\n")
    found = examine(world, "--fix")
    assert complaints(found) == {
        "queue-unreadable", "facts-unreadable", "session-unknown", "journal-missing", "config-unreadable",
    }  # fmt: skip
    assert f"{config}:1" in found["config-unreadable"][0]["message"]
    assert config.read_text() == "ampRetries: many\n"
    assert (journals / other["id"] / "session.json").read_text() == "{"
    repo.rename(repo.with_name("elsewhere"))
    assert len(examine(world)["repository-missing"]) == 1


def test_a_database_of_another_release_or_program_is_left_alone(world: World, database: Path) -> None:
    database.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("CREATE TABLE sessions(id)")
        connection.commit()
    database.chmod(0o600)
    content = database.read_bytes()
    assert complaints(examine(world, "--fix")) == {"database-newer"}
    assert database.read_bytes() == content


def test_it_does_not_make_a_database_just_to_look(world: World, database: Path) -> None:
    found = examine(world)
    assert found["no-sessions"][0]["severity"] == "info"
    assert not database.parent.exists() or list(database.parent.iterdir()) == []


def test_a_repository_in_which_nobody_could_commit_is_told_of(world: World, tmp_path: Path) -> None:
    repo = world.make_repo()
    world.new(repo)
    nameless = tmp_path / "nameless"
    nameless.write_text("[user]\n\tuseConfigOnly = true\n")
    environ = {"GIT_CONFIG_GLOBAL": str(nameless)}
    found = world.cli("doctor", "--json", env=environ).json["findings"]
    assert [(f["id"], f["subject"]) for f in found if f["severity"] == "warning"] == [("no-identity", str(repo))]
    world.git(repo, "config", "user.name", "Tess")
    world.git(repo, "config", "user.email", "tess@example.org")
    assert world.cli("doctor", "--json", env=environ).code == 0
