"""Opening, refusing and sharing the database file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.store import sessions
from ampsm.store.connection import Store, open_store
from ampsm.store.header import LATEST
from ampsm.system.paths import Paths, resolve_paths
from tests.support.records import a_session

CHILD = """
import os, sys
from ampsm.store import sessions
from ampsm.store.connection import open_store
from ampsm.system.paths import resolve_paths
from tests.support.records import a_session
os.read(0, 1)
with open_store(resolve_paths(sys.argv[1], {})) as store:
    for n in range(5):
        sessions.insert_session(store, a_session(f"s{sys.argv[2]}-{n}"))
"""


def litter(paths: Paths) -> set[str]:
    return {path.name for path in paths.database.parent.iterdir()} - {paths.database.name, paths.data_dir.name}


def refused(paths: Paths) -> UserError:
    """The error of opening; the file must be as before, and nothing beside it."""
    before, beside = paths.database.read_bytes(), litter(paths)
    with pytest.raises(UserError) as error:
        open_store(paths)
    assert paths.database.read_bytes() == before
    assert litter(paths) == beside
    return error.value


def test_first_opening_makes_a_private_file_in_a_private_folder(paths: Paths) -> None:
    with open_store(paths) as store:
        assert store.query("PRAGMA journal_mode") == [("wal",)]
        assert store.query("PRAGMA foreign_keys") == [(1,)]
        assert store.query("SELECT max(version) FROM migrations") == [(LATEST,)]
    assert stat.S_IMODE(paths.database.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.database.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.data_dir.stat().st_mode) == 0o700
    assert litter(paths) == set()


def test_twenty_processes_make_the_file_at_once(paths: Paths, tmp_path: Path) -> None:
    gate, open_gate = os.pipe()
    root = Path(__file__).parents[3]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(paths.database), str(n)], stdin=gate, stderr=subprocess.PIPE, cwd=root
        )
        for n in range(20)
    ]
    os.close(gate)
    os.close(open_gate)
    errors = [child.communicate(timeout=60)[1].decode() for child in children]
    assert [child.returncode for child in children] == [0] * 20, "\n".join(errors)
    with open_store(paths) as store:
        assert len(sessions.session_rows(store)) == 100


def test_an_empty_file_becomes_the_database(paths: Paths) -> None:
    paths.database.parent.mkdir()
    paths.database.touch()
    with open_store(paths) as store:
        assert sessions.session_rows(store) == []


@pytest.mark.parametrize("name", ["with space", "per%20cent", "hash#query?mode=memory", "ünï ✓"])
def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    paths = resolve_paths(str(tmp_path / name / f"{name}.sqlite"), {})
    with open_store(paths) as store:
        sessions.insert_session(store, a_session())
    assert paths.database.stat().st_size > 0


@pytest.mark.parametrize("content", [b"x", b"not a database\n" * 400, b"SQLite format 3\0", b"\0" * 8192])
def test_what_is_no_database_is_left_as_it_is(paths: Paths, content: bytes) -> None:
    paths.database.parent.mkdir()
    paths.database.write_bytes(content)
    error = refused(paths)
    assert error.code == "database-damaged"
    assert str(paths.database) in error.message


def test_a_folder_is_no_database(paths: Paths) -> None:
    paths.database.mkdir(parents=True)
    with pytest.raises(UserError) as error:
        open_store(paths)
    assert error.value.code == "database-unavailable"


@pytest.mark.timeout(60)
def test_a_pipe_is_no_database(paths: Paths) -> None:
    paths.database.parent.mkdir()
    os.mkfifo(paths.database)
    with pytest.raises(UserError) as error:
        open_store(paths)
    assert error.value.code == "database-unavailable"
    assert not paths.data_dir.exists()


def test_a_file_cut_short_is_left_as_it_is(paths: Paths) -> None:
    open_store(paths).close()
    os.truncate(paths.database, 8192)
    assert refused(paths).code == "database-damaged"


def test_damage_inside_is_told_and_left_as_it_is(paths: Paths) -> None:
    with open_store(paths) as store:
        sessions.insert_session(store, a_session())
    with paths.database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (paths.database.stat().st_size - 4096))
    before = paths.database.read_bytes()
    with pytest.raises(UserError) as error, open_store(paths) as store:
        sessions.session_rows(store)
    assert error.value.code == "database-damaged"
    assert paths.database.read_bytes() == before
    assert litter(paths) == set()


def test_a_missing_table_is_damage(store: Store) -> None:
    store.execute("DROP TABLE iterations")
    with pytest.raises(UserError) as error:
        sessions.session_rows(store)
    assert error.value.code == "database-damaged"


def test_a_newer_file_is_left_as_it_is(paths: Paths) -> None:
    with open_store(paths) as store:
        store.execute(f"PRAGMA user_version = {LATEST + 1}")
    error = refused(paths)
    assert error.code == "database-newer"
    assert error.details["found"] == LATEST + 1


def test_a_newer_version_that_is_only_in_the_log_is_refused(paths: Paths) -> None:
    with open_store(paths) as store:
        store.execute(f"PRAGMA user_version = {LATEST + 1}")
        # What a kill leaves: file and write-ahead log as they are now.
        for name in ("", "-wal"):
            shutil.copy(f"{paths.database}{name}", f"{paths.database}.copy{name}")
    copy = resolve_paths(f"{paths.database}.copy", {})
    before = copy.database.read_bytes()
    with pytest.raises(UserError) as error:
        open_store(copy)
    assert error.value.code == "database-newer"
    assert copy.database.read_bytes() == before


@pytest.mark.parametrize("journal_mode", ["delete", "wal"])
def test_the_database_of_another_program_is_left_as_it_is(paths: Paths, journal_mode: str) -> None:
    paths.database.parent.mkdir()
    connection = sqlite3.connect(paths.database)
    connection.execute(f"PRAGMA journal_mode = {journal_mode}")
    connection.execute("CREATE TABLE bookmarks(url)")
    connection.commit()
    connection.close()
    assert refused(paths).code == "database-damaged"


def test_a_creation_that_was_killed_is_finished(paths: Paths) -> None:
    paths.database.parent.mkdir()
    connection = sqlite3.connect(paths.database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    with open_store(paths) as store:
        assert sessions.session_rows(store) == []


def test_no_parent_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as error:
        open_store(resolve_paths(str(tmp_path / "file" / "x.sqlite"), {}))
    assert error.value.code == "database-unavailable"


@pytest.fixture
def shared_paths() -> Iterator[Paths]:
    """A database with one session in a folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    paths = resolve_paths(str(folder / "sessions.sqlite"), {})
    with open_store(paths) as store:
        sessions.insert_session(store, a_session())
    paths.database.chmod(0o444)
    yield paths
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_file_that_can_only_be_read(shared_paths: Paths, folder_mode: int, request: pytest.FixtureRequest) -> None:
    shared_paths.database.parent.chmod(folder_mode)
    request.getfixturevalue("unprivileged")
    before = shared_paths.database.read_bytes()
    with open_store(shared_paths) as store:
        assert [session.id for session in sessions.session_rows(store)] == ["add-login-aaaaaa"]
        with pytest.raises(UserError) as error:
            sessions.insert_session(store, a_session("other-bbbbbb"))
    assert error.value.code == "database-unavailable"
    assert shared_paths.database.read_bytes() == before


