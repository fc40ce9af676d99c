"""Links, second names and pipes that an agent plants among git's own files of its worktree: nothing is written through
them, nothing waits, and the commits are made all the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.command import git
from ampsm.git.location import git_dir_at
from ampsm.model.errors import UserError
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merges import MOVED, Make, run

PRECIOUS = b"precious\n"


def link(at: Path, precious: Path) -> None:
    at.symlink_to(precious)


def second_name(at: Path, precious: Path) -> None:
    at.hardlink_to(precious)


def pipe(at: Path, precious: Path) -> None:
    os.mkfifo(at)


def of_folder(at: Path, precious: Path) -> None:
    at.symlink_to(precious.parent)


PLACES = [
    "COMMIT_EDITMSG", "logs/HEAD", "logs", "MERGE_MSG", "ORIG_HEAD", "common/logs/{ref}", "common/ORIG_HEAD",
    "common/logs", "common/logs/refs",
]  # fmt: skip
PLANTS = (link, second_name, pipe, of_folder)
USUAL = {
    ("common/ORIG_HEAD", link),
    ("common/logs/refs", of_folder),
    ("COMMIT_EDITMSG", second_name),
    ("COMMIT_EDITMSG", pipe),
    ("logs/HEAD", link),
    ("logs", of_folder),
}


@pytest.mark.parametrize(
    ("place", "plant"),
    [
        pytest.param(place, plant, marks=[] if (place, plant) in USUAL else [pytest.mark.slow])
        for place in PLACES
        for plant in PLANTS
    ],
)
@pytest.mark.rounds(2)
def test_git_writes_to_files_of_its_own(
    drawn: Make, tmp_path: Path, place: str, plant: Callable[[Path, Path], None]
) -> None:
    d = drawn(MOVED)
    precious = tmp_path / "outside" / "HEAD"
    precious.parent.mkdir()
    precious.write_bytes(PRECIOUS)
    git_dir = git_dir_at(d.worktree)
    assert git_dir is not None
    names = place.format(ref=f"refs/heads/{d.session.branch}")
    at = git_dir.parent.parent / names.removeprefix("common/") if names.startswith("common/") else git_dir / names
    if at.is_dir():
        git(d.repo, "config", "core.logAllRefUpdates", "true")
        at.rename(tmp_path / "aside")
    at.parent.mkdir(parents=True, exist_ok=True)
    at.unlink(missing_ok=True)
    plant(at, precious)
    assert run(d, message="all of it").status == "merged"
    assert precious.read_bytes() == PRECIOUS and os.listdir(precious.parent) == ["HEAD"]


def test_the_index_is_no_link_after_a_commit(drawn: Make, tmp_path: Path) -> None:
    d: Drawn = drawn(MOVED)
    git_dir = git_dir_at(d.worktree)
    assert git_dir is not None
    outside = tmp_path / "index"
    (git_dir / "index").rename(outside)
    (git_dir / "index").symlink_to(outside)
    before = outside.read_bytes()
    (d.worktree / "new").write_text("new\n")
    git(d.worktree, "add", "new", writes=True)
    assert outside.read_bytes() == before and not (git_dir / "index").is_symlink()


def test_the_packed_refs_are_no_link_after_a_merge(drawn: Make, tmp_path: Path) -> None:
    d: Drawn = drawn(MOVED)
    git(d.repo, "pack-refs", "--all", writes=True)
    packed, outside = d.repo / ".git" / "packed-refs", tmp_path / "outside"
    packed.rename(outside)
    packed.symlink_to(outside)
    before = outside.read_bytes()
    assert run(d, message="all of it").status == "merged"
    git(d.repo, "branch", "-D", d.session.branch, writes=True, check=False)
    git(d.repo, "pack-refs", "--all", writes=True)
    assert outside.read_bytes() == before and not packed.is_symlink()


def test_the_refs_of_a_worktree_made_by_hand_stay_shared(drawn: Make, tmp_path: Path) -> None:
    """As git-new-workdir makes them: objects, refs, their logs and the packed refs are links."""
    d: Drawn = drawn(MOVED)
    git(d.repo, "pack-refs", "--all", writes=True)
    shared, own = d.repo / ".git", tmp_path / "by-hand" / ".git"
    (own / "logs").mkdir(parents=True)
    for name in ("objects", "refs", "logs/refs", "packed-refs", "config"):
        (own / name).symlink_to(shared / name)
    (own / "HEAD").write_bytes((shared / "HEAD").read_bytes())
    git(own.parent, "reset", "-q", "--hard", writes=True)
    git(own.parent, "commit", "-q", "--allow-empty", "-m", "shared", writes=True)
    assert (own / "packed-refs").is_symlink() and (own / "logs/refs").is_symlink()
    assert d.git("log", "-1", "--format=%s", "main") == "shared"


def test_a_pipe_that_git_needs_is_named(drawn: Make) -> None:
    d: Drawn = drawn(MOVED)
    git_dir = git_dir_at(d.worktree)
    assert git_dir is not None
    (git_dir / "gitdir").unlink()
    os.mkfifo(git_dir / "gitdir")
    with pytest.raises(UserError, match="gitdir") as named:
        git(d.worktree, "commit", "-q", "--allow-empty", "-m", "x", writes=True)
    assert (named.value.exit_code, named.value.hint) == (5, f"rm {git_dir / 'gitdir'}")
