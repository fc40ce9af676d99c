"""Count the lines, words and characters of text files."""

from __future__ import annotations

import sys
from pathlib import Path


def count(text: str) -> tuple[int, int, int]:
    """How many lines, words and characters a text has."""
    return len(text.splitlines()), len(text.split()), len(text)


def longest_word(text: str) -> str:
    """The longest word, the first of several; empty for a text without words."""
    return max(text.split(), key=len, default="")


def main(arguments: list[str]) -> int:
    for name in arguments:
        lines, words, characters = count(Path(name).read_text())
        print(f"{lines:6} {words:6} {characters:6} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
