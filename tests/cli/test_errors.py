"""Every mistake gets two lines on stderr and its exit code; with `--json` one document (SPEC section 2)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import Result, World, installed

MISTAKES: list[tuple[tuple[str, ...], int, str, str]] = [
    (("itrate",), 2, "unknown-command", "Did you mean 'iterate'?"),
    (("config", "sett"), 2, "unknown-command", "Did you mean 'set'?"),
    (("list", "--al"), 2, "unknown-option", "Did you mean '--all'?"),
    (("list", "--status", "idel"), 2, "invalid-value", "Did you mean 'idle'?"),
    (("new", "--prompt", "x"), 2, "usage", "--name"),
    (("new", "--name", "x"), 2, "usage", "--prompt"),
    (("new", "--name", " ", "--prompt", "x"), 2, "invalid-value", "empty"),
    (("new", "--name", "x", "--prompt", ""), 2, "invalid-value", "empty"),
    (("new", "--name", "x", "--prompt", "x", "--prompt-file", "-"), 2, "usage", "only one"),
    (("new", "--name", "x", "--prompt-file", "/nowhere"), 2, "usage", "/nowhere"),
    (("new", "--name", "x", "--prompt", "x", "--repo", "/"), 3, "not-a-repository", "Could not locate git repository"),
    (("new", "--name", "x", "--prompt", "x", "--repo", "~nobody/x"), 3, "not-a-repository", "~nobody"),
    (("new", "--name", "x", "--prompt", "x", "--repo", "x" * 300), 3, "not-a-repository", "xxx"),
    (("new", "--name", "x", "--prompt-file", "~nobody/x"), 2, "usage", "~nobody"),
    (("status",), 2, "usage", "needs a session"),
    (("status", "nobody"), 3, "no-such-session", "nobody"),
    (("tools", "x", "--limit", "0"), 2, "invalid-value", "whole number"),
    (("tools", "x", "--limit", "-1"), 2, "invalid-value", "whole number"),
    (("tools", "x", "--iteration", "0"), 2, "invalid-value", "whole number"),
    (("tools", "x", "--last", "--iteration", "1"), 2, "usage", "only one"),
    (("usage", "x", "--range", "many"), 2, "invalid-value", "many"),
    (("usage", "x", "--range", "0"), 2, "invalid-value", "whole number"),
    (("usage", "x", "--last", "--range", "2"), 2, "usage", "only one"),
    (("diff", "x", "--staged", "--working"), 2, "usage", "only one"),
    (("config", "get", "ampPat"), 2, "unknown-key", "Did you mean 'ampPath'?"),
    (("config", "set", "ampPath"), 2, "usage", "No value"),
    (("set", "x"), 2, "usage", "--script"),
    (("gui", "--merge"), 2, "usage", "needs a SESSION"),
    (("completion", "bsh"), 2, "invalid-value", "Did you mean 'bash'?"),
]


@pytest.mark.parametrize(("args", "code", "error", "words"), MISTAKES, ids=[" ".join(m[0]) for m in MISTAKES])
def test_a_mistake_is_two_lines_or_one_document(
    cli: Callable[..., Result], args: tuple[str, ...], code: int, error: str, words: str
) -> None:
    result = cli(*args, "--json")
    assert result.code == code, result
    assert set(result.json) == {"error"} and result.json["error"]["code"] == error
    assert words in result.json["error"]["message"] and result.json["error"]["hint"]
    lines = result.err.splitlines()
    assert len(lines) == 2 and lines[0].startswith("error: ") and lines[1].startswith("hint: "), result


def test_without_json_nothing_is_on_stdout(cli: Callable[..., Result]) -> None:
    result = cli("list", "--bogus")
    assert result.code == 2 and result.out == "" and len(result.err.splitlines()) == 2


def test_a_stream_ends_with_the_error(cli: Callable[..., Result]) -> None:
    (event,) = cli("iterate", "nobody", "--stream-json").events
    assert event["type"] == "result" and event["error"]["code"] == "no-such-session"


def test_a_bug_is_said_in_one_line_and_shown_on_demand(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['ampsm_cli.commands.sessions'] = None\n")
    env = {"PYTHONPATH": str(tmp_path)}
    quiet = cli("list", env=env)
    assert quiet.code == 1 and "bug" in quiet.err and "AMPSM_DEBUG=1" in quiet.err and "Traceback" not in quiet.err
    loud = cli("list", env={**env, "AMPSM_DEBUG": "1"})
    assert loud.code == 1 and "Traceback" in loud.err


def test_a_key_on_the_command_line_is_not_repeated(cli: Callable[..., Result]) -> None:
    key = "sgamp_user_SECRETSECRETSECRET_0123456789abcdef"
    result = cli("config", "set", "enableJSONLogs", key, "--json")
    assert result.code == 2 and key not in result.out + result.err


def test_an_ambiguous_session_names_its_candidates(
    cli: Callable[..., Result], make_repo: Callable[..., Path], session: dict[str, Any]
) -> None:
    other = cli("new", "--repo", session["repo"], "--name", "Add a feature", "--prompt", "x", "--json").json["session"]
    error = cli("path", "add-a", "--json")
    assert error.code == 2 and error.json["error"]["code"] == "ambiguous-session"
    assert set(error.json["error"]["details"]["candidates"]) == {session["id"], other["id"]}


def test_a_hint_repeats_the_database_that_was_given(cli: Callable[..., Result], tmp_path: Path) -> None:
    place = tmp_path / "other place" / "s.sqlite"
    for words in (("--db", place, "status", "nosuch"), ("status", "nosuch", "--db", place)):
        done = cli(*words)
        assert done.err.splitlines()[-1] == f"hint: amp-sessions --db '{place}' list", done
        assert cli(*words, "--json").json["error"]["hint"] == f"amp-sessions --db '{place}' list"
    assert cli("status", "nosuch").err.splitlines()[-1] == "hint: amp-sessions list"


@pytest.mark.parametrize("words", [("gui",), ("demo", "--gui")])
def test_without_a_screen_there_is_no_window(cli: Callable[..., Result], words: tuple[str, ...]) -> None:
    nothing = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = cli(*words, "--json", env=nothing)
    assert (done.code, set(done.json), done.json["error"]["code"]) == (1, {"error"}, "no-screen"), done


def test_in_a_folder_that_is_gone(tmp_path: Path) -> None:
    """What needs no folder works; what starts from it says so, with the way on."""
    world = World(tmp_path, starts_anew=True)
    here = tmp_path / "here"
    start = f"cd {here} && rmdir {here} && exec {' '.join(map(str, installed()))} "
    for words, code in (("list", 0), ("doctor", 0), ("new --name x --prompt x", 1)):
        here.mkdir()
        done = subprocess.run(
            ["/bin/sh", "-c", start + words],
            env=world.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, (words, done)
        if code:
            assert "is gone" in done.stderr and f"hint: cd {world.environ['HOME']}" in done.stderr, done.stderr
