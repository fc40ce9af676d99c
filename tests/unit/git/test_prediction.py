"""Predicted conflicts are those that a real rebase of the squashed session meets; nothing is left behind."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.history import branch_point
from ampsm.git.prediction import predicted_conflicts

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]
LINES = [f"line {n}" for n in range(12)]
TEXT = "\n".join(LINES) + "\n"


def objects(repo: Path) -> set[str]:
    return {os.path.join(folder, name) for folder, _, names in os.walk(repo / ".git") for name in names}


class Rebase:
    """A repository with a session branch `session` beside `main`, and what git makes of rebasing it."""

    def __init__(self, repo: Path, run_git: RunGit) -> None:
        self.repo = repo
        self.git = run_git
        self.base = run_git(repo, "rev-parse", "HEAD")
        self.session = repo.with_name(repo.name + " session")
        run_git(repo, "worktree", "add", "-q", self.session, "-b", "session")

    def commit(self, place: Path) -> None:
        self.git(place, "add", "-A")
        self.git(place, "commit", "-q", "--allow-empty", "-m", "change")

    def predicted(self) -> list[str]:
        before = objects(self.repo)
        tip, target = (self.git(self.repo, "rev-parse", name) for name in ("session", "main"))
        found = predicted_conflicts(self.repo, self.session, tip, target, self.point())
        assert objects(self.repo) == before
        return found

    def point(self) -> str:
        tip, target = (self.git(self.repo, "rev-parse", name) for name in ("session", "main"))
        return branch_point(self.repo, tip, target, self.base)

    def met(self) -> list[str]:
        """Squashes and rebases for real; the paths in conflict."""
        place, git = self.session, self.git
        squashed = git(place, "commit-tree", "-p", self.point(), "-m", "squashed", "HEAD^{tree}")
        git(place, "switch", "-q", "--detach", squashed)
        git(place, "rebase", "-q", "--onto", "main", self.point(), check=False)
        listed = git(place, "diff", "--name-only", "--diff-filter=U", "-z").split("\0")
        git(place, "rebase", "--abort", check=False)
        git(place, "switch", "-q", "-f", "session")
        return sorted({re.sub(r"~(HEAD|[0-9a-f]+ \(squashed\))$", "", path) for path in listed if path})

    def check(self) -> list[str]:
        found = self.predicted()
        assert found == self.met()
        return found


@pytest.fixture
def rebase(make_repo: MakeRepo, run_git: RunGit) -> Callable[..., Rebase]:
    def make(files: dict[str, str | bytes] | None = None) -> Rebase:
        return Rebase(make_repo("mein repo: ä", files={"a": TEXT, "b": TEXT, **(files or {})}), run_git)

    return make


def edit(place: Path, name: str, line: int, text: str) -> None:
    lines = (place / name).read_text().splitlines()
    lines[line] = text
    (place / name).write_text("\n".join(lines) + "\n")


def test_edits_apart_do_not_conflict_and_edits_in_one_place_do(rebase: Callable[..., Rebase]) -> None:
    there = rebase()
    edit(there.session, "a", 1, "session")
    edit(there.session, "b", 1, "session")
    there.commit(there.session)
    assert there.check() == []
    edit(there.repo, "a", 10, "main")
    there.commit(there.repo)
    assert there.check() == []
    edit(there.repo, "b", 1, "main")
    there.commit(there.repo)
    assert there.check() == ["b"]


def test_one_side_deletes_renames_or_turns_into_a_folder(rebase: Callable[..., Rebase]) -> None:
    there = rebase({"c": TEXT + "c\n", "d": TEXT + "d\n", "e": TEXT + "e\n", "größe\n": TEXT + "g\n"})
    for name in ("a", "c", "größe\n"):
        edit(there.session, name, 1, "session")
    (there.session / "d").unlink()
    (there.session / "d").mkdir()
    (there.session / "d" / "x").write_text("session\n")
    there.git(there.session, "mv", "e", "e-session")
    there.commit(there.session)
    (there.repo / "a").unlink()
    there.git(there.repo, "mv", "c", "renamed")
    edit(there.repo, "d", 1, "main")
    there.git(there.repo, "mv", "e", "e-main")
    (there.repo / "größe\n").write_bytes(b"\0binary")
    there.commit(there.repo)
    assert there.check() == ["a", "d", "e", "e-main", "e-session", "größe\n"]


@pytest.mark.parametrize(("setting", "conflicts"), [("conflict", ["w/new"]), ("true", []), ("false", [])])
def test_the_user_s_settings_for_merges_count(
    rebase: Callable[..., Rebase], setting: str, conflicts: list[str]
) -> None:
    there = rebase({"x/1": TEXT + "1\n", "x/2": TEXT + "2\n"})
    there.git(there.repo, "config", "merge.directoryRenames", setting)
    (there.session / "x" / "new").write_text("1\n")
    there.commit(there.session)
    there.git(there.repo, "mv", "x", "w")
    there.commit(there.repo)
    assert there.check() == conflicts


def test_a_base_that_was_rewritten(rebase: Callable[..., Rebase]) -> None:
    there = rebase()
    edit(there.repo, "a", 1, "old base")
    there.commit(there.repo)
    there.base = there.git(there.repo, "rev-parse", "HEAD")
    there.git(there.session, "reset", "-q", "--hard", "main")
    edit(there.session, "b", 1, "session")
    there.commit(there.session)
    there.git(there.repo, "reset", "-q", "--hard", "HEAD~1")
    edit(there.repo, "a", 1, "new base")
    there.commit(there.repo)
    assert there.check() == []


def test_merge_drivers_by_the_attributes_of_the_target(rebase: Callable[..., Rebase], tmp_path: Path) -> None:
    there = rebase()
    there.git(there.repo, "config", "merge.mine.driver", f"touch '{tmp_path}/asked'; true")
    for place in (there.session, there.repo):
        edit(place, "a", 1, place.name)
        edit(place, "b", 1, place.name)
    (there.session / ".gitattributes").write_text("b merge=mine\n")
    there.commit(there.session)
    (there.repo / ".gitattributes").write_text("a merge=mine\n")
    there.commit(there.repo)
    assert there.check() == [".gitattributes", "b"]
    assert (tmp_path / "asked").exists()


def test_sha256_submodules_and_a_worktree_that_is_gone(tmp_path: Path, run_git: RunGit) -> None:
    repo, inner = tmp_path / "outer", tmp_path / "inner"
    for place in (repo, inner):
        place.mkdir()
        run_git(place, "init", "-q", "--object-format=sha256")
        run_git(place, "commit", "-q", "--allow-empty", "-m", "first")
    run_git(repo, "submodule", "--quiet", "add", str(inner), "lib")
    (repo / "a").write_text(TEXT)
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-qm", "start")
    there = Rebase(repo, run_git)
    edit(there.session, "a", 1, "session")
    there.commit(there.session)
    edit(repo, "a", 1, "main")
    run_git(repo / "lib", "commit", "-q", "--allow-empty", "-m", "moved")
    there.commit(repo)
    assert there.check() == ["a"]
    tip, target, point = run_git(repo, "rev-parse", "session"), run_git(repo, "rev-parse", "main"), there.point()
    assert predicted_conflicts(repo, tmp_path / "gone", tip, target, point) == ["a"]


@pytest.mark.parametrize("seed", range(6))
def test_generated_histories(rebase: Callable[..., Rebase], seed: int) -> None:
    """Many random edits, renames, deletions and new files on both sides, in two commits each."""
    dice = random.Random(seed)
    names = [f"{folder}/{number}" for folder in "xyz" for number in range(5)]
    there = rebase({name: "".join(f"{name} {line}\n" for line in range(9)) for name in names})
    for place in (there.session, there.repo):
        for _ in range(2):
            change_at_random(place, dice)
            there.commit(place)
    there.check()


def change_at_random(place: Path, dice: random.Random) -> None:
    for _ in range(5):
        present = sorted(path for folder in "xyz" for path in (place / folder).glob("*") if path.is_file())
        path, number = dice.choice(present), dice.randrange(100)
        kind = dice.choice(["edit", "edit", "edit", "delete", "rename", "new", "mode", "folder"])
        if kind == "edit":
            lines = path.read_text().splitlines() or [""]
            lines[dice.randrange(len(lines))] = f"{number}"
            path.write_text("\n".join(lines) + "\n")
        elif kind == "delete":
            path.unlink()
        elif kind == "rename":
            path.rename(path.with_name(f"renamed-{number % 3}"))
        elif kind == "new":
            path.with_name(f"new-{number % 3}").write_text(f"{number}\n")
        elif kind == "mode":
            path.chmod(0o755)
        elif not (place / "x" / "moved").exists() and (place / "y").exists():
            (place / "z").mkdir(exist_ok=True)
            for moved in sorted((place / "y").glob("*")):
                moved.rename(place / "z" / f"y-{moved.name}")
            (place / "y").mkdir(exist_ok=True)
