"""Files that git was told not to look at: their edits are found, and what is not edited is in nobody's way."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from ampsm.git.git_files.index_file import marked_in
from ampsm.git.hidden_edits import hidden_edits, settle, show_again
from tests.support.world import World

_MARKS = ("--skip-worktree", "--assume-unchanged")
#: A name for every mark and both, edited or written anew; names that look like options, with spaces, in folders.
_FILES = {
    f"{folder}{'-' if dash else ''}{len(marks)}{marks[0][2]} {edited}": (marks, edited)
    for folder, dash, marks, edited in product(("", "sub/"), (False, True), (*((m,) for m in _MARKS), _MARKS), (0, 1))
}


@pytest.fixture
def repo(world: World) -> Path:
    repo = world.make_repo(files=dict.fromkeys(_FILES, "1\n"))
    later = time.time() + 100
    for name, (marks, edited) in _FILES.items():
        for mark in marks:
            world.git(repo, "update-index", mark, "--", name)
        (repo / name).write_text("2\n" if edited else "1\n")
        os.utime(repo / name, (later, later))
    return repo


@pytest.fixture
def marks(world: World, repo: Path) -> Callable[[], str]:
    return lambda: world.git(repo, "ls-files", "-v")


def test_edits_are_found_and_nothing_else(repo: Path, marks: Callable[[], str]) -> None:
    before = marks()
    assert hidden_edits(repo, list(_FILES)) == sorted(name for name, (_, edited) in _FILES.items() if edited)
    assert marks() == before


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_marks_are_read_from_the_index(world: World, tmp_path: Path, kind: str) -> None:
    repo, long = tmp_path / kind, "/".join(["deep" * 50] * 4)
    world.git(tmp_path, "init", "-q", f"--object-format={kind}", kind)
    names = ["a", "b b", *(f"{'c' * number}" for number in range(2, 12)), long]
    for name in names:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(name)
    world.git(repo, "add", "--all")
    world.git(repo, "add", "--intent-to-add", "--force", "--", ".")
    assert marked_in(repo / ".git/index") == frozenset()
    world.git(repo, "update-index", "--skip-worktree", "b b", "ccc", long)
    world.git(repo, "update-index", "--assume-unchanged", "a", "ccc")
    assert marked_in(repo / ".git/index") == {"a", "b b", "ccc", long}
    for unknown in (b"", b"DIRC", (repo / ".git/index").read_bytes()[:200], b"x" * 4000):
        (tmp_path / "index").write_bytes(unknown)
        assert marked_in(tmp_path / "index") == frozenset()


def test_git_sees_what_is_not_edited_and_the_marks_stay(world: World, repo: Path, marks: Callable[[], str]) -> None:
    before = marks()
    settle(repo)
    assert marks() == before
    shown = world.git(repo, "ls-files", "--debug").splitlines()
    times = {shown[i]: int(shown[i + 2].split(":")[1]) for i in range(0, len(shown), 6)}
    for name, (_, edited) in _FILES.items():
        assert (times[name] == int((repo / name).stat().st_mtime)) is not bool(edited), name


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.rounds(6)
def test_the_hint_shows_a_file_again(world: World, repo: Path, name: str) -> None:
    subprocess.run(show_again(repo, name), shell=True, check=True, timeout=30)
    assert world.git(repo, "ls-files", "-v", "--", name).startswith("H ")
