"""A branch that a merge has moved goes back with its worktree, or nothing is touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import refs, target
from ampsm.model.errors import UserError

RunGit = Callable[..., str]
REF = "refs/heads/main"


class Merged:
    """`main` was at `before` and has been moved to `after`, which changes README.md and adds new.txt."""

    def __init__(self, repo: Path, run_git: RunGit) -> None:
        self.repo = repo
        self._git = run_git
        self.before = run_git(repo, "rev-parse", "HEAD")
        (repo / "README.md").write_text("merged\n")
        (repo / "new.txt").write_text("new\n")
        run_git(repo, "add", "-A")
        run_git(repo, "commit", "-q", "-m", "merged")
        self.after = run_git(repo, "rev-parse", "HEAD")

    def take_back(self) -> None:
        target.take_back(self.repo, REF, self.after, self.before, reason="test")

    def refused(self) -> UserError:
        """The error of `take_back`, which must have changed nothing."""
        status = self._git(self.repo, "status", "--porcelain", "--branch", "--ignored")
        at = refs.read_ref(self.repo, REF)
        with pytest.raises(UserError) as error:
            self.take_back()
        assert refs.read_ref(self.repo, REF) == at
        assert self._git(self.repo, "status", "--porcelain", "--branch", "--ignored") == status
        return error.value


@pytest.fixture
def merged(make_repo: Callable[..., Path], run_git: RunGit) -> Merged:
    return Merged(make_repo(), run_git)


def test_it_goes_back_with_the_files_of_its_worktree(merged: Merged, run_git: RunGit) -> None:
    (merged.repo / "src/app.py").write_text("edited\n")
    merged.take_back()
    assert refs.read_ref(merged.repo, REF) == merged.before
    assert (merged.repo / "README.md").read_text() == "hello\n"
    assert not (merged.repo / "new.txt").exists()
    assert run_git(merged.repo, "status", "--porcelain") == " M src/app.py"
    merged.take_back()  # again changes nothing
    assert refs.read_ref(merged.repo, REF) == merged.before


def test_a_branch_that_is_checked_out_nowhere_goes_back_alone(merged: Merged, run_git: RunGit) -> None:
    run_git(merged.repo, "checkout", "-q", "-b", "work")
    merged.take_back()
    assert refs.read_ref(merged.repo, REF) == merged.before
    assert run_git(merged.repo, "status", "--porcelain") == ""


def test_it_goes_back_in_a_linked_worktree(merged: Merged, run_git: RunGit, tmp_path: Path) -> None:
    run_git(merged.repo, "checkout", "-q", "-b", "work")
    run_git(merged.repo, "worktree", "add", "-q", tmp_path / "linked", "main")
    merged.take_back()
    assert not (tmp_path / "linked/new.txt").exists()
    assert run_git(tmp_path / "linked", "status", "--porcelain") == ""


def test_a_move_that_was_cut_off_between_files_and_ref_is_finished(merged: Merged, run_git: RunGit) -> None:
    run_git(merged.repo, "read-tree", "-m", "-u", merged.after, merged.before)
    merged.take_back()
    assert refs.read_ref(merged.repo, REF) == merged.before
    assert run_git(merged.repo, "status", "--porcelain") == ""


def test_a_branch_that_went_on_stays(merged: Merged, run_git: RunGit) -> None:
    run_git(merged.repo, "commit", "-q", "--allow-empty", "-m", "later")
    assert isinstance(merged.refused(), refs.RefMoved)


@pytest.mark.parametrize("path", ["README.md", "new.txt"])
def test_local_changes_in_the_way_are_kept(merged: Merged, path: str) -> None:
    (merged.repo / path).write_text("mine\n")
    error = merged.refused()
    assert (error.code, error.details["files"]) == ("uncommitted-changes", [path])
    assert (merged.repo / path).read_text() == "mine\n"


def test_a_worktree_in_the_middle_of_a_merge_is_left_alone(merged: Merged, run_git: RunGit) -> None:
    side = run_git(merged.repo, "commit-tree", "-p", merged.before, "-m", "side", f"{merged.before}^{{tree}}")
    run_git(merged.repo, "merge", "-q", "--no-commit", "--no-ff", side)
    error = merged.refused()
    assert (error.code, error.details["operation"]) == ("branch-checked-out", "merge")


def test_a_branch_that_a_rebase_will_come_back_to_is_left_alone(merged: Merged, run_git: RunGit) -> None:
    run_git(merged.repo, "-c", "sequence.editor=sed -i 1ibreak", "rebase", "-i", "--root")
    assert run_git(merged.repo, "branch", "--show-current") == ""
    error = merged.refused()
    assert (error.code, error.details["operation"]) == ("branch-checked-out", "rebase")
    assert "rebase" in error.message


def test_a_worktree_that_cannot_be_reached_is_not_left_behind(merged: Merged, run_git: RunGit, tmp_path: Path) -> None:
    run_git(merged.repo, "checkout", "-q", "-b", "work")
    linked = tmp_path / "linked"
    run_git(merged.repo, "worktree", "add", "-q", "--lock", linked, "main")
    shutil.move(linked, tmp_path / "unplugged")
    error = merged.refused()
    assert (error.code, error.details["worktree"]) == ("branch-checked-out", str(linked))


def test_two_worktrees_cannot_both_follow(merged: Merged, run_git: RunGit, tmp_path: Path) -> None:
    run_git(merged.repo, "worktree", "add", "-q", "--force", tmp_path / "linked", "main")
    error = merged.refused()
    assert error.code == "branch-checked-out"
    assert "2 worktrees" in error.message
