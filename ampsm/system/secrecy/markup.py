r"""A text as Markdown shows it: a key that is written with `\_`, `&#45;`, `**` or a link in it is whole there."""

from __future__ import annotations

import html
import re

from ampsm.system.readable import HIDDEN

#: What stands for another character, or for a look of what is around it.
MARKUP = re.compile(
    r"&(?P<entity>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,24});|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|[*`]++|~~++|\]\([^()\s]*+\)|\["
)
_ANY_MARK = re.compile(r"[\\*`~\[&]")
_ENTITY = re.compile(rb"&(?:#|lowbar|UnderBar|hyphen|dash|period|sol|plus|equals|shy|zw|ZeroWidth)")
_LINK = re.compile(rb"\]\([^()\s]*+\)")
_LEFT_OUT = b"\\*`~["


def may_be_marked_up(text: str) -> bool:
    """Whether Markdown may show the text otherwise."""
    return _ANY_MARK.search(text) is not None


def may_hold_entity(text: bytes) -> bool:
    """Whether entities may stand in it that belong into a key, or are not seen."""
    return b"&" in text and _ENTITY.search(text) is not None


def unmarked(text: bytes) -> bytes:
    """The text without where links lead, and without the marks that are single characters."""
    return (_LINK.sub(b"", text) if b"](" in text else text).translate(None, _LEFT_OUT)


def shown(found: re.Match[str]) -> str:
    """What Markdown shows of what MARKUP has found."""
    if found["escaped"]:
        return found["escaped"]
    if found["entity"] is None:
        return HIDDEN
    said = html.unescape(found[0])
    return said if said.isascii() and said.isprintable() else HIDDEN
