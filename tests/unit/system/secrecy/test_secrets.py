from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring

from ampsm.system.secrecy import secrets

CONFIG = Path("/somewhere/config.yaml")


class MemoryKeyring(KeyringBackend):
    """Keeps secrets as a good keyring does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class HangingKeyring(MemoryKeyring):
    """Waits for an answer that does not come, like a locked one that asks on a screen nobody looks at."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = False
        self.give_up = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked = True
        self.give_up.wait(600)
        return None


class ForgetfulKeyring(MemoryKeyring):
    """Takes secrets and gives back others."""

    def get_password(self, service: str, username: str) -> str | None:
        return "something else"


@pytest.fixture
def use_keyring() -> Iterator[Callable[[KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_secret_comes_back_by_configuration_and_key(use_keyring: Callable[[KeyringBackend], None]) -> None:
    use_keyring(MemoryKeyring())
    assert secrets.store_secret(CONFIG, "ampEnv.AMP_TOKEN", "s3cret")
    assert secrets.load_secret(CONFIG, "ampEnv.AMP_TOKEN") == "s3cret"
    assert secrets.load_secret(Path("/other/config.yaml"), "ampEnv.AMP_TOKEN") is None
    assert secrets.delete_secret(CONFIG, "ampEnv.AMP_TOKEN")
    assert not secrets.delete_secret(CONFIG, "ampEnv.AMP_TOKEN")


@pytest.mark.parametrize("backend", [NullKeyring, FailKeyring, ForgetfulKeyring])
def test_keyring_that_keeps_nothing_counts_as_none(
    use_keyring: Callable[[KeyringBackend], None], backend: type[KeyringBackend]
) -> None:
    use_keyring(backend())
    assert not secrets.store_secret(CONFIG, "k", "s3cret")


def test_hanging_keyring_counts_as_none_in_time(
    use_keyring: Callable[[KeyringBackend], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = HangingKeyring()
    use_keyring(hanging)
    monkeypatch.setattr(secrets, "TIME_LIMIT", 0.2)
    try:
        assert not secrets.store_secret(CONFIG, "k", "s3cret")
        assert secrets.load_secret(CONFIG, "k") is None
        assert hanging.asked
    finally:
        hanging.give_up.set()
