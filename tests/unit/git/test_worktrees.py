"""Making, proving, hiding and taking back worktrees."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ampsm.git import refs
from ampsm.git.git_files.links import keep_git_inside
from ampsm.git.repository import Head
from ampsm.git.worktree import half_made, hidden_folders, proof, worktrees
from ampsm.model.errors import UserError
from tests.support.place import make_context_folder

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]
BRANCH = "amp/fix/20250101-000000"


@pytest.fixture
def place(make_repo: MakeRepo, run_git: RunGit) -> tuple[Path, Path, str]:
    """Repository, worktree and commit of a worktree that was made as a session's is."""
    repo = make_repo("my repo")
    sha = run_git(repo, "rev-parse", "HEAD")
    path = repo / ".worktrees" / "fix-aaaaaa"
    hidden_folders.hide_folders(repo)
    worktrees.create_branch(repo, BRANCH, sha)
    worktrees.add_worktree(repo, path, BRANCH, sha)
    make_context_folder(path)
    return repo, path, sha


def refusal(call: Callable[[], object]) -> UserError:
    with pytest.raises(UserError) as error:
        call()
    return error.value


def test_a_new_worktree_is_proved_and_hidden(place: tuple[Path, Path, str], run_git: RunGit) -> None:
    repo, path, sha = place
    assert proof.prove_place(path, repo, BRANCH) == run_git(path, "rev-parse", "HEAD") == sha
    (path / "AGENT_CONTEXT" / "SESSION.md").write_text("x")
    assert run_git(repo, "status", "--porcelain", "--untracked-files=all") == ""
    assert run_git(path, "status", "--porcelain", "--untracked-files=all") == ""
    run_git(path, "add", "--all")
    assert run_git(path, "diff", "--cached", "--name-only") == ""


def test_the_user_s_whitelist_does_not_show_the_folders(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={".gitignore": "*\n!keep\n!*/\n!**\n", "keep": "1"})
    hidden_folders.hide_folders(repo)
    make_context_folder(repo)
    (repo / "AGENT_CONTEXT" / "x").write_text("x")
    (repo / ".worktrees" / "x").write_text("x")
    assert run_git(repo, "status", "--porcelain", "--untracked-files=all") == ""
    assert (repo / ".gitignore").read_text() == "*\n!keep\n!*/\n!**\n"


def test_hiding_keeps_what_the_user_wrote_and_repeats_nothing(make_repo: MakeRepo) -> None:
    repo = make_repo()
    exclude = repo / ".git" / "info" / "exclude"
    exclude.write_bytes(b"mine\xff\r\n# last line")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hidden_folders.hide_folders, [repo] * 8))
    assert exclude.read_bytes() == b"mine\xff\r\n# last line\n/.worktrees/\n/AGENT_CONTEXT/\n"


