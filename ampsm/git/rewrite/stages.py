"""The sides of paths in conflict, as the index has them: those that wait, and those that were resolved since git
stopped (SPEC section 12).

Git remembers what it took out of the index when a path was resolved, until the rebase goes on; so it is known of any
path, whoever resolved it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ampsm.git.command import git, git_answer
from ampsm.git.rewrite.index_change import change_entries
from ampsm.git.staging import git_when_free
from ampsm.model.record import record

BASE, TARGET, SESSION = 1, 2, 3

#: Has git take paths for what they are, in a call that writes and runs no hook.
AS_WRITTEN = {"GIT_LITERAL_PATHSPECS": "1"}
#: As many paths are given to git as words; of more it lists everything.
MOST_WORDS = 200

_MARKER_SIZE = 7


@record
class StagedEntry:
    """What the index has of a path: a mode as git writes it (`100644`), and a blob, of a submodule a commit."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")

    @property
    def is_link(self) -> bool:
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        return self.mode == "160000"


#: Entries by their stage: BASE, TARGET, SESSION.
Stages = Mapping[int, StagedEntry]


@record
class MergeRules:
    """What the attributes of a path say: whether conflicts in it get markers, of which size; `apart`: it is never
    merged line by line."""

    marked: bool
    size: int
    apart: bool


def unmerged(worktree: Path | str) -> dict[str, Stages]:
    """Every path that is in conflict, with what its sides have. Raises GitError."""
    return listed(git(worktree, "ls-files", "--unmerged", "-z", "--full-name").stdout)


def resolved_since(worktree: Path | str) -> dict[str, Stages]:
    """Every path that was in conflict since the rebase went on last, with what its sides had. Raises GitError."""
    return listed(git(worktree, "ls-files", "--resolve-undo", "-z", "--full-name").stdout)


def unmerged_and_resolved(worktree: Path | str) -> tuple[dict[str, Stages], dict[str, Stages]]:
    """Both, of one index: a path that somebody settles meanwhile is in either. Raises GitError."""
    done = git(worktree, "ls-files", "-t", "--unmerged", "--resolve-undo", "-z", "--full-name")
    lines = [line.partition(b" ")[::2] for line in done.stdout.split(b"\0")]
    found = [b"\0".join(rest for tag, rest in lines if tag == wanted) for wanted in (b"M", b"U")]
    return listed(found[0]), listed(found[1])


def entries(worktree: Path | str, paths: Sequence[str]) -> dict[str, StagedEntry]:
    """What the index has of those of the paths that are not in conflict. Raises GitError."""
    if not paths:
        return {}
    words = paths if len(paths) <= MOST_WORDS else ()
    found = listed(git(worktree, "ls-files", "--stage", "-z", "--full-name", "--", *words).stdout)
    return {path: found[path][0] for path in paths if 0 in found.get(path, ())}


def set_stages(worktree: Path | str, path: str, stages: Stages, expected: Stages) -> None:
    """Makes the index have these entries of a path and no other: in one step, of stage 0 or of a conflict; none: it has
    no such path. `expected` are those that it has. Raises `edited-outside` (exit 5) when somebody has staged others
    since, and GitError; the index is as before then."""
    name = os.fsencode(path)
    width = max((len(entry.blob) for entry in stages.values()), default=40)
    lines = [b"0 %s\t%s" % (b"0" * width, name)]
    lines += [f"{entry.mode} {entry.blob} {stage}\t".encode() + name for stage, entry in sorted(stages.items())]
    if 0 in stages or not stages:
        lines = lines[-1:]
    stdin = b"".join(line + b"\0" for line in lines)
    known = {stage: (entry.mode, entry.blob) for stage, entry in expected.items()}
    change_entries(Path(worktree), path, stdin, known)
    git_when_free(worktree, "update-index", "-q", "--refresh", writes=True)


def merge_rules(worktree: Path | str, paths: Sequence[str]) -> dict[str, MergeRules]:
    """How git merges each of these paths. Raises GitError."""
    if not paths:
        return {}
    stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
    said_of = git(worktree, "check-attr", "-z", "--stdin", "merge", "conflict-marker-size", stdin=stdin).stdout
    fields = os.fsdecode(said_of).split("\0")
    said = {(path, name): value for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False)}
    drivers: dict[str, bool] = {"unset": False, "unspecified": True, "set": True, "text": True, "binary": False}
    found = {}
    for path in paths:
        driver, size = said[path, "merge"], said[path, "conflict-marker-size"]
        if driver not in drivers:
            drivers[driver] = git_answer(worktree, "config", f"merge.{driver}.driver") is None
        length = int(size) if size.isdigit() and int(size) else _MARKER_SIZE
        found[path] = MergeRules(drivers[driver], length, driver in ("unset", "binary"))
    return found


def listed(output: bytes) -> dict[str, Stages]:
    """The paths that git lists with their entries, each ended by a zero byte."""
    found: dict[str, dict[int, StagedEntry]] = {}
    for line in output.split(b"\0"):
        if line:
            about, _, path = line.partition(b"\t")
            mode, blob, stage = about.decode().split(" ")
            found.setdefault(os.fsdecode(path), {})[int(stage)] = StagedEntry(mode, blob)
    return dict(found)
