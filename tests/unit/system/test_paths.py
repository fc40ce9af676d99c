from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.system.paths import resolve_paths, resources_dir


def test_option_outranks_environment_which_outranks_the_users_own(home: Path, tmp_path: Path) -> None:
    named = {"AMPSM_DB_PATH": str(tmp_path / "env.sqlite")}
    assert resolve_paths(str(tmp_path / "option.sqlite"), named).database == tmp_path / "option.sqlite"
    assert resolve_paths(None, named).database == tmp_path / "env.sqlite"
    assert resolve_paths(None, {"AMPSM_DB_PATH": ""}).database == resolve_paths(None, {}).database
    own = resolve_paths(None, {})
    assert home in own.database.parents
    assert (own.database.name, own.database.parent.name) == ("sessions.sqlite", "ampsm")


def test_everything_of_a_database_lies_beside_it(tmp_path: Path) -> None:
    paths = resolve_paths(str(tmp_path / "my.db"), {})
    data = tmp_path / "my.d"
    assert paths.data_dir == data
    assert paths.journal("s-abcdef", 12) == data / "journals/s-abcdef/iteration-0012.jsonl"
    assert paths.session_file("s-abcdef") == data / "journals/s-abcdef/session.json"
    assert paths.lock("s-abcdef") == data / "locks/s-abcdef.lock"
    assert (paths.cache_dir, paths.creating_dir) == (data / "cache", data / "creating")
    assert not data.exists()


def test_configuration_is_beside_the_users_own_database_only(tmp_path: Path) -> None:
    own = resolve_paths(None, {})
    assert own.config_file == own.database.parent / "config.yaml"
    assert resolve_paths(str(own.database), {}).config_file == own.config_file
    other = tmp_path / "ampsm" / "sessions.sqlite"
    assert resolve_paths(str(other), {}).config_file == tmp_path / "ampsm/sessions.d/config.yaml"
    wanted = {"AMPSM_CONFIG": str(tmp_path / "c.yaml")}
    assert resolve_paths(None, wanted).config_file == tmp_path / "c.yaml"


def test_one_database_has_one_set_of_places_however_it_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "real.sqlite"
    real.touch()
    (tmp_path / "link.sqlite").symlink_to(real)
    (home / "mine.sqlite").touch()
    monkeypatch.chdir(tmp_path)
    expected = resolve_paths(str(real), {})
    assert resolve_paths("real.sqlite", {}) == resolve_paths("link.sqlite", {}) == expected
    assert resolve_paths("./home/../real.sqlite", {}) == expected
    assert resolve_paths("~/mine.sqlite", {}).database == home / "mine.sqlite"


def test_option_that_names_nothing() -> None:
    with pytest.raises(UserError) as caught:
        resolve_paths("  ", {})
    assert caught.value.code == "usage"


def test_resources_of_a_checkout() -> None:
    assert resources_dir().name in ("resources", "_resources")
