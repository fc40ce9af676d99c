"""Every kind of conflict as git makes it: what is said of it, and what is merged by each choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.command import git
from ampsm.journal.results import sizes_words
from ampsm.model.conflicts import Choice
from ampsm.workflows.finishing import conflict_hunks, conflicts_of, facts_of, unresolve_file, whole_sides
from ampsm.workflows.finishing.merge.resume import continue_merge
from tests.support.kinds_of_conflict import ROWS, Thing, grown, other_way_round
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting

__all__ = ["waiting"]


class Grown(Waiting):
    """With links, modes and submodules, put into the index as they are."""

    def _commit(self, at: Path, change: Callable[[Path], None], message: str) -> None:
        change(at)
        self.d.git("commit", "-q", "--allow-empty", "-m", message, at=at)
        self.d.git("checkout", "-q", "--force", "HEAD", at=at)

    def paths(self) -> dict[str, str]:
        """The paths in conflict by their names in a row."""
        found = [file.path for file in conflicts_of(self.d.ctx, self.id).files]
        return {path.partition("~")[0] + "~" if "(" in path else path: path for path in found}

    def staged(self, path: str) -> Thing | None:
        """What a path is in the index, if it is resolved."""
        return self._thing(git(self.wt, "ls-files", "-s", "-z", "--", path).stdout)

    def merged_thing(self, path: str) -> Thing | None:
        """What a path is on the target."""
        return self._thing(git(self.d.repo, "ls-tree", "-z", "main", "--", path).stdout.replace(b" blob ", b" "))

    def _thing(self, listed: bytes) -> Thing | None:
        if not listed:
            return None
        mode, *_, blob = listed.partition(b"\t")[0].decode().removesuffix(" 0").split()
        content = blob.encode() if mode == "160000" else git(self.d.repo, "cat-file", "blob", blob).stdout
        return Thing(content, mode)


@pytest.mark.rounds(9)
@pytest.mark.parametrize("name", ROWS)
def test_each_kind_is_told_and_merged_as_chosen(waiting: Callable[..., Grown], name: str) -> None:
    row = ROWS[name]
    w = waiting(grown(row.base), grown(row.target), grown(row.session), kind=Grown)
    paths = w.paths()
    assert set(paths) == set(row.told)
    for short, told in row.told.items():
        file = w.file(paths[short])
        sentence = file.sentence.replace(paths.get("a~", "a~"), "a~")
        assert (file.kind, file.old_path, sentence) == (told.kind, told.old_path, told.sentence)
        assert not file.outside_edit
        assert conflict_hunks(w.d.ctx, w.id, file.path).file == file, "asked alone it is what it is among all"
        assert set(file.choices) <= {*told.outcomes, *(("keep", "delete") if "target" in told.outcomes else ())}
    for short, told in row.told.items():
        path = paths[short]
        for choice, outcome in told.outcomes.items():
            w.choose(path, Choice(choice))
            assert w.resolve(path).resolved
            assert w.staged(path) == outcome, choice
            unresolve_file(w.d.ctx, w.id, path)
            assert w.stages() == w.before and not w.file(path).outside_edit, choice
    first = {short: next(iter(told.outcomes)) for short, told in row.told.items()}
    for short, choice in first.items():
        w.choose(paths[short], Choice(choice))
        w.resolve(paths[short])
    assert continue_merge(w.d.ctx, w.id).exit_code == 0
    assert {short: w.merged_thing(paths[short]) for short in first} == {
        short: told.outcomes[first[short]] for short, told in row.told.items()
    }
    assert w.d.git("status", "--porcelain", "--ignore-submodules", at=w.wt) == ""


@pytest.mark.rounds(9)
@pytest.mark.parametrize("name", ROWS)
def test_each_kind_the_other_way_round(waiting: Callable[..., Grown], name: str) -> None:
    row = other_way_round(ROWS[name])
    w = waiting(grown(row.base), grown(row.target), grown(row.session), kind=Grown)
    paths = w.paths()
    assert set(paths) == set(row.told)
    for short, told in row.told.items():
        file = w.file(paths[short])
        assert (file.kind, file.old_path, file.outside_edit) == (told.kind, told.old_path, False)
        assert set(file.choices) <= {*told.outcomes, *(("keep", "delete") if "target" in told.outcomes else ())}
        for choice, outcome in told.outcomes.items():
            w.choose(file.path, Choice(choice))
            assert w.resolve(file.path).resolved and w.staged(file.path) == outcome, choice
            unresolve_file(w.d.ctx, w.id, file.path)
            assert w.stages() == w.before, choice


@pytest.mark.parametrize(
    ("name", "facts"),
    {
        "modes": ("file, 2 bytes", "executable file, 2 bytes", "not there"),
        "links": ("symbolic link to t", "symbolic link to s", "symbolic link to b"),
        "submodules": ("submodule at 2222222", "submodule at 3333333", "submodule at 1111111"),
        "a file and a link": ("file, 2 bytes", "symbolic link to s", "file, 2 bytes"),
    }.items(),
)
def test_what_each_side_has(waiting: Callable[..., Grown], name: str, facts: tuple[str, str, str]) -> None:
    row = ROWS[name]
    w = waiting(grown(row.base), grown(row.target), grown(row.session), kind=Grown)
    assert facts_of(whole_sides(w.d.ctx, w.id, "a")) == facts


def test_sizes_that_read_alike_are_told_to_the_byte() -> None:
    assert sizes_words([10_240, 10_241, None]) == ["10,240 bytes", "10,241 bytes", ""]
    assert sizes_words([10_240, 10_240, 3_000]) == ["10 kB", "10 kB", "3.0 kB"]
