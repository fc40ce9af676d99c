"""Replaces secrets by `[REDACTED]` in everything that is stored or shown (SPEC section 5, "Secrets").

Two kinds are known: values whose name says so, and texts that have the shape of a key. Git content is never altered.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ampsm.model.settings import is_secret_name

MARK = "[REDACTED]"
SHORTEST_SECRET = 8

_NUMBER = re.compile(r"[+-]?(\d[\d_,]*\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off", "enabled", "disabled", "null", "none"})

# What a key of a known shape cannot do without, each found from one character that is quick to look for: a fifth
# of the time of looking for every prefix, and most texts hold no key.
_BY_UNDERSCORE = re.compile(r"_(?:(?<=sgamp_)|(?<=gh[pousr]_)|(?<=github_pat_)|(?<=npm_))")
_BY_HYPHEN = re.compile(r"-(?:(?<=sk-)|(?<=glpat-)|(?<=xox[a-z]-)|(?<=pypi-)|(?<=PRIVATE KEY-))")
_BY_I = re.compile(r"I(?:(?<=AKI)A|(?<=ASI)A|(?<=AI)za)")
# A key begins where no word goes on. A letter before it may be the end of an escape: `\n` in a line of JSON, `[31m` of
# a terminal. No part may look far ahead at each of many beginnings: a line can have 16 MiB.
_SHAPES = r"""(?x)
    (?: (?<![A-Za-z0-9]) | (?<=\\[bfnrt]) | (?<=[\d\[;][mK]) )
    (?: sgamp_[\w-]{8,}
      | sk-(?:ant|proj|live|test|svcacct|admin|or)-[\w-]{12,}
      | sk-[A-Za-z0-9]{20,}
      | sk-(?=[\w-]{0,60}\d)[\w-]{20,}
      | gh[pousr]_[A-Za-z0-9]{16,}
      | github_pat_\w{16,}
      | glpat-[\w-]{16,}
      | xox[a-z]-[\w-]{10,}
      | (?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])
      | AIza[\w-]{30,}
      | npm_[A-Za-z0-9]{30,}
      | pypi-[\w-]{40,}
      | (?<![_-])eyJ[\w-]{8,2000}\.eyJ[\w-]{8,}\.[\w-]*
      | (?<=Bearer\ )(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*
      | (?<=bearer\ )(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*
      | (?<=BEARER\ )(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*
    )
    | -----BEGIN\ (?:[A-Z]+\ )*PRIVATE\ KEY-----
      (?: [^"-]*+(?:-(?!----(?:BEGIN|END))[^"-]*+)*+-----END\ (?:[A-Z]+\ )*PRIVATE\ KEY-----
        | (?: (?:\\+[nr]|\s)++ [A-Za-z0-9+/]{16,}+ =* )++ )  # its end was cut off
    """


@cache
def _shapes() -> re.Pattern[str]:
    """Compiled for the first text that may hold a key: it takes a millisecond."""
    return re.compile(_SHAPES)


def secret_values(named: Mapping[str, str]) -> list[str]:
    """The values that must never be shown: their name holds a secret word, they have at least 8 characters and are no
    number, boolean or existing path. `GIT_CONFIG_KEY_<n>` holds the name of a git setting, which is none."""
    return [
        value
        for name, value in named.items()
        if is_secret_name(name) and _is_secret_value(value) and not name.startswith("GIT_CONFIG_KEY_")
    ]


class Redactor:
    """Replaces the given secret values and everything shaped like a key."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value)}
        self._forms = sorted((form for form in forms if form and form not in MARK), key=len, reverse=True)

    def redact(self, text: str) -> str:
        """The text without secrets, whether they stand there plainly or escaped for JSON (once or twice)."""
        if any(form in text for form in self._forms):
            text = self._without_values(text)
        if _may_hold_key(text):
            text = _shapes().sub(MARK, text)
        return text

    def redact_line(self, line: str) -> str:
        """A line of an agent without secrets. A line that is JSON stays JSON of the same structure."""
        redacted = self.redact(line)
        # An escape may hide a secret from a search in the line as it stands, e.g. `\u0073k-…`.
        if redacted == line and "\\u" not in line and "\\/" not in line:
            return line
        if line.lstrip(" \t")[:1] not in ("{", "[", '"'):
            return redacted
        try:
            value = json.loads(line)
            clean = self.redact_value(value)
            return line if clean == value else _compact_json(clean)
        except (ValueError, RecursionError):
            return redacted

    def redact_value(self, value: Any) -> Any:
        """A JSON value with every text in it redacted, keys included."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, dict):
            return {self.redact(str(key)): self.redact_value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.redact_value(item) for item in value]
        if isinstance(value, int | float) and not isinstance(value, bool) and str(value) in self._forms:
            return MARK
        return value

    def _without_values(self, text: str) -> str:
        # Secrets may overlap: what is covered by any of them goes, so that no end of one is left.
        spans = sorted(span for form in self._forms for span in _occurrences(form, text))
        pieces, end = [], 0
        for start, stop in spans:
            if start >= end:
                pieces += [text[end:start], MARK]
            end = max(end, stop)
        return "".join([*pieces, text[end:]])


def _may_hold_key(text: str) -> bool:
    """Whether looking for `_SHAPES` is worth it."""
    return bool(
        _BY_UNDERSCORE.search(text)
        or _BY_HYPHEN.search(text)
        or ("I" in text and _BY_I.search(text))
        or ("J" in text and "eyJ" in text)
        or "earer " in text
        or "BEARER " in text
    )


def _is_secret_value(value: str) -> bool:
    plain = value.strip()
    if len(plain) < SHORTEST_SECRET or _NUMBER.fullmatch(plain) or plain.lower() in _BOOLEANS:
        return False
    return not _is_existing_path(plain)


def _is_existing_path(text: str) -> bool:
    # A bare word is no path: else a file of the same name in the current folder would uncover a password.
    if "/" not in text and os.sep not in text:
        return False
    try:
        return os.path.exists(os.path.expanduser(text))  # noqa: PTH110, PTH111 - Path() is slow and raises more
    except ValueError:
        return False


def _forms(value: str) -> set[str]:
    """How a value may stand in a text: plainly, by lines when it has several, escaped for JSON once and twice."""
    plain = {value, value.strip()}
    if "\n" in value:
        lines = (line.strip() for line in value.splitlines())
        plain |= {line for line in lines if len(line) >= 16 and not any(c.isspace() for c in line)}
    once = {form for text in plain for form in _escaped(text)}
    return plain | once | {form for text in once for form in _escaped(text)}


def _escaped(text: str) -> set[str]:
    return {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}


def _occurrences(form: str, text: str) -> Iterable[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def _compact_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate can only be written as an escape
        text = json.dumps(value, separators=(",", ":"))
    return text
