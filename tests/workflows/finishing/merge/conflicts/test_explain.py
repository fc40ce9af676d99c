"""What can be asked about a file in conflict: whether its result is right, and who made its hunks."""

from __future__ import annotations

import pytest

from ampsm.model.conflicts import Choice
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import choose, conflict_hunks, hunk_commits, verify_file
from tests.workflows.finishing.merge.merges import CONFLICTED, Make, run

HISTORY = (
    "main: base{a=1\\n2\\n3\\n4\\n5\\n} u1{a=1\\nT\\n3\\n4\\n5\\n} u2{a=1\\nT\\n3\\n4\\n} "
    "| session: base > s1*{a=1\\nS1\\n3\\n4\\n5\\n} h1{a=1\\nS1\\n3\\n4\\nS2\\n} s3*{b=1\\n}"
)
MOVED = (
    "main: base{a=1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n} u1{-a,new=1\\n2\\n3\\nT\\n5\\n6\\n7\\n8\\n} "
    "| session: base > s1*{a=1\\n2\\n3\\nS\\n5\\n6\\n7\\n8\\n}"
)


def test_the_result_is_compared_as_it_is_chosen(drawn: Make) -> None:
    d = drawn(HISTORY)
    run(d)
    for hunk in conflict_hunks(d.ctx, d.session.id, "a").hunks:
        choose(d.ctx, d.session.id, "a", Choice.SESSION, hunks=[hunk.n])
    found = verify_file(d.ctx, d.session.id, "a")
    assert "-T\n+S1\n" in found.target_to_result and "-2\n+S1\n" in found.base_to_session
    assert not found.alike


def test_the_commits_of_a_hunk(drawn: Make) -> None:
    d = drawn(HISTORY)
    run(d)
    numbers = [hunk.n for hunk in conflict_hunks(d.ctx, d.session.id, "a").hunks]
    found = [hunk_commits(d.ctx, d.session.id, "a", n) for n in numbers]
    assert [[commit.subject for commit in one.target] for one in found] == [["u1"], ["u2"]]
    assert [[commit.subject for commit in one.session] for one in found] == [["s1"], ["h1"]]
    with pytest.raises(UserError, match="no hunk 9"):
        hunk_commits(d.ctx, d.session.id, "a", 9)


def test_a_side_that_moved_the_file_has_it_elsewhere(drawn: Make) -> None:
    d = drawn(MOVED)
    run(d)
    (hunk,) = conflict_hunks(d.ctx, d.session.id, "new").hunks
    found = hunk_commits(d.ctx, d.session.id, "new", hunk.n)
    assert [commit.subject for commit in found.target] == ["u1"]
    assert [commit.subject for commit in found.session] == ["s1"]


def test_a_file_without_hunks(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    run(d)
    with pytest.raises(UserError, match="no hunks") as refused:
        verify_file(d.ctx, d.session.id, "b.txt")
    assert refused.value.exit_code == 2
