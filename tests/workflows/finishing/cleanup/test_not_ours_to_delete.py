"""What the system would not let this user read or delete keeps a cleanup from beginning; met half-way, it is finished.

The tests are root and run the commands as somebody else; without root there is nobody else to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import Result, World

Session = dict[str, Any]
USER = 1234

pytestmark = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv"
)


class Somebody:
    """A user who is not root, in the same world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def words(self, *args: object) -> list[str]:
        for parent in self.world.root.parents:  # which each run of pytest closes again
            if parent.name.startswith(("pytest", "popen-")):
                parent.chmod(parent.stat().st_mode | 0o055)
        cli = ("-c", "import sys; from ampsm_cli.main import main; sys.exit(main())")
        return ["setpriv", "--reuid", str(USER), "--clear-groups", sys.executable, *cli, *map(str, args)]

    def cli(self, *args: object) -> Result:
        for _ in range(20):  # another run of pytest may close the folder of all runs at any moment
            done = self._run(*args)
            if done.returncode == 0 or "sqlite is not available: Permission" not in done.stderr:
                break
        return Result(done.returncode, done.stdout, done.stderr, 0.0)

    def _run(self, *args: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.words(*args), capture_output=True, text=True, check=False, cwd=self.world.root, timeout=120,
            env=self.world.environ, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def somebody(world: World) -> Somebody:
    if subprocess.run(Somebody(world).words("--version"), capture_output=True, cwd="/", check=False).returncode:
        pytest.skip("another user cannot run the program from here")
    return Somebody(world)


@pytest.fixture
def session(world: World, somebody: Somebody) -> Session:
    made = world.new(world.make_repo("repo", {"README.md": "hello\n", ".gitignore": "data/\n"}), "Task")
    (Path(made["worktree"]) / "data").mkdir()
    return made


def given_away(world: World) -> None:
    subprocess.run(["chown", "-R", str(USER), str(world.root)], check=True)


def of_root(tree: Path) -> Path:
    folder = tree / "data/pg"
    folder.mkdir()
    (folder / "VERSION").write_text("16\n")
    return folder


def unreadable_file_of_root(tree: Path) -> Path:
    (tree / "data/secret").write_text("s\n")
    (tree / "data/secret").chmod(0o600)
    return tree / "data/secret"


def closed_folder_of_root(tree: Path) -> Path:
    folder = of_root(tree)
    folder.chmod(0o700)
    return folder


@pytest.mark.parametrize("make", slow_but([of_root, unreadable_file_of_root, closed_folder_of_root], {of_root}))
def test_files_of_another_user_are_named_before_anything_goes(
    world: World, somebody: Somebody, session: Session, make: Callable[[Path], Path]
) -> None:
    given_away(world)
    place = make(Path(session["worktree"]))
    for command in (("cleanup", session["id"], "--yes"), ("cleanup", session["id"], "--yes", "--force")):
        done = somebody.cli(*command)
        assert done.code == 5 and str(place) in done.err and f"hint: sudo chown -R {USER} {place}" in done.err, done
    assert place.exists() and (Path(session["repo"]) / ".git/refs/heads" / session["branch"]).exists()
    assert somebody.cli("restore", session["id"]).code == 0 and somebody.cli("status", session["id"]).code == 0
    subprocess.run(["chown", "-R", str(USER), str(place)], check=True)
    assert somebody.cli("cleanup", session["id"], "--yes").code == 0


def test_folders_that_only_say_read_only_come_back_as_they_were(
    world: World, somebody: Somebody, session: Session
) -> None:
    tree = Path(session["worktree"])
    (tree / "data/mod").mkdir()
    (tree / "data/mod/go.mod").write_text("m\n")
    given_away(world)
    for place in (tree / "data/mod", tree / "data", tree):
        place.chmod(0o555)
    done = somebody.cli("cleanup", session["id"], "--yes")
    assert done.code == 0 and not tree.exists(), done
    assert not (tree.parent / ".removing").exists()
    assert somebody.cli("restore", session["id"]).code == 0
    assert [oct(place.stat().st_mode & 0o777) for place in (tree, tree / "data/mod")] == ["0o555", "0o555"]


def test_a_folder_above_need_not_be_readable(world: World, somebody: Somebody, session: Session) -> None:
    """As homes often are, and what is above them."""
    given_away(world)
    world.root.chmod(0o311)
    try:
        done = somebody.cli("new", "--repo", session["repo"], "--name", "Next", "--prompt", "p", "--json")
    finally:
        world.root.chmod(0o755)
    assert done.code == 0, done
    assert (Path(done.json["session"]["worktree"]) / "AGENT_CONTEXT/SESSION.md").exists()


def test_an_own_file_without_permission_is_named(world: World, somebody: Somebody, session: Session) -> None:
    tree = Path(session["worktree"])
    (tree / "data/closed").write_text("c\n")
    given_away(world)
    (tree / "data/closed").chmod(0)
    done = somebody.cli("cleanup", session["id"], "--yes", "--force")
    assert done.code == 5 and f"hint: chmod -R u+rwX {tree / 'data/closed'}" in done.err, done
    (tree / "data/closed").chmod(0o600)
    assert somebody.cli("cleanup", session["id"], "--yes").code == 0


def test_met_half_way_all_else_is_finished_and_named(
    world: World, somebody: Somebody, session: Session, wait_until: Callable[..., Any]
) -> None:
    """A container writes while the cleanup removes: a git that takes its time holds that up."""
    tree = Path(session["worktree"])
    (tree / "data/x").write_text("x\n")
    wait = f"while [ ! -e {world.root}/go ]; do sleep 0.1; done"
    world.make_program(
        "slow/git", f'#!/bin/sh\n[ -d {tree.parent}/.removing ] && {wait}\nexec {shutil.which("git")} "$@"\n'
    )
    given_away(world)
    cleaning = subprocess.Popen(
        somebody.words("cleanup", session["id"], "--yes"), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**world.environ, "PATH": f"{world.root / 'slow'}:{os.environ['PATH']}"}, cwd=world.root,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    removing = tree.parent / ".removing"
    wait_until(lambda: (removing.exists() and any(removing.iterdir())) or cleaning.poll() is not None, 60)
    assert cleaning.poll() is None, cleaning.communicate()
    [aside] = removing.iterdir()
    of_root(aside)
    (world.root / "go").touch()
    _, err = cleaning.communicate(timeout=60)
    assert cleaning.returncode == 0 and f"sudo rm -rf {aside}" in err, err
    assert not (aside / "README.md").exists() and (aside / "data/pg/VERSION").exists()
    again = somebody.cli("cleanup", session["id"], "--yes")
    assert again.code == 0, again
    found = somebody.cli("doctor", "--fix", "--json").json["findings"]
    [left] = [row for row in found if row["id"] == "removed-left"]
    assert left["fix"] == f"sudo rm -rf {aside}"
    assert somebody.cli("restore", session["id"]).code == 0 and (tree / "data/x").exists()
    assert somebody.cli("status", session["id"]).code == 0
    shutil.rmtree(aside)


@pytest.mark.skipif(not shutil.which("mount"), reason="needs mount")
def test_nothing_is_deleted_through_a_mount(world: World, session: Session) -> None:
    outside, inside = world.root / "precious", Path(session["worktree"]) / "data/mnt"
    outside.mkdir()
    (outside / "p").write_text("p\n")
    inside.mkdir()
    if subprocess.run(["mount", "--bind", outside, inside], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        done = world.cli("cleanup", session["id"], "--yes", "--force")
        assert done.code == 5 and f"hint: umount {inside}" in done.err, done
        assert (outside / "p").exists()
    finally:
        subprocess.run(["umount", inside], check=True)
    world.ok("cleanup", session["id"], "--yes")
    assert (outside / "p").read_text() == "p\n"


def test_what_a_user_may_not_read_is_said_with_the_way_in(world: World, somebody: Somebody, session: Session) -> None:
    """It is there, so it is not "gone", and nobody takes it off the list."""
    given_away(world)
    repo, tree = Path(session["repo"]), Path(session["worktree"])
    for place in (repo, repo / ".git", tree):
        mode = place.stat().st_mode
        place.chmod(0)
        for words in (("status",), ("diff",), ("cleanup", "--yes", "--forget")):
            done = somebody.cli(words[0], session["id"], *words[1:])
            told = f"chmod u+rwx {place}" in done.err or (place == tree and "hint: amp-sessions" in done.err)
            assert done.code not in (0, 130) and told and "mount" not in done.err, (place, words, done)
        place.chmod(mode)
    subprocess.run(["chown", "-R", "root", str(repo)], check=True)
    added = [f"git config --global --add safe.directory {place}" for place in (repo, tree)]
    for words in (("status",), ("commit", "--message", "m"), ("cleanup", "--yes", "--forget")):
        done = somebody.cli(words[0], session["id"], *words[1:])
        assert done.code == 3 and " && ".join(added) in done.err, (words, done)
    for command in added:
        subprocess.run(["/bin/sh", "-c", command], check=True, env=world.environ)
    (world.root / "gitconfig").chmod(0o644)
    assert somebody.cli("status", session["id"]).code == 0