def test_a_file_that_can_only_be_read_while_somebody_writes(
    shared_paths: Paths, request: pytest.FixtureRequest
) -> None:
    shared_paths.database.chmod(0o644)
    with open_store(shared_paths) as writer:
        sessions.insert_session(writer, a_session("other-bbbbbb"))
        for name in ("-wal", "-shm"):
            Path(f"{shared_paths.database}{name}").chmod(0o644)
        request.getfixturevalue("unprivileged")
        with open_store(shared_paths) as store:
            assert len(sessions.session_rows(store)) == 2


def test_a_file_that_may_not_even_be_read(shared_paths: Paths, request: pytest.FixtureRequest) -> None:
    shared_paths.database.chmod(0o000)
    request.getfixturevalue("unprivileged")
    with pytest.raises(UserError) as error:
        open_store(shared_paths)
    assert error.value.code == "database-unavailable"


def test_a_full_disk_is_told(store: Store) -> None:
    pages = store.query("PRAGMA page_count")[0][0]
    store.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(UserError) as error:
        sessions.insert_session(store, a_session(prompt="x" * 100_000))
    assert error.value.code == "disk-full"
    assert sessions.session_rows(store) == []


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    class ForcedError(Exception):
        pass

    def write_two(then: Callable[[], None]) -> None:
        with store.transaction():
            sessions.insert_session(store, a_session("one-aaaaaa"))
            with store.transaction():
                sessions.insert_session(store, a_session("two-bbbbbb"))
            then()

    def fail() -> None:
        raise ForcedError

    with pytest.raises(ForcedError):
        write_two(fail)
    assert sessions.session_rows(store) == []
    write_two(lambda: None)
    assert len(sessions.session_rows(store)) == 2


def test_a_lock_that_never_ends_is_told(store: Store, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ampsm.store.opening.BUSY_SECONDS", 0.1)
    with open_store(paths) as other, store.transaction(), pytest.raises(UserError) as error:
        sessions.insert_session(other, a_session())
    assert error.value.code == "database-unavailable"
    assert "locked" in error.value.message


def test_a_mistake_in_our_sql_stays_one(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError):
        store.query("SELEC 1")
    sessions.insert_session(store, a_session())
    with pytest.raises(sqlite3.IntegrityError):
        sessions.insert_session(store, a_session())


def test_what_sqlite_cannot_hold_is_stored_as_near_as_can_be(store: Store) -> None:
    sessions.insert_session(store, a_session(name="half \ud83d", prompt="\udcff"))
    found = sessions.session_rows(store)[0]
    assert (found.name, found.prompt) == ("half ?", "?")
    assert sessions.find_sessions(store, "\udcff") == []
    assert store.query("SELECT ?, ?", (2**70, -(2**70))) == [(2**63 - 1, 1 - 2**63)]
    with pytest.raises(UserError) as error:
        sessions.insert_session(store, a_session("other-bbbbbb", worktree="/srv/\udcff/.worktrees/x"))
    assert error.value.exit_code == 1


def test_opening_it_again_keeps_the_locks_of_connections_that_are_open(paths: Paths) -> None:
    """Reading the header must not drop them (POSIX: closing any descriptor of the file does). A process that comes and
    goes would take itself for the last one and delete the write-ahead log; this one would see nothing new for ever."""
    root = Path(__file__).parents[3]
    log = paths.database.with_name(f"{paths.database.name}-wal")
    with open_store(paths) as first, open_store(paths) as second:
        assert sessions.session_rows(first) == []
        sessions.insert_session(second, a_session())
        before = log.stat().st_ino
        child = [sys.executable, "-c", CHILD, str(paths.database), "1"]
        subprocess.run(child, input=b"x", check=True, cwd=root)
        assert log.stat().st_ino == before
        assert len(sessions.session_rows(first)) == len(sessions.session_rows(second)) == 6
