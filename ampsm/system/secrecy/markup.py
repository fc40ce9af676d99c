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


def may_be_marked_up(text: str) -> bool:
    """Whether Markdown may show the text otherwise."""
    return _ANY_MARK.search(text) is not None


def shown(found: re.Match[str]) -> str:
    """What Markdown shows of what MARKUP has found."""
    if found["escaped"]:
        return found["escaped"]
    if found["entity"] is None:
        return HIDDEN
    said = html.unescape(found[0])
    return said if said.isascii() and said.isprintable() else HIDDEN
