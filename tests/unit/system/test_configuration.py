from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import keyring
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampsm.model.errors import UserError
from ampsm.system.configuration import IN_KEYRING, Settings, load_configuration, remove_value, store_value
from tests.unit.system.secrecy.test_secrets import MemoryKeyring

TOKEN = "sgamp_user_SECRETSECRETSECRET_0123456789abcdef"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.d" / "config.yaml"


@pytest.fixture
def memory_keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_nested_and_flat_families_are_the_same(path: Path) -> None:
    nested = "ampEnv:\n  A: b\nprices:\n  gpt-4.1: {input: 2, output: 8}\nnotifications: {sound: on}\n"
    flat = "ampEnv.A: b\nprices.gpt-4.1: input=2 output=8\nnotifications.sound: true\n"
    expected = {"ampEnv.A": "b", "prices.gpt-4.1": {"input": 2.0, "output": 8.0}, "notifications.sound": True}
    assert load_configuration(write(path, nested)) == expected
    assert load_configuration(write(path, flat)) == expected


def test_text_is_taken_as_written(path: Path) -> None:
    text = "ampEnv: {A: 01, B: yes, C: 2026-01-01, D: '', E: 1e3}\nampArgs: \n"
    assert load_configuration(write(path, text)) == {
        "ampEnv.A": "01", "ampEnv.B": "yes", "ampEnv.C": "2026-01-01", "ampEnv.D": "", "ampEnv.E": "1e3",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "ampEnv:\n"])
def test_file_that_sets_nothing(path: Path, text: str) -> None:
    assert load_configuration(path) == {}
    assert load_configuration(write(path, text)) == {}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("theme: dark\nampPath: [unclosed\n", 2, "expected"),
        ("theme: dark\n\nampRetries: many\n", 3, "ampRetries: expected a whole number"),
        ("ampPath: [a, b]\n", 1, "ampPath: expected one value"),
        ("- a\n", 1, "`key: value`"),
        ("theme: dark\nampEnv: text\n", 2, "ampEnv"),
        ("theme: dark\ntheme: light\n", 2, "set twice"),
        ("ampEnv: {A: 1}\nampEnv.A: 2\n", 2, "set twice"),
        ("a: b: c\n", 1, "mapping values"),
        ("theme: dark\nmine: !!python/object:os.system x\n", 2, "constructor"),
        ("prices: {gpt: {input: x, output: 1}}\n", 1, "prices.gpt"),
        ("theme: \x01\n", 1, ""),
    ],
)
def test_unreadable_file_names_the_line_and_is_never_overwritten(
    path: Path, text: str, line: int, problem: str
) -> None:
    write(path, text)
    for action in (lambda: load_configuration(path), lambda: store_value(path, "theme", "dark")):
        with pytest.raises(UserError) as caught:
            action()
        assert caught.value.code == "config-unreadable"
        assert f"{path}:{line}: " in caught.value.message
        assert problem in caught.value.message
    assert path.read_text() == text


def test_file_that_is_no_text(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"theme: dark\nampPath: \xff\n")
    with pytest.raises(UserError, match=r":2: is not UTF-8"):
        load_configuration(path)


def test_stored_values_come_back_and_unknown_keys_stay(path: Path) -> None:
    write(path, "mine: {a: [1, 2]}\nnotifications: {colour: red}\nampPath: /old\n")
    assert store_value(path, "ampPath", "/new") == "config"
    store_value(path, "ampEnv.X", "1")
    assert load_configuration(path) == {
        "mine": {"a": [1, 2]}, "notifications.colour": "red", "ampPath": "/new", "ampEnv.X": "1",
    }  # fmt: skip
    assert Settings(path, {}).unknown_keys() == ["mine", "notifications.colour"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert remove_value(path, "ampEnv.X")
    assert not remove_value(path, "ampEnv.X")


text_values = st.text(max_size=30)
price = st.fixed_dictionaries({"input": st.sampled_from([0.0, 3.0, 0.00001, 0.3]), "output": st.just(15.0)})


@settings(max_examples=30)
@given(st.dictionaries(st.from_regex(r"ampEnv\.[A-Z_]{1,6}", fullmatch=True), text_values, max_size=2), price)
def test_every_text_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str], cost: dict[str, float]
) -> None:
    path = tmp_path_factory.mktemp("config") / "config.yaml"
    values: dict[str, Any] = {**texts, "prices.gpt-4.1": cost}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ampsm.system.secrecy.secrets.store_secret", lambda *_: False)
        patch.setattr("os.fsync", lambda _: None)
        for key, value in values.items():
            store_value(path, key, value)
    assert load_configuration(path) == values


@pytest.mark.parametrize("value", ["\udcff", "a\x85b", "line\nline\n", "\x00\x1b", "\ufeff", " ", "null", "- a", "#"])
def test_awkward_texts_survive_the_file(path: Path, value: str) -> None:
    store_value(path, "editor", value)
    assert load_configuration(path) == {"editor": value}


