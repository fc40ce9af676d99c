"""Edits that `git status` does not show: of files marked skip-worktree or assume-unchanged in the index.

git does not list them, and refuses to write over them only when it comes to that, in the middle of a rebase.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of
from ampsm.git.location import git_path
from ampsm.model.errors import quoted
from ampsm.model.record import record
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

_SKIPPED = "S"
#: Characters; a command takes some two million bytes of arguments.
_MOST_ARGUMENTS = 400_000
_MARKS: Mapping[str, Callable[[str], bool]] = {
    "--skip-worktree": lambda tag: tag.upper() == _SKIPPED,
    "--assume-unchanged": str.islower,
}


def hidden_edits(worktree: Path | str, paths: Collection[str]) -> list[str]:
    """Those of the paths, relative to the worktree's top, whose file git was told not to look at, and differs from the
    index. Sorted; the index is not written. Raises GitError."""
    if not paths:
        return []
    marked = _marked(worktree)
    wanted = [path for path in paths if path in marked and os.path.lexists(Path(worktree) / path)]
    if not wanted:
        return []
    import shutil
    import tempfile

    stdin = b"".join(os.fsencode(path) + b"\0" for path in wanted)
    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch:
        index = Path(scratch) / "index"
        shutil.copy2(git_path(worktree, "index"), index)  # its time too: by that git tells entries to look at again
        env = {"GIT_INDEX_FILE": str(index)}
        for option in ("--no-skip-worktree", "--no-assume-unchanged"):
            git(worktree, "-c", "core.splitIndex=false", "update-index", option, "-z", "--stdin", stdin=stdin, env=env)
        git(worktree, "update-index", "-q", "--refresh", env=env, check=False, timeout=LONG_TIMEOUT)
        changed = paths_of(git(worktree, "diff-files", "--name-only", "-z", env=env, timeout=LONG_TIMEOUT).stdout)
    return sorted(set(changed).intersection(wanted))


def settle(worktree: Path | str) -> None:
    """Has git see that marked files which somebody wrote anew or touched, and which hold what the index does, are as
    they were; it would refuse to write over them. The marks stay, and nothing else changes. Raises GitError."""
    marked = _marked(worktree)
    there = {path: tag for path, tag in marked.items() if _is_file(Path(worktree) / path)}
    skipped, assumed = ([f"./{path}" for path, tag in there.items() if is_meant(tag)] for is_meant in _MARKS.values())
    words = ["--no-skip-worktree", *skipped, "-q", "--really-refresh", "--skip-worktree", *skipped]
    words += ["--assume-unchanged", *assumed]  # refreshing takes this mark from a file that is edited
    if there and sum(map(len, words)) < _MOST_ARGUMENTS:
        git(worktree, "update-index", *words, check=False, timeout=LONG_TIMEOUT, writes=True)


@contextmanager
def keeping_hidden_edits(worktree: Path | str) -> Iterator[None]:
    """Puts such edits back, and their marks, after git has done something that writes over them without asking, as a
    rebase that is given up does (`git reset --hard`). Raises GitError, and OSError for a file that cannot be read."""
    marked = _marked(worktree)
    edits = [path for path in hidden_edits(worktree, marked) if _is_file(Path(worktree) / path)]
    kept = {path: _Kept.of(Path(worktree) / path) for path in edits}
    try:
        yield
    finally:
        for path, file in kept.items():
            file.put_back(Path(worktree) / path)
        for option, is_meant in _MARKS.items():
            paths = [os.fsencode(path) for path in kept if is_meant(marked[path])]
            if paths:
                stdin = b"".join(path + b"\0" for path in paths)
                git(worktree, "update-index", option, "-z", "--stdin", stdin=stdin, check=False, writes=True)


@record
class _Kept:
    content: bytes
    mode: int
    link: bool

    @classmethod
    def of(cls, place: Path) -> _Kept:
        mode = place.lstat().st_mode
        link = stat.S_ISLNK(mode)
        return cls(os.fsencode(place.readlink()) if link else read_plain(place, follow=False), stat.S_IMODE(mode), link)

    def put_back(self, place: Path) -> None:
        if os.path.lexists(place) and _Kept.of(place) == self:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        if not self.link:
            atomic_write(place, self.content, mode=self.mode)
            return
        place.unlink(missing_ok=True)
        place.symlink_to(os.fsdecode(self.content))


def show_again(worktree: Path | str, path: str) -> str:
    """The command after which git looks at a file again, so that its edits can be committed, stashed or taken back.

    The path stands twice: of several marks git takes away the one that was named first for every path behind it.
    """
    name = quoted(f"./{path}" if path.startswith("-") else path)
    return f"git -C {quoted(worktree)} update-index --no-skip-worktree {name} --no-assume-unchanged {name}"


def _marked(worktree: Path | str) -> dict[str, str]:
    """The paths that have a mark, each with git's letter for it."""
    listed = paths_of(git(worktree, "ls-files", "-v", "-z", timeout=LONG_TIMEOUT).stdout)
    found = {path: tag for tag, _, path in (entry.partition(" ") for entry in listed)}
    return {path: tag for path, tag in found.items() if tag == _SKIPPED or tag.islower()}


def _is_file(place: Path) -> bool:
    try:
        mode = place.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)
