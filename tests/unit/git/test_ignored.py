"""Names that git would read more into are asked about as the names that they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ampsm.git.command import GitError
from ampsm.git.content.ignored import ignored_paths

ODD = ["*", "[a]", ":(top)a", ":(glob)**", ":!a", ":/a", "-x", "new\nline", "\udcff"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", tmp_path / "repo"], check=True)
    return tmp_path / "repo"


@pytest.mark.parametrize("name", ODD)
def test_of_odd_names_only_those_meant_are_ignored(repo: Path, name: str) -> None:
    (repo / ".gitignore").write_text("build/\n*.log\n")
    asked = [name, f"build/{name}", f"{name}.log", "plain"]
    assert ignored_paths(repo, asked) == asked[1:3]
    assert ignored_paths(repo, []) == []


def test_that_git_cannot_say_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        ignored_paths(tmp_path, ["a"])
