"""The conflicts that a rebase stops at are the hunks of the three blobs in its index.

git's newer way to merge looks for changes by another line diff than `git merge-file` and `git diff` do, and now and
then draws a conflict differently; asked to use theirs, it draws the very same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ampsm.git.objects import line_changes, read_blobs
from ampsm.workflows.finishing.merge.conflicts.hunks import ThreeWay, three_way
from tests.workflows.finishing.merge.conflicts.test_hunks import conflicts, marked, texts, without_end

FILES = 25
Git = Callable[..., str]


def stopped(repo: Path, run_git: Git, chance: Random) -> None:
    """Stops a rebase at conflicts, some of them in files that both sides have added."""
    (repo / ".git/info/attributes").write_text("* conflict-marker-size=37\n")
    run_git(repo, "config", "merge.conflictStyle", "diff3")
    files = {f"f{number}": (texts(chance), chance.random() < 0.1) for number in range(FILES)}
    commits = list[str]()
    for side in range(3):
        if side == 2:
            run_git(repo, "checkout", "-q", "--detach", commits[0])
        for name, (sides, both_added) in files.items():
            if side or not both_added:
                (repo / name).write_bytes(sides[side])
        run_git(repo, "add", "--all")
        run_git(repo, "commit", "-q", "--allow-empty", "-m", str(side))
        commits.append(run_git(repo, "rev-parse", "HEAD"))
    onto = "--strategy=recursive", "-Xdiff-algorithm=myers", "--onto", commits[1], commits[0]
    run_git(repo, "rebase", "-q", *onto, check=False)


def of_index(repo: Path, run_git: Git) -> dict[str, ThreeWay]:
    """The unmerged files, by the blobs of their stages."""
    stages: dict[str, dict[str, str]] = {}
    empty = run_git(repo, "hash-object", "-w", "/dev/null")
    for entry in run_git(repo, "ls-files", "--unmerged").splitlines():
        about, path = entry.split("\t")
        _, blob, stage = about.split(" ")
        stages.setdefault(path, {"1": empty})[stage] = blob
    found = {}
    for path, at in stages.items():
        scripts = [line_changes(repo, at["1"], at[stage]) for stage in "23"]
        held = read_blobs(repo, list(set(at.values())))
        found[path] = three_way(held[at["1"]], held[at["2"]], held[at["3"]], scripts[0], scripts[1])
    return found


@pytest.mark.rounds(1)
@pytest.mark.parametrize("seed", range(20))
def test_the_hunks_are_the_conflicts_in_the_files(make_repo: Callable[..., Path], run_git: Git, seed: int) -> None:
    repo = make_repo()
    stopped(repo, run_git, Random(seed))
    found = of_index(repo, run_git)
    assert len(found) > FILES / 4
    for path, three in found.items():
        hunks = [[without_end(side) for side in (one.target, one.base, one.session)] for one in conflicts(three)]
        assert hunks == marked((repo / path).read_bytes()), path
