"""What git does not track and a checkout would write over or delete: ignored files too, which git itself takes for
nobody's (SPEC section 6).

Asked is only about the paths that a checkout brings, so ten thousand ignored files elsewhere cost nothing.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, git_line, paths_of
from ampsm.git.status import in_context_folder
from ampsm.model.errors import UserError, moving_away
from ampsm.model.phrases import few

#: How many paths an error names, and how many are looked for in a folder.
_NAMED = 100
#: Between the answers for two pairs of trees git repeats their names.
_PAIR = re.compile(r"(?:[0-9a-f]{40,64} [0-9a-f]{40,64}\n)*")
#: Permission bits that a file of git's usually has.
_USUAL = (0o644, 0o664, 0o755, 0o775)


def changes_on_the_way(
    where: Path, pairs: Sequence[tuple[str, str]], *, env: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """The paths in which two trees differ, each with git's letter, for all pairs together: a path may come again."""
    if not pairs:
        return []
    asked = "".join(f"{before} {after}\n" for before, after in pairs).encode()
    done = git(
        where, "diff-tree", "--stdin", "-r", "-z", "--name-status", "--no-renames", stdin=asked, env=env,
        timeout=LONG_TIMEOUT,
    )  # fmt: skip
    fields = paths_of(done.stdout)
    return [(path, _PAIR.sub("", letter, count=1)) for letter, path in zip(fields[::2], fields[1::2], strict=False)]


def arriving(changed: Sequence[tuple[str, str]]) -> list[str]:
    """Those of the changed paths, each with git's letter, that were not there before."""
    return list(dict.fromkeys(path for path, letter in changed if letter == "A"))


def untracked_at(worktree: Path, paths: Collection[str]) -> list[str]:
    """What lies in a worktree where these paths would be written and is not in its index, ignored or not: files and
    links there, in the place of a folder above, or inside a folder there. Sorted; nothing is changed.

    The program's own folder for the agent does not count: it is made again.
    """
    seen: dict[str, bool | None] = {}
    suspects = [
        path for path in dict.fromkeys(paths) if not in_context_folder(path) and _occupied(worktree, path, seen)
    ]
    if not suspects:
        return []
    tracked = set(paths_of(git(worktree, "ls-files", "-z", timeout=LONG_TIMEOUT).stdout))
    return sorted({name for path in suspects for name in _at(worktree, path, tracked)})


def require_out_of_the_way(worktree: Path, paths: Collection[str]) -> None:
    """Raises `files-in-the-way` (exit 5) naming what `untracked_at` finds; its hint moves the first out of the way."""
    if found := untracked_at(worktree, paths):
        raise in_the_way(worktree, found)


def in_the_way(worktree: Path, found: Sequence[str]) -> UserError:
    """The error for untracked files that a checkout would write over; its hint moves the first out of the way."""
    return UserError(
        "files-in-the-way", f"{worktree} has files that git does not track where others would be written: "
        f"{few(found)}",
        hint=way_out(worktree, found), details={"worktree": str(worktree), "files": list(found[:_NAMED])},
    )  # fmt: skip


def way_out(worktree: Path, found: Sequence[str]) -> str:
    """The command that takes the first of some files out of the way; a repository goes whole."""
    parts = found[0].split("/")
    whole = parts[: parts.index(".git")] if ".git" in parts[1:] else parts
    return moving_away(worktree.joinpath(*whole))


def is_same(worktree: Path, path: str, tree: str) -> bool:
    """Whether a file or link is, to the byte and with usual permissions, what a tree has at its path: then nothing is
    lost with it. That is how git leaves a file when it is killed before it could note it."""
    place = worktree / path
    entry = git_line(worktree, "ls-tree", "-z", "--full-tree", tree, "--", path).rstrip("\0")
    about, _, name = entry.partition("\t")
    if name != path:
        return False
    mode, _, blob = about.split(" ")
    facts = place.lstat()
    if stat.S_ISLNK(facts.st_mode):
        if mode != "120000":
            return False
        content = os.fsencode(place.readlink())
        return git_line(worktree, "cat-file", "-s", blob) == str(len(content)) and (
            git(worktree, "cat-file", "blob", blob).stdout == content
        )
    bits = stat.S_IMODE(facts.st_mode)
    if not stat.S_ISREG(facts.st_mode) or bits not in _USUAL or (mode == "100755") != bool(bits & 0o100):
        return False
    return mode != "120000" and git_line(worktree, "hash-object", "--no-filters", "--", str(place)) == blob


def _occupied(worktree: Path, path: str, seen: dict[str, bool | None]) -> bool:
    """Whether something other than a folder is in the place of a folder above a path, or anything in its own; `seen`
    keeps what is known of folders."""
    for folder in folders_of(path):
        if folder not in seen:
            seen[folder] = _is_folder(worktree / folder)
        if not seen[folder]:
            return seen[folder] is False
    return os.path.lexists(worktree / path)


def _is_folder(place: Path) -> bool | None:
    """None when nothing is there."""
    try:
        return stat.S_ISDIR(place.lstat().st_mode)
    except OSError:
        return None


def _at(worktree: Path, path: str, tracked: set[str]) -> Iterator[str]:
    for part in (*folders_of(path), path):
        place = worktree / part
        if place.is_dir() and not place.is_symlink():
            if part == path:
                yield from islice(_inside(worktree, place, tracked), _NAMED)
        else:
            if os.path.lexists(place) and part not in tracked:
                yield part
            return


def _inside(worktree: Path, folder: Path, tracked: set[str]) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]  # noqa: PTH114, PTH118
        for name in (*names, *links):
            below = os.path.relpath(os.path.join(where, name), worktree)  # noqa: PTH118
            if below not in tracked:
                yield below


def folders_of(path: str) -> list[str]:
    """The folders a path lies in, the outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: length + 1]) for length in range(len(parts))]
