"""Commands that answer at once: what Python, click and sqlite3 cost anyway is the floor."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ampsm.model.record import document
from ampsm.store.sessions import session_rows
from tests.benchmarks.measure import interleave
from tests.benchmarks.place import Place, flat
from tests.benchmarks.report import Row, ratio_row
from tests.benchmarks.sample_sessions import add_sessions

SESSIONS = 1_000
_ROUNDS = 21
_IMPORTS = "import click, sqlite3"
_BARE_LIST = """\
import json
import sys
import click
import sqlite3

connection = sqlite3.connect(sys.argv[1])
cursor = connection.execute("SELECT * FROM listed")
names = [column[0] for column in cursor.description]
print(json.dumps({"sessions": [dict(zip(names, row)) for row in cursor.fetchall()]}))
"""


def measure_help(place: Place) -> Iterator[Row]:
    database = place.root / "help" / "sessions.sqlite"
    floor, ours = place.python("-c", _IMPORTS), place.command(database, "--help")
    pairs = interleave(lambda: place.seconds(*floor), lambda: place.seconds(*ours), _ROUNDS)
    yield ratio_row("help", "--help", f'python -c "{_IMPORTS}"', pairs, 1.6)


def measure_empty_list(place: Place) -> Iterator[Row]:
    database = place.root / "empty" / "sessions.sqlite"
    floor, ours = place.python("-c", _IMPORTS), place.command(database, "list")
    pairs = interleave(lambda: place.seconds(*floor), lambda: place.seconds(*ours), _ROUNDS)
    yield ratio_row("list-empty", "list of an empty store", f'python -c "{_IMPORTS}"', pairs, 1.6)


def measure_list(place: Place) -> Iterator[Row]:
    database, store = place.store("list")
    with store:
        add_sessions(store, SESSIONS, iterations_each=3)
        documents = [flat(document(session)) for session in session_rows(store)]
    plain = database.with_name("plain.sqlite")
    _write_plain_table(plain, documents)
    floor = place.python(place.make_program("bare_list.py", _BARE_LIST), plain)
    ours = place.command(database, "list", "--json")
    _require_same(documents, json.loads(place.run(*ours)), json.loads(place.run(*floor)))
    pairs = interleave(lambda: place.seconds(*floor), lambda: place.seconds(*ours), _ROUNDS)
    yield ratio_row("list", f"list --json, {SESSIONS:,} sessions", "bare click + sqlite3 + json script", pairs, 1.5)


def _write_plain_table(path: Path, documents: list[dict[str, object]]) -> None:
    """The very values that `list --json` prints, one column each: nothing is left to join, sum or rename."""
    names = list(documents[0])
    with sqlite3.connect(path) as connection:
        columns = ", ".join(f'"{name}"' for name in names)
        connection.execute(f"CREATE TABLE listed({columns})")
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO listed VALUES ({marks})", [tuple(d.values()) for d in documents])
    connection.close()


def _require_same(documents: list[dict[str, object]], ours: dict[str, object], floor: dict[str, object]) -> None:
    printed = ours["sessions"]
    if not isinstance(printed, list) or [flat(d) for d in printed] != documents or floor["sessions"] != documents:
        raise AssertionError("the floor and ours do not print the same rows")
