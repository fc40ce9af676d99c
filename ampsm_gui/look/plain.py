"""Text that stays text where Qt would take it for HTML, or a character of it for a sign of its own.

Names come from users, agents, repositories and git. Qt reads a tooltip as HTML when it looks like it, and loads the
pictures it names, from wherever that is.
"""

from __future__ import annotations

import re

#: Shows as nothing, and keeps the letters before and after it from being read as one sign.
_JOINER = "\u2060"

_LOOKS_RICH = re.compile(r"<(?=[A-Za-z/!?])|&(?=lt;)")
_TITLE_SIGN = re.compile(r"\[(?=\*\])")

#: The mark-up that the program's own sentences use. It loads nothing.
_OURS = re.compile(r"""</?(?:b|br|i|code|span)(?:\s(?:style|class|align)=(?:'[\w\s#:;.,%-]*'|"[\w\s#:;.,%-]*"))*>""")


def plain_tip(text: str) -> str:
    """Words for a tooltip: shown as they are, whatever is in them."""
    return _LOOKS_RICH.sub(lambda found: found.group() + _JOINER, text)


def plain_label(text: str) -> str:
    """Words for a button, menu, tab or tick: `&` is shown and underlines nothing."""
    return text.replace("&", "&&")


def plain_title(text: str) -> str:
    """Words for the title of a window: `[*]` is shown and stands for no change."""
    return _TITLE_SIGN.sub("[" + _JOINER, text)


def own_markup(text: str) -> str:
    """HTML in which only the mark-up of the program itself is left; any other tag is shown as it is written."""
    kept: list[str] = []
    end = 0
    for found in _OURS.finditer(text):
        kept += [text[end : found.start()].replace("<", "&lt;"), found.group()]
        end = found.end()
    return "".join([*kept, text[end:].replace("<", "&lt;")])
