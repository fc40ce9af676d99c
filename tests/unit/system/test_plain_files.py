"""Reading never waits for what may never come, and ends where it must."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ampsm.system import plain_files
from ampsm.system.plain_files import read_input, read_plain


def test_a_pipe_a_device_and_a_folder_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "pipe", "it is a pipe"),
        (tmp_path / "link", "it is a pipe"),
        (Path("/dev/zero"), "it is a device"),
        (tmp_path, "Is a directory"),
    ):
        with pytest.raises(OSError, match=words):
            read_plain(path)


def test_a_limit_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    assert read_plain(tmp_path / "file", limit=100) == b"x" * 100
    with pytest.raises(OSError, match="larger than"):
        read_plain(tmp_path / "file", limit=99)


def test_a_link_is_followed_only_where_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    assert read_plain(tmp_path / "link") == b"x"
    with pytest.raises(OSError, match="symbolic links"):
        read_plain(tmp_path / "link", follow=False)


def test_a_pipe_given_by_a_shell_is_read_to_its_end() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"a prompt")
    os.close(theirs)
    assert read_input(Path(f"/dev/fd/{ours}")) == b"a prompt"
    os.close(ours)


def test_a_named_pipe_is_read_while_somebody_writes_to_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"word " * 50_000,))
    writer.start()
    assert read_input(tmp_path / "pipe") == b"word " * 50_000
    writer.join()


def test_a_named_pipe_without_a_writer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_files, "_WRITER_SECONDS", 0)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="nobody writes to"):
        read_input(tmp_path / "pipe")
