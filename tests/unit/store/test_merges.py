"""Merges: an index that is made again as often as one likes."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ampsm.model.merge import Merge, MergeStatus, WaitsFor
from ampsm.store import merges, sessions
from ampsm.store.connection import Store
from tests.support.records import BASE_SHA, a_merge, a_session, at

SESSION, OTHER = "add-login-aaaaaa", "other-bbbbbb"


@pytest.fixture(autouse=True)
def _sessions(store: Store) -> None:
    for session_id in (SESSION, OTHER):
        sessions.insert_session(store, a_session(session_id))


def test_merges_come_back_as_they_were_oldest_first(store: Store) -> None:
    full = a_merge(
        2, status=MergeStatus.UNDONE, onto_sha=BASE_SHA, target_from=BASE_SHA, target_to="c" * 40, commit_sha="c" * 40,
        pushed=True, pull_request="https://example.com/1", ended_at=at(3), undone_at=at(4),
    )  # fmt: skip
    waiting = a_merge(3, operation="rebase", status=MergeStatus.OPEN, waiting_for=WaitsFor.CONFLICTS, to_sha=None)
    bare = a_merge(1, target=None)
    merges.replace_merges(store, SESSION, [full, waiting, bare])
    found = merges.merges_of(store, SESSION)
    assert found == [bare, full, waiting]
    assert [type(getattr(found[1], field.name)) for field in fields(Merge)] == [
        type(getattr(full, field.name)) for field in fields(Merge)
    ]
    assert isinstance(found[2].waiting_for, WaitsFor)
    assert merges.merges_of(store, OTHER) == []


def test_replacing_leaves_nothing_of_what_was_there_and_all_of_others(store: Store) -> None:
    other = a_merge(1, OTHER)
    merges.replace_merges(store, OTHER, [other])
    merges.replace_merges(store, SESSION, [a_merge(1, status=MergeStatus.OPEN), a_merge(2)])
    for _ in range(2):
        merges.replace_merges(store, SESSION, [a_merge(1)])
        assert merges.merges_of(store, SESSION) == [a_merge(1)]
    merges.replace_merges(store, SESSION, [])
    assert merges.merges_of(store, SESSION) == []
    assert merges.merges_of(store, OTHER) == [other]


def test_they_go_with_their_session(store: Store) -> None:
    merges.replace_merges(store, SESSION, [a_merge(1)])
    sessions.delete_session(store, SESSION)
    assert store.query("SELECT count(*) FROM merges") == [(0,)]


def test_a_failure_leaves_what_was_there(store: Store) -> None:
    merges.replace_merges(store, SESSION, [a_merge(1)])
    with pytest.raises(Exception, match="UNIQUE"):
        merges.replace_merges(store, SESSION, [a_merge(2), a_merge(2)])
    assert merges.merges_of(store, SESSION) == [a_merge(1)]
