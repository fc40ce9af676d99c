"""What became of merges and rebases: rows while they are open, when they end, and the same ones from the files."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from ampsm.context import Context
from ampsm.model.merge import Merge, MergeStatus, WaitsFor
from ampsm.store import merges
from ampsm.workflows.finishing.merge import preflight
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.merge import merge_session
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session import merge_records, open_merge, operations
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import MergeOptions
from ampsm.workflows.upkeep.rebuild import rebuild
from tests.support.drawn import Drawn
from tests.support.locked import locked_store
from tests.workflows.finishing.merge.merges import (
    CONFLICTED,
    MOVED,
    Make,
    add_remote,
    give_script,
    resolve,
    run,
    session_of,
)


def rows(d: Drawn) -> list[Merge]:
    """The rows of the session; made anew from its files they are the same."""
    found = merges.merges_of(d.ctx.store, d.session.id)
    assert merge_records.recorded_merges(d.ctx, d.session.id) == found
    return found


def test_merged_and_undone(drawn: Make) -> None:
    d = drawn(MOVED)
    before, target = d.tip, d.graph["a"]
    outcome = run(d)
    (row,) = rows(d)
    assert row == Merge(
        id=str(outcome.merge_id), session_id=d.session.id, operation="merge", status=MergeStatus.MERGED,
        started_at=row.started_at, from_sha=before, to_sha=d.tip, target="main", onto_sha=target, target_from=target,
        target_to=d.tip, commit_sha=d.tip, ended_at=row.ended_at,
    )  # fmt: skip
    assert row.ended_at and row.started_at < row.ended_at
    undo_operation(d.ctx, d.session.id)
    (row,) = rows(d)
    assert row.status == MergeStatus.UNDONE and row.undone_at and row.undone_at >= (row.ended_at or "")


def test_a_merge_commit_and_a_push(drawn: Make) -> None:
    d = drawn(MOVED)
    add_remote(d)
    run(d, no_ff=True, push=True)
    (row,) = rows(d)
    assert row.pushed and row.commit_sha == row.target_to == d.git("rev-parse", "main") != row.to_sha == d.tip


def test_waiting_for_conflicts_then_merged(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    run(d)
    (row,) = rows(d)
    assert (row.status, row.waiting_for, row.ended_at) == (MergeStatus.OPEN, WaitsFor.CONFLICTS, None)
    resolve(d)
    continue_merge(d.ctx, d.session.id)
    (again,) = rows(d)
    assert (again.id, again.status, again.waiting_for) == (row.id, MergeStatus.MERGED, None)


def test_waiting_for_tests_then_given_up(drawn: Make) -> None:
    d = drawn(MOVED)
    give_script(d, "test ! -e a.txt")
    run(d)
    (row,) = rows(d)
    assert (row.status, row.waiting_for) == (MergeStatus.OPEN, WaitsFor.TESTS)
    abort_merge(d.ctx, d.session.id)
    (row,) = rows(d)
    assert (row.status, row.to_sha, row.commit_sha, row.waiting_for) == (MergeStatus.ABORTED, None, None, None)
    assert row.ended_at and row.undone_at is None


def test_rebases(drawn: Make) -> None:
    d = drawn(MOVED)
    before = d.tip
    rebase_session(d.ctx, d.session.id)
    rebase_session(d.ctx, d.session.id)  # nothing to do: no operation
    (row,) = rows(d)
    assert (row.operation, row.status, row.from_sha, row.to_sha) == ("rebase", MergeStatus.REBASED, before, d.tip)
    assert row.target == "main" and row.onto_sha == d.graph["a"] and row.target_to is None


def test_a_rebase_that_was_aborted_by_hand(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    rebase_session(d.ctx, d.session.id)
    assert [row.waiting_for for row in rows(d)] == [WaitsFor.CONFLICTS]
    d.git("rebase", "--abort", at=d.worktree)
    with pytest.raises(Exception, match="aborted by hand"):
        continue_merge(d.ctx, d.session.id)
    assert [row.status for row in rows(d)] == [MergeStatus.ABORTED]


def test_one_that_changed_nothing_leaves_no_row(drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    d = drawn(MOVED)
    seen: list[MergeStatus] = []

    def interrupted(*args: Any, **options: Any) -> Any:
        seen.extend(row.status for row in rows(d))
        raise KeyboardInterrupt

    monkeypatch.setattr(preflight, "with_tests", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(d)
    assert seen == [MergeStatus.OPEN] and rows(d) == [] and open_merge.load(d.ctx, d.session.id) is None


def test_the_rows_are_made_again_from_the_files(drawn: Make) -> None:
    d = drawn(MOVED)
    rebase_session(d.ctx, d.session.id)
    run(d)
    undo_operation(d.ctx, d.session.id)
    run(d, "again")
    before = rows(d)
    assert [row.status for row in before] == [MergeStatus.REBASED, MergeStatus.UNDONE, MergeStatus.MERGED]
    d.ctx.store.execute("DELETE FROM sessions")
    for _ in range(2):
        rebuild(d.ctx, d.session.id)
        assert rows(d) == before


def test_operations_of_the_first_release(drawn: Make) -> None:
    """They know no merge; a number stands in for its id."""
    d = drawn(MOVED)
    rebase_session(d.ctx, d.session.id)
    run(d)
    operations.change(d.ctx, d.session.id, lambda known: operations.Recorded(operations=known.operations))
    merge_records.index_merges(d.ctx, d.session.id)
    first, second = rows(d)
    assert (first.id, first.status, first.target) == (f"{d.session.id}/o1", MergeStatus.REBASED, None)
    assert (second.id, second.status, second.target) == (f"{d.session.id}/o2", MergeStatus.MERGED, "main")
    assert second.commit_sha == second.target_to == d.tip
    undo_operation(d.ctx, d.session.id)
    assert rows(d)[1].status == MergeStatus.UNDONE


class TestStoreOutage:
    """A store that cannot be written does not end a merge that git can make."""

    def test_merged(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        d = drawn(MOVED)
        log = give_script(d, "true")
        real = preflight.examine

        def then_locked(*args: Any, **options: Any) -> Any:
            found = real(*args, **options)
            locked.__enter__()
            return found

        locked = locked_store(d.ctx)
        monkeypatch.setattr(preflight, "examine", then_locked)
        try:
            outcome = merge_session(d.ctx, d.session.id, MergeOptions(message="feat: it"))
        finally:
            locked.__exit__(None, None, None)
        assert (outcome.status, outcome.exit_code, outcome.error) == ("merged", 0, None)
        assert len(log.read_text().splitlines()) == 2 and d.subjects("main") == ["feat: it", "a", "base"]
        assert merges.merges_of(d.ctx.store, d.session.id) == []
        monkeypatch.undo()
        undo_operation(d.ctx, d.session.id)
        assert session_of(d).status == "idle" and session_of(d).merged_at is None
        assert [row.status for row in rows(d)] == [MergeStatus.UNDONE]

    def test_given_up(self, drawn: Make) -> None:
        d = drawn(CONFLICTED)
        before = d.tip
        run(d)
        with locked_store(d.ctx):
            assert abort_merge(d.ctx, d.session.id).commit == before == d.tip
        with held(d.ctx, d.session.id, "commit"):
            pass
        assert [row.status for row in rows(d)] == [MergeStatus.ABORTED]


def test_one_that_was_killed_before_its_row_said_how_it_ended(drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next command that writes in the session puts its row right, whatever that command is."""
    d = drawn(MOVED)
    with monkeypatch.context() as killed:
        real = merge_records.index_merges

        def die_at_the_end(ctx: Context, session_id: str) -> None:
            if open_merge.load(ctx, session_id) is None:
                raise KeyboardInterrupt
            real(ctx, session_id)

        killed.setattr(merge_records, "index_merges", die_at_the_end)
        with pytest.raises(KeyboardInterrupt):
            run(d)
    assert [row.status for row in merges.merges_of(d.ctx.store, d.session.id)] == [MergeStatus.OPEN]
    with held(d.ctx, d.session.id, "commit"):
        pass
    assert [row.status for row in rows(d)] == [MergeStatus.MERGED]


def test_files_that_cannot_be_read_keep_nobody_from_working(drawn: Make) -> None:
    d = drawn(MOVED)
    run(d)
    before = merges.merges_of(d.ctx.store, d.session.id)
    (d.ctx.paths.journal_dir(d.session.id) / "operations.json").write_text("{")
    with held(d.ctx, d.session.id, "commit"):
        pass
    assert merges.merges_of(d.ctx.store, d.session.id) == before


def test_a_file_that_cannot_be_read_is_named(drawn: Make) -> None:
    d = drawn(MOVED)
    run(d)
    before = merges.merges_of(d.ctx.store, d.session.id)
    file = d.ctx.paths.journal_dir(d.session.id) / "operations.json"
    shutil.copy(file, file.with_suffix(".kept"))
    file.write_text("{")
    with pytest.raises(Exception, match=r"operations\.json cannot be read"):
        merge_records.index_merges(d.ctx, d.session.id)
    assert merges.merges_of(d.ctx.store, d.session.id) == before
