"""What a terminal gets: text, and no commands but our own.

Commands to a terminal that stand in other people's text are shown as words: a title, a cleared screen or a text that
runs backwards would make the terminal say what nobody wrote.
"""

from __future__ import annotations

import os
import re

#: Begins our own commands. No text can hold it: it is another one each time the program runs.
_OURS = f"\ufdd0{os.urandom(8).hex()}\ufdd0"

# Control characters but tab and line feed, those that reorder text or end a line unseen, bytes that are no text. The
# patterns are compiled for the first text that a terminal gets.
_TAKEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_HARMFUL = f"[{_TAKEN}]"
#: In a document nothing unseen comes through: it is read by the letter.
_UNSEEN = f"[{_TAKEN}\xad\u180e\u200b-\u200d\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"


def terminal_command(command: str) -> str:
    """A command to the terminal, e.g. `31m`, in a text that `on_screen` makes ready."""
    return f"{_OURS}[{command}"


def on_screen(text: str) -> str:
    """The text as a terminal may get it: harmful characters as `\\x1b` or `\\u202e`, our own commands as they are."""
    return in_color(re.sub(_HARMFUL, _escaped, text))


def in_color(text: str) -> str:
    """The text with our own commands, and everything else as it is."""
    return text.replace(_OURS, "\x1b") if _OURS in text else text


def json_on_screen(text: str) -> str:
    """A JSON document, or lines of them, with escapes for what a terminal would take for a command or not show."""
    return re.sub(_UNSEEN, _escaped_for_json, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def _escaped_for_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
