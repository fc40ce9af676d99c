"""Characters that are written out in a text: `\\n`, `\\u200b`, `\\033[31m`, `%2D`. Who reads it may put them back."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Escapes at any depth, as JSON, programs, git (bytes in octal figures), addresses and `cat -v` write them. The end of
#: a title, `\x1b\\`, is none of them, also where it is escaped itself.
ESCAPES = re.compile(r"""(?x)
    \x1b\\
    | (?P<run>\\++)(?:
          (?P<title>u001[bB]|x1[bB]|033)(?P=run)(?P=run)
        | u(?P<unit>[0-9a-fA-F]{4}) | [ux]\{(?P<braced>[0-9a-fA-F]{1,6})\} | U(?P<long>[0-9a-fA-F]{8})
        | (?P<hex>x[0-9a-fA-F]{2}(?:(?P=run)x[0-9a-fA-F]{2})*)
        | (?P<octal>[0-3][0-7]{2}(?:(?P=run)[0-3][0-7]{2})*)
        | (?P<letter>[befnrt]) | (?P<itself>["'/])
      )?
    | (?P<percent>(?:%[0-9a-fA-F]{2})+)
    | (?P<caret>\^\[)(?=[\[\](])
    """)
_ESCAPED = {"b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def unescaped(found: re.Match[str]) -> str:
    """What stands for a match of ESCAPES in the text that is meant; of what is no escape, the backslash alone."""
    part = found.lastgroup
    if part in (None, "title"):
        return "\x1b\\"
    if part == "caret":
        return "\x1b"
    if part == "percent":
        return _text_of(int(byte, 16) for byte in found[0].split("%")[1:])
    shown, run = "" if part == "run" else _said(part, found[part]), found["run"]
    # An escape has 1, 2, 4 … backslashes, by its depth; else the first ones are a backslash that is meant.
    return shown if shown and len(run) & (len(run) - 1) == 0 else "\\" + shown


def _said(part: str, written: str) -> str:
    """What an escape of a kind stands for."""
    match part:
        case "letter":
            return _ESCAPED[written]
        case "itself":
            return written
        case "octal":
            return _text_of(int(byte, 8) for byte in re.findall("[0-7]{3}", written))
        case "hex" if len(written) > 3:
            return _text_of(int(byte, 16) for byte in re.findall("(?<=x)..", written))
        case _:
            code = int(written.removeprefix("x"), 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"


def _text_of(data: Iterable[int]) -> str:
    return bytes(data).decode("utf-8", "replace")
