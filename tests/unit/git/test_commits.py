"""Committing what changed, whatever changed and whatever hooks do; and reading commits."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git import commits
from ampsm.git.command import GitError
from ampsm.git.status import worktree_status
from ampsm.git.worktree import hidden_folders
from ampsm.model.errors import UserError
from tests.support.place import make_context_folder
from tests.unit.git.test_status import ODD_NAMES

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]


@pytest.fixture
def commit() -> Callable[..., commits.CommitResult]:
    """Commits and proves that nothing is left to commit."""

    def run(repo: Path, **options: object) -> commits.CommitResult:
        made = commits.commit_changes(repo, "amp: change\n\nAmpsm-Session: x\n", **options)  # type: ignore[arg-type]
        assert worktree_status(repo).paths == sorted(options.get("leave_out", ()))  # type: ignore[call-overload]
        return made

    return run


def write_hook(repo: Path, name: str, script: str) -> None:
    hook = repo / ".git" / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)


def tree(run_git: RunGit, repo: Path) -> set[str]:
    return set(run_git(repo, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")) - {""}


Commit = Callable[..., commits.CommitResult]


def files(repo: Path, made: commits.CommitResult) -> int:
    """How many files a commit changes."""
    assert made.sha is not None
    return commits.diff_stat(repo, made.before, made.sha)[0]


def test_all_changes_but_what_is_left_out(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo = make_repo(files={"a": "1\n", "b": "1\n", "c": "1\n", "keep": "1\n"})
    hidden_folders.hide_folders(repo)
    make_context_folder(repo)
    (repo / "a").write_text("22\n")
    (repo / "b").unlink()
    run_git(repo, "mv", "c", "C")
    (repo / "new").write_text("1")
    (repo / "ita").write_text("1")
    run_git(repo, "add", "-N", "ita")
    (repo / "leftover").write_text("1")
    (repo / "AGENT_CONTEXT" / "x").write_text("1")
    run_git(repo, "add", "-f", "AGENT_CONTEXT/x")
    made = commit(repo, leave_out={"leftover"})
    assert tree(run_git, repo) == {"a", "C", "keep", "new", "ita"}
    assert made.sha == run_git(repo, "rev-parse", "HEAD")
    assert files(repo, made) == 5
    assert run_git(repo, "log", "-1", "--format=%B") == "amp: change\n\nAmpsm-Session: x\n"


def test_nothing_to_commit_changes_nothing(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    (repo / "leftover").write_text("1")
    index = (repo / ".git" / "index").read_bytes()
    before = run_git(repo, "rev-parse", "HEAD")
    assert commits.commit_changes(repo, "x", leave_out=["leftover"]) == commits.CommitResult(None, before)
    os.utime(repo / "README.md", (1, 1))
    assert commits.commit_changes(repo, "x", leave_out=["leftover"]).sha is None
    assert (repo / ".git" / "index").read_bytes() == index
    assert run_git(repo, "log", "--format=%s") == "first"


def test_odd_names(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo = make_repo("größe mit\nzeile", files={"old": "1"})
    for name in ODD_NAMES:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("1")
    assert files(repo, commit(repo)) == len(ODD_NAMES)
    assert tree(run_git, repo) == {"old", *ODD_NAMES}
    for name in ODD_NAMES:
        (repo / name).unlink()
    assert files(repo, commit(repo)) == len(ODD_NAMES)


def test_type_changes(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo = make_repo(
        files={"file-to-folder": "1", "folder-to-file/x": "1", "file-to-link": "1", "folder-to-link/x": "1",
               "mode": "1", "link-to-file": "1", "elsewhere/x": "1", "deep/folder/to/link/x": "1"},
    )  # fmt: skip
    (repo / "link-to-file").unlink()
    (repo / "link-to-file").symlink_to("mode")
    commit(repo)
    (repo / "file-to-folder").unlink()
    (repo / "file-to-folder").mkdir()
    (repo / "file-to-folder" / "x").write_text("1")
    for name in ("folder-to-file", "folder-to-link", "deep/folder/to/link"):
        (repo / name / "x").unlink()
        (repo / name).rmdir()
    (repo / "folder-to-file").write_text("1")
    (repo / "file-to-link").unlink()
    (repo / "file-to-link").symlink_to("absent")
    (repo / "folder-to-link").symlink_to("elsewhere")
    (repo / "deep/folder/to/link").symlink_to("../../../elsewhere")
    (repo / "link-to-file").unlink()
    (repo / "link-to-file").write_text("mode")
    (repo / "mode").chmod(0o755)
    commit(repo)
    listed = dict(line.split("\t")[::-1] for line in run_git(repo, "ls-tree", "-r", "HEAD").splitlines())
    assert {name: facts.split()[0] for name, facts in listed.items()} == {
        "file-to-folder/x": "100644", "folder-to-file": "100644", "file-to-link": "120000", "folder-to-link": "120000",
        "mode": "100755", "link-to-file": "100644", "elsewhere/x": "100644", "deep/folder/to/link": "120000",
    }  # fmt: skip


def test_submodules_move_and_nested_repositories_stay_out(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo, inner = make_repo("outer"), make_repo("inner")
    run_git(repo, "submodule", "--quiet", "add", str(inner), "lib")
    commit(repo)
    run_git(repo / "lib", "commit", "-q", "--allow-empty", "-m", "moved")
    for name in ("nested", "staged"):
        run_git(repo, "init", "-q", name)
        run_git(repo / name, "commit", "-q", "--allow-empty", "-m", "x")
    run_git(repo, "add", "staged")
    assert files(repo, commit(repo)) == 1
    assert run_git(repo, "rev-parse", "HEAD:lib") == run_git(repo / "lib", "rev-parse", "HEAD")
    assert tree(run_git, repo) == {".gitmodules", "README.md", "lib", "src/app.py"}
    (repo / "lib" / "dirt").write_text("1")
    assert commits.commit_changes(repo, "x").sha is None


@pytest.mark.parametrize("cone", ["--cone", "--no-cone"])
def test_sparse_checkouts_keep_what_is_not_there(
    make_repo: MakeRepo, run_git: RunGit, commit: Commit, cone: str
) -> None:
    repo = make_repo(files={"in/a": "1", "out/b": "1", "out/d": "1", "c": "1"})
    run_git(repo, "sparse-checkout", "set", cone, *(["--sparse-index"] if cone == "--cone" else []), "in")
    (repo / "in" / "a").write_text("22")
    (repo / "out").mkdir()
    (repo / "out" / "new").write_text("1")
    (repo / "out" / "b").write_text("333")
    commit(repo)
    assert tree(run_git, repo) == {"in/a", "out/b", "out/d", "out/new", "c"}
    assert run_git(repo, "show", "HEAD:out/b") == "333"


def test_a_staged_change_of_a_file_outside_the_sparse_cone_is_kept(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={"in/a": "1", "out/b": "1"})
    other = run_git(repo, "hash-object", "-w", "in/a")
    run_git(repo, "sparse-checkout", "set", "--no-cone", "in")
    run_git(repo, "update-index", "--add", "--cacheinfo", f"100755,{other},out/b")
    run_git(repo, "update-index", "--skip-worktree", "out/b")
    assert files(repo, commits.commit_changes(repo, "x")) == 1
    assert run_git(repo, "ls-tree", "HEAD", "out/b").startswith("100755")


def test_filters_and_line_ends(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo = make_repo(files={".gitattributes": "*.up filter=up\n"})
    run_git(repo, "config", "core.autocrlf", "true")
    run_git(repo, "config", "filter.up.clean", "tr A-Z a-z")
    run_git(repo, "config", "filter.up.smudge", "tr a-z A-Z")
    (repo / "a.up").write_bytes(b"SHOUT\n")
    (repo / "b.txt").write_bytes(b"1\r\n")
    commit(repo)
    assert run_git(repo, "cat-file", "blob", "HEAD:a.up") == "shout"
    assert run_git(repo, "cat-file", "-s", "HEAD:b.txt") == "2"


def test_a_filter_that_fails_leaves_the_index_as_it_was(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={".gitattributes": "*.lfs filter=lfs\n"})
    run_git(repo, "config", "filter.lfs.clean", "false")
    run_git(repo, "config", "filter.lfs.required", "true")
    (repo / "a.txt").write_text("1")
    (repo / "b.lfs").write_text("1")
    index = (repo / ".git" / "index").read_bytes()
    with pytest.raises(commits.CommitRefused) as refused:
        commits.commit_changes(repo, "x")
    assert refused.value.not_converted
    assert (repo / ".git" / "index").read_bytes() == index
    assert worktree_status(repo).untracked == ("a.txt", "b.lfs")


@pytest.mark.parametrize(
    "settings",
    [{"core.splitIndex": "true"}, {"index.version": "4"}, {"commit.cleanup": "strip", "core.commentChar": "a"},
     {"commit.verbose": "true"}, {"i18n.commitEncoding": "latin1"}, {"commit.template": "/nonexistent"},
     {"core.untrackedCache": "true"}, {"commit.status": "false"}, {"core.quotePath": "true"}],
    ids=lambda settings: next(iter(settings)),
)  # fmt: skip
def test_settings_of_the_user_do_not_change_the_message(
    make_repo: MakeRepo, run_git: RunGit, settings: dict[str, str]
) -> None:
    repo = make_repo()
    for key, value in settings.items():
        run_git(repo, "config", key, value)
    (repo / "new").write_text("1")
    message = "amp: größe\n\n# not a comment\namp too\n\nAmp-Thread: T-1\n"
    commits.commit_changes(repo, message)
    assert run_git(repo, "log", "-1", "--format=%B", "--encoding=UTF-8") == message
    assert worktree_status(repo).paths == []


class TestHooks:
    def test_a_refusal_leaves_all_as_it_was(self, make_repo: MakeRepo, run_git: RunGit) -> None:
        repo = make_repo()
        write_hook(repo, "pre-commit", "echo first; git add -A; git rm -q --cached README.md; echo E1: no >&2; exit 1")
        (repo / "README.md").write_text("staged\n")
        run_git(repo, "add", "README.md")
        (repo / "README.md").write_text("unstaged\n")
        (repo / "new").write_text("1")
        index, before = (repo / ".git" / "index").read_bytes(), worktree_status(repo)
        with pytest.raises(commits.CommitRefused) as refused:
            commits.commit_changes(repo, "x")
        assert (refused.value.code, refused.value.exit_code) == ("commit-refused", 1)
        assert "first" in refused.value.output
        assert "E1: no" in refused.value.message
        assert (repo / ".git" / "index").read_bytes() == index
        assert worktree_status(repo) == before
        assert not (repo / ".git" / "index.lock").exists()
        assert files(repo, commits.commit_changes(repo, "x", hooks=False)) == 2

    def test_a_message_may_be_refused_or_changed(self, make_repo: MakeRepo, run_git: RunGit) -> None:
        repo = make_repo()
        write_hook(repo, "commit-msg", 'grep -q good "$1" || exit 1\necho "Signed: yes" >> "$1"')
        (repo / "new").write_text("1")
        with pytest.raises(commits.CommitRefused):
            commits.commit_changes(repo, "bad\n")
        assert worktree_status(repo).untracked == ("new",)
        assert commits.commit_changes(repo, "good\n").sha
        assert run_git(repo, "log", "-1", "--format=%B") == "good\nSigned: yes\n"

    def test_reformatting_and_adding_again_is_fine(self, make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
        repo = make_repo()
        write_hook(repo, "pre-commit", "echo formatted > README.md; git add README.md")
        (repo / "README.md").write_text("raw\n")
        commit(repo)
        assert run_git(repo, "show", "HEAD:README.md") == "formatted"

    def test_much_output_is_cut(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        write_hook(repo, "pre-commit", "seq 1 200000; echo the-end; exit 1")
        (repo / "new").write_text("1")
        with pytest.raises(commits.CommitRefused) as refused:
            commits.commit_changes(repo, "x")
        assert len(refused.value.output) <= 8000
        assert refused.value.output.endswith("the-end")

    def test_a_hook_that_hangs_is_ended(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        write_hook(repo, "pre-commit", "sleep 600")
        (repo / "new").write_text("1")
        index = (repo / ".git" / "index").read_bytes()
        with pytest.raises(GitError, match="longer than 1 s"):
            commits.commit_changes(repo, "x", timeout=1)
        assert (repo / ".git" / "index").read_bytes() == index

    def test_a_commit_that_was_made_counts_though_a_late_hook_hangs(self, make_repo: MakeRepo, run_git: RunGit) -> None:
        repo = make_repo()
        write_hook(repo, "post-commit", "sleep 600")
        (repo / "new").write_text("1")
        assert commits.commit_changes(repo, "x", timeout=10).sha == run_git(repo, "rev-parse", "HEAD")
        assert worktree_status(repo).paths == []

    def test_hooks_see_the_worktree_s_own_repository(
        self, make_repo: MakeRepo, run_git: RunGit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        repo, other = make_repo(), make_repo("other")
        path = tmp_path / "linked"
        run_git(repo, "worktree", "add", "-q", path, "-b", "work")
        write_hook(repo, "pre-commit", "git rev-parse --show-toplevel >&2; git diff --cached --name-only >&2; exit 1")
        monkeypatch.setenv("GIT_DIR", str(other / ".git"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
        (path / "new").write_text("1")
        with pytest.raises(commits.CommitRefused) as refused:
            commits.commit_changes(path, "x")
        assert refused.value.output == f"{path}\nnew"


def test_a_signature_that_cannot_be_made_refuses(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "config", "commit.gpgSign", "true")
    run_git(repo, "config", "gpg.program", "false")
    (repo / "new").write_text("1")
    with pytest.raises(commits.CommitRefused):
        commits.commit_changes(repo, "x")
    assert worktree_status(repo).untracked == ("new",)


def test_without_an_identity_nothing_is_committed(
    make_repo: MakeRepo, run_git: RunGit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo = make_repo()
    commits.require_identity(repo)
    (tmp_path / "nobody").write_text("[user]\n    useConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "nobody"))
    (repo / "new").write_text("1")
    for attempt in (commits.require_identity, lambda repo: commits.commit_changes(repo, "x")):
        with pytest.raises(UserError) as error:
            attempt(repo)
        assert (error.value.code, error.value.exit_code) == ("no-identity", 1)
    assert worktree_status(repo).untracked == ("new",)


def test_an_editor_that_holds_the_index_for_a_moment_is_waited_for(
    make_repo: MakeRepo, wait_until: Callable[..., object]
) -> None:
    import threading

    repo = make_repo()
    lock = repo / ".git" / "index.lock"
    lock.touch()
    (repo / "new").write_text("1")
    timer = threading.Timer(0.3, lock.unlink)
    timer.start()
    assert commits.commit_changes(repo, "x").sha
    timer.join()


def test_a_lock_of_somebody_else_is_never_broken(make_repo: MakeRepo) -> None:
    repo = make_repo()
    (repo / ".git" / "index.lock").write_text("mine")
    (repo / "new").write_text("1")
    with pytest.raises(GitError):
        commits.commit_changes(repo, "x")
    assert (repo / ".git" / "index.lock").read_text() == "mine"


def test_a_merge_that_waits_is_not_concluded(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo = make_repo(files={"a": "1\n", "b": "1\n"})
    run_git(repo, "checkout", "-q", "-b", "other")
    (repo / "a").write_text("theirs\n")
    (repo / "b").unlink()
    run_git(repo, "commit", "-qam", "theirs")
    run_git(repo, "checkout", "-q", "main")
    (repo / "a").write_text("ours\n")
    (repo / "b").write_text("ours\n")
    run_git(repo, "commit", "-qam", "ours")
    run_git(repo, "merge", "-q", "other", check=False)
    (repo / "b").unlink()
    index = (repo / ".git" / "index").read_bytes()
    with pytest.raises(UserError, match=r"A merge waits to be finished .*; files with conflicts: a, b") as raised:
        commit(repo)
    assert raised.value.code == "unfinished-operation"
    assert (repo / ".git" / "index").read_bytes() == index and (repo / ".git" / "MERGE_HEAD").exists()


def test_thousands_of_files(make_repo: MakeRepo, commit: Commit) -> None:
    repo = make_repo()
    for folder in range(25):
        (repo / f"d{folder}").mkdir()
        for file in range(100):
            (repo / f"d{folder}" / f"f{file}").write_text(f"{folder} {file}\n")
    assert files(repo, commit(repo)) == 2_500


def test_commits_are_read_with_their_trailers(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    first = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "config", "log.showSignature", "true")
    run_git(repo, "config", "trailer.separators", "=")
    message = "amp: größe %H\n\nbody\n\nAmpsm-Session: x\nAmpsm-Iteration: 3\n"
    run_git(repo, "commit", "-q", "--allow-empty", "-m", message)
    author = {"GIT_AUTHOR_NAME": "É", "GIT_AUTHOR_EMAIL": "e@x"}
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "plain", env=author)
    older, newer = commits.commits_between(repo, first, "HEAD")
    assert (older.subject, older.parents) == ("amp: größe %H", (first,))
    assert older.trailers == {"Ampsm-Session": "x", "Ampsm-Iteration": "3"}
    assert (newer.subject, newer.trailers, newer.author) == ("plain", {}, "É <e@x>")
    assert newer.parents == (older.sha,)
    assert commits.commits_between(repo, "HEAD", "HEAD") == []


def test_counts_of_a_change(make_repo: MakeRepo, run_git: RunGit, commit: Commit) -> None:
    repo = make_repo(files={"a": "1\n2\n", "b": "1\n"})
    before = run_git(repo, "rev-parse", "HEAD")
    (repo / "a").write_text("1\n3\n4\n")
    (repo / "b").unlink()
    (repo / "binary").write_bytes(b"\0\1")
    assert commits.diff_stat(repo, before, None) == (3, 2, 2)
    made = commit(repo)
    assert made.sha
    assert commits.diff_stat(repo, before, made.sha) == (3, 2, 2)
