"""A file takes the place of the one that was seen there, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.system import seen_files
from ampsm.system.seen_files import WrittenMeanwhileError, remove_seen, replace_seen, seen_at


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A free place in a folder of its own."""
    (tmp_path / "files").mkdir()
    return tmp_path / "files" / "place"


@pytest.fixture(params=[True, False], ids=["swapped", "one after the other"])
def new(place: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not request.param:
        monkeypatch.setattr(seen_files, "_swapped", lambda one, other: False)
    file = place.with_name("new")
    file.write_text("new")
    return file


def test_what_was_seen_is_replaced(place: Path, new: Path) -> None:
    place.write_text("old")
    replace_seen(new, place, seen_at(place))
    assert place.read_text() == "new" and not new.exists()
    new.write_text("again")
    place.unlink()
    replace_seen(new, place, None)
    assert place.read_text() == "again" and not new.exists()
    remove_seen(place, place.with_name("aside"), seen_at(place))
    assert list(place.parent.iterdir()) == []


def test_links_are_put_and_replaced_as_they_are(place: Path, new: Path) -> None:
    new.unlink()
    for leads in ("nowhere", "elsewhere"):
        new.symlink_to(leads)
        replace_seen(new, place, seen_at(place))
        assert str(place.readlink()) == leads


def test_what_came_since_stays(place: Path, new: Path) -> None:
    place.write_text("old")
    seen = seen_at(place)
    place.write_text("somebody's")
    with pytest.raises(WrittenMeanwhileError):
        replace_seen(new, place, seen)
    assert place.read_text() == "somebody's" and not new.exists()
    new.write_text("new")
    with pytest.raises(WrittenMeanwhileError):
        replace_seen(new, place, None)
    with pytest.raises(WrittenMeanwhileError):
        remove_seen(place, place.with_name("aside"), seen)
    assert place.read_text() == "somebody's" and list(place.parent.iterdir()) == [place]


def test_what_was_deleted_since_stays_deleted(place: Path, new: Path) -> None:
    place.write_text("old")
    seen = seen_at(place)
    place.unlink()
    with pytest.raises(WrittenMeanwhileError):
        replace_seen(new, place, seen)
    assert list(place.parent.iterdir()) == []


def test_what_comes_in_the_very_instant_before_both_change_places_stays(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = place.with_name("new")
    place.write_text("old")
    new.write_text("new")
    seen, swap, calls = seen_at(place), seen_files._swapped, list[Path]()

    def saving_first(one: Path, other: Path) -> bool:
        if not calls:
            other.write_text("somebody's")
        calls.append(one)
        return swap(one, other)

    monkeypatch.setattr(seen_files, "_swapped", saving_first)
    with pytest.raises(WrittenMeanwhileError):
        replace_seen(new, place, seen)
    assert place.read_text() == "somebody's" and not new.exists()


@pytest.mark.parametrize("again", ["saved", "replaced", "deleted"])
def test_what_comes_while_a_file_goes_back_stays(place: Path, monkeypatch: pytest.MonkeyPatch, again: str) -> None:
    new, other = place.with_name("new"), place.with_name("other")
    place.write_text("old")
    new.write_text("new")
    other.write_text("newest")
    seen, swap, calls = seen_at(place), seen_files._swapped, list[Path]()

    def saving_twice(one: Path, two: Path) -> bool:
        calls.append(one)
        if len(calls) == 1:
            two.write_text("somebody's")
        elif len(calls) == 2 and again == "deleted":
            two.unlink()
        elif len(calls) == 2:
            two.write_text("newest") if again == "saved" else other.replace(two)
        return swap(one, two)

    monkeypatch.setattr(seen_files, "_swapped", saving_twice)
    with pytest.raises(WrittenMeanwhileError):
        replace_seen(new, place, seen)
    assert place.read_text() == ("somebody's" if again == "deleted" else "newest") and not new.exists()
