"""What a process knows that has run commands already, so that those forked from it need not find it out themselves."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from types import ModuleType

#: What commands import only where they need it.
_LATER = ("csv", "importlib.metadata", "yaml")
#: For a text that is hard to read and may hold a key, every pattern by which secrets are found is compiled.
_HARD_TO_READ = "\x1b[31mgh\np_" + "a\u200bB1" * 20 + ' {"token": "**x**"} \u202e'


def load() -> None:
    """Imports the whole program, and does what it puts off until a command needs it and then keeps. Nothing of this
    depends on the environment, on files or on the time."""
    for name in _LATER:
        importlib.import_module(name)
    _make_writers(list(_modules()))
    _look_for_secrets()


def _modules() -> Iterator[ModuleType]:
    import ampsm
    import ampsm_cli

    for package in (ampsm, ampsm_cli):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def _make_writers(modules: list[ModuleType]) -> None:
    from ampsm.model.record import _writers

    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and is_dataclass(value):
                _writers[value]


def _look_for_secrets() -> None:
    from ampsm.system.secrecy.redaction import Redactor

    redactor = Redactor(["a-word-of-the-tests"])
    for text in (_HARD_TO_READ, _HARD_TO_READ.encode().decode("latin-1"), "a-word-of-\nthe-tests"):
        redactor.redact_line(text)
