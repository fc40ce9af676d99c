"""The model of the session list: order, filter, updates by row."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from ampsm.workflows.status.overview import SessionRow
from ampsm_gui.models.sessions.filter import SessionFilter
from ampsm_gui.models.sessions.order import SessionColumn, movers
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.models.sessions.text import running_time

_START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def row(name: str, status: str = "idle", minutes: int = 0, **more: object) -> SessionRow:
    """A session whose last activity was so many minutes ago."""
    at = (_START - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    fields: dict[str, object] = {
        "id": f"{name}-aaaaaa", "name": name, "repository": "orders", "repo": "/src/orders", "branch": f"amp/{name}/1",
        "status": status, "reason": "tests pass", "iterations": 2, "tokens": (100, 200), "total_tokens": 300,
        "running_since": at if status == "running" else None, "last_activity_at": at, "cleaned_up": False,
        "ahead": None, "behind": None, "model": None,
    }  # fmt: skip
    return SessionRow(**{**fields, **more})  # type: ignore[arg-type]


def names(model: SessionTable) -> list[str]:
    return [model.session_row(place).name for place in range(model.rowCount())]


@pytest.fixture
def model(qapp: object) -> SessionTable:
    """An empty model that Qt's own tester watches."""
    made = SessionTable()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.modelReset.connect(lambda: pytest.fail("the model was reset"))
    return made


def test_orders_by_need_of_attention_then_by_last_activity(model: SessionTable) -> None:
    model.update_rows(
        [row("merged", "done"), row("old", minutes=9), row("fresh", minutes=1), row("runs", "running"),
         row("failed", "error"), row("asks", "awaiting-input", 50)]
    )  # fmt: skip
    assert names(model) == ["asks", "failed", "runs", "fresh", "old", "merged"]


def test_a_row_moves_only_when_its_status_changes(model: SessionTable) -> None:
    first = [row("a", minutes=1), row("b", minutes=2), row("c", "running")]
    model.update_rows(first)
    kept = QPersistentModelIndex(model.index(2, 0))
    model.update_rows([first[0], row("b", minutes=0), first[2]])
    assert names(model) == ["c", "a", "b"]
    model.update_rows([first[0], row("b", "awaiting-input"), first[2]])
    assert names(model) == ["b", "c", "a"]
    assert kept.row() == 0


def test_a_row_moves_also_when_an_iteration_came_and_went_unseen(model: SessionTable) -> None:
    model.update_rows([row("a", minutes=1), row("b", minutes=2)])
    iterated = [row("a", minutes=1), row("b", minutes=0, iterations=3)]
    model.update_rows(iterated, held=True)
    assert names(model) == ["a", "b"]
    assert model.unsettled
    model.settle()
    assert names(model) == ["b", "a"]


def test_keeps_every_row_in_its_place_while_held(model: SessionTable) -> None:
    model.update_rows([row("a", minutes=1), row("b", minutes=2), row("c", minutes=3)])
    model.update_rows(
        [row("a", minutes=1), row("b", minutes=2), row("c", "error"), row("new", "awaiting-input")], held=True
    )
    assert names(model) == ["a", "b", "c", "new"]
    assert model.index(2, 0).data().startswith("Failed")
    assert model.unsettled
    model.settle()
    assert names(model) == ["new", "c", "a", "b"]
    assert not model.unsettled


def test_changes_only_the_row_that_changed(model: SessionTable, qtbot: QtBot) -> None:
    rows = [row(f"s{number}", minutes=number) for number in range(20)]
    model.update_rows(rows)
    rows[7] = replace(rows[7], reason="2 tests fail")
    with qtbot.waitSignal(model.dataChanged) as caught:
        model.update_rows(rows)
    assert caught.args is not None
    assert (caught.args[0].row(), caught.args[1].row()) == (7, 7)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.update_rows(list(rows))


def test_filters_by_words_status_and_repository(model: SessionTable) -> None:
    model.update_rows(
        [row("Alpha task"), row("Beta", "error", branch="amp/alpha-two/1"), row("Gamma", repository="catalog")]
    )
    counts: list[dict[str, int]] = []
    model.counts_changed.connect(counts.append)
    model.set_filter(SessionFilter("ALPHA"))
    assert names(model) == ["Beta", "Alpha task"]
    assert counts[-1] == {"idle": 1, "error": 1}
    model.set_filter(SessionFilter("alpha", frozenset({"idle"})))
    assert names(model) == ["Alpha task"]
    assert counts[-1] == {"idle": 1, "error": 1}, "the chips count what the words let through"
    model.set_filter(SessionFilter(repository="catalog"))
    assert names(model) == ["Gamma"]


