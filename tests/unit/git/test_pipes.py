"""Pipes in a worktree: git, which would wait for them for ever, is ended with words; a file they replaced is gone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import diff
from ampsm.git.command import git
from ampsm.git.git_files import pipes
from ampsm.model.errors import UserError
from ampsm.system import calls
from tests.support.variants import slow_but

MakeRepo = Callable[..., Path]

PLACES = [".gitignore", "src/.gitignore", ".gitattributes", ".git/info/exclude", ".git/info/attributes"]


@pytest.fixture(autouse=True)
def soon_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_SLOW_SECONDS", 0.2)


@pytest.mark.parametrize("place", slow_but(PLACES, [".gitignore", ".git/info/exclude"]))
def test_git_does_not_wait_for_a_pipe(make_repo: MakeRepo, place: str) -> None:
    repo = make_repo()
    pipe = repo / place
    pipe.parent.mkdir(exist_ok=True)
    (pipe.parent / "untracked").write_text("x")
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    (repo / "README.md").write_text("changed\n")
    with pytest.raises(UserError) as caught:
        git(repo, "add", "--all")
    error = caught.value
    assert (error.code, str(pipe) in error.message, error.hint) == ("wrong-worktree", True, f"rm {pipe}")


@pytest.mark.parametrize("setting", slow_but(["include.path", "core.attributesFile", ".gitconfig"], ["include.path"]))
def test_git_does_not_wait_for_a_pipe_that_a_configuration_names(
    make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    repo, pipe = make_repo(), tmp_path / "pipe"
    if setting == ".gitconfig":
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(pipe))
    else:
        more = tmp_path / "more"
        more.write_text("")
        git(repo, "config", "include.path", str(more))
        git(repo, "config", "--file", str(more), setting, "pipe" if setting == "include.path" else str(pipe))
    (repo / "README.md").write_text("changed\n")
    os.mkfifo(pipe)
    with pytest.raises(UserError) as caught:
        git(repo, "add", "--all")
    assert (caught.value.code, caught.value.hint) == ("wrong-worktree", f"rm {pipe}")


def test_a_slow_git_without_a_pipe_goes_on(make_repo: MakeRepo) -> None:
    repo = make_repo()
    said = git(repo, "-c", "alias.slow=!sleep 0.5; cat", "slow", stdin=b"word").stdout
    assert said == b"word"
    pipes.require_no_pipes(repo)


def test_a_file_that_a_pipe_replaced_is_a_deleted_one(make_repo: MakeRepo) -> None:
    repo = make_repo()
    Path(repo, "README.md").unlink()
    os.mkfifo(repo / "README.md")
    found = diff.diff(repo, base="HEAD", mode="all", patch=True)
    assert [(file.path, file.status) for file in found.files] == [("README.md", "deleted")]
