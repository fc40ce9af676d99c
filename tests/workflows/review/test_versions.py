"""A session's commits, what each changed, and both versions of a changed file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.context import Context
from ampsm.git.versions import Version
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.review.changes import Compared, session_commits, session_diff, versions_of_file
from ampsm.workflows.session.create import create_session

RunGit = Callable[..., str]


@pytest.fixture
def session(ctx: Context, make_repo: Callable[..., Path]) -> Session:
    return create_session(ctx, repo=str(make_repo("mein repo ä")), name="Fix it", prompt="Fix it")


def commit(session: Session, run_git: RunGit, name: str, content: bytes, subject: str) -> str:
    place = Path(session.worktree)
    (place / name).write_bytes(content)
    run_git(place, "add", "-A")
    run_git(place, "commit", "-qm", subject)
    return run_git(place, "rev-parse", "HEAD").strip()


def test_commits_newest_first_and_what_each_changed(ctx: Context, session: Session, run_git: RunGit) -> None:
    assert session_commits(ctx, session.id) == []
    first = commit(session, run_git, "one", b"1\n", "First")
    second = commit(session, run_git, "two\nlines", b"2\n", "Second")
    (Path(session.worktree) / "loose").write_text("3\n")
    assert [(found.sha, found.subject) for found in session_commits(ctx, session.id)] == [
        (second, "Second"), (first, "First"),
    ]  # fmt: skip
    assert [file.path for file in session_diff(ctx, session.id, Compared(commit=first)).files] == ["one"]
    assert [file.path for file in session_diff(ctx, session.id, Compared(commit=second[:12])).files] == ["two\nlines"]
    with pytest.raises(UserError) as error:
        session_diff(ctx, session.id, Compared(commit="0" * 40))
    assert error.value.code == "no-such-commit"


def test_a_commit_without_parents(ctx: Context, session: Session, run_git: RunGit) -> None:
    place = session.worktree
    root = run_git(place, "commit-tree", "HEAD^{tree}", "-m", "root").strip()
    found = session_diff(ctx, session.id, Compared(commit=root))
    assert found.files
    assert {file.status for file in found.files} == {"added"}


def test_white_space_can_be_left_out(ctx: Context, session: Session, run_git: RunGit) -> None:
    first = commit(session, run_git, "code", b"if a:\n  b\n", "First")
    second = commit(session, run_git, "code", b"if a:\n    b\n", "Second")
    assert first != second
    assert b"+    b" in (session_diff(ctx, session.id, Compared(commit=second)).patch or b"")
    without = session_diff(ctx, session.id, Compared(commit=second), ignore_space=True)
    assert b"+    b" not in (without.patch or b"")


def test_both_versions_of_a_file(ctx: Context, session: Session, run_git: RunGit) -> None:
    place, name = Path(session.worktree), ":(top) odd\nname"
    commit(session, run_git, name, b"old\0", "First")
    (place / name).write_bytes(b"new\0!")
    assert versions_of_file(ctx, session.id, name) == (None, Version(5, b"new\0!"))
    old, working = Version(4, b"old\0"), Compared(working=True)
    assert versions_of_file(ctx, session.id, name, working) == (old, Version(5, b"new\0!"))
    assert versions_of_file(ctx, session.id, name, working, limit=4) == (old, Version(5, None))
    assert versions_of_file(ctx, session.id, name, Compared(staged=True))[1] == Version(4, b"old\0")
    run_git(place, "mv", name, "moved")
    moved = versions_of_file(ctx, session.id, "moved", working, old_path=name)
    assert moved == (Version(4, b"old\0"), Version(5, b"new\0!"))
    (place / "moved").unlink()
    assert versions_of_file(ctx, session.id, "moved")[1] is None


def test_links_are_not_followed(ctx: Context, session: Session, tmp_path: Path) -> None:
    place = Path(session.worktree)
    (tmp_path / "secret").write_text("secret")
    (place / "link").symlink_to(tmp_path / "secret")
    (place / "folder").symlink_to(tmp_path)
    leads = str(tmp_path / "secret").encode()
    assert versions_of_file(ctx, session.id, "link")[1] == Version(len(leads), leads)
    assert versions_of_file(ctx, session.id, "folder/secret")[1] is None
