"""The design's tokens: colours by dotted name for one scheme, and the factors of type sizes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ampsm_gui.resources import tokens_file

SCHEMES = ("light", "dark")


@cache
def all_tokens() -> dict[str, Any]:
    """The whole token file."""
    found: dict[str, Any] = json.loads(tokens_file().read_text("utf-8"))
    return found


@cache
def colors(scheme: str) -> dict[str, str]:
    """Every colour of a scheme by its dotted name, e.g. `text.muted`; lists get `plot.0`, `plot.1`, …"""
    return dict(_flat(all_tokens()["themes"][scheme], ""))


def type_factor(role: str) -> float:
    """How large a type role is in units of the system font: caption, small, body, title, heading, mono."""
    factor: float = all_tokens()["type"]["factors"][role]
    return factor


def _flat(value: Any, name: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(name, value)]
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return [found for key, part in pairs for found in _flat(part, f"{name}.{key}" if name else str(key))]
