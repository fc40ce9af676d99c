"""What a room exports to the two faces, loaded when it is first used.

A room's `__init__` names its functions and where they live; a command then pays only for the modules that it uses
(SPEC section 2, "Start-up is fast").
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def exports(room: str, where: dict[str, str]) -> tuple[Callable[[str], Any], list[str]]:
    """The `__getattr__` and the `__all__` of the package `room`; `where` maps its modules to the names they give."""
    modules = {name: module for module, names in where.items() for name in names.split()}

    def get(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        value = getattr(import_module(f"{room}.{modules[name]}"), name)
        setattr(sys.modules[room], name, value)
        return value

    return get, sorted(modules)
