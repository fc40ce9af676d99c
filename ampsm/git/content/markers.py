"""Lines that git writes around conflicts, in text that was added: `<<<<<<< main` and `>>>>>>> session`.

A line of seven `=` alone is none: in reStructuredText it stands under a heading. How long a marker is says the
attribute `conflict-marker-size`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.system.plain_files import read_plain

_SIZE = 7
#: Longer files are not read only to see whether git is worth asking.
_MOST_READ = 32 * 2**20
_MAYBE = (b"<<<<", b">>>>")
_MARKER = re.compile(rb"(<+|>+) \S")
_HUNK = re.compile(rb"@@ -\S+ \+(\d+)")


def may_hold_markers(file: Path) -> bool:
    """Whether the text of a file in a worktree makes it worth asking git; also when it cannot be read."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _MOST_READ:
            return True
        content = read_plain(file)
    except OSError:
        return True
    return any(word in content for word in _MAYBE)


def added_markers(where: Path, before: str, after: str) -> Iterator[tuple[str, int]]:
    """The files in which lines that were added between two commits are markers, each with the first of these lines.
    Raises GitError."""
    done = git(
        where, "diff-tree", "-r", "-p", "-U0", "--no-color", "--find-renames", "-l2000", "--no-relative",
        "--src-prefix=a/", "--dst-prefix=b/", "-G^(<{4,}|>{4,}) [^ ]", before, after, "--", timeout=LONG_TIMEOUT,
    )  # fmt: skip
    found = dict(_added(done.stdout))
    if not found:
        return
    sizes = _sizes(where, list(found))
    for path, lines in found.items():
        wanted = sizes.get(path, _SIZE)
        if first := next((number for number, size in lines if size == wanted), None):
            yield path, first


def _added(patch: bytes) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Of each file the added lines that look like markers: their numbers, and how long the marker is."""
    path, number, in_hunk = "", 0, False
    lines: list[tuple[int, int]] = []
    for line in patch.split(b"\n"):
        if line.startswith(b"diff --git "):
            if lines:
                yield path, lines
            path, lines, in_hunk = "", [], False
        elif not in_hunk and line.startswith(b"+++ "):
            path = _path(line[4:])
        elif line.startswith(b"@@ ") and (start := _HUNK.match(line)):
            number, in_hunk = int(start[1]), True
        elif in_hunk and line.startswith(b"+"):
            if marker := _MARKER.match(line, 1):
                lines.append((number, len(marker[1])))
            number += 1
    if lines:
        yield path, lines


def _path(named: bytes) -> str:
    """The path in a `+++` line: git quotes what would be misread, and ends one with blanks by a tab."""
    named = named.removesuffix(b"\t")
    if named.startswith(b'"'):
        named = named[1:-1].decode("unicode_escape").encode("latin-1")
    return os.fsdecode(named.removeprefix(b"b/"))


def _sizes(where: Path, paths: list[str]) -> dict[str, int]:
    """How long markers are in these files, where `.gitattributes` says so."""
    names = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = git(where, "check-attr", "-z", "--stdin", "conflict-marker-size", stdin=names, check=False)
    words = done.stdout.split(b"\0")
    told = zip(words[::3], words[2::3], strict=False)
    return {os.fsdecode(path): int(size) for path, size in told if size.isdigit() and int(size) > 0}
