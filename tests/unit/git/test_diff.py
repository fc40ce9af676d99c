"""What changed: files, counts and git's own patch, whatever the user's settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.diff import DiffResult, FileChange, diff
from ampsm.git.status import worktree_status
from ampsm.git.worktree import hidden_folders
from ampsm.model.record import document
from tests.support.place import make_context_folder
from tests.unit.git.test_status import ODD_NAMES

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]

LINES = "".join(f"line {n}\n" for n in range(30))


def by_path(found: DiffResult) -> dict[str, FileChange]:
    return {file.path: file for file in found.files}


def objects(repo: Path) -> set[str]:
    return {os.path.join(folder, name) for folder, _, names in os.walk(repo / ".git") for name in names}


@pytest.fixture
def changed(make_repo: MakeRepo, run_git: RunGit) -> tuple[Path, str]:
    """A repository with every kind of change: committed, staged, unstaged, untracked."""
    similar = {name: f"{name}\n{LINES}" for name in ("a", "b", "d", "link", "mode", "copied")}
    repo = make_repo(files={**similar, "c": "all\nby\nitself\n"})
    hidden_folders.hide_folders(repo)
    make_context_folder(repo)
    (repo / "AGENT_CONTEXT" / "x").write_text("1")
    base = run_git(repo, "rev-parse", "HEAD")
    (repo / "a").write_text(f"a\n{LINES}committed\n")
    run_git(repo, "commit", "-qam", "second")
    run_git(repo, "mv", "b", "moved")
    (repo / "c").unlink()
    (repo / "d").write_text(LINES)
    (repo / "link").unlink()
    (repo / "link").symlink_to("a")
    (repo / "mode").chmod(0o755)
    (repo / "copied").write_text(f"copied\n{LINES}more\n")
    (repo / "copy").write_text(f"copied\n{LINES}")
    (repo / "new").write_text("1\n2\n")
    (repo / "binary").write_bytes(b"\0\1\2")
    (repo / "empty").touch()
    return repo, base


def test_a_clean_worktree_differs_by_its_commits_alone(changed: tuple[Path, str], run_git: RunGit) -> None:
    repo, base = changed
    run_git(repo, "stash", "-q", "-u")
    head = run_git(repo, "rev-parse", "HEAD")
    known = worktree_status(repo)
    assert known.is_clean
    assert diff(repo, base=base, status=known) == diff(repo, base=base, mode=("range", base, head))
    assert diff(repo, base=head, status=known) == DiffResult(head, (), b"")
    (repo / "late").write_text("1")
    assert diff(repo, base=head, status=known).files == ()
    assert set(by_path(diff(repo, base=head))) == {"late"}


def test_everything_since_the_base(changed: tuple[Path, str]) -> None:
    repo, base = changed
    files = by_path(diff(repo, base=base))
    assert {path: (file.status, file.old_path) for path, file in files.items()} == {
        "a": ("modified", None), "moved": ("renamed", "b"), "c": ("deleted", None), "d": ("modified", None),
        "link": ("type-changed", None), "mode": ("modified", None), "copied": ("modified", None),
        "copy": ("added", None), "new": ("added", None), "binary": ("added", None), "empty": ("added", None),
    }  # fmt: skip
    assert (files["a"].insertions, files["a"].deletions) == (1, 0)
    assert (files["new"].insertions, files["new"].deletions) == (2, 0)
    assert (files["c"].insertions, files["c"].deletions) == (0, 3)
    assert files["binary"] == FileChange("binary", "added", None, None, None, True)
    assert (files["moved"].insertions, files["mode"].insertions, files["empty"].insertions) == (0, 0, 0)


def test_the_modes_look_at_different_things(changed: tuple[Path, str], run_git: RunGit) -> None:
    repo, base = changed
    head = run_git(repo, "rev-parse", "HEAD")
    assert set(by_path(diff(repo, base=head, mode="staged"))) == {"moved"}
    working = by_path(diff(repo, base=head, mode="working"))
    assert "a" not in working
    assert {"moved", "new", "d"} <= set(working)
    assert set(by_path(diff(repo, base=base, mode=("range", base, head)))) == {"a"}
    assert "new" not in by_path(diff(repo, base=base, leave_out={"new"}))


def test_looking_leaves_repository_and_index_alone(
    changed: tuple[Path, str], snapshot: Callable[[Path], object]
) -> None:
    repo, base = changed
    before, there = snapshot(repo), objects(repo)
    for mode in ("all", "working", "staged"):
        diff(repo, base=base, mode=mode)
    assert snapshot(repo) == before
    assert objects(repo) == there


def test_the_patch_makes_the_worktree_from_the_base(changed: tuple[Path, str], run_git: RunGit, tmp_path: Path) -> None:
    repo, base = changed
    (repo / "binary").unlink()
    patch = diff(repo, base=base).patch
    assert patch
    other = tmp_path / "other"
    run_git(repo, "worktree", "add", "-q", "--detach", other, base)
    (tmp_path / "patch").write_bytes(patch)
    run_git(other, "apply", "--index", tmp_path / "patch")
    run_git(repo, "add", "-A")
    assert run_git(other, "write-tree") == run_git(repo, "write-tree")


@pytest.mark.parametrize(
    "setting",
    ["diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.external=false", "color.ui=always", "color.diff=always",
     "core.quotePath=true", "diff.context=0", "diff.interHunkContext=9", "diff.renames=false", "diff.renameLimit=1",
     "diff.algorithm=patience", "diff.submodule=log", "diff.orderFile=/dev/null", "diff.suppressBlankEmpty=true",
     "diff.relative=true", "diff.ignoreSubmodules=all", "diff.wordRegex=.", "diff.colorMoved=zebra",
     "diff.indentHeuristic=false", "diff.up.textconv=tr a-z A-Z <", "diff.up.command=false", "core.splitIndex=true",
     "diff.statGraphWidth=1", "diff.autoRefreshIndex=false", "format.pretty=oneline", "index.version=4"],
)  # fmt: skip
@pytest.mark.rounds(8)
def test_settings_of_the_user_change_no_byte(changed: tuple[Path, str], run_git: RunGit, setting: str) -> None:
    repo, base = changed
    (repo / ".git" / "info" / "attributes").write_text("* diff=up\n")
    (repo / "größe").write_text(LINES.replace("line 7\n", "\n"))
    plain = diff(repo, base=base)
    run_git(repo, "config", *setting.split("=", 1))
    if setting == "core.splitIndex=true":
        run_git(repo, "update-index", "--split-index")
    there = objects(repo)
    assert diff(repo, base=base) == plain
    assert objects(repo) == there
    assert b"diff --git a/gr\xc3\xb6\xc3\x9fe b/gr\xc3\xb6\xc3\x9fe\n" in (plain.patch or b"")


def test_environment_of_the_user_changes_no_byte(changed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    repo, base = changed
    plain = diff(repo, base=base)
    for name, value in {
        "GIT_EXTERNAL_DIFF": "false", "GIT_DIFF_OPTS": "-u0", "GIT_LITERAL_PATHSPECS": "1", "GIT_PAGER": "false",
        "GIT_DIR": "/nonexistent", "GIT_INDEX_FILE": "/nonexistent", "LANG": "de_DE.UTF-8", "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.noprefix", "GIT_CONFIG_VALUE_0": "true", "GIT_OPTIONAL_LOCKS": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert diff(repo, base=base) == plain


def test_odd_names(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    old = {f"old/{name}": os.fsencode(name) + LINES.encode() for name in ODD_NAMES}
    repo = make_repo("größe: mit\nzeile", files=old)
    base = run_git(repo, "rev-parse", "HEAD")
    (repo / "old").rename(repo / "renamed")
    for name in ODD_NAMES:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("fresh and different\n")
    found = diff(repo, base=base)
    files = by_path(found)
    assert set(files) == {*ODD_NAMES, *(f"renamed/{name}" for name in ODD_NAMES)}
    for name in ODD_NAMES:
        assert files[f"renamed/{name}"] == FileChange(f"renamed/{name}", "renamed", f"old/{name}", 0, 0)
        assert (files[name].status, files[name].insertions) == ("added", 1)
    (tmp_path / "patch").write_bytes(found.patch or b"")
    run_git(repo, "worktree", "add", "-q", "--detach", tmp_path / "other", base)
    run_git(tmp_path / "other", "apply", "--index", tmp_path / "patch")
    run_git(repo, "add", "-A")
    assert run_git(tmp_path / "other", "write-tree") == run_git(repo, "write-tree")
    shown = document(found.readable())
    assert all(isinstance(file["path"].encode("utf-8"), bytes) for file in shown["files"])


def test_nothing_changed_is_an_empty_diff(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    base = run_git(repo, "rev-parse", "HEAD")
    for mode in ("all", "staged", "working", ("range", base, base)):
        assert diff(repo, base=base, mode=mode) == DiffResult(base, (), b"")
    os.utime(repo / "README.md", (1, 1))
    assert diff(repo, base=base) == DiffResult(base, (), b"")
    assert document(diff(repo, base=base, patch=False)) == {"base": base, "files": [], "patch": None}


def test_a_conflict_is_unmerged(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "checkout", "-q", "-b", "other")
    (repo / "README.md").write_text("theirs\n")
    run_git(repo, "commit", "-qam", "theirs")
    run_git(repo, "checkout", "-q", "main")
    (repo / "README.md").write_text("ours\n")
    run_git(repo, "commit", "-qam", "ours")
    run_git(repo, "merge", "-q", "other", check=False)
    index = (repo / ".git" / "index").read_bytes()
    for mode in ("all", "working", "staged"):
        found = diff(repo, base=run_git(repo, "rev-parse", "HEAD"), mode=mode)
        assert [(file.path, file.status) for file in found.files] == [("README.md", "unmerged")], mode
    assert (repo / ".git" / "index").read_bytes() == index


def test_filters_line_ends_sparse_checkouts_and_nested_repositories(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(
        files={".gitattributes": "*.up filter=up\n", "in/a.up": "low\n", "in/b.txt": "1\n", "out/c": "1\n"}
    )
    base = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "config", "core.autocrlf", "true")
    run_git(repo, "config", "filter.up.clean", "tr A-Z a-z")
    run_git(repo, "config", "filter.up.smudge", "tr a-z A-Z")
    run_git(repo, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    run_git(repo, "init", "-q", "nested")
    (repo / "nested" / "x").write_text("1")
    (repo / "in" / "a.up").write_text("LOW\n")
    (repo / "in" / "b.txt").write_bytes(b"1\r\n2\r\n")
    found = diff(repo, base=base)
    assert by_path(found) == {"in/b.txt": FileChange("in/b.txt", "modified", None, 1, 0)}
    assert b"+2\n" in (found.patch or b"")


def test_sha256_and_submodules(tmp_path: Path, run_git: RunGit) -> None:
    repo, inner = tmp_path / "outer", tmp_path / "inner"
    for place in (repo, inner):
        place.mkdir()
        run_git(place, "init", "-q", "--object-format=sha256")
        run_git(place, "commit", "-q", "--allow-empty", "-m", "first")
    base = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "submodule", "--quiet", "add", str(inner), "lib")
    run_git(repo, "commit", "-qm", "submodule")
    head = run_git(repo, "rev-parse", "HEAD")
    run_git(repo / "lib", "commit", "-q", "--allow-empty", "-m", "moved")
    (repo / "lib" / "dirt").write_text("1")
    assert set(by_path(diff(repo, base=base))) == {".gitmodules", "lib"}
    moved = diff(repo, base=head)
    assert by_path(moved) == {"lib": FileChange("lib", "modified", None, 1, 1)}
    assert b"dirty" not in (moved.patch or b"")


def test_thousands_of_files(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    base = run_git(repo, "rev-parse", "HEAD")
    for folder in range(25):
        (repo / f"d{folder}").mkdir()
        for file in range(100):
            (repo / f"d{folder}" / f"f{file}").write_text(f"{folder} {file}\n")
    found = diff(repo, base=base)
    assert len(found.files) == 2_500
    assert found.patch
    assert found.patch.count(b"\ndiff --git ") == 2_499
