"""A commit made by hand where a merge waits: what it has stays, and the merge goes on from it."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest

from ampsm.git.command import git
from ampsm.model.conflicts import Choice
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import abort_merge, choose, conflicts_of, unresolve_file
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting, writes
from tests.workflows.finishing.merge.merges import Make, run

__all__ = ["waiting"]


@pytest.fixture
def committed(waiting: Callable[..., Waiting]) -> Waiting:
    """`a` was resolved, `b` edited, and both were committed by hand."""
    w = waiting(writes(a="1\n", b="1\n"), writes(a="T\n", b="T\n"), writes(a="S\n", b="S\n"))
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    (w.wt / "b").write_text("by hand\n")
    git(w.wt, "commit", "-qam", "by hand", writes=True)
    return w


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("path", ["a", "b"])
def test_what_was_committed_is_put_back_by_nobody(committed: Waiting, path: str, back: bool) -> None:
    w = committed
    found = conflicts_of(w.d.ctx, w.id)
    assert [(file.path, file.resolved) for file in found.files] == [("a", True), ("b", True)]
    w.choose(path, Choice.BOTH)
    before = w.d.git("rev-parse", "HEAD", at=w.wt), (w.wt / path).read_text()
    with pytest.raises(UserError) as refused:
        unresolve_file(w.d.ctx, w.id, path) if back else w.resolve(path, draft=True)
    assert (refused.value.code, refused.value.exit_code) == ("branch-moved", 5)
    assert f"amp-sessions continue-merge {w.id}" in (refused.value.hint or "")
    assert (w.d.git("rev-parse", "HEAD", at=w.wt), (w.wt / path).read_text(), w.stages()) == (*before, "")
    w.merged()
    assert (w.blob("a"), w.blob("b")) == (b"S\n", b"by hand\n")
    assert w.d.git("log", "-1", "--format=%s", "main") == "by hand"


def test_the_commit_taken_back_as_is_said_leaves_all_to_be_settled_again(committed: Waiting) -> None:
    w = committed
    with pytest.raises(UserError) as refused:
        unresolve_file(w.d.ctx, w.id, "a")
    words = shlex.split(str(refused.value.hint).rpartition("take that commit back: ")[2])
    assert words[:3] == ["git", "-C", str(w.wt)]
    git(w.wt, *words[3:], writes=True)
    assert not unresolve_file(w.d.ctx, w.id, "a").files[0].resolved
    assert "<<<<<<<" in (w.wt / "a").read_text()
    choose(w.d.ctx, w.id, "a", Choice.TARGET, hunks=[1])
    w.resolve("a")
    w.merged()
    assert (w.blob("a"), w.blob("b")) == (b"T\n", b"by hand\n")


@pytest.mark.parametrize("left", [("symbolic-ref", "HEAD", "refs/heads/main"), ("update-ref", "HEAD", "main~1")])
def test_what_the_rebase_had_made_is_kept_where_head_was_taken_elsewhere(drawn: Make, left: tuple[str, ...]) -> None:
    d = drawn("main: base{a=1\\n} u{a=2\\n} | session: base > s1*{b=1\\n} h1{a=3\\n}")
    assert run(d, None, squash=False).exit_code == 4
    made = d.git("rev-parse", "HEAD", at=d.worktree)
    d.git(*left, at=d.worktree)
    abort_merge(d.ctx, d.session.id)
    assert d.git("for-each-ref", "--points-at", made, "refs/ampsm/backup"), "somebody may have resolved conflicts in it"
    assert d.tip == d.graph["h1"] and d.git("rev-parse", "main") == d.graph["u"]
