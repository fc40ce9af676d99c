"""The pages of the documentation and their fenced blocks.

A block that starts with ```` ```sh ```` is run by a test, line by line; `exit=N` behind `sh` says that its lines end
with another exit code than 0. Blocks of other languages are never run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^( *)```(.*)$")
_EXIT = re.compile(r"\bexit=(\d+)\b")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is the number of its first line, `heading` the nearest heading above it."""

    page: Path
    line: int
    heading: str
    info: str
    text: str

    @property
    def language(self) -> str:
        return self.info.split(" ", 1)[0]

    @property
    def exit_code(self) -> int:
        found = _EXIT.search(self.info)
        return int(found.group(1)) if found else 0

    def commands(self) -> list[tuple[int, str]]:
        """(line number, shell command) of each command; lines that end with a backslash are joined."""
        commands: list[tuple[int, str]] = []
        started = 0
        parts: list[str] = []
        for number, line in enumerate(self.text.splitlines(), self.line):
            if not parts and (not line.strip() or line.lstrip().startswith("#")):
                continue
            started = started if parts else number
            parts.append(line)
            if not line.endswith("\\"):
                commands.append((started, "\n".join(parts)))
                parts = []
        return commands


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page in their order."""
    found: list[Block] = []
    heading = ""
    opened: tuple[int, str, str] | None = None
    inside: list[str] = []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None:
            if fence:
                opened, inside = (number + 1, fence.group(1), fence.group(2).strip()), []
            elif line.startswith("#"):
                heading = line.lstrip("#").strip()
        elif fence and not fence.group(2):
            start, indent, info = opened
            text = "\n".join(part.removeprefix(indent) for part in inside)
            found.append(Block(page, start, heading, info, text))
            opened = None
        else:
            inside.append(line)
    assert opened is None, f"{page}:{opened[0]}: the block is not closed"
    return found


def inline_code(page: Path) -> list[tuple[int, str]]:
    """(line number, text) of each `code` outside fenced blocks."""
    found: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            found += [(number, code) for code in re.findall(r"`([^`]+)`", line)]
    return found
