"""Terminal escapes in the agent's output: some releases write them even to pipes."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\x1b\[[0-9;?<>=]*[A-Za-z]")


def strip_escapes(text: str) -> str:
    """The text without cursor and colour commands."""
    return _ESCAPE.sub("", text) if "\x1b" in text else text
