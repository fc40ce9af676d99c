"""Conflicts that the index has lost while a rebase waits for them, and bringing them back (SPEC section 12).

A damaged index is made anew as HEAD has it; `git reset`, `git read-tree` and `git checkout --force` do the same. Then
git takes all for resolved, files with markers among it, and what it had merged by itself for somebody's edits; files
that a commit adds are tracked no more. So before anybody goes on, an index is asked whether it has what git merged at
this stop.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, git_answer, paths_of
from ampsm.git.in_the_way import changes_on_the_way
from ampsm.git.location import git_dir, git_path
from ampsm.git.programs.planted import planted_programs
from ampsm.git.rewrite.left_by_git import in_the_worktree, in_tree
from ampsm.git.rewrite.left_markers import files_in, marked_line
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.redone import RedoneStep, redone
from ampsm.git.rewrite.settled_file import put_file, remove_file, seen_at, write_conflict_again
from ampsm.git.rewrite.stages import SESSION, TARGET, StagedEntry, Stages, entries, resolved_since, unmerged
from ampsm.git.staging import SavedIndex, restore_index
from ampsm.git.status import in_context_folder
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

#: What was decided for paths: the entry that each has since then, None for nothing.
Decided = Mapping[str, StagedEntry | None]


def lost(worktree: Path, stop: RebaseStop, *, programs: bool = False) -> list[str]:
    """The paths, sorted, of which the index has forgotten what git made of them at this stop: conflicts that nobody has
    resolved, and after a reset also what was merged without one. None once somebody has committed by hand, and
    without `programs` where a merge driver came since the session began: what it made of them only running it tells,
    which is for commands that write (SPEC section 5). Raises GitError."""
    if stop.now != stop.head or not (programs or _is_known(worktree)):
        return []
    made, waiting, resolved = redone(worktree, stop, programs), unmerged(worktree), resolved_since(worktree)
    if not waiting and is_emptied(worktree):
        return sorted({*_changed(worktree, made), *made.conflicts})
    missing = made.conflicts.keys() - waiting.keys() - resolved.keys()
    reset = not _is_noted(worktree)
    changed = _changed(worktree, made) if reset or missing else set()
    undecided = {*missing, *(changed if reset else ())}
    if reset and not waiting and _nothing_staged(worktree, made):
        undecided |= made.conflicts.keys()
    staged, before = entries(worktree, sorted(undecided)), _of_tree(worktree, made.before, undecided)
    found = in_the_worktree(worktree, sorted(undecided), len(stop.commit))
    gone = {
        path for path in undecided if staged.get(path) == before.get(path)
        or (path in missing and staged.get(path) != found.get(path))
    }  # fmt: skip
    return sorted(gone | _taken_out(worktree, resolved))


def is_emptied(worktree: Path | str) -> bool:
    """Whether an index has nothing at all (`git rm -r --cached .`, `git read-tree --empty`), while files lie there: a
    commit would delete them all, and nobody has. Raises GitError."""
    if git(worktree, "ls-files", "-z", "--cached", "--full-name").stdout:
        return False
    listed = git(worktree, "ls-files", "-z", "--others", "--full-name", timeout=LONG_TIMEOUT).stdout
    return any(not in_context_folder(path) for path in paths_of(listed))


def bring_back(worktree: Path, stop: RebaseStop, decided: Decided) -> None:
    """Gives the index again what git merged at this stop, with the sides of what was in conflict; what is known to be
    `decided`, or was staged by somebody since and is in the worktree like that, stays so. Files stay as they are, but
    where a reset has put them back to before the step. Raises GitError, and as `put_file`."""
    made, width = redone(worktree, stop, True), len(stop.commit)
    changed, was_reset = _changed(worktree, made), not _is_noted(worktree)
    paths = sorted({*changed, *made.conflicts, *decided})
    before, now = _of_tree(worktree, made.before, paths), in_the_worktree(worktree, paths, width)
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


def _taken_out(worktree: Path, resolved: Mapping[str, Stages]) -> set[str]:
    """What was only taken out of the index (`git rm --cached`): the file lies there as it was, with its markers."""
    staged = entries(worktree, sorted(resolved))
    return {
        path for path, content in files_in(worktree, sorted(resolved.keys() - staged.keys()))
        if marked_line(worktree, path, content, resolved[path]) is not None
    }  # fmt: skip


def write_missing(worktree: Path, stop: RebaseStop) -> None:
    """Writes the files in conflict again that are gone, as git left them. Raises GitError, and as `put_file`."""
    gone = sorted(path for path in unmerged(worktree) if not os.path.lexists(worktree / path))
    if gone:
        _lay_out(worktree, redone(worktree, stop, True), gone)


def _is_known(worktree: Path) -> bool:
    return not any(key.startswith("merge.") for key in planted_programs(worktree, os.environ))


def _is_noted(worktree: Path) -> bool:
    """Whether git still knows what it left: every kind of reset makes it forget."""
    return git_path(worktree, "AUTO_MERGE").is_file()


def _changed(worktree: Path, made: RedoneStep) -> set[str]:
    """What git changed at this stop without a conflict."""
    paths = {path for path, _ in changes_on_the_way(worktree, [(made.before, made.tree)])}
    return paths - made.conflicts.keys()


def _nothing_staged(worktree: Path, made: RedoneStep) -> bool:
    return git(worktree, "diff-index", "--cached", "--quiet", made.before, "--", check=False).returncode == 0


def _of_tree(worktree: Path, tree: str, paths: Collection[str]) -> dict[str, StagedEntry]:
    return (in_tree(worktree, tree, list(paths)) or {}) if paths else {}


def _added(worktree: Path, made: RedoneStep, width: int) -> dict[str, StagedEntry]:
    """What somebody has staged besides, and the worktree has like that: it stays staged."""
    words = ("diff-index", "--cached", "-z", "--name-only", "--no-renames", "--diff-filter=A", made.tree, "--")
    listed = git(worktree, *words, timeout=LONG_TIMEOUT).stdout
    paths = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    staged, now = entries(worktree, paths), in_the_worktree(worktree, paths, width)
    before = _of_tree(worktree, made.before, paths)
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
    left = _of_tree(worktree, made.tree, paths)
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
