"""The first look at a text: whether a secret can be in it at all.

Nearly no text holds one, and every command has texts to look at, so this one costs little: it reads bytes, and loads
none of what a close look (`close_look`) needs. It may say yes for nothing, and never no where there is something.
"""

from __future__ import annotations

import re

from ampsm.system.unseen import holds_unseen

_OUTLINED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-aghjkmpqsvwxyz"
_LEFT_OUT = bytes(byte for byte in range(256) if byte not in _OUTLINED)
_UNDERSCORE = re.compile(rb"_(?:(?<=sgamp_)|(?<=gh[ps]_)|(?<=gh_)|(?<=pm_))")
_HYPHEN = re.compile(rb"-(?:(?<=sk-)|(?<=gpa-)|(?<=xx-)|(?<=xx[a-z]-)|(?<=pyp-)|(?<=EKEY-))")
_I = re.compile(rb"I(?:(?<=AKI)A|(?<=ASI)A|(?<=AI)za)")

#: Escapes in which a secret can hide, each with what it cannot do without. That of a line feed is in every other line,
#: and looked at by those who need it.
_HIDING = {
    b"\\": rb"\\[uUxbe/r0-3](?:(?<![r0-3])|(?<=r)(?!\\+n)|(?<=[0-3])[0-7]{2})",
    b"%": rb"%(?:[01][0-9A-Fa-f]|2[dD]|5[fF]|[89A-Fa-f][0-9A-Fa-f])",
    b"^": rb"\^\[[\[\](]",
    b"&": rb"&(?:#|lowbar|UnderBar|hyphen|dash|period|sol|plus|equals|shy|zw|ZeroWidth)",
}
_SHOWN_ASCII = bytes((*range(0x20, 0x7F), 0x09, 0x0A))

_LINK = rb"\]\([^()\s]*+\)"
_MARKS = b"\\*`~["


def outline(text: bytes) -> bytes:
    """The bytes of a text that tell secrets apart: a third of it, so looking takes a third of the time. What is in a
    text is in its outline, also when a line ends in it."""
    return text.translate(None, _LEFT_OUT)


def outline_may_hold_key(text: bytes, outlined: bytes) -> bool:
    """Whether the text, or the text without line ends, can hold what `key_shapes` knows."""
    return bool(
        _UNDERSCORE.search(outlined)
        or _HYPHEN.search(outlined)
        or b"yJ" in outlined
        or _I.search(outlined)
        or b"BEARER" in outlined
        or b"earer " in text
    )


def may_hide(text: bytes) -> bool:
    """Whether anything is in the text (UTF-8, halves of characters passed) that a reader takes away or puts another
    character for, line ends and marks of Markdown aside."""
    for sign, escape in _HIDING.items():
        if sign in text and re.search(escape, text):
            return True
    left = text.translate(None, _SHOWN_ASCII)
    return bool(left) and holds_unseen(left.decode("utf-8", "surrogatepass"))


def has_links(text: bytes) -> bool:
    """Whether parts of the text may be where a link of Markdown leads, which is not seen."""
    return b"(" in text and b"](" in text


def unmarked(text: bytes) -> bytes:
    """The text without where links lead, and without the marks of Markdown that are single characters."""
    return (re.sub(_LINK, b"", text) if has_links(text) else text).translate(None, _MARKS)
