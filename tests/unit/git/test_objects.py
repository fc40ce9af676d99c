"""Objects read by libgit2 and by git's command line are the same, whatever the repository is like."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from random import Random

import pytest

from ampsm.git import objects
from ampsm.git.objects import libgit2
from ampsm.git.objects.command_line import GitCommandLine
from ampsm.git.objects.reader import CannotTell
from tests.support.commit_graph import draw
from tests.support.histories import history
from tests.support.object_questions import (
    Question,
    about_commits,
    about_two,
    require_left_to_git,
    require_same,
    require_same_through_the_interface,
)

RunGit = Callable[..., str]
MakeRepo = Callable[..., Path]


def all_commits(run_git: RunGit, repo: Path) -> list[str]:
    return sorted(set(run_git(repo, "rev-list", "--all").split()))


def about_refs(*names: str) -> list[tuple[str, Question]]:
    found: list[tuple[str, Question]] = [("refs", methodcaller("read_refs", names))]
    for name in names:
        found.append((f"ref {name}", methodcaller("read_refs", [name])))
    return found


def about_files(commit: str, *paths: str) -> list[tuple[str, Question]]:
    return [(f"{commit}:{path}", methodcaller("blob_at", commit, path)) for path in paths]


def about_blobs(*blobs: str) -> list[tuple[str, Question]]:
    several = ("read_blobs", "contents_of", "sizes_of")
    found: list[tuple[str, Question]] = [(name, methodcaller(name, blobs)) for name in several]
    for blob in blobs:
        found.append((f"size {blob}", methodcaller("blob_size", blob)))
    return found


def import_graph(repo: Path, parents: dict[int, list[int]], times: dict[int, int]) -> dict[int, str]:
    """Makes empty commits, each with a branch of its own, and returns them."""
    lines: list[str] = []
    for number, of in parents.items():
        lines += [f"commit refs/heads/c{number}", f"mark :{number + 1}"]
        lines += [f"committer Tess Ter <tess@example.org> {times[number]} +0200", "data 4", f"c{number:03d}"]
        lines += [f"{word} :{parent + 1}" for word, parent in zip(["from", *["merge"] * 9], of, strict=False)]
        lines.append("")
    command = ["git", "-C", str(repo), "fast-import", "--quiet", "--export-marks=.git/marks"]
    subprocess.run(command, input="\n".join(lines).encode(), check=True, capture_output=True)
    marks = dict(line.split() for line in (repo / ".git/marks").read_text().splitlines())
    return {number: marks[f":{number + 1}"] for number in parents}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.rounds(2)
def test_histories_of_sessions(make_repo: MakeRepo, run_git: RunGit, seed: int) -> None:
    repo = make_repo(files={})
    graph = draw(repo, history(seed), session="fix-it-abcdef")
    commits = [commit.sha for commit in graph.commits.values()]
    require_same(repo, about_commits(commits, seed=seed))
    require_same(repo, about_refs("refs/heads/main", "refs/heads/session", "refs/heads/no-such"))
    for commit in graph.commits.values():
        require_same(repo, about_files(commit.sha, *commit.files, "lib", "lib/no-such", "no-such/file"))


@pytest.mark.parametrize("seconds", [60, 0], ids=["one a minute", "all in one second"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.rounds(2)
def test_dense_histories(make_repo: MakeRepo, run_git: RunGit, seed: int, seconds: int) -> None:
    """Merges of two and more, several roots, criss-cross; in the order of `git log --topo-order`."""
    chance = Random(seed)
    parents = {
        n: chance.sample(range(max(0, n - 5), n), min(n, chance.choice([0, 1, 1, 1, 2, 2, 3, 4]))) for n in range(30)
    }
    repo = make_repo(files={})
    commits = list(import_graph(repo, parents, {n: 1_700_000_000 + seconds * n for n in parents}).values())
    require_same(repo, about_commits(commits, pairs=40, seed=seed))
    assert answered_merge_bases(repo, commits, chance, 40) > 10


def answered_merge_bases(repo: Path, commits: list[str], chance: Random, count: int) -> int:
    """Compares merge bases; how many libgit2 was asked for. Where there are several, git says which is the one."""
    answered = 0
    for _ in range(count):
        one, other = chance.choices(commits, k=2)
        question: Question = methodcaller("merge_base", one, other)
        several = subprocess.run(
            ["git", "-C", str(repo), "merge-base", "--all", one, other], capture_output=True, check=False
        ).stdout.split()
        if len(several) > 1:
            require_left_to_git(repo, [("merge base", question)])
        else:
            require_same(repo, [("merge base", question)])
            answered += 1
    return answered


def test_which_of_several_merge_bases_counts_is_for_git_to_say(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={})
    criss_cross: dict[int, list[int]] = {0: [], 1: [0], 2: [0], 3: [1, 2], 4: [2, 1]}
    commits = import_graph(repo, criss_cross, dict.fromkeys(criss_cross, 1_700_000_000))
    require_left_to_git(repo, [("merge base", methodcaller("merge_base", commits[3], commits[4]))])
    require_same(repo, list(about_two(commits[3], commits[4])))
    require_same(repo, [("merge base", methodcaller("merge_base", commits[3], commits[1]))])


def test_histories_that_are_far_apart_are_left_to_git(
    make_repo: MakeRepo, run_git: RunGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo(files={})
    parents = {n: [n - 1] if n else [] for n in range(60)}
    commits = import_graph(repo, parents, {n: 1_700_000_000 + n for n in parents})
    monkeypatch.setattr("ampsm.git.objects.graph._FAR", 40)
    require_same(repo, list(about_two(commits[0], commits[30])))
    require_left_to_git(repo, list(about_two(commits[0], commits[59])))


def test_tags_branches_of_remotes_and_packed_refs(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    upstream = make_repo("upstream")
    run_git(upstream, "tag", "light")
    run_git(upstream, "tag", "-a", "-m", "of a commit", "annotated")
    run_git(upstream, "tag", "-a", "-m", "of a tag", "nested", "annotated")
    run_git(upstream, "tag", "-a", "-m", "of a tree", "tree", "HEAD^{tree}")
    run_git(upstream, "branch", "topic/one")
    repo = tmp_path / "clone"
    run_git(upstream, "clone", "-q", ".", repo)
    run_git(repo, "branch", "loose")
    run_git(repo, "update-ref", "refs/ampsm/iterations/a/1-end", "HEAD")
    names = [
        "refs/heads/main", "refs/heads/loose", "refs/heads/no", "refs/remotes/origin/main", "refs/tags/light",
        "refs/remotes/origin/topic/one", "refs/tags/nested", "refs/tags/annotated", "refs/ampsm/iterations/a/1-end",
    ]  # fmt: skip
    peeled = [
        (name, methodcaller(method, name))
        for name in set(names) - {"refs/heads/no", "refs/heads/loose"} for method in ("resolve_commit", "tree_of")
    ]  # fmt: skip
    for pack in (False, True):
        if pack:
            run_git(repo, "pack-refs", "--all")
            run_git(repo, "commit", "-q", "--allow-empty", "-m", "a loose ref over a packed one")
            run_git(repo, "branch", "-D", "-q", "loose")
        require_same(repo, [*about_refs(*names), *peeled])
    require_left_to_git(repo, [
        *about_refs("refs/remotes/origin/HEAD", "HEAD", "refs/stash"),
        ("no commit", methodcaller("resolve_commit", "refs/tags/tree")),
        ("no ref", methodcaller("resolve_commit", "refs/heads/no")),
        *[(name, methodcaller("resolve_commit", name)) for name in ("HEAD", "main", "HEAD~0", "")],
    ])  # fmt: skip


def test_a_folder_where_a_branch_was(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "branch", "topic")
    run_git(repo, "pack-refs", "--all")
    (repo / ".git/refs/heads/topic/deep").mkdir(parents=True)
    require_same(repo, about_refs("refs/heads/topic", "refs/heads/topic/deep"))


@pytest.mark.parametrize("content", ["", "garbage\n", "ref: refs/heads/main\n", "ref: refs/heads/gone\n"])
def test_a_ref_that_is_no_plain_one_is_left_to_git(make_repo: MakeRepo, run_git: RunGit, content: str) -> None:
    repo = make_repo()
    (repo / ".git/refs/heads/odd").write_text(content)
    require_left_to_git(repo, about_refs("refs/heads/odd"))


def test_names_that_are_no_utf_8(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={"größe.txt": "a", "日本/語.txt": "b"})
    odd = os.fsdecode(b"caf\xe9.txt")
    (repo / odd).write_text("c")
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-q", "-m", "odd")
    run_git(repo, "branch", os.fsdecode(b"caf\xe9"))
    run_git(repo, "branch", "größe")
    head = run_git(repo, "rev-parse", "HEAD")
    require_same(repo, about_files(head, "größe.txt", "日本/語.txt", "日本"))
    require_same(repo, about_refs("refs/heads/größe"))
    require_left_to_git(repo, about_files(head, odd))
    require_same_through_the_interface(
        repo, about_refs(*(os.fsdecode(b"refs/heads/caf" + end) for end in (b"\xe9", b"\xe8")))
    )


def test_paths_that_git_would_read_differently_are_left_to_it(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    require_left_to_git(repo, about_files("refs/heads/main", "./README.md", "src//app.py", "src/", "../x", ""))


def test_what_is_no_file_is_none(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    make_repo("other")
    repo = make_repo()
    run_git(repo, "submodule", "add", "-q", tmp_path / "other", "sub")
    (repo / "link").symlink_to("README.md")
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-q", "-m", "a submodule and a link")
    head = run_git(repo, "rev-parse", "HEAD")
    require_same(repo, about_files(head, "sub", "sub/README.md", "link", "src", "README.md/x", ".gitmodules"))
    link = objects.blob_at(repo, head, "link")
    assert link
    require_same(repo, about_blobs(link))
    assert objects.blob_at(repo, head, "sub") is None


def test_commits_in_other_encodings_are_left_to_git(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={})
    start = run_git(repo, "rev-parse", "HEAD")
    run_git(
        repo, "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-m", os.fsdecode(b"\xe9t\xe9")
    )
    other = run_git(repo, "rev-parse", "HEAD")
    raw = run_git(repo, "cat-file", "commit", "HEAD^").encode() + b" caf\xe9\n"
    command = ["git", "-C", str(repo), "hash-object", "-t", "commit", "-w", "--stdin"]
    broken = subprocess.run(command, input=raw, capture_output=True, check=True).stdout.decode().strip()
    require_same(repo, [("ahead", methodcaller("ahead_behind", start, other))])
    for sha in (other, broken):
        require_left_to_git(repo, [("subject", methodcaller("subjects", [sha]))])
    require_left_to_git(repo, [("between", methodcaller("commits_between", start, other))])
    assert GitCommandLine(repo).subjects([other]) == {other: "été"}


@pytest.mark.parametrize("packed", [False, True])
def test_replaced_objects_are_what_git_shows(make_repo: MakeRepo, run_git: RunGit, packed: bool) -> None:
    repo = make_repo(files={})
    parents = {n: [n - 1] if n else [] for n in range(6)}
    commits = import_graph(repo, parents, {n: 1_700_000_000 + n for n in parents})
    require_same(repo, about_commits([commits[0], commits[5]]))
    run_git(repo, "replace", "--graft", commits[5], commits[1])
    if packed:
        run_git(repo, "pack-refs", "--all")
    require_left_to_git(repo, about_commits([commits[0], commits[5]]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "_in_process", True)
        assert objects.ahead_behind(repo, commits[5], commits[0]) == (2, 0)
    run_git(repo, "replace", "-d", commits[5])
    require_same(repo, about_commits([commits[0], commits[5]]))


def test_grafts_are_what_git_shows(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo(files={})
    parents = {n: [n - 1] if n else [] for n in range(6)}
    commits = import_graph(repo, parents, {n: 1_700_000_000 + n for n in parents})
    (repo / ".git/info/grafts").write_text(f"{commits[5]} {commits[1]}\n")
    require_left_to_git(repo, about_commits([commits[0], commits[5]]))


def test_shallow_clones(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    upstream = make_repo("upstream")
    for number in range(4):
        run_git(upstream, "commit", "-q", "--allow-empty", "-m", str(number))
    repo = tmp_path / "shallow"
    run_git(upstream, "clone", "-q", "--depth", 2, f"file://{upstream}", repo)
    commits = all_commits(run_git, repo)
    assert len(commits) == 2
    require_left_to_git(repo, about_commits(commits))
    require_same(repo, about_refs("refs/heads/main"))
    run_git(repo, "fetch", "-q", "--unshallow")
    require_same(repo, about_commits(all_commits(run_git, repo)))


def test_objects_of_an_alternate(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    upstream = make_repo("upstream")
    repo = tmp_path / "shared"
    run_git(upstream, "clone", "-q", "--shared", ".", repo)
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "own")
    commits = all_commits(run_git, repo)
    require_same(repo, [*about_commits(commits), *about_files(commits[0], "README.md")])
    run_git(upstream, "commit", "-q", "--allow-empty", "-m", "later")
    later = run_git(upstream, "rev-parse", "HEAD")
    require_same(repo, about_commits([*commits, later]))


def test_linked_worktrees_share_objects_and_branches_and_have_refs_of_their_own(
    make_repo: MakeRepo, run_git: RunGit, tmp_path: Path
) -> None:
    repo = make_repo()
    linked = tmp_path / "a linked one"
    run_git(repo, "worktree", "add", "-q", "-b", "work", linked)
    run_git(linked, "commit", "-q", "--allow-empty", "-m", "work")
    run_git(linked, "update-ref", "refs/worktree/own", "HEAD")
    run_git(linked, "update-ref", "refs/bisect/bad", "HEAD")
    commits = all_commits(run_git, repo)
    for where in (repo, linked):
        require_same(where, [*about_commits(commits), *about_refs("refs/heads/main", "refs/heads/work")])
        require_left_to_git(where, about_refs("refs/worktree/own", "refs/bisect/bad", "HEAD"))
    require_left_to_git(repo / "src", about_refs("refs/heads/main"))


def test_a_git_directory_elsewhere_and_a_submodule(make_repo: MakeRepo, run_git: RunGit, tmp_path: Path) -> None:
    make_repo("other")
    repo = tmp_path / "apart"
    run_git(tmp_path, "init", "-q", "--separate-git-dir", tmp_path / "elsewhere.git", repo)
    run_git(repo, "submodule", "add", "-q", tmp_path / "other", "sub")
    run_git(repo, "commit", "-q", "-m", "first")
    for where in (repo, repo / "sub"):
        require_same(where, [*about_commits(all_commits(run_git, where)), *about_refs("refs/heads/main")])


def test_sha_256(tmp_path: Path, run_git: RunGit) -> None:
    repo = tmp_path / "sha256"
    run_git(tmp_path, "init", "-q", "--object-format=sha256", repo)
    for number in range(2):
        run_git(repo, "commit", "-q", "--allow-empty", "-m", str(number))
    commits = all_commits(run_git, repo)
    assert len(commits[0]) == 64
    require_left_to_git(repo, [*about_commits(commits), *about_refs("refs/heads/main")])


def test_reftable(tmp_path: Path, run_git: RunGit) -> None:
    repo = tmp_path / "reftable"
    run_git(tmp_path, "init", "-q", "--ref-format=reftable", repo, check=False)
    if not repo.exists():
        pytest.skip("this git knows no reftable")
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "first")
    require_left_to_git(repo, [*about_commits(all_commits(run_git, repo)), *about_refs("refs/heads/main")])


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_what_a_partial_clone_lacks_is_fetched_and_never_taken_for_absent(
    make_repo: MakeRepo, run_git: RunGit, tmp_path: Path, left_out: str
) -> None:
    upstream = make_repo("upstream")
    blob = run_git(upstream, "rev-parse", "HEAD:src/app.py")
    head = run_git(upstream, "rev-parse", "HEAD")
    run_git(upstream, "config", "uploadpack.allowFilter", "true")
    run_git(upstream, "config", "uploadpack.allowAnySHA1InWant", "true")
    for extension in (True, False):
        repo = tmp_path / f"partial {extension}"
        run_git(upstream, "clone", "-q", "--no-checkout", f"--filter={left_out}", f"file://{upstream}", repo)
        if not extension:  # a remote that promises objects is enough for git, and some versions write no more
            run_git(repo, "config", "--unset-all", "extensions.partialClone", check=False)
        questions = [*about_files(head, "src/app.py", "src/no-such"), *about_blobs(blob)]
        for name, question in questions:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(objects, "_in_process", True)
                assert objects._read(repo, question) == question(GitCommandLine(upstream)), name
        assert (repo / ".git/objects/pack").is_dir()


def test_settings_of_single_worktrees(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    run_git(repo, "config", "extensions.worktreeConfig", "true")
    run_git(repo, "config", "--worktree", "core.sparseCheckout", "true")
    require_left_to_git(repo, [*about_commits(all_commits(run_git, repo)), *about_refs("refs/heads/main")])


def test_what_is_no_repository_is_an_error_as_ever(make_repo: MakeRepo, tmp_path: Path) -> None:
    bare = tmp_path / "folder"
    (bare / ".git").mkdir(parents=True)
    (tmp_path / "file").mkdir()
    (tmp_path / "file/.git").write_text("nothing of git's\n")
    for where in (tmp_path, bare, tmp_path / "file", tmp_path / "absent"):
        require_left_to_git(where, about_refs("refs/heads/main"))


def test_commits_that_are_gone(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    head, gone = run_git(repo, "rev-parse", "HEAD"), "0123456789" * 4
    require_left_to_git(repo, [
        ("commit", methodcaller("resolve_commit", gone)),
        ("tree", methodcaller("tree_of", gone)),
        ("ancestor", methodcaller("is_ancestor", gone, head)),
        ("descendant", methodcaller("is_ancestor", head, gone)),
        ("ahead", methodcaller("ahead_behind", gone, head)),
        ("subjects", methodcaller("subjects", [gone, head])),
        ("blob", methodcaller("read_blobs", [gone])),
        ("no blob", methodcaller("read_blobs", [head])),
        ("size", methodcaller("blob_size", gone)),
        ("sizes", methodcaller("sizes_of", [gone])),
        ("contents", methodcaller("contents_of", [gone])),
    ])  # fmt: skip


def test_a_broken_object_is_an_error(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    blob = run_git(repo, "rev-parse", "HEAD:README.md")
    place = repo / ".git/objects" / blob[:2] / blob[2:]
    place.chmod(0o644)
    place.write_bytes(b"broken")
    require_left_to_git(repo, about_blobs(blob))


def test_abbreviated_ids_are_git_s(make_repo: MakeRepo, run_git: RunGit) -> None:
    repo = make_repo()
    head = run_git(repo, "rev-parse", "HEAD")
    for name in (head[:12], head.upper(), f"{head}^{{commit}}"):
        require_left_to_git(repo, [(name, methodcaller("resolve_commit", name))])


def test_nobody_is_asked_for_nothing(tmp_path: Path) -> None:
    assert objects.commits_between(tmp_path, "a", "a") == []
    assert objects.subjects(tmp_path, []) == {}
    assert objects.read_blobs(tmp_path, []) == {}
    assert GitCommandLine(tmp_path).read_refs([]) == {}


def test_libgit2_cannot_tell_where_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(CannotTell):
        libgit2.ask(tmp_path, methodcaller("read_refs", ["refs/heads/main"]))
    require_same_through_the_interface(tmp_path, about_refs("refs/heads/main"))
