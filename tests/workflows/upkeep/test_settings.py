"""`config`: what is set is in force, or it is said why not; secrets never show."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context, open_context
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.workflows.upkeep import settings

SECRET = "sgamp_user_SECRETSECRETSECRET_0123456789abcdef"


@pytest.fixture
def ctx() -> Context:
    return open_context()


def with_environment(**environ: str) -> Context:
    return open_context(environ={**os.environ, **environ})


def test_what_is_set_is_in_force(ctx: Context) -> None:
    assert settings.get_setting(ctx, "iterationTimeoutSec") == 3600
    change = settings.set_setting(ctx, "iterationTimeoutSec", "60")
    assert document(change) == {"key": "iterationTimeoutSec", "value": 60}
    assert change.warnings == []
    settings.set_setting(ctx, "ampArgs", "--verbose --timeout 300")
    assert settings.get_setting(ctx, "iterationTimeoutSec") == 60
    assert [(found.key, found.value) for found in settings.list_settings(open_context(), only_set=True)] == [
        ("ampArgs", "--verbose --timeout 300"), ("iterationTimeoutSec", 60),
    ]  # fmt: skip
    assert ctx.settings.get("iterationTimeoutSec") == 60
    assert stat.S_IMODE(settings.config_path(ctx).stat().st_mode) == 0o600


def test_unset_gives_the_default_back(ctx: Context) -> None:
    settings.set_setting(ctx, "theme", "dark")
    for _ in range(2):
        assert settings.unset_setting(ctx, "theme") == "system"
    assert settings.unset_setting(ctx, "ampEnv.NEVER_SET") is None


@pytest.mark.parametrize(
    "question",
    [
        lambda ctx: settings.set_setting(ctx, "noSuchKey", "1"),
        lambda ctx: settings.set_setting(ctx, "enableJSONLogs", "perhaps"),
        lambda ctx: settings.get_setting(ctx, "noSuchKey"),
        lambda ctx: settings.unset_setting(ctx, "noSuchKey"),
        lambda ctx: settings.set_setting(ctx, "ampEnv.not-a-name", "1"),
    ],
)
def test_wrong_keys_and_values_leave_no_file(ctx: Context, question: Callable[[Context], Any]) -> None:
    with pytest.raises(UserError) as error:
        question(ctx)
    assert error.value.exit_code == 2
    assert not settings.config_path(ctx).exists()


def test_a_secret_never_shows(ctx: Context) -> None:
    change = settings.set_setting(ctx, "ampEnv.AMP_TOKEN", SECRET)
    assert change.value == "[REDACTED]"
    assert "only you can read" in change.warnings[0]
    settings.set_setting(ctx, "ampArgs", f"--header {SECRET}")
    for shown in (
        settings.get_setting(ctx, "ampEnv.AMP_TOKEN"),
        settings.get_setting(ctx, "ampArgs"),
        settings.list_settings(ctx, only_set=True),
        settings.list_settings(ctx),
        settings.set_setting(ctx, "ampEnv.X", SECRET),
    ):
        assert "SECRETSECRET" not in str(shown)
        assert "[REDACTED]" in str(shown)
    assert ctx.settings.get("ampEnv.AMP_TOKEN") == SECRET
    assert settings.get_setting(ctx, "ampEnv.OTHER_TOKEN") is None


@pytest.mark.parametrize(
    ("before", "environ", "key", "value", "words"),
    [
        ({}, {"AMP_BIN": "/bin/sh"}, "ampPath", "/bin/sh", "environment variable AMP_BIN"),
        ({}, {"LEVEL": "1"}, "ampEnv.LEVEL", "2", "environment variable LEVEL"),
        ({}, {"AMP_ENABLE_JSONL": "perhaps"}, "enableJSONLogs", "true", "AMP_ENABLE_JSONL is 'perhaps'"),
        ({"ampArgs": "-v"}, {}, "ampEnv.AMP_ARGS", "-q", "outranked by the setting ampArgs"),
        ({}, {"AMP_BIN": "/bin/sh"}, "ampEnv.AMP_ARGS", "-q", None),
    ],
)
def test_what_is_outranked_is_said(
    before: dict[str, str], environ: dict[str, str], key: str, value: str, words: str | None
) -> None:
    ctx = with_environment(**environ)
    for other, text in before.items():
        settings.set_setting(ctx, other, text)
    warnings = settings.set_setting(ctx, key, value).warnings
    assert warnings == [] if words is None else words in warnings[0]


def test_an_option_outranks_what_is_set() -> None:
    ctx = open_context(overrides={"ampPath": "/bin/cat"})
    assert "option" in settings.set_setting(ctx, "ampPath", "/bin/sh").warnings[0]
    assert settings.get_setting(ctx, "ampPath") == "/bin/cat"


@pytest.mark.parametrize(
    ("key", "value", "warned"),
    [
        ("ampPath", "/nowhere/amp", True),
        ("ampPath", "no-such-program-anywhere", True),
        ("ampPath", "/bin/sh", False),
        ("ampPath", "sh", False),
        ("ampPath", "demo", False),
        ("ampEnv.AMP_BIN", "/nowhere/amp", True),
        ("editor", "no-such-editor --wait", True),
        ("editor", "sh -c 'true'", False),
        ("editor", "''", True),
        ("ampEnv.OTHER", "/nowhere/amp", False),
    ],
)
def test_a_path_that_does_not_exist_is_stored_with_a_warning(ctx: Context, key: str, value: str, warned: bool) -> None:
    assert bool(settings.set_setting(ctx, key, value).warnings) == warned
    assert settings.get_setting(ctx, key) == value


def test_the_list_names_source_and_secrecy(tmp_path: Path) -> None:
    ctx = with_environment(AMP_ARGS="-v")
    settings.set_setting(ctx, "ampEnv.AMP_TOKEN", SECRET)
    settings.set_setting(ctx, "ampEnv.AMP_ENABLE_JSONL", "false")
    settings.set_setting(ctx, "prices.my-model", "input=1 output=2")
    rows = {row["key"]: row for row in document(settings.list_settings(ctx))}
    assert rows["ampArgs"] == {"key": "ampArgs", "value": "-v", "source": "environment", "secret": False}
    assert rows["ampEnv.AMP_TOKEN"] == {**rows["ampEnv.AMP_TOKEN"], "value": "[REDACTED]", "secret": True}
    assert rows["enableJSONLogs"]["source"] == "ampEnv"
    assert rows["enableJSONLogs"]["value"] is False
    assert rows["theme"] == {"key": "theme", "value": "system", "source": "default", "secret": False}
    assert rows["prices.my-model"]["value"] == {"input": 1.0, "output": 2.0}
    assert ctx.prices["my-model"].input == 1.0


def test_a_file_that_does_not_parse_is_never_overwritten(ctx: Context) -> None:
    path = settings.config_path(ctx)
    path.parent.mkdir(parents=True)
    path.write_text("theme: dark\nampPath: [unclosed\n")
    for question in (
        lambda: settings.set_setting(ctx, "theme", "light"),
        lambda: settings.unset_setting(ctx, "theme"),
        lambda: settings.list_settings(ctx),
    ):
        with pytest.raises(UserError) as error:
            question()
        assert error.value.code == "config-unreadable"
        assert f"{path}:" in error.value.message
    assert path.read_text() == "theme: dark\nampPath: [unclosed\n"


def test_an_unknown_key_in_the_file_is_told_and_can_be_removed(ctx: Context) -> None:
    path = settings.config_path(ctx)
    path.parent.mkdir(parents=True)
    path.write_text("themes: dark\n")
    assert "themes" in settings.settings_warnings(ctx)[0]
    assert settings.unset_setting(ctx, "themes") is None
    assert settings.settings_warnings(ctx) == []
