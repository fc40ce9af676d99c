"""Commands that are printed to be typed work as they stand, also where folders and branches have names that a shell
would take for something else."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ampsm.model.errors import UserError
from ampsm.store import errors as store_errors
from ampsm.system import os_errors
from ampsm_cli import errors as cli_errors
from tests.support.world import Result, World

FOLDER = "it's $HERE; or (there)"
BRANCH = "feat/it's;$HOME&(mine)"
DATABASE = Path(f"/{FOLDER}/s.sqlite")


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in such a folder, with the database in it."""
    root = tmp_path / FOLDER
    (root / "data").mkdir(parents=True)
    monkeypatch.setenv("AMPSM_DB_PATH", str(root / "data" / "s.sqlite"))
    return World(root)


@pytest.fixture
def adopted(odd: World) -> dict[str, Any]:
    """A session on such a branch, with a commit of its own."""
    repo = odd.make_repo()
    odd.git(repo, "branch", BRANCH)
    session: dict[str, Any] = odd.ok("adopt", BRANCH, "--repo", repo, "--name", "Odd", "--json").json["session"]
    odd.commit(Path(session["worktree"]), {"mine.txt": "mine\n"})
    return session


def hint_of(done: Result) -> str:
    assert "\nhint: " in done.err, done
    return done.err.rpartition("hint: ")[2].strip()


def typed(world: World, command: str) -> str:
    """What a shell makes of it; it must succeed."""
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=world.root, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (store_errors.unavailable(DATABASE, "it is not a file"), DATABASE.parent),
        (os_errors.disk_full(DATABASE), DATABASE.parent),
        (cli_errors.from_os(PermissionError(errno.EACCES, "no", str(DATABASE))), DATABASE),
    ],
    ids=lambda value: value.code if isinstance(value, UserError) else "",
)
def test_hints_with_a_path(error: UserError, named: Path) -> None:
    assert error.hint and str(named) in shlex.split(error.hint)


@pytest.mark.parametrize("command", ["iterate", "squash", "rebase", "merge"])
def test_back_to_the_branch(odd: World, adopted: dict[str, Any], command: str) -> None:
    worktree = Path(adopted["worktree"])
    odd.git(worktree, "switch", "-q", "--detach")
    message = ("--message", "m") if command in ("squash", "merge") else ()
    typed(odd, hint_of(odd.cli(command, adopted["id"], *message)))
    assert odd.git(worktree, "branch", "--show-current") == BRANCH


def test_what_preflight_says_of_the_branch(odd: World, adopted: dict[str, Any]) -> None:
    worktree = Path(adopted["worktree"])
    odd.git(worktree, "switch", "-q", "--detach")
    checks = {check["id"]: check for check in odd.cli("preflight", adopted["id"], "--json").json["checks"]}
    typed(odd, checks["branch"]["hint"])
    assert odd.git(worktree, "branch", "--show-current") == BRANCH


def test_a_branch_that_moved_since_its_squash(odd: World, adopted: dict[str, Any]) -> None:
    worktree = Path(adopted["worktree"])
    odd.commit(worktree, {"more.txt": "more\n"})
    odd.ok("squash", adopted["id"], "--message", "one")
    odd.commit(worktree, {"later.txt": "later\n"}, "later")
    assert "later" in typed(odd, hint_of(odd.cli("undo", adopted["id"])))


def test_a_merge_whose_branch_is_gone_says_so(odd: World, adopted: dict[str, Any]) -> None:
    odd.git(adopted["worktree"], "branch", "-m", "elsewhere")
    done = odd.cli("merge", adopted["id"], "--message", "m")
    assert BRANCH in done.err and "nothing to merge" not in done.out + done.err
    typed(odd, hint_of(done))
    assert odd.git(adopted["worktree"], "branch", "--show-current") == BRANCH


def test_what_doctor_says_of_facts_that_cannot_be_read(odd: World, adopted: dict[str, Any]) -> None:
    facts = odd.root / "data" / "s.d" / "journals" / adopted["id"] / "session.json"
    facts.write_text("{")
    (found,) = [f for f in odd.cli("doctor", "--json").json["findings"] if f["id"] == "facts-unreadable"]
    assert found["fix"].startswith("doctor --fix puts it beside")
    odd.ok("doctor", "--fix")
    assert facts.with_name("session.json.unreadable").read_text() == "{"
    assert odd.cli("doctor", "--json").json["ok"]
