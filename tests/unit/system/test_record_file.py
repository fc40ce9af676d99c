"""Record files: whole or not at all, changed in turns, never taken for nothing, and open to other releases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.model.errors import UserError
from ampsm.system.files import locked
from ampsm.system.record_file import Record, RecordFile
from tests.faults.disks import mounted


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark-blue"


class Part(Record, frozen=True):
    id: int
    file_name: str = ""


class Note(Record, frozen=True):
    text: str
    colour: Colour = Colour.RED
    changed_at: str | None = None
    numbers: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    prints: dict[str, str] = msgspec.field(default_factory=dict)
    only: Part | None = None


#: What names of files can be: bytes that are no UTF-8 come as lone surrogates.
TEXT = st.binary(max_size=12).map(os.fsdecode) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PARTS = st.builds(Part, id=st.integers(-(2**63), 2**63), file_name=TEXT)
NOTES = st.builds(
    Note, text=TEXT, colour=st.sampled_from(Colour), changed_at=st.none() | TEXT,
    parts=st.lists(PARTS, max_size=4).map(tuple), prints=st.dictionaries(TEXT, TEXT, max_size=3),
    only=st.none() | PARTS,
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> RecordFile[Note]:
    return RecordFile(tmp_path / "folder" / "note.json", Note)


def written(file: RecordFile[Any]) -> Any:
    return json.loads(file.path.read_text("ascii"))


def run(program: str, *args: object) -> subprocess.Popen[bytes]:
    """A process that knows notes, and `file`, the record file at its first argument."""
    begin = (
        "import os, signal, sys; from pathlib import Path\n"
        "from ampsm.system.record_file import Record, RecordFile\n"
        "class Note(Record, frozen=True):\n"
        "    text: str\n"
        "    numbers: tuple[int, ...] = ()\n"
        "file = RecordFile(Path(sys.argv[1]), Note)\n"
    )
    return subprocess.Popen([sys.executable, "-c", begin + program, *(str(arg) for arg in args)])


class TestRoundTrip:
    @given(note=NOTES)
    def test_what_is_saved_is_loaded(self, note: Note, tmp_path_factory: pytest.TempPathFactory) -> None:
        file = RecordFile(tmp_path_factory.getbasetemp() / "round-trip" / "note.json", Note)
        file.save(note)
        assert file.load() == note

    @given(notes=st.lists(NOTES, max_size=3).map(tuple))
    def test_a_file_can_hold_many(self, notes: tuple[Note, ...], tmp_path_factory: pytest.TempPathFactory) -> None:
        file = RecordFile(tmp_path_factory.getbasetemp() / "round-trip" / "notes.json", tuple[Note, ...])
        file.save(notes)
        assert file.load() == notes

    def test_camel_case_in_ascii_for_the_owner_only(self, file: RecordFile[Note]) -> None:
        file.save(Note(text="ü\udcff", colour=Colour.DARK_BLUE, parts=(Part(id=1),)))
        assert written(file) == {
            "text": "ü\udcff", "colour": "dark-blue", "changedAt": None, "numbers": [],
            "parts": [{"id": 1, "fileName": ""}], "prints": {}, "only": None,
        }  # fmt: skip
        assert file.path.stat().st_mode & 0o777 == 0o600
        assert file.path.parent.stat().st_mode & 0o777 == 0o700
        assert [path.name for path in file.path.parent.iterdir()] == ["note.json"]

    def test_no_file_is_no_record(self, file: RecordFile[Note]) -> None:
        assert file.load() is None
        file.remove()
        file.save(Note(text="x"))
        file.remove()
        assert file.load() is None


class TestChange:
    def test_begins_without_a_file(self, file: RecordFile[Note]) -> None:
        assert file.change(lambda found: Note(text=str(found))) == Note(text="None") == file.load()
        assert file.change(lambda found: Note(text=found.text + "!" if found else "")).text == "None!"

    def test_nothing_is_written_when_nothing_changes(self, file: RecordFile[Note]) -> None:
        file.save(Note(text="x"))
        before = file.path.stat()
        file.change(lambda found: found or Note(text="y"))
        assert file.path.stat() == before

    def test_what_raises_leaves_it_as_it_was(self, file: RecordFile[Note]) -> None:
        file.save(Note(text="x"))

        def refuse(found: Note | None) -> Note:
            raise UserError("no-such-follow-up", "no")

        with pytest.raises(UserError):
            file.change(refuse)
        assert file.load() == Note(text="x")
        with file.locked(wait=False) as mine:
            assert mine

    def test_two_processes_lose_nothing(self, file: RecordFile[Note]) -> None:
        program = (
            "for n in range(40):\n"
            "    new = int(sys.argv[2]) + n\n"
            "    file.change(lambda found: Note(text='', numbers=(*(found.numbers if found else ()), new)))\n"
        )
        running = [run(program, file.path, begin) for begin in (0, 40)]
        assert [process.wait(60) for process in running] == [0, 0]
        found = file.load()
        assert found is not None
        assert sorted(found.numbers) == list(range(80))

    def test_waits_for_the_lock_file_that_the_first_release_uses(self, file: RecordFile[Note]) -> None:
        """Processes of both may work side by side."""
        file.save(Note(text="x"))
        with locked(file.path.with_suffix(".lock")):
            changing = run("file.change(lambda found: Note(text=found.text + '!'))", file.path)
            with file.locked(wait=False) as mine:
                assert not mine
            with pytest.raises(subprocess.TimeoutExpired):
                changing.wait(1)
            assert file.load() == Note(text="x")
        assert changing.wait(60) == 0
        assert file.load() == Note(text="x!")


class TestFaults:
    @pytest.mark.parametrize("where", ["os.fsync", "Path.replace"])
    def test_a_kill_before_the_rename_leaves_the_old_record(self, file: RecordFile[Note], where: str) -> None:
        file.save(Note(text="old"))
        program = (
            f"{where} = lambda *args: os.kill(os.getpid(), signal.SIGKILL)\nfile.change(lambda _: Note(text='new'))"
        )
        assert run(program, file.path).wait(60) == -signal.SIGKILL
        assert file.load() == Note(text="old")
        assert file.change(lambda found: Note(text=f"{found.text} and new" if found else "")).text == "old and new"

    @pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'{"text": 1}', b"{}", b"\xff\xfe", b"[" * 100_000])
    def test_what_cannot_be_read_is_not_taken_for_nothing(self, file: RecordFile[Note], content: bytes) -> None:
        file.save(Note(text="x"))
        file.path.write_bytes(content)
        for attempt in (file.load, lambda: file.change(lambda found: Note(text="new"))):
            with pytest.raises(UserError) as error:
                attempt()
            assert error.value.code == "failed"
            assert str(file.path) in error.value.message
            assert error.value.hint == "amp-sessions doctor --fix"
        assert file.path.read_bytes() == content
        for number in ("", 1):
            file.path.write_bytes(content)
            assert file.set_aside().name == f"note.json.unreadable{number}"
        assert file.load() is None and file.path.with_name("note.json.unreadable").read_bytes() == content

    def test_a_word_of_a_later_release_is_not_guessed_at(self, file: RecordFile[Note]) -> None:
        file.save(Note(text="x"))
        file.path.write_text('{"text": "x", "colour": "green"}')
        with pytest.raises(UserError, match="green"):
            file.load()

    def test_a_folder_in_its_place(self, file: RecordFile[Note]) -> None:
        file.path.mkdir(parents=True)
        with pytest.raises(UserError, match="cannot be read: Is a directory"):
            file.load()

    def test_saving_keeps_what_cannot_be_read(self, file: RecordFile[Note]) -> None:
        file.path.parent.mkdir()
        file.path.write_text("broken")
        file.save(Note(text="x"))
        assert file.load() == Note(text="x")
        assert file.path.with_name("note.json.unreadable").read_text() == "broken"

    def test_a_full_disk(self, tmp_path: Path) -> None:
        note_file = RecordFile(tmp_path / "disk" / "note.json", Note)

        def write(text: str) -> Note:
            return note_file.change(lambda found: Note(text=text))

        with mounted(tmp_path / "disk", 64) as disk:
            write("old")
            disk.fill()
            for attempt in (write, lambda text: note_file.save(Note(text=text))):
                with pytest.raises(UserError) as error:
                    attempt("new" * 5000)
                assert error.value.code == "disk-full"
                assert note_file.load() == Note(text="old")
            disk.make_room()
            assert write("new") == note_file.load() == Note(text="new")
            assert sorted(path.name for path in disk.path.iterdir()) == ["note.json", "note.lock"]


class TestOtherReleases:
    def test_what_is_not_known_survives_a_change(self, file: RecordFile[Note]) -> None:
        later = {
            "text": "x", "labels": ["a"], "only": {"id": 7, "size": 3},
            "parts": [{"id": 1, "size": 1}, {"id": 2, "size": 2}, {"id": 3, "size": 3}],
        }  # fmt: skip
        file.path.parent.mkdir()
        file.path.write_text(json.dumps(later))
        assert file.load() == Note(text="x", parts=(Part(id=1), Part(id=2), Part(id=3)), only=Part(id=7))

        def change(found: Note | None) -> Note:
            return Note(text="y", parts=(Part(id=3), Part(id=4), Part(id=2, file_name="f")), only=Part(id=7))

        file.change(change)
        assert written(file) == {
            "text": "y", "colour": "red", "changedAt": None, "labels": ["a"], "numbers": [], "prints": {},
            "parts": [{"id": 3, "fileName": "", "size": 3}, {"id": 4, "fileName": ""},
                      {"id": 2, "fileName": "f", "size": 2}],
            "only": {"id": 7, "fileName": "", "size": 3},
        }  # fmt: skip
        file.save(Note(text="z"))
        assert written(file)["labels"] == ["a"]
        assert file.load() == Note(text="z")

    @given(before=NOTES, after=NOTES)
    def test_changing_any_into_any(self, before: Note, after: Note, tmp_path_factory: pytest.TempPathFactory) -> None:
        file = RecordFile(tmp_path_factory.getbasetemp() / "round-trip" / "changed.json", Note)
        file.save(before)
        file.change(lambda found: after)
        assert file.load() == after

    def test_names_of_files_as_the_bytes_they_are(self, file: RecordFile[Note]) -> None:
        file.path.parent.mkdir()
        file.path.write_bytes(b'{"text": "caf\xe9 \xc3\xa9"}')
        assert file.load() == Note(text="caf\udce9 é")

    def test_a_document_of_before_is_brought_up_to_date(self, tmp_path: Path) -> None:
        file = RecordFile(tmp_path / "note.json", Note, renamed={"words": "text"})
        file.path.write_text('{"words": "x"}')
        assert file.load() == Note(text="x")
        file.change(lambda found: Note(text=found.text + "!" if found else ""))
        assert written(file) == {
            "text": "x!", "colour": "red", "changedAt": None, "numbers": [], "parts": [], "prints": {}, "only": None
        }  # fmt: skip
        for nonsense in ("[]", "7", "null"):
            file.path.write_text(nonsense)
            with pytest.raises(UserError, match="cannot be read"):
                file.load()
