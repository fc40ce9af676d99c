"""What refs point at, as git's own files say, without starting git: commands ask that again and again.

Only of a main checkout that keeps its refs in files. A symbolic ref, a reftable and whatever looks odd are git's to
read: then the answer is None, which is not "there is no such ref".
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ampsm.system.plain_files import read_plain

_SHA = (40, 64)
_NO_NAMES = frozenset({"", ".", ".."})


def read_ref_files(root: Path | str, names: Sequence[str]) -> dict[str, str] | None:
    """What those of the refs that exist point at, by their full names; None where only git can tell."""
    folder = os.path.join(root, ".git")  # noqa: PTH118 - at every command
    if any(not name.startswith("refs/") or not _NO_NAMES.isdisjoint(name.split("/")) for name in names):
        return None
    if not os.path.isdir(folder) or any(os.path.lexists(f"{folder}/{odd}") for odd in ("commondir", "reftable")):  # noqa: PTH112
        return None
    try:
        found = {name: _loose(folder, name) for name in names}
        if missing := [name for name, said in found.items() if said is None]:
            packed = _packed(folder)
            found |= {name: _in_packed(packed, name) for name in missing}
    except OSError:
        return None
    shas = {name: os.fsdecode(said).strip() for name, said in found.items() if said is not None}
    return shas if all(len(sha) in _SHA and sha.isalnum() and sha.strip("0") for sha in shas.values()) else None


def _loose(folder: str, name: str) -> bytes | None:
    try:
        return read_plain(Path(folder, name))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _packed(folder: str) -> bytes:
    try:
        return read_plain(Path(folder, "packed-refs"))
    except FileNotFoundError:
        return b""


def _in_packed(packed: bytes, name: str) -> bytes | None:
    end = packed.find(b" " + os.fsencode(name) + b"\n")
    return packed[packed.rfind(b"\n", 0, end) + 1 : end] if end >= 0 else None
