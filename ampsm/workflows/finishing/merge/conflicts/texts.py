"""The text of a conflicted file for people, and theirs as bytes of that file (SPEC section 12).

How a file is written is what target and session agree on; what both began with may have been put into another encoding
or other line ends by both. What they have can always be turned back into the very same bytes: carriage returns and a
byte order mark stay in the text, and where one is not UTF-8 all is read as Latin-1, in which every byte is a character.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from ampsm.model.conflicts import Hunk, HunkKind
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts.hunks import Region

_MARK = "\ufeff"


class LineEnd(StrEnum):
    """How the lines of a file end; `none` without a line that ends."""

    LF = "lf"
    CRLF = "crlf"
    MIXED = "mixed"
    NONE = "none"


@record
class Encoding:
    """How target and session are written: in UTF-8 or, where one is not, in Latin-1; beginning with a byte order mark
    where both do; how lines end, and whether the last one does in both. `ends` has the line end that each line has, in
    a file where they are mixed."""

    codec: str
    mark: bool
    line_end: LineEnd
    last_ends: bool
    ends: dict[str, str]

    def decode(self, content: bytes) -> str:
        """Bytes of any of the sides, or made of them, as text. What only the base has in another encoding is U+FFFD."""
        return content.decode(self.codec, "replace")

    def encode(self, text: str) -> bytes:
        """Text as bytes of the file, its line ends as they are. Raises `not-in-encoding` (exit 2) for a character that
        the file cannot hold."""
        try:
            return text.encode(self.codec)
        except UnicodeEncodeError as error:
            character = f"U+{ord(text[error.start]):04X}"
            raise UserError(
                "not-in-encoding",
                f"The file is not UTF-8 and has no way to write the character {character}",
            ) from None

    def given(self, text: str | bytes) -> bytes:
        """What people wrote as bytes of the file: in its encoding, with its line ends. Bytes are read as UTF-8, else as
        the file is. Raises `not-in-encoding`."""
        if isinstance(text, bytes):
            if self.codec == "utf-8" and not _is_utf8(text):
                raise UserError("not-in-encoding", "The file is UTF-8, and the text for it is not")
            text = text.decode() if _is_utf8(text) else text.decode(self.codec)
        return self.encode(self._with_line_ends(text))

    def given_whole(self, text: str | bytes) -> bytes:
        """As `given`, of the text of the whole file: with its byte order mark, and a line end after the last line where
        every side has one."""
        content = self.given(text)
        mark = self.encode(_MARK) if self.mark else b""
        if content and self.last_ends and not content.endswith(b"\n"):
            content += b"\r\n" if self.line_end is LineEnd.CRLF else b"\n"
        return content if content.startswith(mark) else mark + content

    def _with_line_ends(self, text: str) -> str:
        of_text = _line_end(text)
        if of_text is LineEnd.NONE or self.line_end in (of_text, LineEnd.NONE) or of_text is LineEnd.MIXED:
            return text
        plain = text.replace("\r\n", "\n")
        if self.line_end is LineEnd.LF:
            return plain
        if self.line_end is LineEnd.CRLF:
            return plain.replace("\n", "\r\n")
        lines = plain.split("\n")
        most = "\r\n" if list(self.ends.values()).count("\r\n") * 2 > len(self.ends) else "\n"
        return "".join(line + self.ends.get(line, most) for line in lines[:-1]) + lines[-1]


def encoding_of(*sides: bytes) -> Encoding:
    """How a file is written, by what it is on these sides; an empty one tells nothing."""
    there = [side for side in sides if side]
    codec = "utf-8" if all(map(_is_utf8, there)) else "latin-1"
    texts = [side.decode(codec) for side in there]
    mark = codec == "utf-8" and bool(texts) and all(text.startswith(_MARK) for text in texts)
    found = {_line_end(text) for text in texts} - {LineEnd.NONE}
    line_end = LineEnd.MIXED if len(found) > 1 else next(iter(found), LineEnd.NONE)
    ends = _ends(texts) if line_end is LineEnd.MIXED else {}
    last_ends = bool(texts) and all(text.endswith("\n") for text in texts)
    return Encoding(codec, mark, line_end, last_ends, ends)


def only_white_space(hunk: Hunk | Region) -> bool:
    """Whether nothing but white space, line breaks too, is different: between the sides of a conflict, else between the
    base and the side that changed it."""
    if hunk.kind is HunkKind.CONFLICT:
        one, other = hunk.target, hunk.session
    else:
        one, other = hunk.base, hunk.session if hunk.kind is HunkKind.SESSION else hunk.target
    return one != other and _squeezed(one) == _squeezed(other)


def _squeezed(text: str | bytes) -> str | bytes:
    return "".join(text.split()) if isinstance(text, str) else b"".join(text.split())


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line_end(text: str) -> LineEnd:
    breaks, carriages = text.count("\n"), text.count("\r\n")
    if not breaks:
        return LineEnd.NONE
    return LineEnd.MIXED if 0 < carriages < breaks else LineEnd.CRLF if carriages else LineEnd.LF


def _ends(texts: list[str]) -> dict[str, str]:
    """The line end that each line has most often."""
    seen = Counter(found for text in texts for found in re.findall(r"([^\n]*?)(\r?\n)", text))
    return {line: end for (line, end), _ in sorted(seen.items(), key=lambda found: found[1])}
