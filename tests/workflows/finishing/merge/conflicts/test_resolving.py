"""Resolving files, and making them unresolved again: bytes, modes and stages, in real repositories."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.command import git
from ampsm.git.programs.planted import note_programs
from ampsm.model.conflicts import Choice, ConflictFile, ConflictKind
from ampsm.model.errors import UserError
from ampsm.workflows.finishing import choose, conflict_hunks, conflicts_of, outcomes_of, resolve_file, unresolve_file
from ampsm.workflows.finishing.merge.merge import merge_session
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.session.open_merge import MergeOptions
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merges import Make

Change = Callable[[Path], None]


class Waiting:
    """A session whose merge waits for the conflicts of what was done on either side."""

    #: Whether the settings count as set before the session began.
    before_the_session = False

    def __init__(self, d: Drawn, base: Change, target: Change, session: Change, *settings: tuple[str, str]) -> None:
        self.d, self.wt, self.id = d, d.worktree, d.session.id
        for name, value in settings:
            d.git("config", name, value)
        if self.before_the_session:
            note_programs(d.worktree, anew=True)
        self._commit(d.repo, base, "both began with it")
        d.git("merge", "-q", "--ff-only", "main", at=self.wt)
        self._commit(d.repo, target, "target")
        self._commit(self.wt, session, "session")
        self.merge(4)
        self.before = self.stages()

    def _commit(self, at: Path, change: Change, message: str) -> None:
        change(at)
        self.d.git("add", "--all", at=at)
        self.d.git("commit", "-qm", message, at=at)

    def merge(self, code: int) -> None:
        assert merge_session(self.d.ctx, self.id, MergeOptions(message="feat: it")).exit_code == code

    def stages(self) -> str:
        return self.d.git("ls-files", "--unmerged", at=self.wt)

    def file(self, path: str) -> ConflictFile:
        return next(file for file in conflicts_of(self.d.ctx, self.id).files if file.path == path)

    def choose(self, path: str, choice: Choice, **more: str | bytes) -> ConflictFile:
        return choose(self.d.ctx, self.id, path, choice, text=more.get("text")).file

    def resolve(self, path: str, **how: bool) -> ConflictFile:
        return resolve_file(self.d.ctx, self.id, path, **how).files[0]

    def refused(self, path: str, code: str, **how: bool) -> None:
        before = self.stages(), (self.wt / path).read_bytes()
        with pytest.raises(UserError) as refused:
            self.resolve(path, **how)
        assert refused.value.code == code, refused.value
        assert (self.stages(), (self.wt / path).read_bytes()) == before

    def taken_back(self, path: str) -> None:
        """A resolved file is unresolved again, with what git wrote in it, and then resolved as before."""
        after = self._at(path)
        assert unresolve_file(self.d.ctx, self.id, path).files[0].resolved is False
        assert self.stages() == self.before
        found = self.file(path)
        assert (found.resolved, found.outside_edit, found.open) == (False, False, 0)
        self.resolve(path)
        assert self._at(path) == after

    def merged(self) -> None:
        assert continue_merge(self.d.ctx, self.id).exit_code == 0
        assert self.d.git("status", "--porcelain", at=self.wt) == ""

    def blob(self, path: str) -> bytes:
        return git(self.d.repo, "cat-file", "blob", f"main:{path}").stdout

    def _at(self, path: str) -> object:
        place = self.wt / path
        return os.readlink(place) if place.is_symlink() else place.read_bytes() if place.is_file() else None


def writes(**files: str | bytes) -> Change:
    def write(at: Path) -> None:
        for name, content in files.items():
            (at / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return write


def removes(name: str) -> Change:
    return lambda at: (at / name).unlink()


START = "main: base{x=1\\n}"


@pytest.fixture
def waiting(drawn: Make) -> Callable[..., Waiting]:
    return lambda *changes, kind=Waiting: kind(drawn(START), *changes)


def test_a_text_is_written_staged_taken_back_and_merged(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n2\n3\n"), writes(a="T\n2\n3\n"), writes(a="S\n2\n3\n"))
    w.refused("a", "conflicts")
    w.choose("a", Choice.BOTH)
    assert w.stages() == w.before
    done = w.resolve("a")
    assert (done.resolved, done.open, done.outside_edit) == (True, 0, False)
    assert (w.wt / "a").read_text() == "T\nS\n2\n3\n"
    assert w.stages() == ""
    assert w.d.git("diff", "--name-only", at=w.wt) == ""
    w.taken_back("a")
    w.merged()
    assert w.blob("a") == b"T\nS\n2\n3\n"


def test_choosing_again_after_it_was_resolved(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.TARGET)
    (w.wt / "a").write_text("mine\n")
    w.resolve("a", outside=True)
    w.resolve("a")
    assert (w.wt / "a").read_text() == "mine\n", "nothing else was chosen since"
    w.choose("a", Choice.TEXT, text="other\n")
    assert (w.wt / "a").read_text() == "mine\n"
    w.resolve("a")
    assert (w.wt / "a").read_text() == "other\n"
    assert w.d.git("cat-file", "blob", ":a", at=w.wt) == "other"


def test_git_itself_unresolves(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.TARGET)
    w.resolve("a")
    git(w.wt, "checkout", "-m", "--", "a", writes=True)
    assert w.stages() == w.before
    assert "<<<<<<< ours" in (w.wt / "a").read_text()
    assert w.file("a").outside_edit is False
    w.resolve("a")
    assert (w.wt / "a").read_text() == "T\n"


def test_a_marker_that_no_side_had_is_refused(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.TEXT, text="<<<<<<< HEAD\nT\n")
    w.refused("a", "conflicts")
    w.refused("a", "conflicts", outside=True)


def test_somebody_elses_edit_is_never_written_over_unasked(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.TARGET)
    (w.wt / "a").write_text("mine\n")
    assert w.file("a").outside_edit
    w.refused("a", "edited-outside")
    assert w.resolve("a", outside=True).outside_edit is False
    assert (w.wt / "a").read_text() == "mine\n"
    unresolve_file(w.d.ctx, w.id, "a")
    (w.wt / "a").write_text("mine\n")
    w.resolve("a", draft=True)
    assert (w.wt / "a").read_text() == "T\n"
    kept = w.d.git("for-each-ref", "--format=%(refname)", f"refs/ampsm/snapshots/{w.id}/").split()
    assert w.d.git("cat-file", "blob", f"{kept[-1]}:a") == "mine"


def test_what_was_staged_elsewhere_is_resolved_and_can_be_taken_back(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))
    w.choose("a", Choice.SESSION)
    (w.wt / "a").write_text("mine\n")
    w.d.git("add", "a", at=w.wt)
    found = w.file("a")
    assert (found.resolved, found.outside_edit) == (True, True)
    w.refused("a", "edited-outside")
    unresolve_file(w.d.ctx, w.id, "a")
    assert w.stages() == w.before
    kept = w.d.git("for-each-ref", "--format=%(refname)", f"refs/ampsm/snapshots/{w.id}/").split()
    assert w.d.git("cat-file", "blob", f"{kept[-1]}:a") == "mine"
    w.resolve("a")
    assert (w.wt / "a").read_text() == "S\n"


@pytest.mark.parametrize("choice", [Choice.TARGET, Choice.SESSION, Choice.KEEP, Choice.DELETE])
@pytest.mark.parametrize("by", ["target", "session"])
def test_deleted_on_one_side(waiting: Callable[..., Waiting], by: str, choice: Choice) -> None:
    changes = [removes("a"), writes(a="changed\n")]
    w = waiting(writes(a="1\n"), *(changes if by == "target" else reversed(changes)))
    assert w.file("a").kind == f"deleted-by-{by}"
    w.refused("a", "conflicts")
    w.choose("a", choice)
    w.resolve("a")
    gone = choice == Choice.DELETE or choice == by
    assert (w.wt / "a").exists() is not gone
    w.taken_back("a")
    w.choose("a", choice)
    assert w.d.git("ls-files", "a", at=w.wt) == ("" if gone else "a")


def test_binary_files(waiting: Callable[..., Waiting]) -> None:
    w = waiting(*(writes(i=b"\0" + side) for side in (b"base", b"target", b"session")))
    assert w.file("i").kind == ConflictKind.BINARY
    assert conflict_hunks(w.d.ctx, w.id, "i").result is None
    with pytest.raises(UserError, match=r"possible: target, session, base$"):
        w.choose("i", Choice.BOTH)
    assert [outcome.words for outcome in outcomes_of(w.file("i"))] == [
        "Target's file",
        "Session's file",
        "Ancestor's file",
    ]
    w.choose("i", Choice.BASE)
    w.resolve("i")
    assert (w.wt / "i").read_bytes() == b"\0base"
    w.taken_back("i")
    w.choose("i", Choice.SESSION)
    w.resolve("i")
    assert (w.wt / "i").read_bytes() == b"\0session"
    w.taken_back("i")


def test_links(waiting: Callable[..., Waiting]) -> None:
    def leads(to: str) -> Change:
        def link(at: Path) -> None:
            (at / "l").unlink(missing_ok=True)
            (at / "l").symlink_to(to)

        return link

    w = waiting(leads("base"), leads("target"), leads("session"))
    assert w.file("l").kind == ConflictKind.SYMLINK
    w.choose("l", Choice.SESSION)
    w.resolve("l")
    assert os.readlink(w.wt / "l") == "session"
    w.taken_back("l")


def test_both_added_with_other_modes(waiting: Callable[..., Waiting]) -> None:
    def executable(at: Path) -> None:
        writes(a="same\n")(at)
        (at / "a").chmod(0o755)

    w = waiting(writes(b="1\n"), writes(a="same\n"), executable)
    assert w.file("a").kind == ConflictKind.MODE
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    assert os.access(w.wt / "a", os.X_OK)
    assert w.d.git("ls-files", "--stage", "a", at=w.wt).startswith("100755")


def test_the_mode_that_one_side_changed_stays(waiting: Callable[..., Waiting]) -> None:
    def executable(at: Path) -> None:
        writes(a="S\n")(at)
        (at / "a").chmod(0o755)

    w = waiting(writes(a="1\n"), writes(a="T\n"), executable)
    w.choose("a", Choice.TARGET)
    w.resolve("a")
    assert os.access(w.wt / "a", os.X_OK)
    assert w.d.git("ls-files", "--stage", "a", at=w.wt).startswith("100755")


def test_renamed_apart_and_renamed_on_one_side(waiting: Callable[..., Waiting]) -> None:
    lines = "".join(f"{n}\n" for n in range(30))

    def moves(old: str, new: str, text: str | None = None) -> Change:
        def move(at: Path) -> None:
            (at / old).rename(at / new)
            if text is not None:
                (at / new).write_text(text)

        return move

    def target(at: Path) -> None:
        moves("a", "aT")(at)
        moves("m", "moved", lines.replace("5", "T"))(at)

    def session(at: Path) -> None:
        moves("a", "aS")(at)
        (at / "m").write_text(lines.replace("5", "S"))

    w = waiting(writes(a=lines + "a\n", m=lines), target, session)
    found = {file.path: file for file in conflicts_of(w.d.ctx, w.id).files}
    assert {path: (file.kind, file.old_path) for path, file in found.items()} == {
        "a": (ConflictKind.RENAMED_APART, None), "aT": (ConflictKind.RENAMED_APART, "a"),
        "aS": (ConflictKind.RENAMED_APART, "a"), "moved": (ConflictKind.BOTH_MODIFIED, "m"),
    }  # fmt: skip
    assert conflict_hunks(w.d.ctx, w.id, "m").file.path == "moved"
    for path, choice in (("a", Choice.DELETE), ("aT", Choice.KEEP), ("aS", Choice.DELETE), ("moved", Choice.TARGET)):
        w.choose(path, choice)
        w.resolve(path)
        w.taken_back(path)
        w.before = w.stages()
    assert sorted(file.name for file in w.wt.iterdir() if file.name[0] in "am") == ["aT", "moved"]
    w.merged()


def test_a_file_where_the_other_side_has_a_folder(waiting: Callable[..., Waiting]) -> None:
    def folder(at: Path) -> None:
        (at / "a").unlink()
        (at / "a").mkdir()
        (at / "a" / "b").write_text("another\n")

    w = waiting(writes(a="1\n2\n3\n"), folder, writes(a="S\n2\n3\n"))
    (file,) = conflicts_of(w.d.ctx, w.id).files
    assert (file.kind, file.old_path) == (ConflictKind.TYPE, "a")
    w.choose(file.path, Choice.KEEP)
    w.resolve(file.path)
    w.taken_back(file.path)
    assert (w.wt / "a" / "b").read_text() == "another\n"


@pytest.mark.parametrize("settings", [("core.autocrlf", "true"), ("core.autocrlf", "input"), ("core.eol", "lf")])
def test_line_ends_as_they_are_set(waiting: Callable[..., Waiting], settings: tuple[str, str]) -> None:
    def side(text: str) -> Change:
        return writes(a=f"{text}\n2\n3", **{".gitattributes": "* text=auto\n"})

    w = waiting(side("1"), side("T"), side("S"), settings)
    w.choose("a", Choice.TARGET)
    w.resolve("a")
    end = b"\r\n" if settings == ("core.autocrlf", "true") else b"\n"
    assert (w.wt / "a").read_bytes() == end.join([b"T", b"2", b"3"])
    w.taken_back("a")
    w.merged()
    assert w.blob("a") == b"T\n2\n3"


class Filtered(Waiting):
    before_the_session = True


def test_filters_make_the_file_and_never_the_blob(waiting: Callable[..., Waiting]) -> None:
    def side(text: str) -> Change:
        return writes(a=f"{text}\n", **{".gitattributes": "a filter=up\n"})

    smudge, clean = ("filter.up.smudge", "tr a-z A-Z"), ("filter.up.clean", "tr A-Z a-z")
    w = waiting(side("base"), side("target"), side("session"), smudge, clean, kind=Filtered)
    assert w.file("a").outside_edit is False
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    assert (w.wt / "a").read_text() == "SESSION\n"
    assert w.d.git("cat-file", "blob", ":a", at=w.wt) == "session"
    w.taken_back("a")


def test_a_link_on_the_way_is_not_followed(waiting: Callable[..., Waiting], tmp_path: Path) -> None:
    def side(text: str) -> Change:
        def write(at: Path) -> None:
            (at / "d").mkdir(exist_ok=True)
            (at / "d" / "a").write_text(text)

        return write

    w = waiting(side("1\n"), side("T\n"), side("S\n"))
    w.choose("d/a", Choice.TARGET)
    outside = tmp_path / "outside"
    (w.wt / "d").rename(outside)
    (w.wt / "d").symlink_to(outside)
    before = (outside / "a").read_bytes()
    with pytest.raises(UserError) as refused:
        w.resolve("d/a", draft=True)
    assert refused.value.code == "files-in-the-way"
    assert (outside / "a").read_bytes() == before


def test_after_git_has_forgotten_what_it_wrote(waiting: Callable[..., Waiting]) -> None:
    w = waiting(writes(a="1\n"), writes(a="T\n"), writes(a="S\n"))
    Path(w.d.git("rev-parse", "--path-format=absolute", "--git-path", "AUTO_MERGE", at=w.wt)).unlink()
    assert w.file("a").outside_edit is False
    w.choose("a", Choice.SESSION)
    w.resolve("a")
    w.taken_back("a")
    (w.wt / "a").write_text("mine\n")
    assert w.file("a").outside_edit
    unresolve_file(w.d.ctx, w.id, "a")
    assert "<<<<<<<" in (w.wt / "a").read_text()
    (w.wt / "a").write_text("mine\n")
    assert w.file("a").outside_edit
