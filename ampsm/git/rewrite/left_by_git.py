"""What git left in the worktree when it stopped at conflicts, and what is there now (SPEC section 12)."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git
from ampsm.git.rewrite.stages import MOST_WORDS, StagedEntry
from ampsm.system.plain_files import read_plain

_PROBE = 8000

#: Larger files are taken for binary: nobody reads them hunk by hunk.
MOST_TEXT = 64 * 2**20


def is_binary(content: bytes) -> bool:
    """Whether git takes it for no text."""
    return b"\0" in content[:_PROBE]


def left_by_git(worktree: Path | str, paths: Sequence[str]) -> dict[str, StagedEntry] | None:
    """What git wrote at these paths when it stopped, markers and all, as it would be in a commit; nothing where it left
    nothing. None when it has forgotten."""
    return in_tree(worktree, "AUTO_MERGE", paths)


def in_tree(where: Path | str, tree: str, paths: Sequence[str]) -> dict[str, StagedEntry] | None:
    """What a tree or commit has at these paths, and perhaps more. None when there is no such tree."""
    words = paths if len(paths) <= MOST_WORDS else ()
    command = ("ls-tree", "-r", "-z", "--full-tree", tree, "--", *words)
    done = git(where, *command, check=False)
    if done.returncode != 0:
        return None
    found = {}
    for line in done.stdout.split(b"\0"):
        about, _, path = line.partition(b"\t")
        if path:
            mode, _, blob = about.decode().split(" ")
            found[os.fsdecode(path)] = StagedEntry(mode, blob)
    return found


def in_the_worktree(worktree: Path | str, paths: Sequence[str], width: int) -> dict[str, StagedEntry]:
    """What each of these paths is in the worktree, as it would be in a commit; folders and what is gone are left out.
    `width`: characters of an id in this repository."""
    found, files = dict[str, StagedEntry](), list[str]()
    for path in paths:
        place = Path(worktree, path)
        try:
            facts = place.lstat()
            if stat.S_ISLNK(facts.st_mode):
                found[path] = StagedEntry("120000", blob_id(os.fsencode(place.readlink()), width))
            elif stat.S_ISREG(facts.st_mode):
                found[path] = StagedEntry("100755" if facts.st_mode & stat.S_IXUSR else "100644", "")
                files.append(path)
        except OSError:
            continue
    for path, blob in zip(files, _blobs(Path(worktree), files, width), strict=True):
        found[path] = StagedEntry(found[path].mode, blob)
    return found


def as_checked_out(worktree: Path | str, path: str, blob: str, *, writes: bool = False) -> bytes:
    """What a file with this blob holds in the worktree: line ends, encoding and filters as they are set for its path;
    unless it `writes` that there, none that came since the session began. Raises GitError."""
    options = ("cat-file", "--filters", f"--path={path}", blob)
    return git(worktree, *options, timeout=LONG_TIMEOUT, writes=writes).stdout


def is_as_left(
    worktree: Path | str, path: str, now: StagedEntry | None, left: StagedEntry | None, *, any_ends: bool = False
) -> bool:
    """Whether what is `now` in the worktree is the file that git, or the app, `left` there; None: nothing. Permission
    bits do not count, with `any_ends` line ends neither."""
    if now is None or left is None or now.is_link != left.is_link:
        return now is left
    if now.blob == left.blob:
        return True
    if now.is_link or left.is_submodule:
        return False
    try:  # a filter may make another blob of the very same file
        place, written = Path(worktree, path), as_checked_out(worktree, path, left.blob)
        if place.lstat().st_size > 2 * len(written):
            return False  # it is not read: it may be larger than what there is of memory
        content = read_plain(place, follow=False)
        return content == written or (any_ends and with_lf(content) == with_lf(written))
    except (GitError, OSError):
        return False


def with_lf(content: bytes) -> bytes:
    """A text whose lines end as they do in a commit."""
    return content.replace(b"\r\n", b"\n")


def blob_id(content: bytes, width: int) -> str:
    """The id of a blob with this content; `width`: characters of an id in this repository."""
    made = hashlib.sha1(usedforsecurity=False) if width == 40 else hashlib.sha256()
    made.update(b"blob %d\0" % len(content) + content)
    return made.hexdigest()


def _blobs(worktree: Path, files: Sequence[str], width: int) -> list[str]:
    """As git would stage them; where a filter fails, as they are."""
    if not files:
        return []
    stdin = b"".join(_quoted(path) + b"\n" for path in files)
    try:
        done = git(worktree, "hash-object", "--stdin-paths", stdin=stdin, check=False)
    except GitError:
        done = None
    said = done.stdout.decode().split() if done else []
    if done is not None and done.returncode == 0 and len(said) == len(files):
        return said
    return [_as_it_is(worktree / path, width) for path in files]


def _as_it_is(file: Path, width: int) -> str:
    try:
        return blob_id(read_plain(file, follow=False), width)
    except OSError:
        return ""


def _quoted(path: str) -> bytes:
    """A path in one line, as git reads it."""
    name = os.fsencode(path)
    if b"\n" not in name and not name.startswith(b'"'):
        return name
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
