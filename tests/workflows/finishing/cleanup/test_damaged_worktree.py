"""What git keeps of a worktree may be damaged: nothing works on it then but `restore`, which touches no file."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

Session = dict[str, Any]


@pytest.fixture
def session(world: World) -> Session:
    world.use(edits={"made.txt": "m\n"}, text="Made.")
    made = world.new(world.make_repo(files={"README.md": "r\n", "src/app.py": "a\n", ".gitignore": "*.log\n"}), "Task")
    world.iterate(made)
    tree = Path(made["worktree"])
    (tree / "README.md").write_text("edited\n")
    (tree / "mine.txt").write_text("mine\n")
    (tree / "mine.log").write_text("ignored\n")
    return made


def admin_of(session: Session) -> Path:
    return Path(session["repo"], ".git", "worktrees", Path(session["worktree"]).name)


def of_another_session(world: World, session: Session) -> None:
    other = world.new(Path(session["repo"]), "Other")
    shutil.copy(Path(other["worktree"], ".git"), Path(session["worktree"], ".git"))


def gitdir_of_another_session(world: World, session: Session) -> None:
    other = world.new(Path(session["repo"]), "Other")
    (admin_of(session) / "gitdir").write_text(f"{other['worktree']}/.git\n")


def cut_index(_: World, session: Session) -> None:
    """It begins as one."""
    index = admin_of(session) / "index"
    index.write_bytes(index.read_bytes()[:70])


def folder_for_index(_: World, session: Session) -> None:
    (admin_of(session) / "index").unlink()
    (admin_of(session) / "index").mkdir()


def link(text: str) -> Callable[[World, Session], None]:
    def damage(_: World, session: Session) -> None:
        (Path(session["worktree"]) / ".git").write_text(text.format(**session))

    return damage


def file(name: str, text: str | None) -> Callable[[World, Session], None]:
    def damage(_: World, session: Session) -> None:
        target = admin_of(session) / name
        target.unlink()
        if text is not None:
            target.write_text(text)

    return damage


DAMAGE: dict[str, Callable[[World, Session], None]] = {
    ".git of another session": of_another_session,
    ".git of the main checkout": link("gitdir: {repo}/.git\n"),
    ".git leads nowhere": link("gitdir: /nonexistent/x\n"),
    "no HEAD": file("HEAD", None),
    "HEAD is none": file("HEAD", "garbage\n"),
    "no gitdir": file("gitdir", None),
    "gitdir leads nowhere": file("gitdir", "/nonexistent/.git\n"),
    "gitdir of another session": gitdir_of_another_session,
    "no commondir": file("commondir", None),
    "index is none": file("index", "garbage garbage garbage\n"),
    "no index": file("index", None),
    "index is a folder": folder_for_index,
    "index is cut": cut_index,
}
COMMANDS = (("iterate",), ("diff",), ("preflight",), ("cleanup", "--yes", "--force"))


@pytest.mark.parametrize("how", slow_but(DAMAGE, {".git of another session", "no HEAD", "index is cut"}))
def test_restore_makes_it_whole_and_touches_no_file(world: World, session: Session, how: str) -> None:
    tree, tip = Path(session["worktree"]), world.git(session["repo"], "rev-parse", session["branch"])
    before = world.git(tree, "status", "--porcelain", "--ignored")
    times = {path: path.stat().st_mtime_ns for path in tree.rglob("*") if path.is_file() and path.name != ".git"}
    DAMAGE[how](world, session)
    back = f"amp-sessions restore {session['id']}"
    for words in COMMANDS:
        done = world.cli(words[0], session["id"], *words[1:])
        assert done.code == 5 and done.err.rstrip().endswith(f"hint: {back}"), (how, words, done)
    assert world.status(session)["nextStep"].endswith(back)
    fixes = {found["subject"]: found["fix"] for found in world.cli("doctor", "--json").json["findings"]}
    assert fixes[session["id"]] == back
    assert "is whole again" in world.ok("restore", session["id"]).err
    assert world.git(tree, "status", "--porcelain", "--ignored") == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert world.git(session["repo"], "rev-parse", session["branch"]) == tip
    assert world.git(session["repo"], "worktree", "prune", "--dry-run", "-v") == ""
    world.ok("cleanup", session["id"], "--yes", "--force")
    world.ok("restore", session["id"])
    assert world.git(tree, "status", "--porcelain", "--ignored") == before


def test_what_was_only_staged_is_kept(world: World, session: Session) -> None:
    tree, admin = Path(session["worktree"]), admin_of(session)
    world.git(tree, "add", "README.md")
    damaged = (admin / "index").read_bytes()[:100]
    (admin / "index").write_bytes(damaged)
    world.ok("restore", session["id"])
    assert (tree / "README.md").read_text() == "edited\n" and (admin / "index.damaged").read_bytes() == damaged


def test_a_rebase_that_waits_still_does(world: World, session: Session) -> None:
    tree = Path(session["worktree"])
    world.ok("commit", session["id"], "--message", "mine")
    world.commit(Path(session["repo"]), {"README.md": "theirs\n"}, "theirs")
    assert world.cli("rebase", session["id"]).code == 4
    at = world.git(tree, "rev-parse", "HEAD")
    (admin_of(session) / "HEAD").unlink()
    world.cli("restore", session["id"])
    assert world.git(tree, "rev-parse", "HEAD") == at and world.git(tree, "branch", "--show-current") == ""
    world.ok("abort-merge", session["id"])
    assert (tree / "README.md").read_text() == "edited\n"


def test_a_folder_that_nothing_proves_is_left_alone(world: World, session: Session) -> None:
    """git's folder is gone, or belongs to another worktree that is there."""
    tree = Path(session["worktree"])
    of_another_session(world, session)
    shutil.rmtree(admin_of(session))
    assert world.cli("restore", session["id"]).code == 5
    other = next(path for path in tree.parent.iterdir() if path.name.startswith("other-"))
    assert world.git(other, "status", "--porcelain") == "" and (tree / "mine.txt").exists()
    step = world.status(session)["nextStep"]
    assert f"mv {tree} {tree}.old, then: amp-sessions restore {session['id']}" in step
    os.rename(tree, f"{tree}.old")
    world.ok("restore", session["id"])
    assert world.git(tree, "status", "--porcelain") == "" and Path(f"{tree}.old", "mine.txt").exists()


