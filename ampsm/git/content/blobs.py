"""Many blobs at once: how big they are, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git


def sizes_of(where: Path | str, blobs: Sequence[str]) -> dict[str, int]:
    """Bytes of each blob that is there. Raises GitError."""
    done = git(where, "cat-file", "--batch-check", stdin=_asked(blobs), timeout=LONG_TIMEOUT)
    words = (line.split() for line in done.stdout.decode().splitlines())
    return {found[0]: int(found[2]) for found in words if len(found) == 3}


def contents_of(where: Path | str, blobs: Sequence[str]) -> dict[str, bytes]:
    """The content of each blob that is there; for small ones. Raises GitError."""
    rest = git(where, "cat-file", "--batch", stdin=_asked(blobs), timeout=LONG_TIMEOUT).stdout
    found: dict[str, bytes] = {}
    while rest:
        header, _, rest = rest.partition(b"\n")
        words = header.split()
        if len(words) != 3:
            continue
        size = int(words[2])
        found[words[0].decode()], rest = rest[:size], rest[size + 1 :]
    return found


def _asked(blobs: Sequence[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
