"""Sessions as they come out of the store, with totals and last iteration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ampsm.model.session import Session
from ampsm.model.telemetry import Usage, add_usage
from ampsm.store import iterations, sessions
from ampsm.store.connection import Store
from tests.support.records import a_session, an_iteration, at

FULL = a_session(
    model="claude-sonnet-4", script_command="make test", thread_id="T-1", merged_at=at(9), blocked_by_tests=True,
    test_leftovers={"a b/ü": "12:34"}, base_branch=None,
)  # fmt: skip


def ids(found: list[Session]) -> list[str]:
    return [session.id for session in found]


@pytest.mark.parametrize("session", [a_session(), FULL])
def test_a_session_comes_back_as_it_was(store: Store, session: Session) -> None:
    sessions.insert_session(store, session)
    assert sessions.session_by_id(store, session.id) == session
    assert sessions.session_rows(store) == [session]
    assert sessions.session_by_id(store, "nobody") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "New name", "status": "done", "merged_at": at(5)},
        {"test_leftovers": {}, "blocked_by_tests": False, "model": None},
        {"last_activity_at": at(30)},
        {},
    ],
)
def test_fields_change_alone(store: Store, changes: dict[str, Any]) -> None:
    sessions.insert_session(store, FULL)
    sessions.insert_session(store, other := a_session("other-bbbbbb"))
    sessions.update_session(store, FULL.id, **changes)
    assert sessions.session_by_id(store, FULL.id) == replace(FULL, **changes)
    assert sessions.session_by_id(store, other.id) == other


def test_an_unknown_field_is_a_mistake(store: Store) -> None:
    with pytest.raises(TypeError):
        sessions.update_session(store, "x", totals=Usage())


def test_a_session_adds_up_its_iterations(store: Store) -> None:
    sessions.insert_session(store, a_session())
    sessions.insert_session(store, a_session("never-iterated"))
    spent = [Usage(10, 2, 12, 4, 1, 0.1), Usage(), Usage(5, 5, 10, None, None, 0.2, estimated=True)]
    made = [an_iteration(number=n, usage=usage) for n, usage in enumerate(spent, 1)]
    for iteration in made:
        iterations.insert_iteration(store, iteration)
    for found in (sessions.session_by_id(store, made[0].session_id), sessions.session_rows(store)[0]):
        assert found is not None
        assert found.iterations == 3
        assert found.totals == add_usage(spent) == Usage(15, 7, 22, 4, 1, 0.3, estimated=True)
        assert found.last_iteration == made[2]
    empty = sessions.session_by_id(store, "never-iterated")
    assert empty is not None
    assert (empty.iterations, empty.totals, empty.last_iteration) == (0, Usage(), None)


def test_a_cost_is_unknown_when_a_part_of_it_is(store: Store) -> None:
    sessions.insert_session(store, a_session())
    spent = [Usage(1, 1, 2, cost_usd=0.5), Usage(1, 1, 2)]
    for number, usage in enumerate(spent, 1):
        iterations.insert_iteration(store, an_iteration(number=number, usage=usage))
    assert sessions.session_rows(store)[0].totals == add_usage(spent) == Usage(2, 2, 4)


def test_the_newest_activity_comes_first(store: Store) -> None:
    for minute, name in enumerate(("old", "new", "newest")):
        sessions.insert_session(store, a_session(f"{name}-aaaaaa", last_activity_at=at(minute)))
    sessions.insert_session(store, a_session("gone-aaaaaa", cleaned_up_at=at(1), last_activity_at=at(50)))
    sessions.insert_session(store, a_session("else-aaaaaa", repo="/srv/else", status="error"))
    assert ids(sessions.session_rows(store)) == ["newest-aaaaaa", "new-aaaaaa", "else-aaaaaa", "old-aaaaaa"]
    assert ids(sessions.session_rows(store, include_cleaned=True))[0] == "gone-aaaaaa"
    assert ids(sessions.session_rows(store, repo="/srv/else")) == ["else-aaaaaa"]
    assert [name for _, name in sessions.session_names(store)] == ["newest", "new", "else", "old"]


def test_how_a_session_is_named(store: Store) -> None:
    for session in (
        a_session("fix-aaaaaa", name="Fix"),
        a_session("fix-bbbbbb", name="fix-aaaaaa"),
        a_session("fix-cccccc", name="Twice", last_activity_at=at(1)),
        a_session("other-dddddd", name="Twice", last_activity_at=at(2)),
        a_session("old-eeeeee", name="Old", cleaned_up_at=at(3)),
        a_session("old-ffffff", name="Former", cleaned_up_at=at(3)),
        a_session("wild-%_", name="100%"),
    ):
        sessions.insert_session(store, session)

    def named(reference: str) -> list[str]:
        return ids(sessions.find_sessions(store, reference))

    assert named("fix-aaaaaa") == ["fix-aaaaaa"], "an id goes before a name"
    assert named("Fix") == ["fix-aaaaaa"]
    assert named("fix-b") == ["fix-bbbbbb"]
    assert named("fix") == ["fix-cccccc", "fix-aaaaaa", "fix-bbbbbb"], "the one used last first"
    assert named("Twice") == ["other-dddddd", "fix-cccccc"]
    assert named("fi") == [], "two letters are too few"
    assert named("old-e") == ["old-eeeeee"], "a cleaned-up one, since no other matches"
    assert named("old") == ["old-eeeeee", "old-ffffff"]
    assert named("%_%") == named("") == named("nothing") == []
    assert named("wil") == ["wild-%_"]


def test_a_live_session_hides_cleaned_up_ones_but_never_an_exact_id(store: Store) -> None:
    sessions.insert_session(store, a_session("fix-aaaaaa", name="Fix", cleaned_up_at=at(1)))
    sessions.insert_session(store, a_session("fix-aaaaaa-bbbbbb", name="fix"))
    sessions.insert_session(store, a_session("other-cccccc", name="Fix"))
    assert ids(sessions.find_sessions(store, "fix-aaaaaa")) == ["fix-aaaaaa"]
    assert ids(sessions.find_sessions(store, "Fix")) == ["other-cccccc"]
    assert ids(sessions.find_sessions(store, "fix-aaa")) == ["fix-aaaaaa-bbbbbb"]


def test_deleting_takes_everything_along(store: Store) -> None:
    sessions.insert_session(store, a_session())
    iterations.insert_iteration(store, an_iteration())
    sessions.delete_session(store, "add-login-aaaaaa")
    assert store.query("SELECT count(*) FROM iterations") == [(0,)]
