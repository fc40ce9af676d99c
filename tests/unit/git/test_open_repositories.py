"""A process that keeps repositories open sees at once what others do to them."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from operator import methodcaller
from pathlib import Path

import pytest

from ampsm.git import objects
from ampsm.git.objects import libgit2, open_repositories
from ampsm.git.objects.reader import CannotTell

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]
MAIN = "refs/heads/main"


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_in_process", True)


def at(repo: Path, ref: str = MAIN) -> str | None:
    """Where libgit2 itself has a ref."""
    found: dict[str, str] = libgit2.ask(repo, methodcaller("read_refs", [ref]))
    return found.get(ref)


def test_refs_that_others_move(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    for number in range(20):
        sha = run_git(repo, "commit-tree", "-p", "HEAD", "-m", str(number), "HEAD^{tree}")
        run_git(repo, "update-ref", MAIN, sha)
        assert at(repo) == sha
        assert libgit2.ask(repo, methodcaller("ahead_behind", sha, MAIN)) == (0, 0)
        if number % 3 == 0:
            run_git(repo, "pack-refs", "--all")
            assert at(repo) == sha
    run_git(repo, "branch", "other")
    assert at(repo, "refs/heads/other")
    run_git(repo, "pack-refs", "--all")
    run_git(repo, "branch", "-q", "-D", "other")
    assert at(repo, "refs/heads/other") is None


@pytest.mark.parametrize("packed", [False, True])
def test_another_repository_at_the_same_path(make_repo: MakeRepo, run_git: RunGit, packed: bool) -> None:
    seen = set[str]()
    for number in range(5):
        repo = make_repo(files={"number.txt": f"{number}\n"})
        if packed:
            run_git(repo, "gc", "-q")
        head = run_git(repo, "rev-parse", "HEAD")
        assert at(repo) == head
        blob = libgit2.ask(repo, methodcaller("blob_at", head, "number.txt"))
        assert blob
        assert objects.read_blobs(repo, [blob]) == {blob: f"{number}\n".encode()}
        assert not any(objects.resolve_commit(repo, earlier) for earlier in seen)
        seen.add(head)
        shutil.rmtree(repo)
        with pytest.raises(CannotTell):
            at(repo)
    assert len(seen) == 5


def test_another_repository_behind_a_linked_worktree(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    for name in ("one", "two"):
        repo = make_repo(name, files={"name.txt": name})
        run_git(repo, "worktree", "add", "-q", linked)
        assert at(linked) == run_git(repo, "rev-parse", MAIN)
        shutil.rmtree(linked)


def test_packs_that_gc_rewrites(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    for number in range(5):
        run_git(repo, "commit", "-q", "--allow-empty", "-m", str(number))
        run_git(repo, "gc", "-q", "--prune=now")
        head = run_git(repo, "rev-parse", "HEAD")
        assert libgit2.ask(repo, methodcaller("ahead_behind", head, first)) == (number + 1, 0)
        assert libgit2.ask(repo, methodcaller("subjects", [head])) == {head: str(number)}


@pytest.mark.parametrize("packed", [False, True])
def test_objects_that_are_pruned_are_gone(make_repo: MakeRepo, run_git: RunGit, packed: bool) -> None:
    repo = make_repo()
    sha = run_git(repo, "commit-tree", "-m", "nobody's", "HEAD^{tree}")
    if packed:
        run_git(repo, "branch", "other", sha)
        run_git(repo, "gc", "-q", "--prune=now")
        run_git(repo, "branch", "-q", "-D", "other")
    assert libgit2.ask(repo, methodcaller("resolve_commit", sha)) == sha
    run_git(repo, "reflog", "expire", "--expire=now", "--all")
    run_git(repo, *(["gc", "-q", "--prune=now"] if packed else ["prune", "--expire=now"]))
    assert objects.resolve_commit(repo, sha) is None


def test_a_repository_that_libgit2_can_no_longer_read(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    head = run_git(repo, "rev-parse", "HEAD")
    assert at(repo) == head
    run_git(repo, "config", "core.repositoryFormatVersion", "1")
    run_git(repo, "config", "extensions.worktreeConfig", "true")
    with pytest.raises(CannotTell):
        at(repo)
    assert objects.read_refs(repo, [MAIN]) == {MAIN: head}
    run_git(repo, "config", "--unset", "extensions.worktreeConfig")
    assert at(repo) == head


def test_each_thread_has_its_own(make_repo: MakeRepo, run_git: RunGit) -> None:
    """Many read while others write; no answer is ever wrong."""
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    shas = [first]
    for number in range(30):
        shas.append(run_git(repo, "commit-tree", "-p", shas[-1], "-m", str(number), f"{first}^{{tree}}"))
    ready = threading.Barrier(6)

    def read(_: int) -> list[tuple[int, int]]:
        ready.wait()
        return [libgit2.ask(repo, methodcaller("ahead_behind", sha, first)) for _ in range(5) for sha in shas]

    def write() -> None:
        ready.wait()
        for sha in shas[1:]:
            run_git(repo, "update-ref", MAIN, sha)
            run_git(repo, "repack", "-q", "-a", "-d")

    with ThreadPoolExecutor(6) as pool:
        writing = pool.submit(write)
        found = list(pool.map(read, range(5)))
        writing.result()
    assert found == [[(number, 0) for number in range(len(shas))] * 5] * 5


def test_only_some_stay_open(make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch, run_git: RunGit) -> None:
    monkeypatch.setattr(open_repositories, "_OPEN", 4)
    repos = [make_repo(f"repo{number}") for number in range(12)]
    for repo in repos:
        run_git(repo, "gc", "-q")
    for _ in range(3):
        for repo in repos:
            head = run_git(repo, "rev-parse", "HEAD")
            assert libgit2.ask(repo, methodcaller("subjects", [head])) == {head: "first"}
    assert list(open_repositories._open.repositories) == [f"{repo}/.git" for repo in repos[-4:]]
    descriptors = Path("/proc/self/fd")
    if descriptors.exists():
        opened = {os.path.realpath(one) for one in descriptors.iterdir()}
        assert not [name for name in opened if str(repos[0]) in name]
