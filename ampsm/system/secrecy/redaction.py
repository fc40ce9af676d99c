"""Replaces secrets by `[REDACTED]` in everything that is stored or shown (SPEC section 5, "Secrets").

Two kinds are known: values whose name says so, and texts that have the shape of a key. Git content is never altered.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ampsm.model.settings import is_secret_name
from ampsm.system.secrecy.first_look import has_links, may_hide, outline, outline_may_hold_key, unmarked
from ampsm.system.secrecy.secret_forms import SHORTEST_SECRET, forms, in_address

if TYPE_CHECKING:
    from ampsm.system.secrecy.close_look import CloseLook

MARK = "[REDACTED]"

#: Bytes of an outline that are worth looking for.
_TELLING = 5
#: What begins an escape sequence with whatever comes after it.
_INTRODUCERS = "\x1b\x9b"

_NUMBER = r"[+-]?(\d[\d_,]*\.?\d*|\.\d+)([eE][+-]?\d+)?"
_BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off", "enabled", "disabled", "null", "none"})


def secret_values(named: Mapping[str, str]) -> list[str]:
    """The values that must never be shown: their name holds a secret word, they have at least 8 characters and are no
    number, boolean or existing path. `GIT_CONFIG_KEY_<n>` holds the name of a git setting, which is none."""
    return [
        value
        for name, value in named.items()
        if is_secret_name(name) and _is_secret_value(value) and not name.startswith("GIT_CONFIG_KEY_")
    ]


class Redactor:
    """Replaces the given secret values and everything shaped like a key, as they stand in a text and as they read."""

    def __init__(self, values: Iterable[str]) -> None:
        plain = {form for value in values for form in forms(value)} - {""}
        addressed = {form for text in plain for form in in_address(text)} - plain
        self._forms = [form for form in sorted(plain | addressed) if form not in MARK]
        outlines = {form: outline(form.encode("utf-8", "surrogatepass")) for form in plain}
        self._outlines = sorted({found for found in outlines.values() if len(found) >= _TELLING})
        self._faint = sorted(form for form, found in outlines.items() if len(found) < _TELLING)
        self._in_address = sorted(addressed)

    def redact(self, text: str) -> str:
        """The text without secrets, whether they stand there plainly, escaped for JSON (at any depth), broken by line
        ends, marked up, or with escapes, control or invisible characters in between. To redact it again changes
        nothing: a key that began right behind a secret begins behind its mark, and is found then."""
        while (clean := self._redact_once(text)) != text:
            text = clean
        return text

    def _redact_once(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        if may_hide(data):
            return _replaced(text, self._close_look.spans(text))
        return self._redact_open(text, data)

    def redact_line(self, line: str) -> str:
        """A line of an agent without secrets. A line that is JSON stays JSON of the same structure."""
        data = line.encode("utf-8", "surrogatepass")
        if not may_hide(data) and self._redact_open(line, data) == line:
            return line
        if line.lstrip(" \t")[:1] not in ("{", "[", '"'):
            return self.redact(line)
        try:
            value, is_whole = _load(line)
            clean = self.redact_value(value)
            return line if is_whole and clean == value else _compact_json(clean)
        except (ValueError, RecursionError):
            return self.redact(line)

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

    def _redact_open(self, text: str, data: bytes) -> str:
        # A text in which nothing can hide but behind the end of a line or a mark.
        if self._may_hold(text, data):
            return _replaced(text, self._close_look.spans(text, as_it_reads=self._may_be_in_parts(text, data)))
        if has_links(data) and self._may_hold(text, unmarked(data)):
            return _replaced(text, self._close_look.spans(text))
        return text

    def _may_hold(self, text: str, data: bytes) -> bool:
        return (
            self._holds_value(outlined := outline(data))
            or outline_may_hold_key(data, outlined)
            or any(form in text for form in self._faint)
            or ("%" in text and any(form in text for form in self._in_address))
        )

    def _may_be_in_parts(self, text: str, data: bytes) -> bool:
        plain = unmarked(data)
        return (
            self._holds_value(outline(data))
            or self._holds_value(outline(plain))
            or self._close_look.may_hold_key_in_parts(text, plain.decode("utf-8", "surrogatepass"))
        )

    def _holds_value(self, outlined: bytes) -> bool:
        return any(form in outlined for form in self._outlines)

    @cached_property
    def _close_look(self) -> CloseLook:
        """Loaded for the first text that may hold a secret: it takes as long as a third of a small command."""
        from ampsm.system.secrecy.close_look import CloseLook

        return CloseLook(self._forms)


def _replaced(text: str, spans: list[tuple[int, int]]) -> str:
    # Secrets may overlap: what is covered by any of them goes, so that no end of one is left.
    pieces, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            pieces += [
                text[end:start].rstrip(_INTRODUCERS),
                MARK,
            ]  # an escape would take the mark's first letter with it
        end = max(end, stop)
    return "".join([*pieces, text[end:]])


def _is_secret_value(value: str) -> bool:
    plain = value.strip()
    if len(plain) < SHORTEST_SECRET or re.fullmatch(_NUMBER, plain) or plain.lower() in _BOOLEANS:
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


def _load(line: str) -> tuple[Any, bool]:
    """The value of a line of JSON, and whether it is all that the line holds: of a key that comes twice only the last
    value counts."""
    is_whole = True

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_whole
        found = dict(pairs)
        is_whole = is_whole and len(found) == len(pairs)
        return found

    return json.loads(line, object_pairs_hook=members), is_whole


def _compact_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate can only be written as an escape
        text = json.dumps(value, separators=(",", ":"))
    return text