def test_sets_at_the_same_time_all_arrive(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ampsm.system.configuration import store_value\n"
        "for n in range(5): store_value(Path(sys.argv[1]), f'ampEnv.N{sys.argv[2]}_{n}', 'x')\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(path), str(n)]) for n in range(4)]
    assert [process.wait(60) for process in running] == [0] * 4
    assert len(load_configuration(path)) == 20


def test_precedence_is_option_environment_own_key_alias_default(path: Path) -> None:
    write(path, "ampEnv: {AMP_BIN: /alias}\n")
    assert found(Settings(path, {"AMP_BIN": ""})) == ("ampEnv", "/alias")
    store_value(path, "ampPath", "/own")
    assert found(Settings(path, {})) == ("config", "/own")
    assert found(Settings(path, {"AMP_BIN": "/env"})) == ("environment", "/env")
    assert found(Settings(path, {"AMP_BIN": "/env"}, {"ampPath": "/option"})) == ("option", "/option")
    assert found(Settings(path.with_name("none"), {})) == ("default", None)


def found(settings: Settings) -> tuple[str, Any]:
    return settings.source("ampPath"), settings.get("ampPath")


def test_values_are_typed_wherever_they_come_from(path: Path) -> None:
    write(path, "ampRetries: 5\nampEnv: {AMP_ENABLE_JSONL: no}\n")
    settings = Settings(path, {}, {"allowDirty": "yes"})
    assert (settings.get("ampRetries"), settings.get("enableJSONLogs"), settings.get("allowDirty")) == (5, False, True)
    assert settings.get("iterationTimeoutSec") == 3600
    with pytest.raises(UserError, match="AMP_ENABLE_JSONL is 'perhaps'") as caught:
        Settings(path, {"AMP_ENABLE_JSONL": "perhaps"}).get("enableJSONLogs")
    assert caught.value.code == "invalid-value"
    with pytest.raises(UserError, match="no setting 'nope'"):
        settings.get("nope")


def test_file_is_read_only_when_needed(path: Path) -> None:
    settings = Settings(write(path, "[broken"), {"AMP_BIN": "/env"})
    assert settings.get("ampPath") == "/env"
    with pytest.raises(UserError):
        settings.get("theme")


def test_keys_are_those_of_the_table_and_the_set_members(path: Path) -> None:
    keys = Settings(write(path, "ampEnv: {B: 1, A: 2}\nmine: 1\n"), {}).keys()
    assert keys[:6] == ["ampPath", "ampArgs", "enableJSONLogs", "ampEnv.A", "ampEnv.B", "ampPermissions"]
    assert "mine" not in keys


def test_environment_of_the_agent(path: Path) -> None:
    write(path, f"ampEnv: {{AMP_TOKEN: {TOKEN}, HTTP_PROXY: http://config, EXTRA: x}}\n")
    assert Settings(path, {"HTTP_PROXY": "http://process"}).amp_environment() == {
        "AMP_TOKEN": TOKEN, "AMP_API_KEY": TOKEN, "EXTRA": "x",
    }  # fmt: skip
    assert "AMP_API_KEY" not in Settings(path, {"AMP_API_KEY": "set"}).amp_environment()
    assert Settings(path, {"AMP_TOKEN": "other"}).amp_environment()["AMP_API_KEY"] == "other"


def test_secrets_of_configuration_and_environment(path: Path) -> None:
    write(path, f"ampEnv: {{AMP_TOKEN: {TOKEN}, EXTRA: plain-text}}\n")
    settings = Settings(path, {"GITHUB_TOKEN": "ghs-something", "PATH": "/usr/bin"})
    assert settings.secret_values() == sorted([TOKEN, "ghs-something"])


def test_secret_goes_to_a_keyring_that_keeps_it(path: Path, memory_keyring: MemoryKeyring) -> None:
    assert store_value(path, "ampEnv.AMP_TOKEN", TOKEN) == "keyring"
    assert store_value(path, "ampEnv.EXTRA", "plain") == "config"
    assert TOKEN not in path.read_text()
    assert load_configuration(path)["ampEnv.AMP_TOKEN"] is IN_KEYRING
    settings = Settings(path, {})
    assert (settings.source("ampEnv.AMP_TOKEN"), settings.get("ampEnv.AMP_TOKEN")) == ("keyring", TOKEN)
    assert settings.amp_environment()["AMP_API_KEY"] == TOKEN
    assert settings.secret_values() == [TOKEN]
    assert remove_value(path, "ampEnv.AMP_TOKEN")
    assert memory_keyring.entries == {}


def test_keyring_that_lost_a_secret_is_said(path: Path, memory_keyring: MemoryKeyring) -> None:
    store_value(path, "ampEnv.AMP_TOKEN", TOKEN)
    memory_keyring.entries.clear()
    settings = Settings(path, {})
    assert settings.missing_secrets() == ["ampEnv.AMP_TOKEN"]
    assert settings.amp_environment() == {}


def test_secret_without_a_keyring_is_in_the_private_file(path: Path) -> None:
    assert store_value(path, "ampEnv.AMP_TOKEN", TOKEN) == "config"
    assert TOKEN in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
