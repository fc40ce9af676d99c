"""Which repository a path belongs to, and which commit a session starts from."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import location, repository
from ampsm.git.command import GitError
from ampsm.git.traces.stamps import refs_marks
from ampsm.model.errors import UserError

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]


def code_of(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.code


@pytest.mark.parametrize("name", ["plain", "with space", "größe-日本", "new\nline", "-dash", "a:b"])
def test_any_way_into_a_repository_leads_to_its_root(
    make_repo: MakeRepo, run_git: RunGit, tmp_path: Path, name: str
) -> None:
    repo = make_repo(name)
    link = tmp_path / "link"
    link.symlink_to(repo)
    run_git(repo, "worktree", "add", "-q", tmp_path / "linked tree", "-b", "other")
    for way in (
        repo, f"{repo}/", repo / "src", repo / "src" / "app.py", link, link / "src", repo / ".git",
        tmp_path / "linked tree", tmp_path / "linked tree" / "src",
    ):  # fmt: skip
        assert repository.main_root(way) == repo, way
    assert repository.common_dir(tmp_path / "linked tree") == repo / ".git"


def test_the_files_of_a_worktree_are_where_git_has_them(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    repo, inner = make_repo(), make_repo("inner")
    run_git(repo, "worktree", "add", "-q", tmp_path / "linked\ntree", "-b", "other")
    run_git(repo, "submodule", "--quiet", "add", inner, "lib")
    (tmp_path / "link").symlink_to(repo)
    for place in (repo, repo / "src", repo / "lib", tmp_path / "linked\ntree", tmp_path / "link"):
        for name in (".", "index", "MERGE_HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "rebase-merge/onto"):
            told = run_git(place, "rev-parse", "--path-format=absolute", "--git-path", name)
            assert os.path.realpath(repository.git_path(place, name)) == os.path.realpath(told), place
        common, own = run_git(place, "rev-parse", "--path-format=absolute", "--git-common-dir", "--git-dir").split()
        assert (str(location.common_dir(place)), str(location.git_dir(place))) == (common, own)
    (repo / "lib" / ".git").write_text("nonsense\n")
    with pytest.raises(GitError):
        repository.git_path(repo / "lib", "index")
    for ask in (location.common_dir, location.git_dir):
        for nowhere in (repo / "lib", repo / "absent", tmp_path):
            with pytest.raises(GitError):
                ask(nowhere)


def test_a_sha256_repository_is_a_repository(tmp_path: Path, run_git: RunGit) -> None:
    repo = tmp_path / "sha256"
    repo.mkdir()
    run_git(repo, "init", "-q", "--object-format=sha256")
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "first")
    assert repository.main_root(repo) == repo
    assert len(repository.resolve_base(repo, None, None).sha) == 64


def test_a_submodule_is_a_repository_of_its_own(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    outer, inner = make_repo("outer"), make_repo("inner")
    run_git(outer, "submodule", "--quiet", "add", str(inner), "lib/inner")
    assert repository.main_root(outer / "lib" / "inner") == outer / "lib" / "inner"
    run_git(outer / "lib" / "inner", "worktree", "add", "-q", tmp_path / "beside", "-b", "other")
    assert repository.main_root(tmp_path / "beside") == outer / "lib" / "inner"


def test_a_separate_git_directory_is_found_from_the_main_worktree(tmp_path: Path, run_git: RunGit) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    run_git(repo, "init", "-q", "--separate-git-dir", tmp_path / "elsewhere")
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "first")
    assert repository.main_root(repo) == repo


def test_what_is_no_repository_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "absent"):
        with pytest.raises(UserError, match="Could not locate git repository") as error:
            repository.main_root(path)
        assert code_of(error) == "not-a-repository"
        assert error.value.exit_code == 3


def test_what_git_stumbles_over_in_a_repository_is_said(make_repo: MakeRepo) -> None:
    repo = make_repo()
    with (repo / ".git" / "config").open("a") as config:
        config.write("[broken\n")
    with pytest.raises(UserError, match=r"git cannot read the repository at .*bad config") as error:
        repository.main_root(repo)
    assert code_of(error) == "not-a-repository"
    assert str(error.value.hint).endswith(f"git -C {repo} status")


def test_a_bare_repository_is_refused_also_from_its_worktrees(
    make_repo: MakeRepo, run_git: RunGit, tmp_path: Path
) -> None:
    run_git(make_repo(), "clone", "-q", "--bare", ".", tmp_path / "bare.git")
    run_git(tmp_path / "bare.git", "worktree", "add", "-q", tmp_path / "tree", "main")
    for path in (tmp_path / "bare.git", tmp_path / "tree"):
        with pytest.raises(UserError) as error:
            repository.main_root(path)
        assert code_of(error) == "bare-repository"


def test_git_variables_of_a_hook_do_not_lead_elsewhere(make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo, other = make_repo("repo"), make_repo("other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert repository.main_root(repo) == repo


def test_head_is_a_branch_or_a_commit_or_nothing(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    repo = make_repo()
    sha = run_git(repo, "rev-parse", "HEAD")
    assert repository.head(repo) == repository.Head(sha, "main")
    run_git(repo, "checkout", "-q", "--detach")
    assert repository.head(repo) == repository.Head(sha, None)
    empty = tmp_path / "empty"
    empty.mkdir()
    run_git(empty, "init", "-q")
    assert repository.head(empty) == repository.Head(None, "main")
    for ask in (lambda: repository.require_head(empty), lambda: repository.resolve_base(empty, None, None),
                lambda: repository.resolve_base(empty, "main", None)):  # fmt: skip
        with pytest.raises(UserError) as error:
            ask()
        assert code_of(error) == "no-commits"


def test_the_base_is_the_first_that_exists(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "checkout", "-q", "-b", "work")
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "second")
    second = run_git(repo, "rev-parse", "HEAD")
    base = repository.resolve_base
    assert base(repo, None, None) == repository.Base("main", "main", first)
    assert base(repo, None, "work") == repository.Base("work", "work", second)
    assert base(repo, None, "no-such") == repository.Base("main", "main", first)
    run_git(repo, "branch", "-q", "-m", "main", "master")
    assert base(repo, None, None) == repository.Base("master", "master", first)
    run_git(repo, "branch", "-q", "-D", "master")
    assert base(repo, None, None) == repository.Base("work", "work", second)
    run_git(repo, "checkout", "-q", "--detach", first)
    run_git(repo, "branch", "-q", "-D", "work")
    assert base(repo, None, None) == repository.Base("HEAD", None, first)


def test_a_base_may_be_named_in_many_ways(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    upstream = make_repo("upstream")
    run_git(upstream, "branch", "topic/one")
    run_git(upstream, "tag", "v1")
    run_git(upstream, "tag", "main")
    run_git(upstream, "tag", "-a", "annotated", "-m", "x")
    old = run_git(upstream, "rev-parse", "HEAD")
    repo = tmp_path / "clone"
    run_git(upstream, "clone", "-q", ".", repo)
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "local")
    new = run_git(repo, "rev-parse", "HEAD")
    base = repository.resolve_base
    assert base(repo, "main", None) == repository.Base("main", "main", new)
    assert base(repo, "refs/heads/main", None) == repository.Base("main", "main", new)
    assert base(repo, "HEAD", None) == repository.Base("HEAD", "main", new)
    assert base(repo, "origin/main", None) == repository.Base("origin/main", "main", old)
    assert base(repo, "origin", None) == repository.Base("origin", "main", old)
    assert base(repo, "origin/topic/one", None) == repository.Base("origin/topic/one", None, old)
    assert base(repo, "v1", None) == repository.Base("v1", None, old)
    assert base(repo, "annotated", None) == repository.Base("annotated", None, old)
    assert base(repo, old[:9], None) == repository.Base(old[:9], None, old)
    run_git(repo, "branch", "-q", "-m", "main", "work")
    run_git(upstream, "branch", "-q", "-m", "main", "trunk")
    assert base(repo, None, None).name in ("main", "origin/main")


def test_the_default_branch_of_the_remote_counts_before_the_current_one(
    make_repo: MakeRepo, run_git: RunGit, tmp_path: Path
) -> None:
    upstream = make_repo("upstream")
    run_git(upstream, "branch", "-q", "-m", "main", "trunk")
    repo = tmp_path / "clone"
    run_git(upstream, "clone", "-q", ".", repo)
    sha = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "checkout", "-q", "-b", "work")
    assert repository.resolve_base(repo, None, None) == repository.Base("trunk", "trunk", sha)
    run_git(repo, "branch", "-q", "-D", "trunk")
    assert repository.resolve_base(repo, None, None) == repository.Base("origin/trunk", None, sha)


@pytest.mark.parametrize("name", ["mian", "", "-x", "main:README.md", "a\nb", "$(touch x)", "main..work"])
def test_an_unknown_base_is_an_error_with_a_hint(make_repo: MakeRepo, name: str) -> None:
    with pytest.raises(UserError) as error:
        repository.resolve_base(make_repo(), name, None)
    assert (code_of(error), error.value.exit_code) == ("no-such-branch", 3)
    if name == "mian":
        assert "main" in (error.value.hint or "")
        assert error.value.details["candidates"] == ["main"]


def test_fetch_only_fetches(
    make_repo: MakeRepo, run_git: RunGit, tmp_path: Path, snapshot: Callable[[Path], object]
) -> None:
    upstream = make_repo("upstream")
    repo = tmp_path / "clone"
    run_git(upstream, "clone", "-q", ".", repo)
    assert repository.behind_upstream(repo, "main") == 0
    run_git(upstream, "commit", "-q", "--allow-empty", "-m", "second")
    before = snapshot(repo)
    repository.fetch(repo)
    assert snapshot(repo) == before
    assert repository.behind_upstream(repo, "main") == 1
    assert repository.behind_upstream(upstream, "main") is None
    with pytest.raises(UserError, match="no remote"):
        repository.fetch(upstream)


def test_ancestry_of_a_commit_that_is_gone_is_no(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "second")
    assert repository.is_ancestor(repo, first, "HEAD")
    assert not repository.is_ancestor(repo, "HEAD", first)
    assert not repository.is_ancestor(repo, "0123456789" * 4, "HEAD")
    assert repository.ahead_behind(repo, "HEAD", first) == (1, 0)


def test_no_git_file_without_end_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert location.git_dir_at(tmp_path) == tmp_path / "elsewhere"
    os.truncate(tmp_path / ".git", 2**40)
    assert location.git_dir_at(tmp_path) is None


def test_a_repository_with_a_name_longer_than_any_has_no_marks(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: " + "a" * 5_000)
    marks = refs_marks(str(tmp_path), ["refs/heads/main"]).now({})
    assert marks[0] is not None and set(marks[1:]) == {None}
