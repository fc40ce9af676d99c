"""Creating sessions (SPEC section 4)."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.world import World


def test_ten_at_the_same_instant_with_the_same_name(
    world: World, spawn_cli: Callable[..., subprocess.Popen[str]]
) -> None:
    upstream = world.make_repo("upstream")
    repo = upstream.parent / "clone"
    world.git(upstream, "clone", "-q", str(upstream), str(repo))
    for base in ("main", "origin/main"):
        made = [
            spawn_cli("new", "--repo", repo, "--name", "Same", "--prompt", "p", "--base", base, "--json")
            for _ in range(10)
        ]
        outs = [process.communicate(timeout=60) for process in made]
        assert [process.returncode for process in made] == [0] * 10, outs
        sessions = [json.loads(out)["session"] for out, _ in outs]
        assert len({s["id"] for s in sessions}) == 10
        assert len({s["branch"] for s in sessions}) == 10
        assert {s["baseBranch"] for s in sessions} == {"main"}
    assert len(world.ok("list", "--json").json["sessions"]) == 20
    assert world.git(repo, "config", "--get-regexp", "^branch\\.amp", check=False) == ""


def test_the_users_checkout_stays_byte_identical(world: World) -> None:
    repo = world.make_repo(files={".gitignore": "*.log\n", "a.txt": "a\n"})
    (repo / "staged.txt").write_text("s\n")
    world.git(repo, "add", "staged.txt")
    (repo / "untracked.txt").write_text("u\n")
    os.utime(repo / "a.txt", (1, 1))  # a stale stat: a careless `git status` would rewrite the index
    watched = [repo / ".git/index", repo / ".git/config", repo / ".git/HEAD", repo / ".gitignore", repo / "a.txt"]
    before = [path.read_bytes() for path in watched]
    world.use()
    session = world.new(repo)
    world.iterate(session)
    for command in ("status", "diff", "tools", "usage", "logs"):
        world.ok(command, session["id"])
    assert [path.read_bytes() for path in watched] == before
    assert world.git(repo, "status", "--porcelain") == "A  staged.txt\n?? untracked.txt"


def test_unstaged_changes_are_refused_unless_allowed(world: World) -> None:
    repo = world.make_repo()
    (repo / "README.md").write_text("changed\n")
    refused = world.cli("new", "--repo", repo, "--name", "D", "--prompt", "p", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "uncommitted-changes")
    assert not (repo / ".worktrees").exists()
    assert world.git(repo, "branch", "--list", "amp/*") == ""
    session = world.new(repo, "D", "--allow-dirty")
    assert (Path(session["worktree"]) / "README.md").read_text() == "hello\n"
    world.ok("config", "set", "allowDirty", "true")
    world.new(repo, "E")


@pytest.mark.parametrize("blocker", ["amp", "amp/task"])
def test_a_branch_in_the_way_is_named(world: World, blocker: str) -> None:
    repo = world.make_repo()
    world.git(repo, "branch", blocker)
    refused = world.cli("new", "--repo", repo, "--name", "Task", "--prompt", "p", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "branch-name-blocked")
    assert blocker in refused.json["error"]["message"]
    assert world.ok("list", "--json").json["sessions"] == []
    assert [p.name for p in (repo / ".worktrees").glob("task-*")] == []


def test_a_failed_creation_leaves_nothing(world: World, tmp_path: Path) -> None:
    repo = world.make_repo(files={"a.txt": "a\n", "big.bin": "b\n", ".gitattributes": "*.bin filter=broken\n"})
    world.git(repo, "config", "filter.broken.smudge", "false")
    world.git(repo, "config", "filter.broken.required", "true")
    refused = world.cli("new", "--repo", repo, "--name", "Task", "--prompt", "p", "--json")
    assert refused.code == 1, refused
    assert world.git(repo, "branch", "--list", "amp/*") == ""
    assert world.git(repo, "worktree", "list", "--porcelain").count("worktree ") == 1
    assert world.ok("list", "--json").json["sessions"] == []
    assert list((repo / ".worktrees").glob("task-*")) == []
    assert list((tmp_path / "db").rglob("session.json")) == []


def test_a_killed_creation_is_finished_by_the_next(world: World, tmp_path: Path) -> None:
    repo = world.make_repo()
    hook = repo / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nkill -9 $(ps -o ppid= -p $PPID)\n")
    hook.chmod(0o755)
    killed = world.cli("new", "--repo", repo, "--name", "Task", "--prompt", "p")
    assert killed.code == -9
    hook.unlink()
    session = world.new(repo, "Task")
    assert world.git(repo, "branch", "--list", "amp/*", "--format=%(refname:short)") == session["branch"]
    assert [p.name for p in (repo / ".worktrees").iterdir() if p.is_dir()] == [session["id"]]


@pytest.mark.parametrize("shape", ["spaces and ünïcode", "subfolder", "symlink", "slash", "linked worktree"])
@pytest.mark.rounds(3)
def test_every_way_to_name_a_repository(world: World, tmp_path: Path, shape: str) -> None:
    repo = world.make_repo("my répo" if shape.startswith("spaces") else "repo")
    named: str = str(repo)
    if shape == "subfolder":
        named = str(repo / "src")
    elif shape == "symlink":
        (tmp_path / "link").symlink_to(repo)
        named = str(tmp_path / "link")
    elif shape == "slash":
        named = f"{repo}/"
    elif shape == "linked worktree":
        world.git(repo, "worktree", "add", "-q", str(tmp_path / "linked"))
        named = str(tmp_path / "linked")
    world.use()
    session = world.ok("new", "--repo", named, "--name", "T", "--prompt", "p", "--json").json["session"]
    assert session["repo"] == str(repo.resolve())
    world.iterate(session)
    assert len(world.ok("list", "--repo", named, "--json").json["sessions"]) == 1


def test_bad_places_are_refused(world: World, tmp_path: Path) -> None:
    plain, bare, empty = tmp_path / "plain", tmp_path / "bare", tmp_path / "empty"
    for path in (plain, bare, empty):
        path.mkdir()
    world.git(bare, "init", "-q", "--bare")
    world.git(empty, "init", "-q")
    for path, code in ((plain, "not-a-repository"), (bare, "bare-repository"), (empty, "no-commits"),
                       (tmp_path / "absent", "not-a-repository")):  # fmt: skip
        done = world.cli("new", "--repo", path, "--name", "T", "--prompt", "p", "--json")
        assert (done.code, done.json["error"]["code"]) == (3, code), done
        assert done.json["error"]["hint"]
    assert "Could not locate git repository" in world.cli("new", "--repo", plain, "--name", "T", "--prompt", "p").err


def test_a_base_may_be_anything_that_names_a_commit(world: World) -> None:
    repo = world.make_repo()
    first = world.git(repo, "rev-parse", "HEAD")
    world.git(repo, "tag", "v1")
    world.git(repo, "commit", "-q", "--allow-empty", "-m", "second")
    for base, branch in (("v1", None), (first[:12], None), ("main", "main"), ("HEAD", None)):
        session = world.new(repo, "T", "--base", base)
        assert session["baseBranch"] == branch or base == "HEAD"
        assert session["baseSha"] == world.git(repo, "rev-parse", f"{base}^{{commit}}")
    missing = world.cli("new", "--repo", repo, "--name", "T", "--prompt", "p", "--base", "mian", "--json")
    assert (missing.code, missing.json["error"]["code"]) == (3, "no-such-branch")


def test_a_base_that_tracks_the_context_folder_is_refused(world: World) -> None:
    repo = world.make_repo(files={"AGENT_CONTEXT/notes.md": "n\n"})
    refused = world.cli("new", "--repo", repo, "--name", "T", "--prompt", "p", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "context-folder-tracked")


@pytest.mark.parametrize("name", ["修正", "🚀", "../../etc", "-x --force", "a" * 300, "Fix: \"quotes\" & 'more'\n"])
@pytest.mark.rounds(3)
def test_names_of_any_kind(world: World, name: str) -> None:
    session = world.ok("new", "--repo", world.make_repo(), f"--name={name}", "--prompt", "p", "--json").json["session"]
    assert len(session["id"]) <= 39
    assert Path(session["worktree"]).is_dir()
    assert world.ok("status", f"{session['id']}", "--json").json["session"]["name"] == " ".join(name.split())
    assert world.ok("status", "--json", "--", name.strip()).json["session"]["id"] == session["id"]


@pytest.mark.parametrize("taken", ["-", "the id of another"])
def test_no_session_is_called_what_means_another(world: World, taken: str) -> None:
    """Its commands would work on that one. What the hint says instead is a name."""
    repo = world.make_repo()
    first, mine = world.new(repo, "First"), world.new(repo, "Mine")
    name = first["id"] if taken != "-" else taken
    world.git(repo, "branch", "topic")
    for command in (("new", "--prompt", "p"), ("set", mine["id"]), ("adopt", "topic")):
        done = world.cli(*command, "--name", f" {name} ", cwd=repo)
        assert done.code == 2 and f"'{name}'" in done.err and "so it is no name\n" in done.err, done
        hint = done.err.rstrip().rpartition("hint: amp-sessions ")[2]
        world.ok(*shlex.split(hint), cwd=repo)
    world.ok("set", mine["id"], "--name", mine["id"])
    assert len(world.ok("list", "--json").json["sessions"]) == 4
