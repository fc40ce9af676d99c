"""Paths as git writes them in a patch: quoted like C strings where they hold special bytes."""

from __future__ import annotations

import os
import re

_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def unquoted(word: bytes) -> str:
    """The path that a word of a patch stands for, quoted or not."""
    if len(word) >= 2 and word.startswith(b'"') and word.endswith(b'"'):
        word = _ESCAPE.sub(_plain, word[1:-1])
    return os.fsdecode(word)


def paths_of_header(line: bytes) -> tuple[str, str]:
    """The old and the new path of a `diff --git` line, or twice the one path of a `diff --cc` line.

    Unquoted, two paths can be told apart only where they are the same; other files say theirs again further down.
    """
    kind, _, rest = line.removeprefix(b"diff --").partition(b" ")
    if kind != b"git":
        path = unquoted(rest)
        return path, path
    if rest.startswith(b'"'):
        end = _end_of_quoted(rest)
        return _below(rest[:end]), _below(rest[end + 1 :])
    if rest.endswith(b'"'):
        start = rest.find(b' "')
        return _below(rest[:start]), _below(rest[start + 1 :])
    half = (len(rest) - 1) // 2
    if len(rest) % 2 and rest[2:half] == rest[half + 3 :]:
        return _below(rest[:half]), _below(rest[half + 1 :])
    old, _, new = rest.partition(b" b/")
    return _below(old), _below(b"b/" + new)


def _end_of_quoted(word: bytes) -> int:
    at = 1
    while at < len(word) and word[at : at + 1] != b'"':
        at += 2 if word[at : at + 1] == b"\\" else 1
    return at + 1


def _below(word: bytes) -> str:
    path = unquoted(word)
    return path[2:] if path[:2] in ("a/", "b/") else path


def _plain(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if len(escaped) == 3:
        return bytes([int(escaped, 8) & 0xFF])
    return _LETTERS.get(escaped, escaped)
