"""Slots that have some of their arguments before the signal comes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from shiboken6 import isValid


def given(slot: Callable[..., object], *arguments: object) -> Callable[..., None]:
    """A method of a QObject with its first arguments, for the signals of what may outlive that: a command goes on when
    the dialog that began it is closed. Qt takes back a connection to a method, and knows nothing of a partial one."""
    owner = getattr(slot, "__self__", None)

    def call(*more: object) -> None:
        if not isinstance(owner, QObject) or isValid(owner):
            slot(*arguments, *more)

    return call
