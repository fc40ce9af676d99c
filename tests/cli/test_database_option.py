"""`--db` is repeated in every command that is printed to be typed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm_cli.output import HUMAN, Output
from tests.support.world import Result

PLACE = "/my place/s.sqlite"
NAMED = f"amp-sessions --db '{PLACE}'"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("amp-sessions list", f"{NAMED} list"),
        ("mend it, then: amp-sessions continue-merge s, or give up: amp-sessions abort-merge s",
         f"mend it, then: {NAMED} continue-merge s, or give up: {NAMED} abort-merge s"),
        ("git log; to give up: amp-sessions abort-merge s", f"git log; to give up: {NAMED} abort-merge s"),
        ("`amp-sessions doctor --fix` mends it", f"`{NAMED} doctor --fix` mends it"),
        ("amp-sessions new --help", "amp-sessions new --help"),
        ("amp-sessions --db other list", "amp-sessions --db other list"),
        ("AMPSM_DEBUG=1 amp-sessions …", "AMPSM_DEBUG=1 amp-sessions …"),
    ],
)  # fmt: skip
def test_commands_in_a_text(text: str, typed: str) -> None:
    output = Output(HUMAN, color=False, environ={})
    assert output.typed(text) == text
    output.database = PLACE
    assert output.typed(text) == output.typed(typed) == typed


def test_documents_name_it_where_they_hold_commands() -> None:
    output = Output(HUMAN, color=False, environ={})
    output.database = PLACE
    command = "amp-sessions list"
    document: dict[str, Any] = {
        "nextStep": command, "error": {"hint": command, "message": command}, "checks": [{"hint": command}],
        "warnings": [f"It broke. Retry: {command}"], "toolCalls": [{"args": {"hint": command}}], "name": command,
    }  # fmt: skip
    named = f"{NAMED} list"
    assert output.typed_in(document) == {
        **document, "nextStep": named, "error": {"hint": named, "message": command}, "checks": [{"hint": named}],
        "warnings": [f"It broke. Retry: {named}"],
    }  # fmt: skip


def test_what_is_printed_works_as_it_stands(
    cli: Callable[..., Result], session: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    run_git: Callable[..., str],
) -> None:  # fmt: skip
    """From a new session to conflicts, in a database that no variable names."""
    place = tmp_path / "my place" / "sessions.sqlite"
    (tmp_path / "db").rename(place.parent)
    monkeypatch.delenv("AMPSM_DB_PATH")
    named, id_ = f"amp-sessions --db '{place}'", session["id"]

    def said(*words: str, code: int = 0) -> str:
        done = cli("--db", place, *words)
        assert done.code == code, done
        commands = (done.out + done.err).count("amp-sessions ")
        assert commands and (done.out + done.err).count(f"{named} ") == commands, done
        return done.out + done.err

    assert f"{named} iterate {id_}" in said("status", id_)
    assert f"next       {named} diff {id_}" in said("iterate", id_)
    assert f"{named} merge {id_} --message '…'" in said("preflight", id_)
    (Path(session["repo"]) / "src" / "feature.py").write_text("y = 2\n")
    run_git(session["repo"], "add", "-A")
    run_git(session["repo"], "commit", "-q", "-m", "Elsewhere")
    assert f"{named} iterate {id_} --notes" in said("preflight", id_, code=5)
    hint = said("rebase", id_, code=4).rpartition("hint: ")[2]
    assert hint.startswith(
        f"look at them: {named} conflicts {id_}, and resolve them, then: {named} continue-merge {id_}, "
    )
    assert f"or give up: {named} abort-merge {id_}" in hint
    said("status", id_)
    said("commit", id_, "--message", "Mine", code=5)
    given_up = shlex.split(hint.rpartition("or give up: ")[2])
    assert cli(*given_up[1:]).code == 0


@pytest.mark.parametrize("what", ["folder", "pipe"])
def test_what_is_named_as_the_database_and_is_something_else_stays(
    cli: Callable[..., Result], tmp_path: Path, what: str
) -> None:
    place = tmp_path / "mine"
    os.mkfifo(place) if what == "pipe" else place.mkdir()
    before = place.stat()
    listed = cli("--db", str(place), "list")
    assert (listed.code, "doctor" in listed.err) == (1, False), listed.err
    assert "hint: name a file as the database: --db FILE" in listed.err
    found = cli("--db", str(place), "doctor", "--fix")
    assert (found.code, "name a file as the database" in found.out) == (1, True), found.out
    after = place.stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert not [path.name for path in tmp_path.iterdir() if "damaged" in path.name]


def test_the_root_folder_is_no_database(cli: Callable[..., Result]) -> None:
    assert cli("--db", "/", "list").code == 2


def test_the_permissions_of_a_file_that_is_no_database_stay(cli: Callable[..., Result], tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine\n")
    notes.chmod(0o644)
    assert cli("--db", str(notes), "doctor", "--fix").code == 1
    assert notes.stat().st_mode & 0o777 == 0o644
