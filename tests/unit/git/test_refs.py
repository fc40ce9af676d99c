"""Refs move by compare-and-swap only."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ampsm.git import refs
from ampsm.git.command import GitError

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]


def test_a_ref_moves_only_from_where_it_was_seen(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    second = run_git(repo, "commit-tree", "-m", "second", "HEAD^{tree}")
    ref = refs.iteration_ref("fix-aaaaaa", 3, "end")
    assert ref == "refs/ampsm/iterations/fix-aaaaaa/3-end"
    assert refs.read_ref(repo, ref) is None
    refs.update_ref(repo, ref, first, None)
    with pytest.raises(refs.RefMoved):
        refs.update_ref(repo, ref, second, None)
    with pytest.raises(refs.RefMoved) as moved:
        refs.update_ref(repo, ref, second, second)
    assert moved.value.details == {"ref": ref, "expected": second, "found": first}
    refs.update_ref(repo, ref, second, first)
    assert refs.read_ref(repo, ref) == second
    with pytest.raises(refs.RefMoved):
        refs.delete_ref(repo, ref, first)
    refs.delete_ref(repo, ref, second)
    assert refs.read_ref(repo, ref) is None
    refs.keep(repo, ref, first)
    refs.keep(repo, ref, second)
    assert refs.read_ref(repo, ref) == second


def test_only_own_refs_are_set_regardless(make_repo: MakeRepo) -> None:
    with pytest.raises(AssertionError):
        refs.keep(make_repo(), "refs/heads/main", "0" * 40)


def test_one_of_many_wins(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    refs.update_ref(repo, "refs/ampsm/x", first, None)
    others = [run_git(repo, "commit-tree", "-m", str(n), "HEAD^{tree}") for n in range(6)]

    def move(sha: str) -> str | None:
        try:
            refs.update_ref(repo, "refs/ampsm/x", sha, first)
        except refs.RefMoved:
            return None
        return sha

    with ThreadPoolExecutor(6) as pool:
        won = [sha for sha in pool.map(move, others) if sha]
    assert won == [refs.read_ref(repo, "refs/ampsm/x")]


def test_a_read_that_fails_is_not_an_absent_ref(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        refs.read_ref(tmp_path, "refs/heads/main")
    with pytest.raises(GitError):
        refs.read_ref(tmp_path / "absent", "refs/heads/main")


def test_refs_are_read_as_git_reads_them(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "tag", "-a", "-m", "packed", "annotated")
    run_git(repo, "pack-refs", "--all")
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "loose, and packed before")
    run_git(repo, "symbolic-ref", "refs/heads/other", "refs/heads/main")
    run_git(repo, "update-ref", "refs/heads/apart", "HEAD~1")
    run_git(repo, "checkout", "-q", "--detach")
    (repo / ".git/refs/heads/odd").write_text("0" * 40 + "\n")
    names = [
        "heads/main",
        "heads/other",
        "heads/apart",
        "heads/odd",
        "heads/none",
        "heads",
        "tags/annotated",
        "../HEAD",
    ]
    for name in (f"refs/{name}" for name in names):
        told = run_git(repo, "for-each-ref", "--format=%(objectname) %(refname)", name).split(" ")
        assert refs.read_ref(repo, name) == (told[0] if told[-1] == name else None), name


def test_a_ref_that_cannot_be_made_is_an_error(make_repo: MakeRepo) -> None:
    with pytest.raises(GitError):
        refs.update_ref(make_repo(), "refs/ampsm/x", "1" * 40, None)


def test_a_branch_has_one_full_name_and_only_a_branch_has_it() -> None:
    assert refs.branch_ref("amp/fix-it/20260504") == "refs/heads/amp/fix-it/20260504"
    assert refs.branch_name("refs/heads/amp/fix-it/20260504") == "amp/fix-it/20260504"
    assert refs.branch_name("refs/heads/refs/heads/odd") == "refs/heads/odd"
    for other in ("main", "refs/remotes/origin/main", "refs/headsup", "HEAD", ""):
        assert refs.branch_name(other) is None