def test_an_agent_that_damages_it_is_told_what_mends_it(world: World, session: Session) -> None:
    world.use(shell=['rm "$(git rev-parse --git-dir)/index"'], edits={"late.txt": "l\n"})
    done = world.cli("iterate", session["id"])
    back = f"amp-sessions restore {session['id']}"
    assert done.code == 5 and f"hint: {back}\n" in done.err
    world.ok("restore", session["id"])
    world.use(edits={})
    world.iterate(session)
    assert world.git(session["worktree"], "show", "HEAD:late.txt") == "l"


def test_a_damaged_index_of_the_main_checkout_is_said_with_the_way_back(world: World, session: Session) -> None:
    repo = Path(session["repo"])
    (repo / "README.md").write_text("a person's\n")
    world.ok("commit", session["id"], "--message", "mine")
    index = repo / ".git" / "index"
    index.write_bytes(index.read_bytes()[:60])
    back = f"mv {index} {index}.damaged && git -C {repo} reset -q"
    new = ("new", "--repo", repo, "--name", "X", "--prompt", "p")
    for words in (("preflight", session["id"]), ("merge", session["id"], "--message", "m"), new):
        done = world.cli(*words)
        assert done.code != 0 and back in done.out + done.err, (words, done)
    assert back in [row["fix"] for row in world.cli("doctor", "--json").json["findings"]]
    subprocess.run(["/bin/sh", "-c", back], check=True, env=world.environ)
    assert world.git(repo, "status", "--porcelain") == " M README.md"
    assert (repo / "README.md").read_text() == "a person's\n"


def test_a_fetch_that_fails_says_why_and_what_to_type(world: World, session: Session) -> None:
    repo = session["repo"]
    world.git(repo, "remote", "add", "origin", world.root / "nowhere")
    done = world.cli("new", "--repo", repo, "--name", "X", "--prompt", "p", "--fetch")
    assert done.code == 1 and done.err.endswith(f"hint: git -C {repo} fetch origin\n"), done
    assert "nowhere' does not appear to be a git repository" in done.err


def test_a_main_checkout_that_reads_as_bare_is_no_bare_repository(world: World, session: Session) -> None:
    repo = session["repo"]
    world.git(repo, "config", "core.bare", "true")
    back = f"git config --file {repo}/.git/config --replace-all core.bare false"
    for words in (("new", "--repo", repo, "--name", "X", "--prompt", "p"), ("adopt", "main", "--repo", repo)):
        done = world.cli(*words)
        assert done.code == 3 and done.err.endswith(f"hint: {back}\n"), (words, done)
    subprocess.run(["/bin/sh", "-c", back], check=True, env=world.environ)
    world.new(Path(repo), "X")
