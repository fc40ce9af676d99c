"""What git has put together by itself is told beside what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.model.conflicts import Choice
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import choose, conflicts_of, resolve_file, verify_merged
from ampsm.workflows.finishing.merge.resume import continue_merge
from tests.workflows.finishing.merge.conflicts.test_resolving import Change, Waiting, removes, waiting, writes

__all__ = ["waiting"]

LINES = [f"{n}\n" for n in range(20)]


def _with(first: str = "0\n", last: str = "19\n") -> str:
    return "".join([first, *LINES[1:-1], last])


def _all(*changes: Change) -> Change:
    def change(at: Path) -> None:
        for one in changes:
            one(at)

    return change


def _moves(before: str, after: str) -> Change:
    def move(at: Path) -> None:
        (at / before).rename(at / after)

    return move


def test_only_what_both_changed_and_git_put_together_is_told(waiting: Callable[..., Waiting]) -> None:
    names = ("both", "same", "target-only", "session-only", "moved", "mode", "asked", "*", "gone")
    w = waiting(
        writes(**{name: f"{name}\n{_with()}" for name in names}),
        _all(
            writes(**{name: f"{name}\n{_with(first='T')}" for name in ("both", "target-only", "moved", "*", "mode")}),
            writes(same="alike\n", asked="T\n", gone="T\n"),
            _moves("moved", "new place"),
        ),
        _all(
            writes(**{name: f"{name}\n{_with(last='S')}" for name in ("both", "session-only", "moved", "*")}),
            writes(same="alike\n", asked="S\n"),
            removes("gone"),
            lambda at: (at / "mode").chmod(0o755),
        ),
    )
    assert conflicts_of(w.d.ctx, w.id).merged == ("*", "both", "mode", "new place")
    assert {file.path for file in conflicts_of(w.d.ctx, w.id).files} == {"asked", "gone"}
    for path in ("*", "both", "new place"):
        found = verify_merged(w.d.ctx, w.id, path)
        assert found.alike and "+S" in found.target_to_result, path
    for path in ("asked", "same", "nothing"):
        with pytest.raises(UserError, match="was not merged by git"):
            verify_merged(w.d.ctx, w.id, path)
    choose(w.d.ctx, w.id, "asked", Choice.TARGET)
    resolve_file(w.d.ctx, w.id, "asked")
    assert conflicts_of(w.d.ctx, w.id).merged == ("*", "both", "mode", "new place")
    choose(w.d.ctx, w.id, "gone", Choice.DELETE)
    resolve_file(w.d.ctx, w.id, "gone")
    assert continue_merge(w.d.ctx, w.id).exit_code == 0
    assert "T" in w.d.git("show", "main:new place") and "S" in w.d.git("show", "main:new place")
