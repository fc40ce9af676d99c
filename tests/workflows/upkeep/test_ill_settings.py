"""`doctor`, the settings file, and who may read what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, commands_in


@pytest.fixture
def config(world: World, data: Path) -> Path:
    """The settings file, in which one setting is set."""
    world.ok("config", "set", "ampRetries", "2")
    return data / "config.yaml"


def test_a_settings_file_that_cannot_be_read_is_named_with_its_line_and_left(doctor: Doctor, config: Path) -> None:
    config.write_text("ampRetries: many\n")
    found = doctor.finds("config-unreadable")
    assert f"{config}:1" in found["message"]
    doctor.leaves(found)
    assert config.read_text() == "ampRetries: many\n"
    config.write_text("ampRetries: 3\n")
    assert doctor.is_well()


def test_a_setting_that_nobody_knows_is_named_and_left(doctor: Doctor, config: Path) -> None:
    config.write_text(config.read_text() + "nonsense: 1\n")
    found = doctor.finds("config-key-unknown")
    assert found["subject"] == "nonsense"
    doctor.leaves(found)
    doctor.type(*commands_in(found["fix"]))
    assert doctor.is_well()
    assert config.read_text() == "ampRetries: 2\n"


def test_a_secret_that_the_keyring_does_not_give_back_is_named(world: World, doctor: Doctor, config: Path) -> None:
    config.write_text("ampEnv.AMP_TOKEN: {from: keyring}\n")
    found = doctor.finds("secret-missing")
    doctor.leaves(found)
    (command,) = commands_in(found["fix"])
    world.ok(*command.split()[1:], "-", input="correct horse battery\n")
    assert doctor.is_well()


@pytest.mark.parametrize(
    ("environment", "hint"),
    [({"AMP_ENABLE_JSONL": "perhaps"}, "unset AMP_ENABLE_JSONL"), ({"AMP_ARGS": "'"}, "unset AMP_ARGS")],
)
def test_a_value_in_the_environment_that_means_nothing_is_named(
    doctor: Doctor, environment: dict[str, str], hint: str
) -> None:
    found = doctor.finds("config-value-wrong", env=environment)
    assert found["fix"] == hint
    assert doctor.is_well()  # without it


def test_an_alias_that_means_nothing_is_unset(doctor: Doctor, config: Path) -> None:
    config.write_text("ampEnv.AMP_ENABLE_JSONL: perhaps\n")
    found = doctor.finds("config-value-wrong")
    doctor.leaves(found)
    doctor.type(*commands_in(found["fix"]))
    assert doctor.is_well()


def test_settings_that_others_may_read_are_closed(doctor: Doctor, config: Path) -> None:
    config.chmod(0o644)
    found = doctor.finds("too-open")
    assert found["subject"] == str(config)
    doctor.mends(found)
    assert config.stat().st_mode & 0o777 == 0o600


def test_a_database_that_others_may_read_is_closed(world: World, doctor: Doctor, database: Path) -> None:
    world.new(world.make_repo())
    database.chmod(0o644)
    found = doctor.finds("too-open")
    assert found["subject"] == str(database)
    doctor.mends(found)
    assert database.stat().st_mode & 0o777 == 0o600