def test_says_what_hides_everything() -> None:
    chosen = SessionFilter(" log in ", frozenset({"error", "awaiting-input"}), "catalog")
    assert chosen.sentence() == (
        "No session has the text “log in”, the status Needs you or Failed and the repository catalog."
    )


def test_a_row_that_changes_enters_and_leaves_the_filter(model: SessionTable) -> None:
    model.update_rows([row("a"), row("b")])
    model.set_filter(SessionFilter(statuses=frozenset({"error"})))
    assert names(model) == []
    model.update_rows([row("a"), row("b", "error")])
    assert names(model) == ["b"]
    model.update_rows([row("a"), row("b")])
    assert names(model) == []


@pytest.mark.parametrize("seed", range(10))
def test_any_list_becomes_any_other(model: SessionTable, seed: int) -> None:
    chance = random.Random(seed)
    pool = [f"k{number}" for number in range(40)]
    for _step in range(12):
        wanted = chance.sample(pool, chance.randrange(len(pool)))
        kept = {key: QPersistentModelIndex(model.index(place, 0)) for place, key in enumerate(model.shown)}
        model._rows = {key: row(key) for key in pool}
        model.show_rows(wanted)
        assert model.shown == wanted
        for key, index in kept.items():
            assert index.row() == (wanted.index(key) if key in wanted else -1)


def test_moves_no_more_than_it_must() -> None:
    assert movers("abcdef", "bcdefa") == ["a"]
    assert movers("abcdef", "fabcde") == ["f"]
    assert movers("abc", "abc") == []


def test_sorts_by_a_column_with_unknown_last(model: SessionTable) -> None:
    model.update_rows([row("a", total_tokens=5), row("b", total_tokens=None), row("c", total_tokens=900)])
    model.sort(SessionColumn.TOKENS, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["c", "a", "b"]
    model.sort(SessionColumn.TOKENS, Qt.SortOrder.AscendingOrder)
    assert names(model) == ["a", "c", "b"]
    model.sort(SessionColumn.STATUS)
    assert names(model) == ["a", "b", "c"]


def test_every_cell_says_something_to_eyes_and_ears(model: SessionTable) -> None:
    model.update_rows(
        [row("a", "awaiting-input", reason="2 tests fail"), row("never", "idle", iterations=0, tokens=())]
    )
    model.set_positions({"a-aaaaaa": (5, 12)})
    texts = [model.index(0, column).data() for column in SessionColumn]
    assert texts[:7] == ["Needs you · 2 tests fail", "a", "orders", "amp/a/1", "2", "↑5 ↓12", "300"]
    assert model.index(1, SessionColumn.ITERATIONS).data() == "–"
    assert model.index(1, SessionColumn.POSITION).data() == "–"
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Needs you, 2 tests fail, a"
    for column in SessionColumn:
        assert model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
        assert model.index(0, column).data(Qt.ItemDataRole.ToolTipRole)
        assert model.headerData(column, Qt.Orientation.Horizontal)


def test_running_time_is_written_as_a_clock() -> None:
    since = "2026-11-24T08:00:00.000Z"
    assert running_time(since, _START + timedelta(seconds=41)) == "0:41"
    assert running_time(since, _START + timedelta(seconds=124)) == "2:04"
    assert running_time(since, _START + timedelta(hours=1, seconds=124)) == "1:02:04"
    assert running_time(since, _START - timedelta(seconds=5)) == "0:00"


def test_only_rows_at_work_change_every_second(model: SessionTable) -> None:
    model.update_rows([row("a", "running"), row("b"), row("c")])
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last: changed.extend(range(first.row(), last.row() + 1)))
    model.tick(0, 2)
    assert changed == [0]
    model.tick(1, 9, running_only=False)
    assert changed == [0, 1, 2]


def test_of_a_thousand_sessions_only_the_one_that_changed_is_drawn_again(qapp: object) -> None:
    model = SessionTable()
    rows = [row(f"session {number}", ("idle", "done", "error")[number % 3], number) for number in range(1000)]
    model.update_rows(rows)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last: changed.extend(range(first.row(), last.row() + 1)))
    for wholly in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved, model.rowsMoved):
        wholly.connect(lambda *_: changed.append(-1))
    rows = list(rows)
    rows[500] = replace(rows[500], reason="iteration 2")
    model.update_rows(rows)
    assert len(changed) == 1 and model.index(changed[0], 0).data().endswith("iteration 2")
    model.update_rows(list(rows))
    assert len(changed) == 1
