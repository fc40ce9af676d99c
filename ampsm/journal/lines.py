"""Bytes → lines, wherever the reads happen to cut them (SPEC section 5: lines of any length up to 16 MiB)."""

from __future__ import annotations

LINE_LIMIT = 16 * 1024 * 1024


class LineSplitter:
    """Collects reads of a stream and gives back its lines. Holds at most one line of `limit` bytes.

    A line ends at `\\n`; one `\\r` before that is left out. A longer line comes in pieces of `limit` bytes.
    """

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self._limit = limit
        self._pending = bytearray()
        self._in_pieces = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines (or pieces of lines) that are complete with this read, without line ends."""
        lines: list[bytes] = []
        first, *others = data.split(b"\n")
        self._extend(first, lines)
        for part in others:
            self._end_line(lines)
            self._extend(part, lines)
        return lines

    def finish(self) -> list[bytes]:
        """The half last line, if the stream did not end with a newline."""
        lines: list[bytes] = []
        if self._pending:
            self._end_line(lines)
        return lines

    def _extend(self, part: bytes, lines: list[bytes]) -> None:
        self._pending += part
        while len(self._pending) > self._limit:
            lines.append(bytes(self._pending[: self._limit]))
            del self._pending[: self._limit]
            self._in_pieces = True

    def _end_line(self, lines: list[bytes]) -> None:
        line = bytes(self._pending).removesuffix(b"\r")
        if line or not self._in_pieces:
            lines.append(line)
        self._pending.clear()
        self._in_pieces = False


def decode_line(line: bytes) -> str:
    """A line as text; bytes that are no UTF-8 become U+FFFD."""
    return line.decode("utf-8", "replace")
