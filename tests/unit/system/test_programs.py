"""Which programs are at work in a folder, by a `/proc` that the test lays out: the states that pass too quickly."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ampsm.system import programs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a /proc")

#: psutil remembers processes by their pid, and with them the folder it read them in.
PIDS = itertools.count(5_000_001)


@pytest.fixture
def proc(tmp_path: Path) -> Iterator[Path]:
    """The folder that psutil reads instead of `/proc`, until the test ends: what looks for processes that outlive it
    needs the real one."""
    folder = tmp_path / "proc"
    folder.mkdir()
    (folder / "stat").write_text("btime 1\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psutil, "PROCFS_PATH", str(folder))
        yield folder


def process(proc: Path, name: str, state: str = "S", cwd: Path | None = None) -> Path:
    """Lays out a process; without a `cwd` it is one that has none any more."""
    pid = next(PIDS)
    place = proc / str(pid)
    place.mkdir()
    (place / "stat").write_text(f"{pid} ({name}) {state} 1" + " 0" * 48 + "\n")
    (place / "status").write_text(f"Name:\t{name}\nState:\t{state}\n")
    (place / "cmdline").write_bytes(name.encode() + b"\0")
    if cwd is not None:
        (place / "cwd").symlink_to(cwd)
    return place


def at_work_in(folder: Path) -> set[str]:
    return {str(pid) for pid in programs.at_work_in(folder, "git")}


def test_a_program_is_at_work_in_its_folder_and_in_those_above(proc: Path, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    (repo / "below").mkdir(parents=True)
    there = process(proc, "git", cwd=repo)
    below = process(proc, "git-remote-http", cwd=repo / "below")
    process(proc, "git", cwd=tmp_path)
    process(proc, "vim", cwd=repo)
    assert at_work_in(repo) == {there.name, below.name}


def test_a_program_whose_folder_cannot_be_looked_up_counts(proc: Path, tmp_path: Path) -> None:
    secretive = process(proc, "git")
    (secretive / "cwd").write_text("reading this as a link is an error")
    assert at_work_in(tmp_path / "repo") == {secretive.name}


@pytest.mark.parametrize("state", ["R", "S", "Z"])
def test_a_program_that_is_ending_is_at_work_nowhere(proc: Path, tmp_path: Path, state: str) -> None:
    """Any git on the machine that ends just then would else make every old lock look used."""
    process(proc, "git", state)
    assert at_work_in(tmp_path / "repo") == set()
