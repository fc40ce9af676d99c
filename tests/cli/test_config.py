"""`config` takes any value word for word and never shows a secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampsm_cli.commands.config_set import values_last
from tests.support.world import Result


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["K", "V"], ["--", "K", "V"]),
        (["K", "--verbose --timeout 300"], ["--", "K", "--verbose --timeout 300"]),
        (["K", "--jsonl-logs", "--json"], ["--json", "--", "K", "--jsonl-logs"]),
        (["--json", "K", "-x"], ["--json", "--", "K", "-x"]),
        (["K", "--db", "F", "-1"], ["--db", "F", "--", "K", "-1"]),
        (["K", "--db=F", "V"], ["--db=F", "--", "K", "V"]),
        (["ampArgs", "-v"], ["--", "ampArgs", "-v"]),
        (["ampArgs", "--no-color"], ["--", "ampArgs", "--no-color"]),
        (["ampArgs", "-v", "V"], ["-v", "--", "ampArgs", "V"]),
        (["ampArgs", "--json"], ["--", "ampArgs", "--json"]),
        (["ampArgs", "--db=F"], ["--", "ampArgs", "--db=F"]),
        (["--db=F", "ampArgs", "--json"], ["--db=F", "--", "ampArgs", "--json"]),
        (["K", "--json"], ["--json", "--", "K"]),
        (["K", "--", "--json"], ["--", "K", "--json"]),
    ],
)
def test_which_words_are_options(words: list[str], read: list[str]) -> None:
    assert values_last(words) == read


def test_values_come_back_as_they_were(cli: Callable[..., Result]) -> None:
    for value in ("--verbose --timeout 300", "-v", "--json-like=1", "--json", "--help", "--db=x.sqlite"):
        assert cli("config", "set", "ampArgs", value).out == f"ampArgs = {value}\n"
        assert cli("config", "get", "ampArgs").out == value + "\n"
    assert cli("config", "set", "ampArgs", "-", input="--from-stdin\n").code == 0
    assert cli("config", "get", "ampArgs", "--json").json == {"key": "ampArgs", "value": "--from-stdin", "error": None}
    assert cli("config", "unset", "ampArgs").code == 0
    assert cli("config", "get", "ampArgs", "--json").json["value"] is None


def test_an_empty_value_is_none_or_refused(cli: Callable[..., Result]) -> None:
    """Where it would stand for "not set", `config unset` says that better."""
    for key in ("ampPath", "defaultModel", "defaultBase", "editor", "ampEnv.AMP_BIN"):
        refused = cli("config", "set", key, " ", "--json")
        assert (refused.code, refused.json["error"]["hint"]) == (2, f"amp-sessions config unset {key}"), refused
    assert cli("config", "list", "--json").json["settings"][0]["source"] == "default"
    for key in ("ampArgs", "ampEnv.EMPTY"):
        assert cli("config", "set", key, "", "--json").json["value"] == ""


def test_secrets_are_set_but_not_shown(cli: Callable[..., Result]) -> None:
    set_ = cli("config", "set", "ampEnv.AMP_TOKEN", "-", input="correct horse battery\n")
    assert set_.code == 0 and "note: " in set_.err
    for args in (("get",), ("get", "--json"), ("list",), ("list", "--json"), ("get", "ampEnv.AMP_TOKEN")):
        result = cli("config", *args)
        assert "horse" not in result.out + result.err and "[REDACTED]" in result.out, args


def test_completion_scripts_and_session_completion(cli: Callable[..., Result], session: dict[str, object]) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_AMP_SESSIONS_COMPLETE" in cli("completion", shell).out
    env = {"_AMP_SESSIONS_COMPLETE": "bash_complete", "COMP_WORDS": "amp-sessions status add", "COMP_CWORD": "2"}
    assert str(session["id"]) in cli(env=env).out
