"""What is changed in a worktree, in odd repositories too; reading writes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import status
from ampsm.git.command import GitError

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]

ODD_NAMES = [
    "with space", "größe", "日本", "tab\there", "new\nline", 'quote"d', "back\\slash", "-dash", "*star", ":(top)x",
    "!not", os.fsdecode(b"latin-\xe9"), os.fsdecode(b"\xff\xfe"), "trailing ", " leading", "#hash", "a/-b/ñ\n",
]  # fmt: skip


def test_every_kind_of_change_is_in_its_list(make_repo: MakeRepo, run_git: RunGit) -> None:
    files = {name: f"{name}\n" for name in ("same", "staged", "unstaged", "both", "gone", "removed", "moved")}
    repo = make_repo(files=files)
    for name in ("staged", "both"):
        (repo / name).write_text("1\n")
        run_git(repo, "add", name)
    for name in ("unstaged", "both"):
        (repo / name).write_text("22\n")
    (repo / "gone").unlink()
    run_git(repo, "rm", "-q", "removed")
    run_git(repo, "mv", "moved", "there")
    (repo / "folder").mkdir()
    (repo / "folder" / "new").write_text("1")
    (repo / "ita").write_text("1")
    run_git(repo, "add", "-N", "ita")
    (repo / "AGENT_CONTEXT").mkdir()
    (repo / "AGENT_CONTEXT" / "x").write_text("1")
    (repo / "AGENT_CONTEXT" / "y").write_text("1")
    run_git(repo, "add", "-f", "AGENT_CONTEXT/x")
    found = status.worktree_status(repo)
    assert (found.head, found.branch) == (run_git(repo, "rev-parse", "HEAD"), "main")
    assert set(found.staged) == {"staged", "both", "removed", "moved", "there"}
    assert set(found.unstaged) == {"unstaged", "both", "gone", "ita"}
    assert found.missing == ("gone",)
    assert found.untracked == ("folder/new",)
    assert found.context == ("AGENT_CONTEXT/x",)
    assert found.paths == sorted({*found.staged, *found.unstaged, *found.untracked})
    assert not (found.unmerged or found.nested or found.submodules)


def test_odd_names(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "config", "core.quotePath", "true")
    for name in ODD_NAMES:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("1")
    assert sorted(status.worktree_status(repo).untracked) == sorted(ODD_NAMES)


@pytest.mark.parametrize(
    "setting",
    ["status.showUntrackedFiles=no", "status.branch=true", "status.short=true", "status.renames=copies",
     "color.ui=always", "color.status=always", "status.relativePaths=true", "status.showStash=true",
     "diff.ignoreSubmodules=all", "core.untrackedCache=true", "core.splitIndex=true", "index.version=4",
     "status.aheadBehind=true"],
)  # fmt: skip
def test_settings_of_the_user_change_nothing(make_repo: MakeRepo, run_git: RunGit, setting: str) -> None:
    repo = make_repo()
    run_git(repo, "config", *setting.split("=", 1))
    run_git(repo, "mv", "README.md", "READ.md")
    (repo / "new").write_text("1")
    (repo / "src" / "app.py").write_text("changed\n")
    found = status.worktree_status(repo)
    assert set(found.staged) == {"README.md", "READ.md"}
    assert (found.unstaged, found.untracked) == (("src/app.py",), ("new",))


def test_a_file_system_monitor_is_never_asked(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    repo = make_repo()
    monitor = tmp_path / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch '{tmp_path}/asked'\nprintf 'x\\0'\n")
    monitor.chmod(0o755)
    run_git(repo, "status")
    run_git(repo, "config", "core.fsmonitor", str(monitor))
    (repo / "README.md").write_text("changed\n")
    assert status.worktree_status(repo).unstaged == ("README.md",)
    assert not (tmp_path / "asked").exists()


def test_looking_leaves_the_index_alone(
    make_repo: MakeRepo, run_git: RunGit, snapshot: Callable[[Path], object]
) -> None:
    repo = make_repo()
    os.utime(repo / "README.md", (1, 1))
    run_git(repo, "config", "core.untrackedCache", "true")
    before = snapshot(repo)
    found = status.worktree_status(repo)
    assert not found.paths
    assert status.unstaged_tracked_changes(repo) == []
    assert not status.has_staged_or_untracked(repo)
    assert snapshot(repo) == before


def test_nested_repositories_are_their_own(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    for name in ("empty", "deep/full", "staged"):
        (repo / name).mkdir(parents=True)
        run_git(repo / name, "init", "-q")
        (repo / name / "file").write_text("1")
    for name in ("deep/full", "staged"):
        run_git(repo / name, "add", "file")
        run_git(repo / name, "commit", "-qm", "x")
    run_git(repo, "add", "staged")
    found = status.worktree_status(repo)
    assert sorted(found.nested) == ["deep/full", "empty", "staged"]
    assert found.paths == []


def test_submodules_move_or_hold_changes(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo, inner = make_repo("outer"), make_repo("inner")
    run_git(repo, "submodule", "--quiet", "add", str(inner), "lib")
    found = status.worktree_status(repo)
    assert (set(found.staged), found.nested) == ({".gitmodules", "lib"}, ())
    run_git(repo, "commit", "-qm", "with a submodule")
    run_git(repo, "config", "-f", ".gitmodules", "submodule.lib.ignore", "all")
    run_git(repo, "commit", "-qam", "ignored")
    (repo / "lib" / "new").write_text("1")
    found = status.worktree_status(repo)
    assert (found.submodules, found.paths) == (("lib",), [])
    run_git(repo / "lib", "add", "new")
    run_git(repo / "lib", "commit", "-qm", "inside")
    assert status.worktree_status(repo).unstaged == ("lib",)
    assert status.unstaged_tracked_changes(repo) == ["lib"]


def test_a_conflict_is_unmerged(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "checkout", "-q", "-b", "other")
    (repo / "README.md").write_text("theirs\n")
    run_git(repo, "commit", "-qam", "theirs")
    run_git(repo, "checkout", "-q", "main")
    (repo / "README.md").write_text("ours\n")
    run_git(repo, "commit", "-qam", "ours")
    run_git(repo, "merge", "-q", "other", check=False)
    found = status.worktree_status(repo)
    assert (found.unmerged, found.staged, found.unstaged) == (("README.md",), (), ())
    assert status.unstaged_tracked_changes(repo) == ["README.md"]


@pytest.mark.parametrize("cone", ["--cone", "--no-cone"])
def test_a_sparse_checkout_is_clean(make_repo: MakeRepo, run_git: RunGit, cone: str) -> None:
    repo = make_repo(files={"in/a": "1", "out/b": "1", "c": "1"})
    run_git(repo, "sparse-checkout", "set", cone, *(["--sparse-index"] if cone == "--cone" else []), "in")
    assert not (repo / "out").exists()
    assert status.worktree_status(repo).paths == []
    (repo / "out").mkdir()
    (repo / "out" / "new").write_text("1")
    (repo / "in" / "a").write_text("22")
    assert status.worktree_status(repo).paths == ["in/a", "out/new"]


def test_line_ends_and_filters_are_no_changes(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={"a.txt": "1\n2\n", ".gitattributes": "*.up filter=up\n", "b.up": "shout\n"})
    run_git(repo, "config", "core.autocrlf", "true")
    run_git(repo, "config", "filter.up.smudge", "tr a-z A-Z")
    run_git(repo, "config", "filter.up.clean", "tr A-Z a-z")
    for name in ("a.txt", "b.up"):
        (repo / name).unlink()
    run_git(repo, "checkout", "--", ".")
    assert (repo / "a.txt").read_bytes() == b"1\r\n2\r\n"
    assert (repo / "b.up").read_bytes().startswith(b"SHOUT")
    os.utime(repo / "b.up", (1, 1))
    assert status.worktree_status(repo).paths == []


def test_detached_unborn_and_sha256(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    repo = make_repo()
    run_git(repo, "checkout", "-q", "--detach")
    assert status.worktree_status(repo).branch is None
    empty = tmp_path / "empty"
    empty.mkdir()
    run_git(empty, "init", "-q", "--object-format=sha256")
    (empty / "new").write_text("1")
    found = status.worktree_status(empty)
    assert (found.head, found.branch, found.untracked) == (None, "main", ("new",))


def test_a_failed_look_is_not_an_empty_one(make_repo: MakeRepo) -> None:
    repo = make_repo()
    (repo / ".git" / "index").write_bytes(b"DIRC broken")
    with pytest.raises(GitError):
        status.worktree_status(repo)


def test_staged_and_untracked_in_the_main_checkout(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    (repo / "new").write_text("1")
    assert status.has_staged_or_untracked(repo)
    assert status.unstaged_tracked_changes(repo) == []
    run_git(repo, "add", "new")
    assert status.has_staged_or_untracked(repo)
    (repo / "new").write_text("22")
    assert status.unstaged_tracked_changes(repo) == ["new"]
