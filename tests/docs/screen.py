"""A terminal's screen: turns recorded output with its cursor movements into the lines that are left on it."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\x1b\[(?P<args>[\d;?]*)(?P<final>[A-Za-z])|(?P<other>\x1b.|[\r\n\b])|(?P<char>[^\x1b])", re.S)
Cell = tuple[str, str]


class Screen:
    """Knows what the program's tables and live views use: colours, line starts, moving up and down, erasing.

    `width` in columns; a longer line goes on in the next one.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[list[Cell]] = [[]]
        self._row = self._column = 0
        self._style = ""

    def feed(self, output: str) -> None:
        for token in _TOKEN.finditer(output):
            if token["char"]:
                self._put(token["char"])
            elif token["final"]:
                self._control(token["final"], token["args"])
            elif token["other"] == "\n":
                self._row += 1
                self._column = 0
            elif token["other"] == "\r":
                self._column = 0

    def text(self) -> str:
        """The lines with their colours as escape sequences, without what is blank at the end."""
        return "\n".join(self._rendered(line) for line in self.lines).rstrip() + "\n"

    def _put(self, char: str) -> None:
        if self._column >= self.width:
            self._row += 1
            self._column = 0
        line = self._line()
        line.extend([(" ", "")] * (self._column - len(line)))
        line[self._column : self._column + 1] = [(char, self._style)]
        self._column += 1

    def _line(self) -> list[Cell]:
        while len(self.lines) <= self._row:
            self.lines.append([])
        return self.lines[self._row]

    def _control(self, final: str, args: str) -> None:
        count = int(args) if args.isdigit() else 1
        if final == "m":
            self._style = "" if args in ("", "0") else f"{self._style}\x1b[{args}m"
        elif final == "A":
            self._row = max(0, self._row - count)
        elif final == "B":
            self._row += count
        elif final == "G":
            self._column = count - 1
        elif final == "K":
            line = self._line()
            line[:] = [] if args == "2" else line[: self._column]
        elif final == "J":
            del self._line()[self._column :]
            del self.lines[self._row + 1 :]

    @staticmethod
    def _rendered(line: list[Cell]) -> str:
        text, style = "", ""
        for char, wanted in line:
            if wanted != style:
                text += ("\x1b[0m" if style else "") + wanted
                style = wanted
            text += char
        return text.rstrip() + ("\x1b[0m" if style else "")
