"""Running git: its environment, its errors."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.command import PATTERNS, GitError, git, git_answer, git_line, paths_of
from ampsm.model.errors import UserError

MakeRepo = Callable[..., Path]


def test_output_is_bytes_made_text_without_loss(make_repo: MakeRepo) -> None:
    repo = make_repo()
    name = os.fsdecode(b"gr\xf6\xdfe \n\xc3\xb6")
    (repo / name).write_text("1")
    listed = git(repo, "ls-files", "-z", "--others").stdout
    assert paths_of(listed) == [name]
    assert git_line(repo, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert git_answer(repo, "config", "no.such") is None


def test_an_error_holds_git_s_last_line(make_repo: MakeRepo) -> None:
    with pytest.raises(GitError, match="git rev-parse failed: fatal: Needed a single revision") as error:
        git(make_repo(), "rev-parse", "--verify", "no-such")
    assert (error.value.code, error.value.exit_code) == ("git-failed", 1)
    assert git(make_repo("other"), "rev-parse", "--verify", "no-such", check=False).returncode == 128


@pytest.mark.parametrize("name", ["*", "[a]", ":(top)a", ":(glob)**", ":!a", ":/a", "\\a"])
def test_a_path_means_the_file_of_that_name(make_repo: MakeRepo, name: str) -> None:
    """Also what git has for a pattern; a call that asks for patterns says so."""
    repo = make_repo(files={"a": "1\n"})
    assert git(repo, "ls-files", "-z", "--", name).stdout == b""
    index = "update-index", "--add", "-z", "--index-info"
    line = f"100644 {git_line(repo, 'rev-parse', ':a')} 0\t{name}\0"
    git(repo, *index, stdin=line.encode(), writes=True)
    assert paths_of(git(repo, "ls-files", "-z", "--", name).stdout) == [name]
    assert b"a" in git(repo, "ls-files", "-z", "--", "*", env=PATTERNS).stdout


def test_a_folder_that_is_gone_and_a_git_that_is_missing(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo = make_repo()
    with pytest.raises(GitError, match="does not exist"):
        git(tmp_path / "gone", "status")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError) as error:
        git(repo, "status")
    assert (error.value.code, error.value.exit_code) == ("git-missing", 1)


def test_a_git_that_hangs_is_given_up(make_repo: MakeRepo) -> None:
    with pytest.raises(GitError, match="longer than") as error:
        git(make_repo(), "-c", "alias.hang=!sleep 60", "hang", timeout=0.3)
    assert error.value.timed_out


def test_messages_are_english_and_nothing_asks(make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repo()
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    shown = os.fsdecode(git(repo, "-c", "alias.env=!env", "env").stdout).splitlines()
    assert {"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_EDITOR=:"} <= set(shown)
    assert "GIT_DIR=/nonexistent" not in shown


def test_a_lock_that_was_left_is_named_with_the_way_out(make_repo: MakeRepo) -> None:
    repo = make_repo()
    lock = repo / ".git" / "index.lock"
    lock.touch()
    (repo / "new.txt").touch()
    with pytest.raises(GitError, match=r"index\.lock': File exists") as error:
        git(repo, "add", "--all", writes=True)
    assert error.value.hint == "when no git is at work there any more: amp-sessions doctor --fix"
