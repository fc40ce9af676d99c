"""The line diffs of many pairs of texts by one call of git: each pair is a file of the same name in two folders."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.objects.line_changes import LineChange, changes_of_patch
from ampsm.git.objects.loose_texts import diff_of_texts

_FOLDERS = "old", "new"
_PREFIXES = "--no-renames", "--src-prefix=a/", "--dst-prefix=b/"
#: No line of a text can look like it: each has a sign before it.
_HEADER = re.compile(rb"^diff --git a/old/(\d+) b/new/\1$", re.M)


def changes_of_texts(pairs: Sequence[tuple[bytes, bytes]], options: Sequence[str]) -> list[list[LineChange]]:
    """What turns the lines of the first text of each pair into those of the second, by git's diff with these options.
    Raises GitError."""
    with tempfile.TemporaryDirectory(prefix="ampsm-") as top:
        for folder, texts in zip(_FOLDERS, zip(*pairs, strict=True), strict=True):
            Path(top, folder).mkdir()
            for number, text in enumerate(texts):
                Path(top, folder, str(number)).write_bytes(text)
        patches = diff_of_texts(top, *options, *_PREFIXES, *_FOLDERS)
    found: list[list[LineChange]] = [[] for _ in pairs]
    parts = _HEADER.split(patches)
    for place, patch in zip(parts[1::2], parts[2::2], strict=True):
        found[int(place)] = changes_of_patch(patch)
    return found
