"""An index that has lost the conflicts of a waiting merge: nobody goes on, and `restore` brings them back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.command import git
from ampsm.git.location import git_path
from ampsm.model.conflicts import Choice
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import conflicts_of, restore_session, unresolve_file
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.session import open_merge
from ampsm.workflows.status.session_view import view_session
from tests.support.hints import commands_in
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting, writes

__all__ = ["waiting"]

MANY = "".join(f"{n}\n" for n in range(12))
BASE: dict[str, str | bytes] = {"a": "1\n", "b": "1\n", "c": MANY, "d.bin": b"\0a", "t": "1\n"}
TARGET: dict[str, str | bytes] = {
    "a": "T\n",
    "b": "T\n",
    "c": MANY.replace("0\n", "T\n", 1),
    "d.bin": b"\0T",
    "t": "T\n",
}
SESSION: dict[str, str | bytes] = {"a": "S\n", "b": "S\n", "c": MANY + "S\n", "d.bin": b"\0S", "new": "new\n"}

#: What becomes of an index, and whether the files are put back with it.
LOST: dict[str, Callable[[Waiting], object]] = {
    "garbage": lambda w: git_path(w.wt, "index").write_bytes(os.urandom(300)),
    "deleted": lambda w: git_path(w.wt, "index").unlink(),
    "of another branch": lambda w: git_path(w.wt, "index").write_bytes((w.d.repo / ".git/index").read_bytes()),
    "read-tree": lambda w: git(w.wt, "read-tree", "HEAD", writes=True),
    "reset": lambda w: git(w.wt, "reset", "-q", writes=True),
    "reset --hard": lambda w: git(w.wt, "reset", "-q", "--hard", writes=True),
    "checkout --force": lambda w: git(w.wt, "checkout", "-q", "--force", writes=True),
    "rm --cached": lambda w: git(w.wt, "rm", "-rqf", "--cached", ".", writes=True),
    "read-tree --empty": lambda w: git(w.wt, "read-tree", "--empty", writes=True),
    "reset and some staged": lambda w: (git(w.wt, "reset", "-q", writes=True), git(w.wt, "add", "a", writes=True)),
}


@pytest.fixture
def torn(waiting: Callable[..., Waiting]) -> Waiting:
    """A merge that waits at `a`, which is resolved, `b` and `d.bin`; git has merged `c` and added `new`."""
    w = waiting(writes(**BASE), writes(**TARGET), writes(**SESSION))
    w.choose("a", Choice.TARGET)
    w.resolve("a")
    return w


def refuses(w: Waiting) -> UserError:
    """Going on is refused with exit 4, nothing moves, and the hint names what helps."""
    before = w.d.git("rev-parse", "main"), w.d.git("rev-parse", "HEAD", at=w.wt)
    try:
        error = continue_merge(w.d.ctx, w.id).error
    except UserError as raised:
        error = raised
    assert error is not None
    assert (w.d.git("rev-parse", "main"), w.d.git("rev-parse", "HEAD", at=w.wt)) == before
    return error


@pytest.mark.parametrize("how", ["garbage", "deleted"])
def test_restore_says_of_the_index_only_what_it_has_in_the_end(torn: Waiting, how: str) -> None:
    LOST[how](torn)
    said: list[str] = []
    restore_session(torn.d.ctx, torn.id, on_note=said.append)
    assert len(said) == 2 and said[0].endswith("is whole again (index)"), said
    assert said[1].startswith("the index has again what git merged"), said


@pytest.mark.parametrize("how", LOST)
def test_nobody_goes_on_before_restore_has_brought_them_back(torn: Waiting, how: str) -> None:
    w = torn
    LOST[how](w)
    error = refuses(w)
    assert f"amp-sessions restore {w.id}" in (error.hint or ""), error
    with pytest.raises(UserError) as told:
        conflicts_of(w.d.ctx, w.id)
    assert f"amp-sessions restore {w.id}" in (told.value.hint or "")
    notes = list[str]()
    restore_session(w.d.ctx, w.id, on_note=notes.append)
    assert "2 files in conflict" in " ".join(notes)
    found = {file.path: file.resolved for file in conflicts_of(w.d.ctx, w.id).files}
    assert found == {"a": True, "b": False, "d.bin": False}
    assert not any(file.outside_edit for file in conflicts_of(w.d.ctx, w.id).files)
    assert refuses(w).code == "conflicts"
    restore_session(w.d.ctx, w.id)
    for path in ("b", "d.bin"):
        w.choose(path, Choice.SESSION)
        w.resolve(path)
    w.merged()
    assert [w.blob(path) for path in ("a", "b", "d.bin", "new", "t")] == [b"T\n", b"S\n", b"\0S", b"new\n", b"T\n"]
    assert w.blob("c").startswith(b"T\n") and w.blob("c").endswith(b"S\n")


def test_what_was_resolved_by_hand_is_kept_as_it_is_in_the_files(torn: Waiting) -> None:
    w = torn
    (w.wt / "b").write_text("by hand\n")
    (w.wt / "besides").write_text("added\n")
    git(w.wt, "add", "b", "besides", writes=True)
    git_path(w.wt, "index").write_bytes(b"garbage")
    restore_session(w.d.ctx, w.id)
    assert (w.wt / "b").read_text() == "by hand\n"
    w.choose("d.bin", Choice.TARGET)
    w.resolve("d.bin")
    git(w.wt, "add", "besides", writes=True)
    w.merged()
    assert w.blob("b") == b"by hand\n" and w.blob("a") == b"T\n" and w.blob("besides") == b"added\n"


@pytest.mark.parametrize("path", ["b", "new", "c", "other"])
def test_markers_are_not_committed_though_they_are_staged(torn: Waiting, path: str) -> None:
    w = torn
    w.choose("b", Choice.SESSION)
    for resolved in ("b", "d.bin"):
        w.choose(resolved, Choice.SESSION)
        w.resolve(resolved)
    (w.wt / path).write_text("<<<<<<< main\nT\n=======\nS\n>>>>>>> session\n")
    git(w.wt, "add", "--all", writes=True)
    error = refuses(w)
    assert (error.code, error.exit_code, error.message) == ("conflicts", 4, f"Conflict markers are left in {path}:1")
    assert str(w.wt) in (error.hint or ""), error.hint
    (w.wt / path).write_text("settled\n")
    w.merged()
    assert w.blob(path) == b"settled\n"


def test_markers_that_a_side_had_are_committed(waiting: Callable[..., Waiting]) -> None:
    marks = "<<<<<<< example\n=======\n>>>>>>> example\n"
    w = waiting(writes(a="1\n", doc=MANY), writes(a="T\n", doc=MANY + marks), writes(a="S\n", new=marks))
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    w.merged()
    assert w.blob("new").decode() == marks and w.blob("doc").decode() == MANY + marks


def test_markers_that_were_committed_by_hand_keep_the_target_where_it_is(torn: Waiting) -> None:
    w = torn
    git(w.wt, "add", "--all", writes=True)
    git(w.wt, "commit", "-qm", "by hand", writes=True)
    assert refuses(w).message == "Conflict markers are left in b:1"
    git(w.wt, "rebase", "--continue", writes=True)
    error = refuses(w)
    assert (error.code, error.message) == ("conflicts", "Conflict markers are left in b:1")
    (w.wt / "b").write_text("settled\n")
    (w.wt / "c").write_text("not yet to be committed\n")
    commit = str(error.hint).partition(", then: ")[2].partition(", then: ")[0]
    subprocess.run(commit, shell=True, check=True, env=w.d.world.environ)
    assert w.d.git("status", "--porcelain", at=w.wt).strip() == "M c"
    git(w.wt, "checkout", "-q", "c", writes=True)
    assert continue_merge(w.d.ctx, w.id).exit_code == 0
    assert w.blob("b") == b"settled\n"


def test_a_rebase_that_git_was_made_to_forget_can_only_be_given_up(torn: Waiting) -> None:
    w = torn
    git(w.wt, "rebase", "--quit", writes=True)
    with pytest.raises(UserError) as told:
        conflicts_of(w.d.ctx, w.id)
    for error in (refuses(w), told.value):
        assert (error.code, error.hint) == ("unfinished-operation", f"amp-sessions abort-merge {w.id}")
    abort_merge(w.d.ctx, w.id)
    assert (w.wt / "b").read_text() == "S\n"


@pytest.mark.parametrize("how", LOST)
def test_a_merge_whose_conflicts_are_lost_can_be_given_up(torn: Waiting, how: str) -> None:
    w = torn
    LOST[how](w)
    if how in ("rm --cached", "read-tree --empty"):
        with pytest.raises(UserError) as told:
            abort_merge(w.d.ctx, w.id)
        assert f"amp-sessions restore {w.id}, then: amp-sessions abort-merge {w.id}" in (told.value.hint or "")
        restore_session(w.d.ctx, w.id)
    if how in ("garbage", "deleted"):
        restore_session(w.d.ctx, w.id)
    abort_merge(w.d.ctx, w.id)
    assert (w.wt / "b").read_text() == "S\n" and (w.wt / "new").read_text() == "new\n"
    assert w.d.git("status", "--porcelain", at=w.wt) == ""


@pytest.mark.parametrize("words", [("reset", "--hard"), ("checkout", "--force"), ("read-tree", "HEAD")])
def test_what_had_made_room_for_a_folder_or_a_link_does_so_again(
    waiting: Callable[..., Waiting], words: tuple[str, ...]
) -> None:
    def folder(at: Path) -> None:
        (at / "a").write_text("S\n")
        for name in ("quiet", "torn"):
            (at / name).unlink()
            (at / name).mkdir()
            (at / name / "inside").write_text("S\n")

    w = waiting(
        writes(a="1\n", quiet="1\n", torn="1\n"), writes(a="T\n", torn="T\n"),
        folder,
    )  # fmt: skip
    listed = ("ls-files", "--stage"), ("status", "--porcelain=v2")
    before = [w.d.git(*command, at=w.wt) for command in listed]
    told = conflicts_of(w.d.ctx, w.id)
    git(w.wt, *words, writes=True)
    restore_session(w.d.ctx, w.id)
    assert [w.d.git(*command, at=w.wt) for command in listed] == before
    assert conflicts_of(w.d.ctx, w.id) == told
    assert (w.wt / "quiet" / "inside").read_text() == "S\n" and (w.wt / "torn~HEAD").read_text() == "T\n"


def test_a_file_with_markers_that_was_only_taken_out_of_the_index_is_not_merged_as_deleted(torn: Waiting) -> None:
    w = torn
    w.choose("d.bin", Choice.TARGET)
    w.resolve("d.bin")
    git(w.wt, "rm", "-q", "--cached", "b", writes=True)
    assert f"amp-sessions restore {w.id}" in (refuses(w).hint or "")
    restore_session(w.d.ctx, w.id)
    assert [file.path for file in conflicts_of(w.d.ctx, w.id).files if not file.resolved] == ["b"]
    git(w.wt, "rm", "-q", "--force", "b", writes=True)
    w.merged()
    assert w.d.git("ls-tree", "main", "b") == ""


def test_going_on_that_is_refused_still_waits_for_conflicts(torn: Waiting) -> None:
    w = torn
    git(w.wt, "add", "-A", writes=True)
    refuses(w)
    state = open_merge.load(w.d.ctx, w.id)
    assert state is not None and state.waiting_for == "conflicts"


def test_no_branch_is_moved_that_was_checked_out_at_the_stop(torn: Waiting) -> None:
    """Be it the target: git would commit to it."""
    w = torn
    w.choose("b", Choice.TARGET)
    w.resolve("b")
    w.choose("d.bin", Choice.TARGET)
    w.resolve("d.bin")
    git(w.wt, "symbolic-ref", "HEAD", "refs/heads/main", writes=True)
    error = refuses(w)
    assert error.code == "branch-moved" and "main is checked out" in error.message
    git(w.wt, "update-ref", "--no-deref", "HEAD", "HEAD", writes=True)
    ref = f"refs/heads/{w.d.session.branch}"
    for moved in (("-d", ref), (ref, "main")):  # git would commit, and only then see that it cannot move it
        before = w.d.git("rev-parse", "HEAD", at=w.wt)
        git(w.wt, "update-ref", *moved, writes=True)
        error = refuses(w)
        assert (error.code, w.d.git("rev-parse", "HEAD", at=w.wt)) == ("branch-moved", before)
        back = (error.hint or "").partition(", then: ")[0].partition(": ")[2]
        if "-d" in moved:
            restore_session(w.d.ctx, w.id)
            assert w.d.git("rev-parse", ref) in back, "where the rebase left it, not where that has come to"
        else:
            subprocess.run(back, shell=True, check=True)
    assert continue_merge(w.d.ctx, w.id).status == "merged"
    assert w.d.git("status", "--porcelain") == ""


def test_a_worktree_that_is_made_again_has_the_files_in_conflict(torn: Waiting) -> None:
    w = torn
    before = {path: (w.wt / path).read_bytes() for path in ("a", "d.bin")}
    shutil.rmtree(w.wt)
    restore_session(w.d.ctx, w.id)
    assert {path: (w.wt / path).read_bytes() for path in before} == before
    assert "<<<<<<<" in (w.wt / "b").read_text()
    assert not any(file.outside_edit for file in conflicts_of(w.d.ctx, w.id).files)


def test_an_emptied_worktree_is_not_merged_as_deletions(torn: Waiting) -> None:
    w = torn
    for path in ("b", "d.bin"):
        w.choose(path, Choice.TARGET)
        w.resolve(path)
    for path in {*w.d.git("ls-files", at=w.wt).split()} - {"a", "b", "d.bin"}:
        (w.wt / path).unlink()
    assert refuses(w).code == "worktree-missing"
    git(w.wt, "checkout-index", "--all", "--quiet", writes=True)
    w.merged()
    assert w.d.git("ls-tree", "--name-only", "main", "c", "new") == "c\nnew"


def test_an_emptied_worktree_has_its_files_again(torn: Waiting) -> None:
    w = torn
    before = {path.name: path.read_bytes() for path in w.wt.iterdir() if path.is_file() and path.name != ".git"}
    w.choose("a", Choice.SESSION)
    for path in before:
        (w.wt / path).unlink()
    assert view_session(w.d.ctx, w.id).situation.action == "restore"
    notes = list[str]()
    restore_session(w.d.ctx, w.id, on_note=notes.append)
    assert f"{len(before)} files came back" in " ".join(notes)
    assert b"<<<<<<< " in before.pop("b") and "<<<<<<< " in (w.wt / "b").read_text()
    assert {path: (w.wt / path).read_bytes() for path in before} == before
    assert not any(file.outside_edit for file in conflicts_of(w.d.ctx, w.id).files)


def test_no_file_comes_back_of_those_that_were_deleted_to_resolve_them(torn: Waiting) -> None:
    (torn.wt / "b").unlink()
    notes = list[str]()
    restore_session(torn.d.ctx, torn.id, on_note=notes.append)
    assert "nothing to bring back" in notes[-1] and not (torn.wt / "b").exists()


def test_a_branch_that_is_somewhere_else_is_left_by_what_is_said(torn: Waiting) -> None:
    """Also while files are in conflict."""
    w = torn
    at, index = w.d.git("rev-parse", "HEAD", at=w.wt), w.d.git("ls-files", "--stage", at=w.wt)
    tip = w.d.git("rev-parse", w.d.session.branch)
    git(w.wt, "symbolic-ref", "HEAD", f"refs/heads/{w.d.session.branch}", writes=True)
    with pytest.raises(UserError) as told:
        conflicts_of(w.d.ctx, w.id)
    said = view_session(w.d.ctx, w.id)
    for error in (refuses(w), told.value):
        assert error.code == "branch-moved" and f"update-ref --no-deref HEAD {at[:12]}" in (error.hint or "")
    assert f"update-ref --no-deref HEAD {at[:12]}" in (said.situation.command or "")
    assert said.actions["continue-merge"] is not None
    git(w.wt, "update-ref", "--no-deref", "HEAD", at[:12], writes=True)
    assert w.d.git("rev-parse", "HEAD", at=w.wt) == at and w.d.git("ls-files", "--stage", at=w.wt) == index
    assert w.d.git("rev-parse", w.d.session.branch) == tip
    for path in ("b", "d.bin"):
        w.choose(path, Choice.TARGET)
        w.resolve(path)
    w.merged()


def test_markers_that_are_staged_are_said_wherever_the_merge_stands(torn: Waiting) -> None:
    w = torn
    git(w.wt, "add", "-A", writes=True)
    assert conflicts_of(w.d.ctx, w.id).marked == (("b", 1),)
    said = view_session(w.d.ctx, w.id)
    assert "markers are left in b:1" in said.situation.sentence and "markers are left in b:1" in said.next_step
    undo = f"amp-sessions resolve {w.id} b --undo"
    assert undo in (refuses(w).hint or "")
    unresolve_file(w.d.ctx, w.id, "b")
    w.choose("b", Choice.TARGET)
    w.resolve("b")
    assert conflicts_of(w.d.ctx, w.id).marked == ()
    w.merged()


def test_what_git_merged_is_known_after_what_nobody_needs_was_pruned(torn: Waiting) -> None:
    w = torn
    for path in ("b", "d.bin"):
        w.choose(path, Choice.SESSION)
        w.resolve(path)
    assert all(file.resolved for file in conflicts_of(w.d.ctx, w.id).files)
    w.d.git("gc", "-q", "--prune=now")
    LOST["read-tree"](w)
    with pytest.raises(UserError) as told:
        conflicts_of(w.d.ctx, w.id)
    assert told.value.code == "conflicts"
    assert refuses(w).code == "conflicts"
    w.d.git("gc", "-q", "--prune=now")
    restore_session(w.d.ctx, w.id)
    assert not conflicts_of(w.d.ctx, w.id).marked


def test_another_rebase_is_ended_by_what_is_said(torn: Waiting) -> None:
    """Be it that somebody has only written into what git keeps of it: neither going on nor giving up is possible."""
    w = torn
    before = open_merge.load(w.d.ctx, w.id)
    git_path(w.wt, "rebase-merge/onto").write_text(w.d.git("rev-parse", "main~1"))
    error = refuses(w)
    with pytest.raises(UserError, match="Another rebase"):
        abort_merge(w.d.ctx, w.id)
    look, end, then = commands_in(error.hint or "")
    for words in (look, end):
        subprocess.run(words, check=True)
    assert then == ["amp-sessions", "abort-merge", w.id] and before is not None
    assert abort_merge(w.d.ctx, w.id).commit == before.tip_before
