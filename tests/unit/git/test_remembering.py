"""Resolutions that git remembers: the setting, and which files it wrote with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.git.rewrite.remembering import put_in_again, remember, remembers

Git = Callable[..., str]


def test_the_setting_is_the_repositorys_own(make_repo: Callable[..., Path], run_git: Git) -> None:
    repo = make_repo()
    assert not remembers(repo)
    (repo / ".git/rr-cache").mkdir()
    assert remembers(repo)
    run_git(repo, "config", "--global", "rerere.enabled", "false")
    assert not remembers(repo)
    remember(repo, True)
    assert remembers(repo)
    assert run_git(repo, "config", "--local", "rerere.enabled") == "true"
    remember(repo, False)
    assert not remembers(repo)
    assert run_git(repo, "config", "--local", "rerere.enabled") == "false"


def test_files_that_git_resolved_as_before_are_told(make_repo: Callable[..., Path], run_git: Git) -> None:
    repo = make_repo(files={"again": "base\n", "new ü": "base\n", "gone": "base\n"})
    run_git(repo, "branch", "other")
    for branch in ("main", "other"):
        run_git(repo, "checkout", "-q", branch)
        (repo / "again").write_text(f"{branch}\n")
        run_git(repo, "commit", "-qam", branch)
    run_git(repo, "merge", "main", check=False)
    remember(repo, True)
    assert put_in_again(repo, ["again"]) == frozenset()
    run_git(repo, "merge", "--abort")
    run_git(repo, "merge", "main", check=False)
    assert put_in_again(repo, ["again"]) == frozenset()
    (repo / "again").write_text("as I want it\n")
    run_git(repo, "commit", "-qam", "merged")
    run_git(repo, "reset", "-q", "--hard", "HEAD^")
    (repo / "new ü").write_text("others\n")
    (repo / "gone").unlink()
    run_git(repo, "commit", "-qam", "more")
    run_git(repo, "checkout", "-q", "main")
    (repo / "new ü").write_text("main\n")
    (repo / "gone").write_text("main\n")
    run_git(repo, "commit", "-qam", "more of main")
    run_git(repo, "checkout", "-q", "other")
    run_git(repo, "-c", "rerere.autoUpdate=false", "merge", "main", check=False)
    assert (repo / "again").read_text() == "as I want it\n"
    assert put_in_again(repo, ["again", "gone", "new ü"]) == frozenset({"again"})
    remember(repo, False)
    assert put_in_again(repo, ["again", "gone", "new ü"]) == frozenset()
