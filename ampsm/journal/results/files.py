"""A file that an agent read: the text with its numbers."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from ampsm.journal.results.bodies import FileBody
from ampsm.journal.results.paths import shown_path
from ampsm.journal.text import plain_line

_NUMBERED = re.compile(r"[ \t]*(\d{1,9})(?:: ?|\t|→)(.*)", re.DOTALL)


def from_value(value: dict[str, Any], args: dict[str, Any], worktree: str) -> FileBody | None:
    """Of `{"absolutePath", "content"}` (AMP.md), or what names the entries of a folder."""
    path = next((str(value[key]) for key in ("absolutePath", "path") if isinstance(value.get(key), str)), None)
    entries, content = value.get("directoryEntries"), value.get("content")
    if path is not None and isinstance(entries, list):
        return FileBody(shown_path(path, worktree), tuple((None, plain_line(str(entry))) for entry in entries))
    if path is None or not isinstance(content, str):
        return None
    return of_text(content, path, worktree)


def of_text(content: str, path: str, worktree: str) -> FileBody:
    """Text whose lines may begin with their numbers: as `1: `, or as `cat -n` writes them."""
    texts = content.removesuffix("\n").split("\n") if content else []
    numbered = [_NUMBERED.fullmatch(text.rstrip("\r")) for text in texts]
    given = sum(found is not None for found in numbered)
    if 2 * given < len(texts) or not _ascending([int(found[1]) for found in numbered if found]):
        return FileBody(shown_path(path, worktree), tuple((None, plain_line(text)) for text in texts))
    lines = [
        (None, plain_line(text)) if found is None else (int(found[1]), plain_line(found[2]))
        for text, found in zip(texts, numbered, strict=True)
    ]
    return FileBody(shown_path(path, worktree), tuple(lines))


def _ascending(numbers: list[int]) -> bool:
    return all(before < after for before, after in pairwise(numbers))
