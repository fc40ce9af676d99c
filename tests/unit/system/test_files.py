from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ampsm.system.files import atomic_write, locked, make_private_dir


def test_write_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    atomic_write(file, b"one", 0o600)
    atomic_write(file, b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path for path in tmp_path.iterdir() if path.is_file() and path.name.startswith(".")] == []


def test_new_file_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic_write(tmp_path / "file", b"")
        assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


def test_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "link").symlink_to("dotfiles/real")
    atomic_write(tmp_path / "link", b"new", follow=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "dotfiles/real").read_bytes() == b"new"


def test_link_is_replaced_and_what_it_leads_to_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "bashrc").write_bytes(b"precious")
    (tmp_path / "link").symlink_to("bashrc")
    os.link(tmp_path / "bashrc", tmp_path / "second-name")
    for name in ("link", "second-name"):
        atomic_write(tmp_path / name, b"new")
        assert (tmp_path / name).read_bytes() == b"new"
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "bashrc").read_bytes() == b"precious"


def test_nothing_is_put_in_place_of_a_pipe_or_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match="not a file"):
            atomic_write(tmp_path / name, b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert list(tmp_path.glob(".*.tmp")) == []


def test_a_lock_writes_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "nowhere")
    with locked(tmp_path / "lock") as mine:
        assert mine
    assert not (tmp_path / "nowhere").exists()


def test_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"old")
    before = sorted(tmp_path.iterdir())

    def fails(handle: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        atomic_write(tmp_path / "file", b"new")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "file").read_bytes() == b"old"


def test_private_directory_and_its_new_parents(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_dir(tmp_path / "a" / "b")
    make_private_dir(tmp_path / "a" / "b")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "a", tmp_path / "a/b")} == {0o700}
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_lock_keeps_processes_apart(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ampsm.system.files import locked\n"
        "for _ in range(100):\n"
        "    with locked(Path(sys.argv[1]) / 'lock'):\n"
        "        count = Path(sys.argv[1]) / 'count'; count.write_text(str(int(count.read_text()) + 1))\n"
    )
    (tmp_path / "count").write_text("0")
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0] * 4
    assert (tmp_path / "count").read_text() == "400"


def test_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="oops"), locked(tmp_path / "lock"):
        raise ValueError("oops")
    with locked(tmp_path / "lock"):
        pass
