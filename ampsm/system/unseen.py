"""Characters that nobody sees: what a terminal or a viewer takes away may stand in a word without being read."""

from __future__ import annotations

import re
from functools import cache

#: As the inside of a character class: control characters (tab and line feed stay), and what is not seen: soft hyphen,
#: marks set on other letters, joiners, direction marks, variation selectors, tags, the blank letter of braille, what
#: steers shorthand and hieroglyphs, halves of characters and the sign for bytes that were no text.
UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u061c\u064b-\u065f\u0670\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0"
    "\u2800\ufff0-\uffff\ud800-\udfff\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)


def holds_unseen(text: str) -> bool:
    """Whether any such character is in the text."""
    return _any_unseen().search(text) is not None


@cache
def _any_unseen() -> re.Pattern[str]:
    """Compiled for the first text that is asked about: most are plain ASCII, of which nobody asks."""
    return re.compile(f"[{UNSEEN}]")
