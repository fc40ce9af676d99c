"""Files in conflict in whose place somebody puts something else: nothing is lost, and there is a way out."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import snapshots
from ampsm.git.command import git
from ampsm.git.programs.planted import note_programs
from ampsm.git.rewrite import index_change
from ampsm.git.staging import SavedIndex, replace_index, save_index
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


def test_a_file_that_goes_while_it_is_looked_at_is_an_edit(waiting: Make, tmp_path: Path) -> None:
    goes = tmp_path / "goes"
    sides = [writes(a=f"{side}\n", **{".gitattributes": "a filter=late\n"}) for side in ("1", "T", "S")]
    w = waiting(*sides, ("filter.late.clean", f"cat; test ! -e '{goes}' || rm -f a"))
    note_programs(w.wt, anew=True)
    (w.wt / "a").write_text("edited\n")
    goes.touch()
    assert w.file("a").outside_edit and not (w.wt / "a").exists()


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


@pytest.mark.parametrize("how", ["done", "outside", "undo"])
def test_what_is_staged_between_looking_and_staging_stays(
    waiting: Make, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    w = waiting(writes(a="1\n", other="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.TARGET)
    if how == "undo":
        w.resolve("a")
    if how == "outside":
        (w.wt / "a").write_text("mine\n")
    theirs = w.d.git("rev-parse", "HEAD:other", at=w.wt)
    calls = list[object]()

    def others_first(worktree: Path) -> SavedIndex:
        if not calls:
            calls.append(worktree)
            git(w.wt, "update-index", "--cacheinfo", f"100644,{theirs},a", writes=True)
        return save_index(worktree)

    monkeypatch.setattr(index_change, "save_index", others_first)
    with pytest.raises(UserError) as refused:
        unresolve_file(w.d.ctx, w.id, "a") if how == "undo" else w.resolve("a", outside=how == "outside")
    assert refused.value.code == "edited-outside"
    assert w.d.git("rev-parse", ":a", at=w.wt) == theirs
    assert w.file("a").outside_edit


def test_what_others_stage_of_other_files_at_the_same_moment_stays(
    waiting: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = waiting(writes(a="1\n", other="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.TARGET)
    calls = list[object]()

    def others_first(saved: SavedIndex, content: bytes) -> bool:
        if not calls:
            calls.append(saved)
            (w.wt / "other").write_text("staged\n")
            git(w.wt, "add", "other", writes=True)
        return replace_index(saved, content)

    monkeypatch.setattr(index_change, "replace_index", others_first)
    assert w.resolve("a").resolved
    assert w.d.git("show", ":other", at=w.wt) == "staged"


def test_a_marker_in_a_text_for_a_file_without_hunks(waiting: Make) -> None:
    w = waiting(writes(a="1\n"), lambda at: (at / "a").unlink(), writes(a="S\n"))
    w.choose("a", Choice.TEXT, text="<<<<<<< main\n=======\nS\n>>>>>>> session\n")
    w.refused("a", "conflicts")
    (w.wt / "a").write_text("<<<<<<< main\n=======\nS\n>>>>>>> session\n")
    w.refused("a", "conflicts", outside=True)
    w.choose("a", Choice.TEXT, text="S and more\n")
    w.resolve("a", draft=True)
    w.merged()
    assert w.blob("a") == b"S and more\n"


def test_no_hook_runs_when_a_conflict_is_written_again(waiting: Make) -> None:
    """It is written elsewhere first, where a hook would find a worktree of one file."""
    w = waiting(two_files("1"), two_files("T"), two_files("S"))
    left = (w.wt / "a").read_bytes()
    w.choose("a", Choice.TARGET)
    w.resolve("a")
    Path(w.d.git("rev-parse", "--git-path", "AUTO_MERGE", at=w.wt)).unlink()
    hook = w.d.repo / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\npwd >> '{w.d.repo}.hook'\n")
    hook.chmod(0o755)
    unresolve_file(w.d.ctx, w.id, "a")
    assert b"<<<<<<<" in left and b"<<<<<<<" in (w.wt / "a").read_bytes()
    assert not Path(f"{w.d.repo}.hook").exists()


@pytest.mark.parametrize("choice", [Choice.SESSION, Choice.DELETE])
def test_a_folder_that_cannot_be_taken_away_is_said_to_be_in_the_way(
    waiting: Make, monkeypatch: pytest.MonkeyPatch, choice: Choice
) -> None:
    w = waiting(writes(a="1\n"), lambda at: (at / "a").unlink(), writes(a="S\n"))
    w.choose("a", choice)
    (w.wt / "a").unlink()
    (w.wt / "a").mkdir()

    def closed(place: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))

    with monkeypatch.context() as here:
        here.setattr(Path, "rmdir", closed)
        with pytest.raises(UserError) as refused:
            w.resolve("a", draft=True)
    assert refused.value.code == "files-in-the-way" and refused.value.hint
    w.resolve("a", draft=True)
    assert (w.wt / "a").exists() is (choice is Choice.SESSION)
