"""Files in conflict keep their place in the list, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from ampsm.model.conflicts import ConflictFile, ConflictKind, SideModes, SideSizes
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.conflicts.order import beside, kept_order, next_open, path_to_show
from ampsm_gui.models.conflicts.source import read_conflicts
from ampsm_gui.pages.conflicts.page import ConflictPage
from tests.gui.conflicts.conftest import TWO, Sides
from tests.gui.conftest import World

THREE: Sides = {"a.txt": TWO, "b.txt": TWO, "c.txt": TWO}


def files(words: str) -> list[ConflictFile]:
    """`a b* c`: with a star those that are resolved."""
    nothing = SideSizes(None, None, None), SideModes(None, None, None)
    return [
        ConflictFile(
            path=word.rstrip("*"), old_path=None, kind=ConflictKind.BOTH_MODIFIED, hunks=1, open=1,
            resolved=word.endswith("*"), outside_edit=False, binary=False, size=nothing[0], mode=nothing[1],
            sentence="", choices=(), choice=None,
        )
        for word in words.split()
    ]  # fmt: skip


def test_what_is_resolved_stays_where_it_is_and_stands_last_only_where_nothing_was_known() -> None:
    def order(known: str, found: str) -> str:
        return " ".join(file.path for file in kept_order(known.split(), files(found)))

    assert order("", "a* b c* d") == "b d a c"
    assert order("b d a c", "a* b* c* d") == "b d a c"
    assert order("b d", "a b* c* d") == "b d a c", "what comes later stands behind"
    assert order("b d a", "d b*") == "b d"
    assert path_to_show(files("a* b c"), "c") == "c"
    assert path_to_show(files("a* b c"), "gone") == "b"
    assert path_to_show(files("a* b*"), "") == "a" and path_to_show([], "a") == ""


def test_the_next_file_is_the_next_one_below_that_is_left() -> None:
    paths = ["a", "b", "c", "d"]
    assert next_open(paths, ["a", "d"], "b") == "d"
    assert next_open(paths, ["a", "b"], "c") == "a", "from the end on from the beginning"
    assert next_open(paths, ["b"], "b") is None
    assert next_open(paths, ["b", "c"], "") == "b"
    assert [beside(paths, path, step) for path, step in (("a", 1), ("a", -1), ("d", 1), ("x", 1))] == [
        "b", None, None, None,
    ]  # fmt: skip


def test_the_files_and_the_one_to_be_shown_are_read_together(
    world: World, conflicted: Callable[[Sides], dict[str, Any]], desktop: Desktop
) -> None:  # fmt: skip
    session = conflicted(THREE)
    world.ok("resolve", session["id"], "a.txt", "--take", "target", "--done")
    with desktop.workspace.open() as ctx:
        shown = []
        for known, path in (((), ""), (("a.txt", "b.txt"), "a.txt"), ((), "gone.txt")):
            read = read_conflicts(ctx, session["id"], known, path)
            assert read.file is not None
            shown.append(read.file.hunks.file.path)
        assert shown == ["b.txt", "a.txt", "b.txt"]


def test_a_file_that_is_resolved_keeps_its_row_and_leads_on_to_one_that_is_left(
    conflicted: Callable[[Sides], dict[str, Any]], page: Callable[[dict[str, Any]], ConflictPage], qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted(THREE)
    made = page(session)
    made.decisions.choose_open("openSessionAction")
    made.resolve()
    qtbot.waitUntil(lambda: made.shown_path() == "b.txt" and made.reading.left() == ["b.txt", "c.txt"])
    rows = made.side.files
    assert [rows.model().index(row, 0).data().split("\n")[0] for row in range(3)] == ["a.txt", "b.txt", "c.txt"]
    assert rows.currentIndex().row() == 1
    again = page(session)
    assert again.reading.ordered() == ["b.txt", "c.txt", "a.txt"], "sorted anew where it is opened anew"
    made.moves.step_file(-1)
    qtbot.waitUntil(lambda: made.shown_path() == "a.txt")
    step = made.next_action()
    assert step is not None and step.text() == "Open b.txt" and step.isEnabled()
    step.trigger()
    qtbot.waitUntil(lambda: made.shown_path() == "b.txt")
    made.moves.step_file(1)
    qtbot.waitUntil(lambda: made.shown_path() == "c.txt")
    made.moves.step_file(1)
    assert made.shown_path() == "c.txt" and not made._actions["nextFileAction"].isEnabled()
