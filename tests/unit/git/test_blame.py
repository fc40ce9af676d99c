"""Which commits made, or took away, lines of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.blame import commits_of_lines, commits_that_removed


@pytest.mark.parametrize("path", ["[a]*", ":(glob)**", "*"])
def test_a_file_that_is_called_as_a_pattern(
    make_repo: Callable[..., Path], run_git: Callable[..., str], path: str
) -> None:
    repo = make_repo(files={path: "1\n2\n", "a": "1\n"})
    start, made = run_git(repo, "rev-parse", "HEAD"), list[str]()
    for name, text in (("a", "2\n"), (path, "1\n"), ("a", "3\n")):
        (repo / name).write_text(text)
        run_git(repo, "commit", "-qam", name)
        made.append(run_git(repo, "rev-parse", "HEAD"))
    assert commits_that_removed(repo, start, made[2], path, range(1, 2)) == [made[1]]
    assert commits_of_lines(repo, start, made[2], path, range(1)) == []


def test_commits_after_a_point_that_made_or_removed_lines(
    make_repo: Callable[..., Path], run_git: Callable[..., str]
) -> None:
    repo = make_repo(files={"a b": "1\n2\n3\n4\n5\n6\n"})
    start, made = run_git(repo, "rev-parse", "HEAD"), list[str]()
    for text in ("1\nT2\n3\n4\n5\n6\n", "1\nT2\n3\n5\n6\n", "new\n1\nT2\n3\n5\nT6\n"):
        (repo / "a b").write_text(text)
        run_git(repo, "commit", "-qam", f"{len(made)}\n\nboundary")
        made.append(run_git(repo, "rev-parse", "HEAD"))
    run_git(repo, "config", "--global", "blame.ignoreRevsFile", "missing")
    assert commits_of_lines(repo, start, made[2], "a b", range(3)) == [made[2], made[0]]
    (repo / "ignored").write_text(made[2])
    run_git(repo, "config", "--global", "blame.ignoreRevsFile", "ignored")
    assert commits_of_lines(repo, start, made[2], "a b", range(5, 6)) == [made[2]]
    assert commits_of_lines(repo, start, made[2], "a b", range(3, 5)) == []
    assert commits_of_lines(repo, start, made[2], "a b", range(3, 3)) == []
    assert commits_of_lines(repo, made[1], made[2], "a b", range(2, 3)) == []
    assert commits_that_removed(repo, start, made[2], "a b", range(3, 4)) == [made[1]]
    assert commits_that_removed(repo, start, made[2], "a b", range(2)) == [made[0]]
    assert commits_that_removed(repo, start, made[2], "a b", range(1, 6)) == [made[0], made[1], made[2]]
