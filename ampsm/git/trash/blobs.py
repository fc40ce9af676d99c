"""Raw bytes of files into git's store and back, many at a time; no filter, no line end is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, line_of
from ampsm.git.objects import read_blobs

#: Bytes that are read back at once; larger files go one by one, without passing through this process.
_AT_ONCE = 32 * 2**20


def store_files(
    repository: Path, top: Path, paths: Sequence[str], env: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Stores files below `top` in a repository, or where `env` says, as they are; the blob of each path. Raises
    GitError when one cannot be read."""
    if not paths:
        return {}
    lines = b"".join(_quoted(os.fsencode(top / path)) + b"\n" for path in paths)
    done = git(
        repository, "hash-object", "-w", "--no-filters", "--stdin-paths", stdin=lines, env=env, timeout=LONG_TIMEOUT
    )
    return dict(zip(paths, line_of(done).split("\n"), strict=True))


def store_links(
    repository: Path, top: Path, paths: Sequence[str], scratch: Path, env: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Stores where symbolic links lead, as git does. `scratch` is a folder of the caller's."""
    folder = scratch / "links"
    folder.mkdir(exist_ok=True)
    names = {}
    for number, path in enumerate(paths):
        names[str(number)] = path
        (folder / str(number)).write_bytes(os.fsencode((top / path).readlink()))
    stored = store_files(repository, folder, list(names), env)
    return {names[number]: blob for number, blob in stored.items()}


def load_blobs(root: Path, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The contents of blobs, given with their sizes; those of more than 32 MiB are left to `unpack_blob`.

    Raises GitError when one is missing.
    """
    batch: list[str] = []
    weight = 0
    for blob, size in sizes.items():
        if size > _AT_ONCE:
            continue
        if batch and weight + size > _AT_ONCE:
            yield from read_blobs(root, batch).items()
            batch, weight = [], 0
        batch.append(blob)
        weight += size
    yield from read_blobs(root, batch).items()


def is_large(size: int) -> bool:
    """Whether a blob of that size is for `unpack_blob`."""
    return size > _AT_ONCE


def unpack_blob(folder: Path, blob: str) -> Path:
    """Writes a blob into a new file in `folder`, which is in the repository; its path. Raises GitError."""
    return folder / line_of(git(folder, "unpack-file", blob, timeout=LONG_TIMEOUT))


def _quoted(path: bytes) -> bytes:
    """C-quoted as git reads it, whatever bytes are in it."""
    plain = all(32 <= byte < 127 and byte not in b'"\\' for byte in path)
    if plain:
        return path
    escaped = b"".join(bytes([byte]) if 32 <= byte < 127 and byte not in b'"\\' else b"\\%03o" % byte for byte in path)
    return b'"' + escaped + b'"'