def test_hiding_works_without_an_info_folder_and_writes_through_no_linked_exclude(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo()
    exclude = repo / ".git" / "info" / "exclude"
    exclude.unlink()
    exclude.symlink_to(tmp_path / "shared-exclude")
    hidden_folders.hide_folders(repo)
    assert exclude.is_symlink()
    assert not (tmp_path / "shared-exclude").exists()
    assert hidden_folders.missing_exclusions(repo) == []
    exclude.unlink()
    exclude.parent.rmdir()
    hidden_folders.hide_folders(repo)
    assert exclude.read_text() == "/.worktrees/\n/AGENT_CONTEXT/\n"


@pytest.mark.parametrize("make", [lambda p, t: p.symlink_to(t), lambda p, t: p.write_text("mine")])
def test_something_in_the_way_of_a_folder_is_left_alone(
    make_repo: MakeRepo, tmp_path: Path, make: Callable[[Path, Path], object]
) -> None:
    repo = make_repo()
    make(repo / ".worktrees", tmp_path)
    assert refusal(lambda: hidden_folders.hide_folders(repo)).code == "failed"
    assert os.path.lexists(repo / ".worktrees")
    assert not (tmp_path / ".gitignore").exists()


def test_a_folder_that_another_git_makes_meanwhile_is_in_nobodys_way(
    make_repo: MakeRepo, run_git: RunGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo()
    sha = run_git(repo, "rev-parse", "HEAD")
    assert worktrees.create_branch(repo, f"{BRANCH}-1", sha) == "made"
    with monkeypatch.context() as patched:
        patched.setattr(Path, "is_dir", lambda path: "logs" not in path.parts and Path.exists(path))
        keep_git_inside(repo, [f"refs/heads/{BRANCH}-2"])
    assert worktrees.create_branch(repo, f"{BRANCH}-2", sha) == "made"


def test_a_branch_is_made_once(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    sha = run_git(repo, "rev-parse", "HEAD")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: worktrees.create_branch(repo, BRANCH, sha), range(8)))
    assert sorted(answers) == ["exists"] * 7 + ["made"]
    names = [f"{BRANCH}-{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda name: worktrees.create_branch(repo, name, sha), names)) == {"made"}


@pytest.mark.parametrize("blocking", ["amp", "amp/fix"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_branch_in_the_way_is_named(make_repo: MakeRepo, run_git: RunGit, blocking: str, packed: bool) -> None:
    repo = make_repo()
    run_git(repo, "branch", blocking)
    if packed:
        run_git(repo, "pack-refs", "--all")
    error = refusal(lambda: worktrees.create_branch(repo, BRANCH, run_git(repo, "rev-parse", "HEAD")))
    assert (error.code, error.exit_code, error.details["branch"]) == ("branch-name-blocked", 5, blocking)


def test_a_tracked_context_folder_is_refused(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={"AGENT_CONTEXT/x": "1"})
    error = refusal(lambda: worktrees.require_untracked_context_folder(repo, "HEAD"))
    assert (error.code, error.exit_code) == ("context-folder-tracked", 5)
    run_git(repo, "mv", "AGENT_CONTEXT", "AGENT_CONTEXTS")
    run_git(repo, "commit", "-qm", "moved")
    worktrees.require_untracked_context_folder(repo, "HEAD")


def test_many_worktrees_at_once(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    sha = run_git(repo, "rev-parse", "HEAD")
    hidden_folders.hide_folders(repo)

    def make(number: int) -> None:
        branch = f"amp/x/{number}"
        worktrees.create_branch(repo, branch, sha)
        worktrees.add_worktree(repo, repo / ".worktrees" / f"x-{number}", branch, sha)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(make, range(10)))
    for number in range(10):
        proof.prove_place(repo / ".worktrees" / f"x-{number}", repo, f"amp/x/{number}")


def test_tracking_is_never_set_up(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    repo = tmp_path / "clone"
    run_git(make_repo("upstream"), "clone", "-q", ".", repo)
    run_git(repo, "config", "branch.autoSetupMerge", "always")
    config = (repo / ".git" / "config").read_bytes()
    sha = run_git(repo, "rev-parse", "origin/main")
    hidden_folders.hide_folders(repo)
    worktrees.create_branch(repo, BRANCH, sha)
    worktrees.add_worktree(repo, repo / ".worktrees" / "x", BRANCH, sha)
    assert (repo / ".git" / "config").read_bytes() == config


def test_the_user_s_checkout_stays_as_it_is(
    make_repo: MakeRepo, run_git: RunGit, snapshot: Callable[[Path], dict[str, object]]
) -> None:
    repo = make_repo()
    (repo / "README.md").write_text("edited\n")
    sha = run_git(repo, "rev-parse", "HEAD")
    before = snapshot(repo)
    hidden_folders.hide_folders(repo)
    worktrees.create_branch(repo, BRANCH, sha)
    worktrees.add_worktree(repo, repo / ".worktrees" / "x", BRANCH, sha)
    half_made.remove_half_made(repo, repo / ".worktrees" / "x", BRANCH, sha)
    after = snapshot(repo)
    ours = {".git/info/exclude", ".worktrees/.gitignore", ".worktrees/.lock"}
    assert {name: facts for name, facts in after.items() if name not in ours} == {
        name: facts for name, facts in before.items() if name not in ours
    }


def test_a_failing_post_checkout_hook_does_not_undo_the_worktree(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    hook = repo / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    sha = run_git(repo, "rev-parse", "HEAD")
    worktrees.create_branch(repo, BRANCH, sha)
    worktrees.add_worktree(repo, repo / ".worktrees" / "x", BRANCH, sha)
    proof.prove_place(repo / ".worktrees" / "x", repo, BRANCH)


def test_a_worktree_that_cannot_be_made_is_an_error(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    sha = run_git(repo, "rev-parse", "HEAD")
    worktrees.create_branch(repo, BRANCH, sha)
    (repo / ".worktrees" / "x").mkdir(parents=True)
    (repo / ".worktrees" / "x" / "mine").write_text("1")
    assert refusal(lambda: worktrees.add_worktree(repo, repo / ".worktrees" / "x", BRANCH, sha)).code == "git-failed"
    assert refusal(
        lambda: half_made.remove_half_made(repo, repo / ".worktrees" / "x", BRANCH, sha)
    ).code == "wrong-worktree"  # fmt: skip
    assert (repo / ".worktrees" / "x" / "mine").exists()


class TestPlace:
    def test_missing(self, place: tuple[Path, Path, str], tmp_path: Path) -> None:
        repo, path, _ = place
        path.rename(tmp_path / "away")
        error = refusal(lambda: proof.prove_place(path, repo, BRANCH))
        assert (error.code, error.exit_code) == ("worktree-missing", 5)

    def test_a_folder_that_is_only_inside_the_repository(self, place: tuple[Path, Path, str]) -> None:
        repo, path, _ = place
        (path / ".git").unlink()
        error = refusal(lambda: proof.prove_place(path, repo, BRANCH))
        assert error.code == "wrong-worktree"
        assert error.details == {"worktree": str(path), "damaged": [".git"]}

    def test_another_repository(self, place: tuple[Path, Path, str], make_repo: MakeRepo) -> None:
        repo, path, _ = place
        other = make_repo("other")
        assert refusal(lambda: proof.prove_place(path, other, BRANCH)).code == "wrong-worktree"
        (path / ".git").write_text(f"gitdir: {other}/.git\n")
        assert refusal(lambda: proof.prove_place(path, repo, BRANCH)).code == "wrong-worktree"

    def test_another_branch_a_detached_head_and_a_deleted_branch(
        self, place: tuple[Path, Path, str], run_git: RunGit
    ) -> None:
        repo, path, sha = place
        run_git(path, "switch", "-q", "-c", "elsewhere")
        error = refusal(lambda: proof.prove_place(path, repo, BRANCH))
        assert (error.code, error.exit_code) == ("branch-moved", 5)
        assert error.details == {"expected": BRANCH, "found": "elsewhere", "head": sha}
        run_git(path, "switch", "-q", "--detach")
        error = refusal(lambda: proof.prove_place(path, repo, BRANCH))
        assert error.details == {"expected": BRANCH, "found": None, "head": sha}
        run_git(path, "switch", "-q", BRANCH)
        run_git(repo, "update-ref", "-d", f"refs/heads/{BRANCH}")
        assert refusal(lambda: proof.prove_place(path, repo, BRANCH)).code == "branch-moved"

    def test_head_is_told_wherever_it_is(self, place: tuple[Path, Path, str], run_git: RunGit) -> None:
        repo, path, sha = place
        assert proof.prove_worktree(path, repo) == Head(sha, BRANCH)
        run_git(path, "switch", "-q", "--detach")
        assert proof.prove_worktree(path, repo) == Head(sha, None)
        run_git(path, "switch", "-q", "--orphan", "empty")
        assert proof.prove_worktree(path, repo) == Head(None, "empty")

    def test_a_repository_whose_git_directory_is_elsewhere(
        self, place: tuple[Path, Path, str], run_git: RunGit, tmp_path: Path
    ) -> None:
        repo, path, sha = place
        run_git(repo, "init", "-q", "--separate-git-dir", tmp_path / "apart")
        run_git(repo, "worktree", "repair", path)
        assert proof.prove_place(path, repo, BRANCH) == sha
        (repo / ".git").unlink()
        (repo / ".git").mkdir()
        assert refusal(lambda: proof.prove_place(path, repo, BRANCH)).code == "wrong-worktree"

    def test_reached_by_a_symbolic_link(self, place: tuple[Path, Path, str], tmp_path: Path) -> None:
        repo, path, _ = place
        (tmp_path / "link").symlink_to(repo)
        proof.prove_place(tmp_path / "link" / ".worktrees" / path.name, tmp_path / "link", BRANCH)


class TestHalfMade:
    def gone(self, place: tuple[Path, Path, str], run_git: RunGit) -> bool:
        repo, path, _ = place
        return (
            not path.exists()
            and refs.read_ref(repo, f"refs/heads/{BRANCH}") is None
            and not (repo / ".git" / "worktrees" / path.name).exists()
            and len(run_git(repo, "worktree", "list").splitlines()) == 1
        )

    def remove(self, place: tuple[Path, Path, str]) -> None:
        half_made.remove_half_made(place[0], place[1], BRANCH, place[2])

    def test_whole(self, place: tuple[Path, Path, str], run_git: RunGit) -> None:
        self.remove(place)
        assert self.gone(place, run_git)
        self.remove(place)

    @pytest.mark.parametrize("state", ["no index", "locked", "cut file", "no .git", "admin only", "no back-pointer"])
    def test_killed_on_the_way(self, place: tuple[Path, Path, str], run_git: RunGit, state: str) -> None:
        repo, path, _ = place
        admin = repo / ".git" / "worktrees" / path.name
        (admin / "locked").write_text("initializing\n")
        if state == "no index":
            (admin / "index").unlink()
            (path / "src" / "app.py").unlink()
        elif state == "cut file":
            (path / "README.md").write_text("hel")
        elif state in ("no .git", "admin only", "no back-pointer"):
            for top in (path / "src", path / "AGENT_CONTEXT"):
                for file in top.iterdir():
                    file.unlink()
                top.rmdir()
            for file in path.iterdir():
                file.unlink()
            if state == "admin only":
                path.rmdir()
            if state == "no back-pointer":
                for file in admin.iterdir():
                    if file.is_file() and file.name != "locked":
                        file.unlink()
                (admin / "logs" / "HEAD").unlink()
                (admin / "logs").rmdir()
                if (admin / "refs").exists():
                    (admin / "refs").rmdir()
        self.remove(place)
        assert self.gone(place, run_git)

    @pytest.mark.parametrize(
        ("state", "code"),
        [
            ("edited", "uncommitted-changes"), ("new file", "uncommitted-changes"), ("commit", "uncommitted-changes"),
            ("nested", "uncommitted-changes"), ("locked by a user", "wrong-worktree"), ("link", "wrong-worktree"),
            ("other branch", "wrong-worktree"), ("a clone", "wrong-worktree"), ("elsewhere", "wrong-worktree"),
        ],
    )  # fmt: skip
    def test_what_may_be_work_stays(
        self, place: tuple[Path, Path, str], run_git: RunGit, tmp_path: Path, state: str, code: str
    ) -> None:
        repo, path, sha = place
        if state == "edited":
            (path / "README.md").write_text("hello world\n")
        elif state == "new file":
            (path / "new").write_text("1")
        elif state == "commit":
            run_git(path, "commit", "-q", "--allow-empty", "-m", "mine")
        elif state == "nested":
            run_git(path, "init", "-q", "nested")
        elif state == "locked by a user":
            run_git(repo, "worktree", "lock", path)
        elif state == "link":
            path.rename(tmp_path / "away")
            path.symlink_to(tmp_path / "away")
        elif state == "other branch":
            run_git(path, "switch", "-q", "-c", "mine")
        elif state == "a clone":
            path.rename(tmp_path / "away")
            run_git(repo, "clone", "-q", ".", path)
        elif state == "elsewhere":
            run_git(repo, "worktree", "move", path, tmp_path / "moved")
            place = (repo, tmp_path / "moved", sha)
        assert refusal(lambda: self.remove(place)).code == code
        assert os.path.lexists(place[1])
        assert refs.read_ref(repo, f"refs/heads/{BRANCH}") is not None
