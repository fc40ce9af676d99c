"""Rows of merges that are older than their table, while the disk is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ampsm.context import Context
from ampsm.model.merge import MergeStatus
from ampsm.store import merges
from ampsm.workflows.session import merge_records, operations, session_file
from ampsm.workflows.session.operations import EndedMerge
from tests.support.records import a_session, at

MANY = 200


@contextmanager
def full_disk(ctx: Context) -> Iterator[None]:
    """There is room for what the database has already, and for hardly more."""
    pages = ctx.store.query("PRAGMA page_count")[0][0]
    ctx.store.query(f"PRAGMA max_page_count = {pages + 1}")
    yield
    ctx.store.query("PRAGMA max_page_count = 1000000")


def an_earlier_session(ctx: Context, session_id: str) -> None:
    """Its files tell of many merges, the store of none."""
    session_file.add_session(ctx, a_session(session_id))
    ended = (
        EndedMerge(
            merge_id=f"{session_id}/m{n}", operation="merge", status=MergeStatus.ABORTED, started_at=at(n),
            ended_at=at(n), from_sha="a" * 40, to_sha=None, target="main", onto_sha="b" * 40,
        )
        for n in range(MANY)
    )  # fmt: skip
    known = operations.Recorded(merges=tuple(ended))
    operations.change(ctx, session_id, lambda _: known)
    ctx.store.execute("INSERT INTO to_index(session_id) VALUES (?)", (session_id,))


def test_rows_that_there_is_no_room_for_are_all_made_another_time(ctx: Context) -> None:
    ids = ["one-aaaaaa", "two-bbbbbb"]
    for session_id in ids:
        an_earlier_session(ctx, session_id)
    with full_disk(ctx):
        merge_records.index_earlier_merges(ctx)
        assert sorted(merges.sessions_to_index(ctx.store)) == ids
        assert [merges.merges_of(ctx.store, session_id) for session_id in ids] == [[], []]
    merge_records.index_earlier_merges(ctx)
    assert merges.sessions_to_index(ctx.store) == []
    assert [len(merges.merges_of(ctx.store, session_id)) for session_id in ids] == [MANY, MANY]
