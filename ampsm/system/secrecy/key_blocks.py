"""A private key that a program prints line by line: no line of it looks like a secret alone (SPEC section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ampsm.system.readable import seen
from ampsm.system.secrecy.redaction import MARK

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[ \t\r]*$")
#: As `cat -n`, `grep -n`, a quote or a diff may show it.
_PREFIX = r"[ \t]*(?:\d{1,6}(?:[:|\t-]|→|[ ]{1,4})[ \t]*)?(?:[>|+-][ \t]?)?"
_BODY = re.compile(_PREFIX + r"[A-Za-z0-9+/]+={0,2}[ \t\r]*")
#: Characters at a line's end in which its last words are, however coloured.
_TAIL = 400
_BETWEEN = re.compile(_PREFIX + r"(?:(?:Proc-Type|DEK-Info|Comment): .*)?[ \t\r]*")


class KeyBlocks:
    """Redacts the lines of one stream, one after the other, also those inside a private key."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._inside = False

    def redact(self, line: str) -> str:
        """The line without secrets; a line of a key's body is the mark alone."""
        if self._inside:
            shown = seen(line)
            if _BETWEEN.fullmatch(shown):
                return self._redact(line)
            if _BODY.fullmatch(shown):
                return MARK
        self._inside = _BEGIN.search(seen(line[-_TAIL:])[-100:]) is not None
        return self._redact(line)
