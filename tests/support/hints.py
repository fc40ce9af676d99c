"""The commands that a hint names, as a shell reads them."""

from __future__ import annotations

import re
import subprocess

_NEXT = re.compile(r"[;,] (?:or|then|after|if|and)\b:? ?|\. (?=Then: )")
_PROGRAM = re.compile(r"(?:^|: )((?:amp-sessions|git|mv|rm|chmod|df|ls) .*)", re.DOTALL)


def commands_in(hint: str) -> list[list[str]]:
    """The words of each command, in the order of the hint; what is only said is left out."""
    found = (_PROGRAM.search(part) for part in _NEXT.split(hint))
    return [_words(match[1]) for match in found if match]


def _words(line: str) -> list[str]:
    """As bash takes them apart."""
    said = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, cwd="/")
    return said.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
