"""What is kept of texts that were laid side by side: never more than so many bytes, but for the one at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ampsm.git import command
from ampsm.git.rewrite import resolving
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.conflicts import Choice
from ampsm.system import calls
from ampsm.workflows.finishing import conflict_hunks, conflicts_of
from ampsm.workflows.finishing.merge.conflicts import laid
from ampsm.workflows.finishing.merge.conflicts.recently_used import RecentlyUsed
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting, writes

__all__ = ["waiting"]


def test_the_last_used_stay() -> None:
    made, kept = list[str](), RecentlyUsed[str](10, len)

    def get(text: str) -> None:
        def make() -> str:
            made.append(text)
            return text

        assert kept.get(text, make) == text

    for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa"):
        get(text)
    assert made == ["aaaa", "bbbb", "cccc"] and kept.size == 8
    get("bbbb")
    assert made[-1] == "bbbb" and kept.size == 8
    get("long" * 10)
    get("long" * 10)
    assert made[-1] == "long" * 10 and len(made) == 5 and kept.size == 40
    get("aaaa")
    assert kept.size == 4


def test_many_large_files_in_conflict(waiting: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laid, "_KEPT", kept := RecentlyUsed[laid.LaidText](200_000, lambda text: text.size))
    sides = [{f"f{n}": f"{side}{n}\n" + "line\n" * 4000 for n in range(6)} for side in "1TS"]
    w = waiting(*(writes(**files) for files in sides))
    assert [file.hunks for file in conflicts_of(w.d.ctx, w.id).files] == [1] * 6
    assert 0 < kept.size <= 200_000
    monkeypatch.setattr(laid, "_TOGETHER", 0)
    w.choose("f0", Choice.SESSION)
    assert conflict_hunks(w.d.ctx, w.id, "f0").hunks[0].result == "S0\n"
    assert kept.size <= 200_000


def test_no_file_in_conflict_costs_a_call_of_git(
    waiting: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = [{f"f{n:02}": f"{side}{n}\n" for n in range(12)} for side in "1TS"]
    w, called = waiting(*(writes(**files) for files in sides)), list[object]()

    def run(*words: Any, **options: Any) -> Any:
        called.append(words)
        return calls.run(*words, **options)

    monkeypatch.setattr(command, "run", run)
    monkeypatch.setattr(laid, "_KEPT", RecentlyUsed[laid.LaidText](10**6, lambda text: text.size))
    assert len(conflicts_of(w.d.ctx, w.id).files) == 12
    assert len(called) < 20, called


def test_no_file_in_conflict_costs_a_call_of_git_to_tell_whether_it_is_resolved(
    waiting: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = [{f"f{n:02}": f"{side}{n}\n" for n in range(12)} for side in "1TS"]
    w, called = waiting(*(writes(**files) for files in sides)), list[object]()
    (w.d.worktree / "f03").write_text("settled\n")

    def run(*words: Any, **options: Any) -> Any:
        called.append(words)
        return calls.run(*words, **options)

    monkeypatch.setattr(command, "run", run)
    monkeypatch.setattr(resolving, "_AT_ONCE", 5)
    left, unstaged = resolving.left_and_unstaged(WorktreeSeen(w.d.worktree))
    assert unstaged == ("f03",) and len(left) == 11
    assert len(called) <= 5, called
