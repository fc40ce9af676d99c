"""What can stand inside a secret and is not seen by those who read it."""

from __future__ import annotations

#: By name: escapes of a terminal, control and invisible characters.
DISGUISES = {
    "colour": "\x1b[01;31m\x1b[K",
    "reset": "\x1b[m",
    "colour in 8 bits": "\x9b31m",
    "title": "\x1b]0;a title\x07",
    "link": "\x1b]8;;https://example.invalid\x1b\\",
    "charset": "\x1b(B",
    "escape": "\x1b",
    "nul": "\0",
    "bell": "\a",
    "delete": "\x7f",
    "next line": "\x85",
    "return": "\r",
    "overstrike": "x\b",
    "zero width": "\u200b",
    "joiner": "\u200d",
    "byte order mark": "\ufeff",
    "right to left": "\u202e",
    "isolate": "\u2066",
    "soft hyphen": "\xad",
    "struck through": "\u0336",
    "variation": "\ufe0f",
    "blank": "\u2800",
    "shorthand": "\U0001bca0",
    "tag": "\U000e0061",
    "no character": "\ufffd",
}

#: Where a terminal or a mail program breaks a long word.
LINE_ENDS = ("\n", "\x1b[m\n")
