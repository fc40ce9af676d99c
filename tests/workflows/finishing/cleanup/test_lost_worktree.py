"""`restore` of a session that was not cleaned up but whose folder somebody deleted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.status.session_view import session_status
from ampsm.workflows.upkeep.doctor import examine_health
from tests.support.place import Place
from tests.workflows.finishing.cleanup.killed import killed

STEP = 1 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 17


@pytest.fixture
def session(place: Place) -> Session:
    """A session with commits, staged and untracked files, and one that is staged to go."""
    session = place.new()
    tree = Path(session.worktree)
    place.commit(session, {"a": "a\n", "deep/er": "d\n"})
    (tree / "staged").write_text("s\n")
    place.git(tree, "add", "staged")
    place.git(tree, "rm", "-q", "a")
    (tree / "README.md").write_text("never staged\n")
    return session


def test_files_are_as_last_staged_or_committed(place: Place, session: Session) -> None:
    tree = Path(session.worktree)
    index, tip = place.git(tree, "ls-files", "--stage"), place.git(tree, "rev-parse", "HEAD")
    shutil.rmtree(tree)
    assert f"amp-sessions restore {session.id}" in session_status(place.ctx, session.id).next_step
    assert [found.fix for found in examine_health(place.ctx).findings if found.id == "worktree-missing"] == [
        f"amp-sessions restore {session.id}"
    ]
    place.restore(session)
    assert (tree / "staged").read_text() == "s\n" and (tree / "deep/er").read_text() == "d\n"
    assert not (tree / "a").exists() and (tree / "README.md").read_text() != "never staged\n"
    assert (place.git(tree, "ls-files", "--stage"), place.git(tree, "rev-parse", "HEAD")) == (index, tip)
    assert sorted(place.git(tree, "status", "--porcelain").splitlines()) == ["A  staged", "D  a"]
    assert (tree / "AGENT_CONTEXT/SESSION.md").exists()
    assert not (place.repo / ".worktrees/.restoring").exists()
    assert not [found for found in examine_health(place.ctx).findings if found.severity == "error"]


def test_without_the_index_the_files_are_those_of_the_branch(place: Place, session: Session) -> None:
    tree = Path(session.worktree)
    tip = place.git(tree, "rev-parse", "HEAD")
    shutil.rmtree(tree)
    place.git(place.repo, "worktree", "prune")
    place.restore(session)
    assert place.git(tree, "rev-parse", "HEAD") == tip and (tree / "a").read_text() == "a\n"
    assert place.git(tree, "status", "--porcelain") == "" and not (tree / "staged").exists()


def test_a_merge_that_was_open_still_is(place: Place, session: Session) -> None:
    tree = Path(session.worktree)
    place.git(tree, "reset", "-q", "--hard")
    place.git(tree, "switch", "-q", "-c", "other", "HEAD~1")
    (tree / "a").write_text("theirs\n")
    place.git(tree, "add", "a")
    place.git(tree, "commit", "-qm", "theirs")
    place.git(tree, "switch", "-q", session.branch)
    with pytest.raises(Exception, match="merge failed"):
        place.git(tree, "merge", "other")
    conflicted = (tree / "a").read_text()
    assert "<<<<<<<" in conflicted
    shutil.rmtree(tree)
    place.restore(session)
    assert place.git(tree, "status", "--porcelain") == "AA a"
    assert [line for line in (tree / "a").read_text().splitlines() if line[:1] not in "<>"] == [
        line for line in conflicted.splitlines() if line[:1] not in "<>"
    ]
    assert place.git(tree, "rev-parse", "MERGE_HEAD") == place.git(place.repo, "rev-parse", "other")


def test_a_locked_one_and_a_branch_in_use_are_left_alone(place: Place, session: Session) -> None:
    tree = Path(session.worktree)
    place.git(place.repo, "worktree", "lock", str(tree))
    shutil.rmtree(tree)
    with pytest.raises(UserError) as locked:
        place.restore(session)
    assert (locked.value.code, locked.value.exit_code) == ("worktree-locked", 5)
    place.git(place.repo, "worktree", "unlock", str(tree))
    place.git(place.repo, "worktree", "prune")
    place.git(place.repo, "worktree", "add", "-q", str(place.repo.parent / "elsewhere"), session.branch)
    with pytest.raises(UserError) as used:
        place.restore(session)
    assert (used.value.code, tree.exists()) == ("branch-checked-out", False)


@pytest.mark.parametrize("pruned", [False, True])
def test_an_adopted_one_comes_back_beside_where_it_was(place: Place, tmp_path: Path, pruned: bool) -> None:
    """Its disk may be another one than the repository's."""
    tree = tmp_path / "out" / "topic"
    place.git(place.repo, "worktree", "add", "-q", "-b", "topic", str(tree))
    session = place.adopt(tree)
    shutil.rmtree(tree.parent)
    if pruned:
        place.git(place.repo, "worktree", "prune")
    with pytest.raises(UserError) as gone:
        place.restore(session)
    assert (gone.value.code, gone.value.hint) == ("worktree-missing", f"mkdir -p {tree.parent}")
    tree.parent.mkdir()
    place.restore(session)
    assert place.git(tree, "status", "--porcelain") == "" and (tree / "README.md").exists()
    assert [entry.name for entry in tree.parent.iterdir()] == ["topic"]


def test_a_failure_leaves_nothing_half_made(place: Place, session: Session) -> None:
    tree = Path(session.worktree)
    shutil.rmtree(tree)
    blob = place.git(place.repo, "rev-parse", f"{session.branch}:deep/er").strip()
    stored = place.repo / ".git/objects" / blob[:2] / blob[2:]
    content = stored.read_bytes()
    stored.unlink()
    with pytest.raises(UserError):
        place.restore(session)
    assert not tree.exists() and not list((place.repo / ".worktrees/.restoring").iterdir())
    stored.write_bytes(content)
    place.restore(session)
    assert sorted(place.git(tree, "status", "--porcelain").splitlines()) == ["A  staged", "D  a"]


@pytest.mark.parametrize("pruned", [False, True])
def test_killed_anywhere_it_is_whole_or_gone(place: Place, session: Session, pruned: bool) -> None:
    tree = Path(session.worktree)
    number, stopped = 1, 0
    while True:
        shutil.rmtree(tree)
        if pruned:
            place.git(place.repo, "worktree", "prune")
        places = killed(number, "restore", session)
        expected = [] if pruned else ["A  staged", "D  a"]
        if tree.exists():
            assert sorted(place.git(tree, "status", "--porcelain").splitlines()) == expected
        place.restore(session)
        assert sorted(place.git(tree, "status", "--porcelain").splitlines()) == expected
        if places is not None:
            break
        number, stopped = number + STEP, stopped + 1
    assert stopped >= 2
    assert not (place.repo / ".worktrees/.restoring").exists()
