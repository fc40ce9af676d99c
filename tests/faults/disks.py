"""Small disks that can be filled, emptied and made read-only."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PAGE = 4096


class SmallDisk:
    """A file system in memory at `path`; its filler takes all room but so many pages of 4 KiB."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self, *, pages: int = 0) -> None:
        """Leaves only `pages`. What others free or take meanwhile changes that."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"f" * _PAGE)
            except OSError as error:
                assert error.errno == errno.ENOSPC
        size = self._filler.stat().st_size - pages * _PAGE
        os.truncate(self._filler, max(0, size))

    def make_room(self) -> None:
        """Takes the filler away."""
        self._filler.unlink()

    def grow(self, kilobytes: int) -> None:
        """Makes the whole disk that large."""
        self._mount("-o", f"remount,size={kilobytes}k")

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nobody may have a file open for writing there."""
        self._mount("-o", "remount,ro")
        try:
            yield
        finally:
            self._mount("-o", "remount,rw")

    def _mount(self, *options: str) -> None:
        subprocess.run(["mount", *options, str(self.path)], check=True, capture_output=True)


@contextmanager
def mounted(path: Path, kilobytes: int) -> Iterator[SmallDisk]:
    """Mounts a disk of that size at `path`, on top of what is there. Skips the test where that is not allowed."""
    path.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0700", "small-disk", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("needs mount(8)")
    if done.returncode != 0:
        pytest.skip(f"mounting a disk is not allowed here: {done.stderr.decode().strip()}")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True, capture_output=True)
