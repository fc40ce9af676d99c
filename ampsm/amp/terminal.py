"""Terminal escapes in the agent's output: some releases write them even to pipes."""

from __future__ import annotations

from ampsm.system.readable import ESCAPE_SEQUENCE


def strip_escapes(text: str) -> str:
    """The text without the commands that a terminal takes, such as those for colours, titles and the cursor."""
    return ESCAPE_SEQUENCE.sub("", text) if "\x1b" in text else text
