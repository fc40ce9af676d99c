"""The system keyring, with a time limit: a keyring that hangs, refuses or forgets counts as none (SPEC section 8)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: Longest wait for the keyring, in seconds.
TIME_LIMIT = 2.0
_SERVICE = "ampsm"


def store_secret(config_path: Path, key: str, value: str) -> bool:
    """Stores a secret under the configuration file's path and the settings key; whether it can be read back."""

    def store() -> bool:
        import keyring

        keyring.set_password(_service(config_path), key, value)
        return keyring.get_password(_service(config_path), key) == value

    return _within_limit(store) or False


def load_secret(config_path: Path, key: str) -> str | None:
    """A stored secret; None when there is none or the keyring does not answer in time."""

    def load() -> str | None:
        import keyring

        return keyring.get_password(_service(config_path), key)

    return _within_limit(load)


def delete_secret(config_path: Path, key: str) -> bool:
    """Removes a stored secret; False when there was none or the keyring does not answer in time."""

    def delete() -> bool:
        import keyring

        keyring.delete_password(_service(config_path), key)
        return True

    return _within_limit(delete) or False


def _service(config_path: Path) -> str:
    return f"{_SERVICE}:{config_path}"


def _within_limit(question: Callable[[], T]) -> T | None:
    answers: list[T] = []

    def ask() -> None:
        try:
            answers.append(question())
        except Exception:  # backends raise what they like; none of it may stop a command
            return

    # A daemon thread: nothing ends a call into a hanging keyring service, but the program can go on and exit.
    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(TIME_LIMIT)
    return answers[0] if answers else None
