"""How the value of a secret may be written: by lines, escaped for JSON, in an address."""

from __future__ import annotations

import json
import re

#: Characters; what is shorter is in too many texts by chance.
SHORTEST_SECRET = 8

_UNRESERVED = r"[A-Za-z0-9_.~-]*"
_PERCENT = "%[0-9A-F]{2}"


def forms(value: str) -> set[str]:
    """How a value may stand in a text: plainly, by lines when it has several, escaped for JSON once and twice."""
    plain = {value, value.strip()}
    if "\n" in value:
        lines = (line.strip() for line in value.splitlines())
        plain |= {line for line in lines if len(line) >= 16 and not any(c.isspace() for c in line)}
    once = {form for text in plain for form in _escaped(text)}
    return plain | once | {form for text in once for form in _escaped(text)}


def in_address(text: str) -> set[str]:
    """The text as it stands in an address, when it is written differently there."""
    from urllib.parse import quote

    quoted = (
        {quote(text, safe=""), quote(text)} if text.isprintable() and not re.fullmatch(_UNRESERVED, text) else set()
    )
    return quoted | {re.sub(_PERCENT, lambda code: code[0].lower(), form) for form in quoted}


def _escaped(text: str) -> set[str]:
    return {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
