"""Files in conflict in whose place somebody puts something else: nothing is lost, and there is a way out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import snapshots
from ampsm.model.conflicts import Choice
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import abort_merge, unresolve_file
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting, writes

__all__ = ["waiting"]

Make = Callable[..., Waiting]


def two_files(side: str) -> Callable[[Path], None]:
    return writes(a=f"{side}\n", b=f"{side}\n")


def a_folder(place: Path) -> None:
    place.mkdir()
    (place / "mine").write_text("mine\n")


@pytest.mark.parametrize("put", [a_folder, Path.mkdir, os.mkfifo])
@pytest.mark.parametrize("settings", [(), (("filter.f.clean", "false"), ("filter.f.required", "true"))])
def test_what_is_no_file_is_kept_and_no_hindrance(
    waiting: Make, put: Callable[[Path], None], settings: tuple[tuple[str, str], ...]
) -> None:
    w = waiting(two_files("1"), two_files("T"), two_files("S"), *settings)
    if settings:
        Path(w.d.git("rev-parse", "--git-path", "info/attributes", at=w.wt)).write_text("b filter=f\n")
    (w.wt / "a").unlink()
    put(w.wt / "a")
    w.choose("a", Choice.TARGET)
    for how, code in (({}, "edited-outside"), ({"outside": True}, "files-in-the-way")):
        with pytest.raises(UserError) as refused:
            w.resolve("a", **how)
        assert refused.value.code == code
    (w.wt / "b").write_text("mine too\n")
    kept = snapshots.keep_worktree(w.wt, w.d.repo, w.id, "a try")
    assert w.d.git("show", f"{kept}:b") == "mine too"
    if put is a_folder:
        assert w.d.git("show", f"{kept}:a/mine") == "mine"
        with pytest.raises(UserError) as in_the_way:
            abort_merge(w.d.ctx, w.id)
        assert (in_the_way.value.code, in_the_way.value.details["files"]) == ("files-in-the-way", ["a/mine"])
        (w.wt / "a" / "mine").rename(w.wt / "elsewhere")
    abort_merge(w.d.ctx, w.id)
    assert (w.wt / "a").read_text() == "S\n"


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("choice", [Choice.SESSION, Choice.DELETE])
def test_what_is_saved_while_the_result_is_made_stays(
    waiting: Make, tmp_path: Path, resolved: bool, choice: Choice
) -> None:
    """A filter stands for what takes its time, as does a snapshot."""
    saves = tmp_path / "saves"
    smudge = f"cat; test ! -e '{saves}' || echo saved meanwhile > a"
    sides = [writes(a=f"{side}\n", **{".gitattributes": "a filter=late\n"}) for side in ("1", "T", "S")]
    if choice is Choice.DELETE:
        sides[1] = lambda at: (at / "a").unlink()
    w = waiting(*sides, ("filter.late.smudge", smudge), ("filter.late.clean", "cat"))
    w.choose("a", Choice.SESSION if choice is Choice.DELETE else choice)
    if resolved:
        w.resolve("a")
    saves.touch()
    with pytest.raises(UserError) as refused:
        unresolve_file(w.d.ctx, w.id, "a") if resolved else w.resolve("a")
    assert refused.value.code == "edited-outside"
    assert (w.wt / "a").read_text() == "saved meanwhile\n"
    assert w.stages() == w.before
    saves.unlink()
    assert w.file("a").outside_edit
    w.resolve("a", draft=True)
    assert (w.wt / "a").read_text() == "S\n"


def test_a_whole_text_of_one_s_own_in_any_writing(waiting: Make) -> None:
    w = waiting(*(writes(a=f"\ufeff{side}\n") for side in ("1", "T", "S")))
    w.choose("a", Choice.TEXT, text="日本 € é\n")
    w.resolve("a")
    assert (w.wt / "a").read_text("utf-8") == "\ufeff日本 € é\n"
    w.merged()


def test_a_marker_in_the_file_as_it_is(waiting: Make) -> None:
    w = waiting(two_files("1"), two_files("T"), two_files("S"))
    with pytest.raises(UserError) as refused:
        w.resolve("a", outside=True)
    assert (refused.value.code, str(refused.value.hint)[-11:]) == ("conflicts", "a --outside")
