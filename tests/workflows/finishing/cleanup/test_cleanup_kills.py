"""`kill -9` in the middle of `cleanup` and `restore`: the worktree is whole or gone, and the next call finishes.

Some places in `make test`; every place in the code, one after the other, in `make test-faults`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ampsm.model.session import Session
from ampsm.workflows.upkeep.doctor import examine_health
from tests.support.place import Place
from tests.workflows.finishing.cleanup.killed import killed

SHARES, STEP = (8, 1) if os.environ.get("AMPSM_TEST_ALL_FAULTS") else (2, 45)


@pytest.fixture
def session(place: Place) -> Session:
    """A session with a bit of everything: commits, staged, changed and untracked files, an empty folder."""
    session = place.new()
    tree = Path(session.worktree)
    place.commit(session, {"a": "a\n", "deep/er": "d\n"})
    (tree / "staged").write_text("s\n")
    place.git(tree, "add", "staged")
    (tree / "README.md").write_text("changed\n")
    (tree / "new").mkdir(mode=0o700)
    (tree / "new/wip").write_text("w\n")
    (tree / "empty").mkdir()
    (tree / "link").symlink_to("a")
    return session


def _nothing_is_left_over(place: Place) -> None:
    folder = place.repo / ".worktrees"
    assert not (folder / ".removing").exists() and not (folder / ".restoring").exists()
    # A kill between the session's file and its row: the row is behind until something changes it, or doctor --fix.
    assert {finding.id for finding in examine_health(place.ctx).findings if finding.left} <= {"session-differs"}
    assert examine_health(place.ctx, fix=True).ok


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.rounds(1)
def test_cleanup_killed_anywhere(place: Place, session: Session, share: int) -> None:
    before, number = place.state(session), 1 + share * STEP
    while (places := killed(number, "cleanup", session)) is None:
        if Path(session.worktree).exists():
            assert place.state(session) == before, number
        if share % 2:
            place.cleanup(session, force=True)
            assert place.again(session).cleaned_up_at and not Path(session.worktree).exists()
        place.restore(session)
        assert place.state(session) == before, number
        assert place.again(session).cleaned_up_at is None
        _nothing_is_left_over(place)
        number += SHARES * STEP
    print(f"{places} places")
    assert places > 100 and not Path(session.worktree).exists()


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.rounds(1)
def test_restore_killed_anywhere(place: Place, session: Session, share: int) -> None:
    before, number = place.state(session), 1 + share * STEP
    place.cleanup(session, force=True)
    while (places := killed(number, "restore", session)) is None:
        if Path(session.worktree).exists():
            assert place.state(session) == before, number
        place.restore(session)
        assert place.state(session) == before, number
        place.cleanup(session, force=True)
        _nothing_is_left_over(place)
        number += SHARES * STEP
    print(f"{places} places")
    assert places > 50 and place.state(session) == before
