"""What `cleanup` puts into a snapshot comes back byte for byte (SPEC section 6)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.trash import blobs
from ampsm.git.trash import snapshot as trash
from ampsm.model.errors import UserError
from ampsm.workflows.upkeep.settings import set_setting
from tests.support.place import Place


def test_everything_a_folder_can_hold_comes_back(place: Place, run_git: Callable[..., str]) -> None:
    session = place.new()
    tree = Path(session.worktree)
    place.commit(session, {"run.sh": "#!/bin/sh\n", "gone.txt": "g\n", "deep/er/file": "d\n", "twin": "d\n"})
    (tree / "run.sh").chmod(0o755)
    (tree / "README.md").chmod(0o600)
    (tree / "README.md").write_bytes(b"changed \xff\x00\r\n")
    (tree / "gone.txt").unlink()
    (tree / "staged.txt").write_text("one\n")
    run_git(tree, "add", "staged.txt")
    (tree / "staged.txt").write_text("two\n")
    (tree / "new dir").mkdir(mode=0o750)
    (tree / 'new dir/ü \n"quoted\\\r').write_bytes(bytes(range(256)))
    (tree / "empty").mkdir(mode=0o711)
    (tree / "locked").mkdir()
    (tree / "locked/read-only").write_text("r\n")
    (tree / "locked/read-only").chmod(0o400)
    (tree / "locked").chmod(0o500)
    (tree / "to-nowhere").symlink_to("nowhere/at all")
    (tree / "to-outside").symlink_to("/etc")
    (tree / "pipe").touch()
    os.unlink(tree / "pipe")
    os.mkfifo(tree / "pipe", 0o640)
    os.utime(tree / "new dir", (1, 1))
    os.utime(tree / "twin", ns=(1_000_000_001, 1_000_000_001))
    with open(os.fsencode(tree) + b"/not \xff utf-8", "wb") as file:
        file.write(b"x")
    place.round_trip(session)
    place.round_trip(session)


def test_flags_and_stages_of_the_index_come_back(place: Place, run_git: Callable[..., str]) -> None:
    session = place.new()
    tree = Path(session.worktree)
    place.commit(session, {"a": "a\n", "b": "b\n", "c": "base\n", "d": "d\n", "e/f": "base\n"})
    run_git(tree, "checkout", "-q", "-b", "theirs")
    place.commit(tree, {"c": "theirs\n", "e/f": "theirs\n"})
    run_git(tree, "checkout", "-q", session.branch)
    place.commit(session, {"c": "ours\n", "e/f": "ours\n"})
    run_git(tree, "merge", "-q", "theirs", check=False)
    (tree / "e/f").write_text("both\n")
    run_git(tree, "add", "e/f")
    (tree / "intended").write_text("later\n")
    run_git(tree, "add", "-N", "intended")
    run_git(tree, "update-index", "--assume-unchanged", "a")
    run_git(tree, "update-index", "--skip-worktree", "b")
    run_git(tree, "update-index", "--chmod=+x", "d")
    (tree / "a").write_text("hidden change\n")
    (tree / "b").unlink()
    run_git(place.repo, "branch", "-D", "theirs")
    assert run_git(tree, "ls-files", "-u") and run_git(tree, "ls-files", "--resolve-undo")
    place.round_trip(session)
    assert run_git(tree, "rev-parse", "MERGE_HEAD^{tree}")


@pytest.mark.parametrize("form", ["split", "sparse", "sha256"])
def test_indexes_of_every_form_come_back(place: Place, run_git: Callable[..., str], tmp_path: Path, form: str) -> None:
    if form == "sha256":
        repo = tmp_path / "sha256"
        run_git(tmp_path, "init", "-q", "--object-format=sha256", repo)
        place.commit(repo, {"README.md": "hello\n"})
        place.repo = repo
    session = place.new()
    tree = Path(session.worktree)
    place.commit(session, {f"{folder}/{n}.txt": f"{n}\n" for folder in "abc" for n in range(20)})
    if form == "split":
        run_git(tree, "update-index", "--split-index")
        (tree / "a/1.txt").write_text("changed\n")
        run_git(tree, "add", "a/1.txt")
        assert run_git(tree, "rev-parse", "--shared-index-path")
    if form == "sparse":
        run_git(tree, "sparse-checkout", "set", "--sparse-index", "a")
        assert not (tree / "b").exists()
    (tree / "a/new.txt").write_text("new\n")
    place.round_trip(session)


def test_files_are_kept_as_they_are_whatever_filters_make_of_them(
    place: Place, run_git: Callable[..., str], tmp_path: Path
) -> None:
    count = tmp_path / "filter-runs"
    for name, what in {"clean": f"echo x >> {count}; sha256sum", "smudge": "tr a-z A-Z"}.items():
        run_git(place.repo, "config", f"filter.lfs.{name}", f"sh -c '{what}'")
    run_git(place.repo, "config", "filter.lfs.required", "true")
    place.commit(place.repo, {".gitattributes": "*.bin filter=lfs\n*.txt text eol=crlf\n", "keep.txt": "k\n"})
    session = place.new()
    tree = Path(session.worktree)
    (tree / "big.bin").write_bytes(b"raw \0 bytes" * 1000)
    (tree / "mixed.txt").write_bytes(b"one\r\ntwo\nthree\r\n")
    run_git(tree, "add", "big.bin", "mixed.txt")
    runs = count.read_text()
    trash.take_snapshot(
        place.repo, session.id, branch=session.branch, tip=session.base_sha, worktree=tree,
        entries=trash.scan_worktree(tree),
    )  # fmt: skip
    assert count.read_text() == runs, "no filter ran"
    place.round_trip(session)


def test_submodules_are_kept_like_files(place: Place, run_git: Callable[..., str], tmp_path: Path) -> None:
    library = tmp_path / "library"
    run_git(tmp_path, "init", "-q", library)
    place.commit(library, {"lib.py": "lib\n", ".gitignore": "*.o\n"})
    run_git(place.repo, "submodule", "--quiet", "add", str(library), "lib")
    run_git(place.repo, "commit", "-q", "-m", "library")
    session = place.new()
    tree = Path(session.worktree)
    run_git(tree, "submodule", "--quiet", "update", "--init")
    only_here = place.commit(tree / "lib", {"only-here.py": "mine\n"})
    (tree / "lib/dirty.py").write_text("dirty\n")
    (tree / "lib/built.o").write_text("built\n")
    assert str(place.refused(session).details["repositories"]).startswith("{'lib': ")
    inner = place.git(tree / "lib", "status", "--porcelain=v2", "--branch")
    place.round_trip(session)
    assert place.git(tree / "lib", "status", "--porcelain=v2", "--branch") == inner
    assert place.git(tree / "lib", "rev-parse", "HEAD") == only_here


def test_ignored_files_are_kept_as_far_as_there_is_room(place: Place) -> None:
    place.commit(place.repo, {".gitignore": ".env\nbuild/\nnode_modules/\n"})
    set_setting(place.ctx, "trashIgnoredMaxMiB", "1")
    place.ctx.forget_settings()
    session = place.new()
    tree = Path(session.worktree)
    contents = {".env": 20, "build/small.o": 300_000, "node_modules/a/index.js": 500_000, "node_modules/b/big": 900_000}
    for path, size in contents.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(os.urandom(size))
    before = {path: (tree / path).read_bytes() for path in contents}
    place.cleanup(session, force=True)
    assert any("node_modules/b" in note and "not kept" in note for note in place.notes), place.notes
    place.restore(session)
    assert {path for path in contents if (tree / path).exists()} == {*contents} - {"node_modules/b/big"}
    assert all((tree / path).read_bytes() == before[path] for path in contents if (tree / path).exists())


def test_large_files_do_not_pass_through_memory(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "_AT_ONCE", 1000)
    session = place.new()
    tree = Path(session.worktree)
    for name, size in {"one": 999, "two": 1000, "three": 1001, "four": 5000}.items():
        (tree / name).write_bytes(os.urandom(size))
    (tree / "twin").write_bytes((tree / "four").read_bytes())
    place.round_trip(session)


def test_the_snapshot_can_be_read_without_the_program(place: Place, run_git: Callable[..., str]) -> None:
    session = place.new()
    (Path(session.worktree) / "src/wip.py").write_text("wip\n")
    ref = place.cleanup(session, force=True)["snapshotRef"]
    assert ref == f"refs/ampsm/trash/{session.id}"
    assert run_git(place.repo, "show", f"{ref}:files/src/wip.py") == "wip"
    assert run_git(place.repo, "rev-parse", f"{ref}^") == session.base_sha
    assert f"amp-sessions restore {session.id}" in run_git(place.repo, "log", "-1", "--format=%B", ref)


def test_a_repository_inside_that_is_found_elsewhere_comes_back_too(
    place: Place, run_git: Callable[..., str], tmp_path: Path
) -> None:
    upstream = tmp_path / "upstream"
    run_git(tmp_path, "init", "-q", upstream)
    place.commit(upstream, {"x": "x\n"})
    session = place.new()
    inner = Path(session.worktree) / "vendored"
    run_git(tmp_path, "clone", "-q", str(upstream), str(inner))
    place.round_trip(session)
    assert run_git(inner, "status", "--porcelain", "--branch").startswith("## ")


@pytest.mark.parametrize("what", ["branch moved", "branch elsewhere", "in the way", "no snapshot"])
def test_what_is_in_its_place_is_left_alone(place: Place, run_git: Callable[..., str], what: str) -> None:
    session = place.new()
    place.cleanup(session)
    tree, other = Path(session.worktree), place.repo.parent / "elsewhere"
    match what:
        case "branch moved":
            run_git(place.repo, "branch", session.branch, place.commit(place.repo, {"n": "n\n"}))
        case "branch elsewhere":
            run_git(place.repo, "worktree", "add", "-q", "-b", session.branch, str(other), session.base_sha)
        case "in the way":
            tree.mkdir()
            (tree / "mine").write_text("mine\n")
        case _:
            run_git(place.repo, "update-ref", "-d", trash.trash_ref(session.id))
    before = run_git(place.repo, "for-each-ref"), run_git(place.repo, "worktree", "list")
    with pytest.raises(UserError) as caught:
        place.restore(session)
    codes = {
        "branch moved": "branch-moved", "branch elsewhere": "branch-checked-out", "no snapshot": "no-snapshot",
        "in the way": "wrong-worktree",
    }  # fmt: skip
    assert caught.value.code == codes[what]
    assert (run_git(place.repo, "for-each-ref"), run_git(place.repo, "worktree", "list")) == before
    assert place.again(session).cleaned_up_at
    if what == "in the way":
        assert (tree / "mine").read_text() == "mine\n"


def test_one_that_was_not_cleaned_up_stays_as_it_is(place: Place) -> None:
    session = place.new()
    before = place.everything(session)
    assert place.restore(session).id == session.id
    assert place.everything(session) == before and "nothing to bring back" in place.notes[0]


def test_the_status_comes_back_and_work_goes_on(place: Place) -> None:
    session = place.new()
    place.cleanup(session)
    restored = place.restore(session)
    assert (restored.status, restored.cleaned_up_at) == ("idle", None)
    assert (Path(session.worktree) / "AGENT_CONTEXT/SESSION.md").exists()
    place.commit(session, {"more": "m\n"})
    place.round_trip(session)
