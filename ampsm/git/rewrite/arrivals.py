"""Which paths git's own rebase would newly write in a worktree, at its begin, going on and being given up: it takes
ignored files for nobody's, so they are looked at before (SPEC section 6).

A rebase goes through a tree for each commit, and each counts. What git's detection of renamed folders would move to
other names is asked of git itself, where a folder has gone on either side.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, git_answer, git_line, line_of, paths_of
from ampsm.git.content.ignored import ignored_paths
from ampsm.git.in_the_way import (
    arriving,
    changes_on_the_way,
    folders_of,
    in_the_way,
    is_same,
    require_out_of_the_way,
    untracked_at,
)  # fmt: skip
from ampsm.git.location import git_path
from ampsm.git.objects import trees_of
from ampsm.system.plain_files import read_plain

_PICKS = ("pick", "p", "reword", "r", "edit", "e", "squash", "s", "fixup", "f")


def require_free_to_start(worktree: Path, onto: str, branch_point: str) -> None:
    """Raises `files-in-the-way` (exit 5) when rebasing the commits after `branch_point` would write over a file that
    git does not track."""
    commits = _commits(worktree, branch_point)
    trees = trees_of(worktree, ["HEAD", onto, branch_point])
    paths = _new_paths(worktree, (trees["HEAD"], trees[onto]))
    if len(commits) > 1:  # of one commit everything is in HEAD
        paths += _added_by(worktree, commits)
    if _folder_is_gone(worktree, trees[branch_point], (trees[onto], trees["HEAD"])):
        paths += _simulated(worktree, onto, commits)
    require_out_of_the_way(worktree, paths)


def require_free_to_go_on(worktree: Path) -> None:
    """The same for the commits that a rebase, of which every conflict is resolved and staged, has not come to yet."""
    commits = list(_left_to_do(worktree))
    if not commits:
        return
    paths = _added_by(worktree, commits)
    onto = git_line(worktree, "write-tree")
    base = git_answer(worktree, "rev-parse", "-q", "--verify", f"{commits[0]}^")
    trees = trees_of(worktree, [base, commits[-1]]) if base else {}
    if base and _folder_is_gone(worktree, trees[base], (onto, trees[commits[-1]])):
        paths += _simulated(worktree, onto, commits)
    require_out_of_the_way(worktree, paths)


def require_free_to_give_up(worktree: Path) -> None:
    """Raises `files-in-the-way` (exit 5) when giving up the rebase under way would write over a file that git does not
    track. One that is what the commit has there is not in the way: so does git leave it when it is killed; it is
    removed, since git would not."""
    if (commit := started_from(worktree)) is None:
        return
    same, others = _apart(worktree, commit)
    if others:
        raise in_the_way(worktree, others)
    for path in same:
        (worktree / path).unlink()


def require_free_to_go_back(worktree: Path, commit: str) -> None:
    """Raises `files-in-the-way` (exit 5) when going back to a commit would write over a file that git ignores, unless
    that is what the commit has there, or over one that would keep git from giving up the rebase under way. What else is
    untracked is for the caller to keep."""
    found = _apart(worktree, before)[1] if (before := started_from(worktree)) else []
    others = _apart(worktree, commit)[1]
    ignored = set(ignored_paths(worktree, others))
    if found or ignored:
        raise in_the_way(worktree, sorted({*found, *ignored}))


def _apart(worktree: Path, commit: str) -> tuple[list[str], list[str]]:
    """What git does not track where going back to a commit writes: what is the same as the commit has it, and the
    rest."""
    left = untracked_at(worktree, _not_there(worktree, commit))
    same = [path for path in left if is_same(worktree, path, commit)]
    return same, [path for path in left if path not in same]


def started_from(worktree: Path) -> str | None:
    """The commit that giving up the rebase under way goes back to."""
    for name in ("rebase-merge/orig-head", "rebase-apply/orig-head"):
        file = git_path(worktree, name)
        if file.is_file():
            return os.fsdecode(read_plain(file)).strip() or None
    return None


def _not_there(worktree: Path, commit: str) -> list[str]:
    """The paths of a commit that are not in the index, or not in the worktree, where a folder may be: what going back
    to it writes anew. Of a submodule nothing is."""
    asked = ("-z", "--name-only", "--no-renames", "--ignore-submodules=all")
    in_index = git(worktree, "diff-index", "--cached", *asked, "--diff-filter=D", commit, "--", timeout=LONG_TIMEOUT)
    in_files = git(worktree, "diff-files", *asked, "--diff-filter=DU", timeout=LONG_TIMEOUT)
    places = [path for path in paths_of(in_files.stdout) if not os.path.lexists(worktree / path / ".git")]
    return [*paths_of(in_index.stdout), *places]


def _commits(worktree: Path, branch_point: str) -> list[str]:
    """What a rebase takes along, oldest first: merges are left out."""
    done = git(worktree, "rev-list", "--reverse", "--topo-order", "--no-merges", f"{branch_point}..HEAD")
    return line_of(done).split()


def _added_by(worktree: Path, commits: Sequence[str]) -> list[str]:
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    done = git(
        worktree, "diff-tree", "--stdin", "-r", "-z", "--root", "--name-only", "--no-renames", "--diff-filter=A",
        "--no-commit-id", stdin=asked, timeout=LONG_TIMEOUT,
    )  # fmt: skip
    return list(dict.fromkeys(paths_of(done.stdout)))


def _new_paths(worktree: Path, *trees: tuple[str, str]) -> list[str]:
    """The paths that the second of two trees has and the first does not, for all pairs together."""
    return arriving(changes_on_the_way(worktree, trees))


def _left_to_do(worktree: Path) -> Iterator[str]:
    file = git_path(worktree, "rebase-merge/git-rebase-todo")
    for line in os.fsdecode(read_plain(file)).splitlines() if file.is_file() else ():
        verb, _, rest = line.partition(" ")
        commit = rest.partition(" ")[0]
        if verb in _PICKS and commit:
            yield commit


def _folder_is_gone(worktree: Path, base: str, sides: Sequence[str]) -> bool:
    """Whether one of these sides has nothing left in a folder that the base has, all of them trees."""
    gone = _new_paths(worktree, *((side, base) for side in sides))
    folders = {folder for path in gone for folder in folders_of(path)}
    if not folders:
        return False
    asked = "".join(f"{side}:{folder}\n" for side in sides for folder in folders).encode("utf-8", "surrogateescape")
    said = git(worktree, "cat-file", "--batch-check=%(objecttype)", stdin=asked).stdout
    return any(line.endswith(b" missing") for line in said.splitlines())


def _simulated(worktree: Path, onto: str, commits: Sequence[str]) -> list[str]:
    from ampsm.git.prediction import arriving_paths

    single = [commit for commit in commits if git_answer(worktree, "rev-parse", "-q", "--verify", f"{commit}^")]
    return arriving_paths(worktree, worktree, onto, single)
