"""Texts in the database that are no UTF-8, or no JSON where they should be: found, and put right for `doctor`.

What reads shows such a text with replacement characters in place of the bytes that say nothing, and such JSON as if it
were not there.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from ampsm.model.record import record
from ampsm.store import errors
from ampsm.store.connection import Store

#: Tables whose rows belong to a session → how its id is found from a row.
_TABLES = {
    "sessions": "id",
    "iterations": "session_id",
    "tool_calls": "(SELECT session_id FROM iterations WHERE id = iteration_id)",
    "usage": "(SELECT session_id FROM iterations WHERE id = iteration_id)",
    "test_runs": "session_id",
    "merges": "session_id",
}
#: Without numbers of their own: their rows are known by the iteration's.
_BY_ITERATION = {"usage"}
_JSON = {("sessions", "test_leftovers"), ("iterations", "error"), ("tool_calls", "args")}


@record
class IllText:
    """A text that cannot be read as what it is; `row` is SQLite's number of the row, or of its iteration's."""

    table: str
    column: str
    row: int
    session_id: str | None


def ill_texts(store: Store) -> list[IllText]:
    """All of them."""
    return [
        ill for table in _TABLES for column in _text_columns(store, table) for ill in _in_column(store, table, column)
    ]


def mend(store: Store, ill: IllText) -> None:
    """Puts a text there that can be read: the same with replacement characters; of broken JSON nothing is kept."""
    name, where = f"{ill.table}.{ill.column}", f"FROM {ill.table} WHERE rowid = ?"
    if ill.table in _BY_ITERATION:
        return remove_row(store, ill)
    found = store.query(f"SELECT CAST({ill.column} AS BLOB) {where}", (ill.row,))
    if not found or found[0][0] is None:
        return None
    text: str | None = found[0][0].decode("utf-8", "replace")
    if (ill.table, ill.column) in _JSON and not isinstance(_loaded(text), dict):
        text = "{}" if name == "tool_calls.args" else None
    try:
        store.execute(f"UPDATE {ill.table} SET {ill.column} = ? WHERE rowid = ?", (text, ill.row))
    except sqlite3.IntegrityError:  # another row has it: this one can be told from it no more
        store.execute(f"DELETE FROM {ill.table} WHERE rowid = ?", (ill.row,))


def remove_row(store: Store, ill: IllText) -> None:
    """Removes a row that is made again from a journal; of a table without numbers all rows of the iteration."""
    number = "iteration_id = (SELECT id FROM iterations WHERE rowid = ?)" if ill.table in _BY_ITERATION else "rowid = ?"
    store.execute(f"DELETE FROM {ill.table} WHERE {number}", (ill.row,))


def _text_columns(store: Store, table: str) -> list[str]:
    return [str(name) for _, name, kind, *_ in store.query(f"PRAGMA table_info({table})") if kind == "TEXT"]


def _number(table: str) -> str:
    return "(SELECT rowid FROM iterations WHERE id = iteration_id)" if table in _BY_ITERATION else "rowid"


def _in_column(store: Store, table: str, column: str) -> Iterator[IllText]:
    if not _reads_well(store, f"SELECT {column} FROM {table}"):
        for row, session_id, raw in store.query(
            f"SELECT {_number(table)}, CAST({_TABLES[table]} AS BLOB), CAST({column} AS BLOB) FROM {table}"
        ):
            if raw is not None and not _is_utf8(raw):
                yield IllText(table, column, row, _text(session_id))
    elif (table, column) in _JSON:
        wrong = f"{column} IS NOT NULL AND (NOT json_valid({column}) OR json_type({column}) <> 'object')"
        for row, session_id in store.query(f"SELECT {_number(table)}, {_TABLES[table]} FROM {table} WHERE {wrong}"):
            yield IllText(table, column, row, session_id)


def _reads_well(store: Store, sql: str) -> bool:
    try:
        for _ in store.connection.execute(sql):
            pass
    except sqlite3.OperationalError as error:
        if not errors.is_undecodable(error):
            raise
        return False
    return True


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", "replace")


def _loaded(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return None
