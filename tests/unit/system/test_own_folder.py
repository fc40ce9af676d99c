"""What is in a file's or a folder's place is never followed, and nobody's content is lost."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.system.own_folder import own_folder
from ampsm.system.unfollowed import open_append, open_lock

Plant = Callable[[Path, Path], None]


def hard_link(place: Path, outside: Path) -> None:
    os.link(outside / "bashrc", place)


def bound_socket(place: Path, _outside: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(place))


PLANTS: dict[str, Plant] = {
    "link to a file": lambda place, outside: place.symlink_to(outside / "bashrc"),
    "link to a folder": lambda place, outside: place.symlink_to(outside),
    "link to nothing": lambda place, outside: place.symlink_to(outside / "nothing"),
    "link to itself": lambda place, _: place.symlink_to(place),
    "hard link": hard_link,
    "pipe": lambda place, _: os.mkfifo(place),
    "socket": bound_socket,
    "empty folder": lambda place, _: place.mkdir(),
}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "bashrc").write_text("precious")
    return folder


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "top"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def untouched(outside: Path) -> bool:
    return os.listdir(outside) == ["bashrc"] and (outside / "bashrc").read_text() == "precious"


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_file_takes_the_place_of_anything(top: Path, outside: Path, plant: Plant) -> None:
    plant(top / "FILE.md", outside)
    with own_folder(top) as folder:
        folder.write("FILE.md", b"ours")
        assert folder.read("FILE.md") == b"ours"
    assert (top / "FILE.md").lstat().st_nlink == 1
    assert os.listdir(top) == ["FILE.md"]
    assert untouched(outside)


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_folder_takes_the_place_of_anything(top: Path, outside: Path, plant: Plant) -> None:
    plant(top / "logs", outside)
    with own_folder(top) as folder, folder.folder("logs") as logs:
        logs.write("1.log", b"ours")
    assert (top / "logs/1.log").read_bytes() == b"ours"
    assert not (top / "logs").is_symlink()
    assert untouched(outside)


def test_a_folder_with_something_in_it_is_moved_aside(top: Path) -> None:
    (top / "FILE.md").mkdir()
    (top / "FILE.md/work").write_text("work")
    with own_folder(top) as folder:
        folder.write("FILE.md", b"ours")
    (aside,) = top.glob("FILE.md.moved-aside-*/work")
    assert aside.read_text() == "work"
    assert (top / "FILE.md").read_bytes() == b"ours"


def test_a_file_in_place_of_a_folder_is_kept_in_it(top: Path) -> None:
    (top / "logs").write_text("work")
    with own_folder(top) as folder, folder.folder("logs"):
        pass
    assert (top / "logs/logs.moved-aside").read_text() == "work"


def test_no_link_on_the_way_is_followed(top: Path, outside: Path) -> None:
    (top / "way").symlink_to(outside)
    with pytest.raises(OSError, match="way"), own_folder(top / "way"):
        raise AssertionError
    (top / "way").unlink()
    with own_folder(top) as folder, folder.existing_folder("way") as nothing:
        assert nothing is None


@pytest.mark.parametrize("plant", [plant for name, plant in PLANTS.items() if "folder" not in name or "link" in name])
def test_reading_and_removing_follow_nothing(top: Path, outside: Path, plant: Plant) -> None:
    plant(top / "FILE.md", outside)
    with own_folder(top) as folder:
        assert folder.read("FILE.md") in (None, b"precious")  # the second name of a file is that file
        folder.remove("FILE.md")
        folder.remove("FILE.md")
    assert os.listdir(top) == []
    assert untouched(outside)


@pytest.mark.parametrize("how", [open_lock, open_append])
@pytest.mark.parametrize("plant", [plant for name, plant in PLANTS.items() if name != "empty folder"])
def test_locks_and_journals_write_to_no_other_file(
    top: Path, outside: Path, plant: Plant, how: Callable[[Path], int]
) -> None:
    plant(top / "own", outside)
    handle = how(top / "own")
    os.write(handle, b"ours")
    os.close(handle)
    assert (top / "own").read_bytes().endswith(b"ours")
    assert untouched(outside)


def test_a_lock_with_a_second_name_that_is_held_stays_the_lock(top: Path, outside: Path) -> None:
    import fcntl

    held = open_lock(top / "own")
    fcntl.flock(held, fcntl.LOCK_EX)
    os.link(top / "own", outside / "second")
    second = open_lock(top / "own")
    with pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(held)
    os.close(second)
