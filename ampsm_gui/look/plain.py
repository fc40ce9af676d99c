"""Text that stays text where Qt would take it for HTML, or a character of it for a sign of its own, or for an order to
write the rest the other way round.

Names come from users, agents, repositories and git. Qt reads a tooltip as HTML when it looks like it, and loads the
pictures it names, from wherever that is.
"""

from __future__ import annotations

import re

#: Shows as nothing, and keeps the letters before and after it from being read as one sign.
_JOINER = "\u2060"

_LOOKS_RICH = re.compile(r"<(?=[A-Za-z/!?])|&(?=lt;)")
_TITLE_SIGN = re.compile(r"\[(?=\*\])")

#: Characters that turn the direction of what comes after them, each to be shown as a sign.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)

#: Besides these, what has no shape, and what Qt would begin another line at.
_SIGNS = (
    {code: 0x2400 + code for code in range(32) if code != 9} | {0x7F: 0x2421} | _TURNS
    | dict.fromkeys([*range(0x80, 0xA0), 0x200E, 0x200F, 0x061C, 0x2028, 0x2029, 0xFDD0, 0xFDD1], 0xFFFD)
)  # fmt: skip

#: The mark-up that the program's own sentences use. It loads nothing.
_OURS = re.compile(r"""</?(?:b|br|i|code|span)(?:\s(?:style|class|align)=(?:'[\w\s#:;.,%-]*'|"[\w\s#:;.,%-]*"))*>""")


def in_order(text: str) -> str:
    """Words to be painted: read in the order in which they are written. As long as the text that is given."""
    return text if text.isascii() else text.translate(_TURNS)


def as_signs(line: str) -> str:
    """A line in which nothing hides: characters without a shape are signs, one for one; tabs stay. It is one line for
    Qt, too."""
    return line if line.isprintable() else line.translate(_SIGNS)


def plain_tip(text: str) -> str:
    """Words for a tooltip: shown as they are, whatever is in them."""
    return _LOOKS_RICH.sub(lambda found: found.group() + _JOINER, in_order(text))


def plain_label(text: str) -> str:
    """Words for a button, menu, tab or tick: `&` is shown and underlines nothing."""
    return in_order(text).replace("&", "&&")


def plain_title(text: str) -> str:
    """Words for the title of a window: `[*]` is shown and stands for no change."""
    return _TITLE_SIGN.sub("[" + _JOINER, in_order(text))


def own_markup(text: str) -> str:
    """HTML in which only the mark-up of the program itself is left; any other tag is shown as it is written."""
    text = in_order(text)
    kept: list[str] = []
    end = 0
    for found in _OURS.finditer(text):
        kept += [text[end : found.start()].replace("<", "&lt;"), found.group()]
        end = found.end()
    return "".join([*kept, text[end:].replace("<", "&lt;")])
