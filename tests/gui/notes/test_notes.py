"""Drafts and earlier notes of sessions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from ampsm.workflows.iteration.prompts import CONTINUE
from ampsm_gui.models.notes.history import NotesHistory
from ampsm_gui.models.notes.keeper import NotesKeeper


def _state(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def test_drafts_outlive_the_window(tmp_path: Path) -> None:
    state = _state(tmp_path)
    keeper = NotesKeeper(state)
    keeper.keep_draft("a", "half a thought, with % and\nlines 支払い")
    keeper.keep_draft("b", "other")
    keeper.keep_draft("b", "")
    state.sync()
    again = NotesKeeper(_state(tmp_path))
    assert (again.draft("a"), again.draft("b")) == ("half a thought, with % and\nlines 支払い", "")


def test_earlier_notes_are_those_of_iterations_and_those_sent_from_here(tmp_path: Path) -> None:
    keeper = NotesKeeper(_state(tmp_path))
    for text in ("queued", "second", "", "queued"):
        keeper.add_sent("a", text)
    iterations = [{"prompt": "the whole task"}, {"prompt": "second"}, {"prompt": CONTINUE}, {"prompt": "third"}]
    assert keeper.earlier("a", iterations) == ["third", "second", "queued"]


def test_up_and_down_go_through_earlier_notes_and_back_to_what_is_written() -> None:
    history = NotesHistory()
    history.set_texts(["one", "two"])
    assert [history.earlier("draft"), history.earlier("two"), history.earlier("one")] == ["two", "one", None]
    assert [history.later(), history.later(), history.later()] == ["two", "draft", None]
    history.earlier("x")
    history.leave()
    assert history.later() is None
