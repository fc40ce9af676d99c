"""Bringing back what an index has lost while a rebase waits: the sides of what was in conflict, and what git merged
(SPEC section 12)."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, git_answer
from ampsm.git.location import git_dir, git_path
from ampsm.git.rewrite.left_by_git import in_the_worktree
from ampsm.git.rewrite.lost_conflicts import is_noted, merged_paths, of_tree
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.redone import RedoneStep, redone
from ampsm.git.rewrite.settled_file import put_file, remove_file, seen_at, write_conflict_again
from ampsm.git.rewrite.stages import SESSION, TARGET, StagedEntry, entries, unmerged
from ampsm.git.staging import SavedIndex, restore_index
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

#: What was decided for paths: the entry that each has since then, None for nothing.
Decided = Mapping[str, StagedEntry | None]


def bring_back(worktree: Path, stop: RebaseStop, decided: Decided) -> None:
    """Gives the index again what git merged at this stop, with the sides of what was in conflict; what is known to be
    `decided`, or was staged by somebody since and is in the worktree like that, stays so. Files stay as they are, but
    where a reset has put them back to before the step. Raises GitError, and as `put_file`."""
    made, width = redone(worktree, stop, True), len(stop.commit)
    changed, was_reset = merged_paths(worktree, made), not is_noted(worktree)
    paths = sorted({*changed, *made.conflicts, *decided})
    before, now = of_tree(worktree, made.before, paths), in_the_worktree(worktree, paths, width)
    staged = entries(worktree, paths)
    settled = {
        path: entry for path, entry in decided.items()
        if path in made.conflicts and (now.get(path) == entry or (entry and entry.is_submodule))
    }  # fmt: skip
    for path in made.conflicts:
        if path not in settled and staged.get(path) != before.get(path) and staged.get(path) == now.get(path):
            settled[path] = staged.get(path)
    _install(worktree, _index(worktree, made, settled, _added(worktree, made, width)))
    if was_reset:
        untouched = [path for path in paths if path not in settled and now.get(path) == before.get(path)]
        _lay_out(worktree, made, untouched)
        atomic_write(git_dir(worktree) / "AUTO_MERGE", f"{made.tree}\n".encode(), durable=False)
    git(worktree, "update-index", "-q", "--refresh", check=False, timeout=LONG_TIMEOUT, writes=True)
    if git_answer(worktree, "config", "--type=bool", "core.sparseCheckout") == "true":
        git(worktree, "sparse-checkout", "reapply", check=False, timeout=LONG_TIMEOUT, writes=True)


def write_missing(worktree: Path, stop: RebaseStop) -> None:
    """Writes the files in conflict again that are gone, as git left them. Raises GitError, and as `put_file`."""
    gone = sorted(path for path in unmerged(worktree) if not os.path.lexists(worktree / path))
    if gone:
        _lay_out(worktree, redone(worktree, stop, True), gone)


def _added(worktree: Path, made: RedoneStep, width: int) -> dict[str, StagedEntry]:
    """What somebody has staged besides, and the worktree has like that: it stays staged."""
    words = ("diff-index", "--cached", "-z", "--name-only", "--no-renames", "--diff-filter=A", made.tree, "--")
    listed = git(worktree, *words, timeout=LONG_TIMEOUT).stdout
    paths = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    staged, now = entries(worktree, paths), in_the_worktree(worktree, paths, width)
    before = of_tree(worktree, made.before, paths)
    return {
        path: entry for path, entry in staged.items()
        if path not in made.conflicts and now.get(path) == entry != before.get(path)
    }  # fmt: skip


def _index(worktree: Path, made: RedoneStep, settled: Decided, added: Mapping[str, StagedEntry]) -> Path:
    """An index in git's own folder, made beside the real one."""
    index = git_dir(worktree) / "ampsm-index"
    for file in (index, index.with_name(f"{index.name}.lock")):
        file.unlink(missing_ok=True)
    env = {"GIT_INDEX_FILE": str(index)}
    git(worktree, "read-tree", made.tree, env=env, timeout=LONG_TIMEOUT, writes=True)
    width = len(made.tree)
    unsettled, lines = list[bytes](), list[bytes]()
    for path, sides in made.conflicts.items():
        name = os.fsencode(path)
        unsettled.append(b"0 %s\t%s" % (b"0" * width, name))
        unsettled += [f"{side.mode} {side.blob} {stage}\t".encode() + name for stage, side in sorted(sides.items())]
    for path, entry in {**settled, **added}.items():
        about = f"{entry.mode} {entry.blob}" if entry else f"0 {'0' * width}"
        lines.append(about.encode() + b"\t" + os.fsencode(path))
    for some in (unsettled, lines):  # one after the other: so git remembers the sides of what is resolved
        stdin = b"".join(line + b"\0" for line in some)
        git(worktree, "update-index", "-z", "--index-info", stdin=stdin, env=env, writes=True)
    return index


def _install(worktree: Path, index: Path) -> None:
    real, facts = git_path(worktree, "index"), index.stat()
    try:
        saved = SavedIndex(worktree, real, read_plain(index), 0o644, facts.st_mtime_ns)
        restore_index(saved, break_lock=False)
    finally:
        index.unlink(missing_ok=True)


def _lay_out(worktree: Path, made: RedoneStep, paths: Collection[str]) -> None:
    """Writes files again as git left them. What makes room for others goes first."""
    left = of_tree(worktree, made.tree, paths)
    for path in sorted(paths, key=lambda path: path in left and not left[path].is_submodule):
        sides, seen = made.conflicts.get(path, {}), seen_at(worktree, path)
        marked = [side for stage, side in sides.items() if stage in (TARGET, SESSION) and side.is_file]
        if len(marked) == 2:
            write_conflict_again(worktree, path, seen)
        elif path not in left or left[path].is_submodule:
            remove_file(worktree, path, seen)
        else:
            put_file(worktree, path, left[path], seen)
        if path in left and left[path].is_submodule:  # as where none is checked out
            (worktree / path).mkdir(parents=True, exist_ok=True)
