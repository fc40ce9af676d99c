"""Conflicts where paths, repositories and what is done meanwhile are not as usual."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ampsm.context import open_context
from ampsm.git.command import git, git_line
from ampsm.git.rewrite import left_by_git, settled_file, stages
from ampsm.model.conflicts import Choice, ConflictKind
from ampsm.model.errors import UserError
from ampsm.system import seen_files
from ampsm.workflows.finishing import abort_merge, choose, conflict_hunks, conflicts_of, resolve_file, unresolve_file
from ampsm.workflows.finishing.merge.resume import continue_merge
from tests.support.hints import commands_in
from tests.workflows.finishing.merge.conflicts.test_resolving import Change, Waiting, waiting, writes

__all__ = ["waiting"]
Make = Callable[..., Waiting]


def simple(waiting: Make) -> Waiting:
    return waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))


@pytest.mark.parametrize(
    "name", [b"\xff\xfe", "ü ö/日本.txt".encode(), b"new\nline", b'"quoted"', b"-x", b":(top)a", b"a*"]
)
def test_names(waiting: Make, name: bytes) -> None:
    path = os.fsdecode(name)

    def side(text: str) -> Callable[[Path], None]:
        def write(at: Path) -> None:
            (at / path).parent.mkdir(exist_ok=True)
            (at / path).write_text(text)

        return write

    w = waiting(side("1\n"), side("T\n"), side("S\n"))
    assert [(file.path, file.outside_edit) for file in conflicts_of(w.d.ctx, w.id).files] == [(path, False)]
    w.choose(path, Choice.SESSION)
    assert w.resolve(path).outside_edit is False
    w.taken_back(path)
    (w.wt / path).write_text("mine\n")
    assert w.file(path).outside_edit
    assert w.resolve(path, outside=True).resolved
    w.merged()


def test_both_modes_and_texts_differ_in_what_both_added(waiting: Make) -> None:
    def executable(at: Path) -> None:
        writes(a="S\n")(at)
        (at / "a").chmod(0o755)

    w = waiting(writes(b="1\n"), writes(a="T\n"), executable)
    assert (w.file("a").kind, w.file("a").hunks) == (ConflictKind.BOTH_ADDED, 1)
    assert "as in Target, it will not be executable, unless" in w.file("a").sentence
    w.choose("a", Choice.BOTH)
    w.resolve("a")
    assert (w.wt / "a").read_text() == "T\nS\n"
    assert not os.access(w.wt / "a", os.X_OK)
    w.taken_back("a")
    unresolve_file(w.d.ctx, w.id, "a")
    choose(w.d.ctx, w.id, "a", Choice.SESSION, hunks=[1])
    w.resolve("a")
    assert (w.wt / "a").read_text() == "S\n" and os.access(w.wt / "a", os.X_OK), "the session's file as it is there"


def test_latin_1_with_a_mark_and_no_last_line_end(waiting: Make) -> None:
    w = waiting(*(writes(a=f"é{side}\r\n2".encode("latin-1")) for side in "bts"))
    assert conflict_hunks(w.d.ctx, w.id, "a").hunks[0].target == "ét\r\n"
    w.choose("a", Choice.TEXT, text="ö\n2")
    w.resolve("a")
    assert (w.wt / "a").read_bytes() == "ö\r\n2".encode("latin-1")
    w.taken_back("a")
    with pytest.raises(UserError) as refused:
        w.choose("a", Choice.TEXT, text="日")
    assert refused.value.code == "not-in-encoding"


def test_submodules(waiting: Make, run_git: Callable[..., str], tmp_path: Path) -> None:
    commits = [run_git(tmp_path, "hash-object", "--stdin")[:-1] + digit for digit in "123"]

    def at_commit(commit: str) -> Callable[[Path], None]:
        def put(at: Path) -> None:
            (at / "sub").mkdir(exist_ok=True)
            run_git(at, "update-index", "--add", "--cacheinfo", f"160000,{commit},sub")

        return put

    class Linked(Waiting):
        def _commit(self, at: Path, change: Callable[[Path], None], message: str) -> None:
            change(at)
            self.d.git("commit", "-qm", message, at=at)

    w = waiting(*(at_commit(commit) for commit in commits), kind=Linked)
    assert (w.file("sub").kind, w.file("sub").outside_edit) == (ConflictKind.SUBMODULE, False)
    w.choose("sub", Choice.SESSION)
    assert w.resolve("sub").resolved
    assert commits[2] in w.d.git("ls-files", "--stage", "sub", at=w.wt)


def test_a_filter_that_fails_leaves_everything_as_it_is(waiting: Make) -> None:
    def side(text: str) -> Callable[[Path], None]:
        return writes(**{"a": f"{text}\n", ".gitattributes": "a filter=up\n"})

    w = waiting(side("1"), side("T"), side("S"))
    w.choose("a", Choice.TARGET)
    w.d.git("config", "filter.up.smudge", "false")
    w.d.git("config", "filter.up.required", "true")
    w.refused("a", "git-failed")


def test_removed_and_staged_elsewhere(waiting: Make) -> None:
    w = simple(waiting)
    w.d.git("rm", "-q", "--cached", "a", at=w.wt)
    (w.wt / "a").unlink()
    assert (w.file("a").resolved, w.file("a").outside_edit) == (True, True)
    w.choose("a", Choice.TARGET)
    with pytest.raises(UserError) as refused:
        w.resolve("a")
    assert refused.value.code == "edited-outside"
    w.resolve("a", draft=True)
    assert (w.wt / "a").read_text() == "T\n"
    w.merged()


def test_the_rebase_ended_by_hand(waiting: Make) -> None:
    w = simple(waiting)
    w.choose("a", Choice.TARGET)
    w.d.git("rebase", "--abort", at=w.wt)
    for work in (
        lambda: conflicts_of(w.d.ctx, w.id),
        lambda: choose(w.d.ctx, w.id, "a", Choice.TARGET),
        lambda: w.resolve("a"),
    ):
        with pytest.raises(UserError) as refused:
            work()
        assert refused.value.code == "nothing-in-progress"
    assert continue_merge(w.d.ctx, w.id).exit_code == 4
    assert (w.file("a").resolved, w.file("a").outside_edit) == (False, False)


def test_the_worktree_is_gone(waiting: Make) -> None:
    w = simple(waiting)
    w.wt.rename(w.wt.with_name("elsewhere"))
    with pytest.raises(UserError) as refused:
        conflicts_of(w.d.ctx, w.id)
    assert refused.value.exit_code == 5
    w.wt.with_name("elsewhere").rename(w.wt)
    abort_merge(w.d.ctx, w.id)


def test_many_choose_at_once_and_nothing_is_lost(waiting: Make) -> None:
    count = 12
    sides = ["".join(f"{n}{side}\n\n\n" for n in range(count)) for side in ("", "T", "S")]
    w = waiting(*(writes(a=side) for side in sides))
    numbers = [hunk.n for hunk in conflict_hunks(w.d.ctx, w.id, "a").hunks]

    def chosen(number: int) -> None:
        with open_context() as ctx:
            choose(ctx, w.id, "a", Choice.SESSION, hunks=[number])

    threads = [threading.Thread(target=chosen, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.file("a").open == 0


def test_only_one_resolves_at_a_time(waiting: Make) -> None:
    from ampsm.workflows.session.held import held

    w = simple(waiting)
    w.choose("a", Choice.TARGET)
    with held(w.d.ctx, w.id, "merge"):
        w.choose("a", Choice.SESSION)  # a draft needs nobody's leave
        with open_context() as ctx, pytest.raises(UserError) as refused:
            resolve_file(ctx, w.id, "a")
    assert refused.value.code == "busy"


def test_more_files_than_git_is_given_as_words(waiting: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (stages, left_by_git):
        monkeypatch.setattr(module, "MOST_WORDS", 1)
    w = waiting(*(writes(a=side, b=side, c=side) for side in ("1\n", "T\n", "S\n")))
    for path in "ab":
        w.choose(path, Choice.TARGET)
        w.resolve(path)
    found = conflicts_of(w.d.ctx, w.id).files
    assert [(file.path, file.resolved, file.outside_edit) for file in found] == [
        ("a", True, False), ("b", True, False), ("c", False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "settings", [("extensions.worktreeConfig", "true"), ("index.version", "4"), ("rerere.enabled", "true")]
)
def test_settings_of_the_repository(waiting: Make, settings: tuple[str, str]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"), settings)
    w.choose("a", Choice.BOTH)
    w.resolve("a")
    w.taken_back("a")
    w.merged()


def test_a_sparse_checkout(waiting: Make) -> None:
    def side(text: str) -> Callable[[Path], None]:
        def write(at: Path) -> None:
            for folder in ("in", "out"):
                (at / folder).mkdir(exist_ok=True)
                (at / folder / "a").write_text(text if text else "1\n")
                (at / folder / "still").write_text("1\n")

        return write

    class Sparse(Waiting):
        def merge(self, code: int) -> None:
            self.d.git("sparse-checkout", "set", "in", at=self.wt)
            super().merge(code)

    w = waiting(side("1\n"), side("T\n"), side("S\n"), kind=Sparse)
    for path in ("in/a", "out/a"):
        assert w.file(path).outside_edit is False
        w.choose(path, Choice.SESSION)
        w.resolve(path)
    assert not (w.wt / "out" / "still").exists()
    w.merged()
    assert w.blob("out/a") == b"S\n"


def test_long_ids(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    w = simple(request.getfixturevalue("waiting"))
    assert len(w.d.git("rev-parse", "HEAD")) == 64
    assert w.file("a").outside_edit is False
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    w.taken_back("a")
    w.merged()


def test_a_kill_in_the_middle_of_writing_leaves_nothing_in_the_worktree(
    waiting: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = simple(waiting)
    w.choose("a", Choice.TARGET)
    before, real = sorted(os.listdir(w.wt)), seen_files.replace_seen
    seen: list[bytes] = []

    def replace(new: Path, place: Path, was: seen_files.FileSeen) -> None:
        assert place == w.wt / "a" and sorted(os.listdir(w.wt)) == before
        seen.append(new.read_bytes())
        real(new, place, was)
        assert sorted(os.listdir(w.wt)) == before

    monkeypatch.setattr(settled_file, "replace_seen", replace)
    w.resolve("a")
    assert seen == [b"T\n"]


def test_a_file_on_one_side_and_a_link_on_the_other(waiting: Make) -> None:
    def link(at: Path) -> None:
        (at / "a").unlink(missing_ok=True)
        (at / "a").symlink_to("elsewhere")

    w = waiting(writes(b="1\n"), writes(a="T\n"), link)
    found = conflicts_of(w.d.ctx, w.id).files
    assert {(file.kind, file.old_path) for file in found} >= {(ConflictKind.TYPE, "a")}
    for file in found:
        assert not file.outside_edit
        w.choose(file.path, Choice.KEEP)
        w.resolve(file.path)
        w.taken_back(file.path)
        w.before = w.stages()
    w.merged()


class CheckedOut(NamedTuple):
    """A merge that waits for the conflict of a submodule that is checked out: `commits` of base, target, session."""

    w: Waiting
    commits: list[str]

    @property
    def at(self) -> str:
        return git_line(self.w.wt / "sub", "rev-parse", "HEAD")


@pytest.fixture
def sub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], Callable[[str], Change]]:
    """Three commits of a submodule, and what checks it out at one."""
    for number, (name, value) in enumerate(
        {"protocol.file.allow": "always", "user.name": "n", "user.email": "e"}.items()
    ):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "3")
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "-q")
    commits = []
    for side in "bts":
        (source / "f").write_text(side)
        git(source, "add", "f")
        git(source, "commit", "-qm", side)
        git(source, "branch", f"side-{side}")
        commits.append(git_line(source, "rev-parse", "HEAD"))
        if side == "t":
            git(source, "checkout", "-q", commits[0])

    def at_commit(commit: str) -> Change:
        def put(at: Path) -> None:
            known = (at / ".gitmodules").exists()
            words = ("update", "--init") if known else ("add", str(source), "sub")
            git(at, "submodule", "--quiet", *words, writes=True)
            git(at / "sub", "checkout", "-q", commit, writes=True)

        return put

    return commits, at_commit


@pytest.fixture
def checked_out(waiting: Make, sub: tuple[list[str], Callable[[str], Change]]) -> CheckedOut:
    commits, at_commit = sub
    w = waiting(*(at_commit(commit) for commit in commits))
    abort_merge(w.d.ctx, w.id)
    w.merge(4)
    return CheckedOut(w, commits)


def test_submodules_that_are_checked_out(checked_out: CheckedOut) -> None:
    w = checked_out.w
    assert w.file("sub").kind == ConflictKind.SUBMODULE
    w.choose("sub", Choice.SESSION)
    w.resolve("sub")
    assert checked_out.at == checked_out.commits[2]
    w.taken_back("sub")
    w.merged()


@pytest.mark.parametrize("side", [Choice.TARGET, Choice.SESSION])
def test_a_submodule_that_cannot_be_moved_is_merged_as_chosen_all_the_same(
    checked_out: CheckedOut, side: Choice
) -> None:
    """It holds changes; what it is at is no choice of anybody's."""
    w, chosen = checked_out.w, checked_out.commits[1 if side is Choice.TARGET else 2]
    git(w.wt / "sub", "checkout", "-q", checked_out.commits[0], writes=True)
    (w.wt / "sub" / "f").write_text("mine\n")
    w.choose("sub", side)
    with pytest.raises(UserError) as refused:
        w.resolve("sub")
    assert refused.value.code == "uncommitted-changes"
    for words in commands_in(str(refused.value.hint))[:1]:
        subprocess.run(words, check=True, capture_output=True)
    file = w.file("sub")
    assert (file.resolved, file.outside_edit) == (True, False)
    assert (w.wt / "sub" / "f").read_text() == "mine\n"
    assert continue_merge(w.d.ctx, w.id).exit_code == 0
    assert git_line(w.d.repo, "rev-parse", "main:sub") == chosen
    assert (w.wt / "sub" / "f").read_text() == "mine\n"


def test_a_submodule_that_the_target_has_moved_goes_with_it(
    waiting: Make, sub: tuple[list[str], Callable[[str], Change]]
) -> None:
    """Where git stops it is still at what the session has."""
    (base, target, _), at_commit = sub

    def both(path: str, text: str, commit: str) -> Change:
        def put(at: Path) -> None:
            at_commit(commit)(at)
            writes(**{path: text})(at)

        return put

    w = waiting(both("a", "1\n", base), both("a", "T\n", target), both("a", "S\n", base))
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    w.merged()
    assert git_line(w.d.repo, "rev-parse", "main:sub") == target
    assert git_line(w.wt / "sub", "rev-parse", "HEAD") == target
