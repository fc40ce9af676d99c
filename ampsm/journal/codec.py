"""Event ↔ JSON line of a journal."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ampsm.journal.events import AnyEvent, Event

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(event: Event) -> bytes:
    """The event as one line with its newline. Lone surrogates, which UTF-8 cannot hold, become U+FFFD."""
    try:
        return _encoder.encode(event) + b"\n"
    except UnicodeEncodeError:
        values = {name: _encodable(getattr(event, name)) for name in event.__struct_fields__}
        return _encoder.encode(type(event)(**values)) + b"\n"


def progress_document(event: Event) -> dict[str, Any]:
    """The event as a command tells it that keeps no journal: without the number and the time that a journal gives."""
    stamps = ("v", "seq", "at")
    return {key: value for key, value in msgspec.to_builtins(event).items() if key not in stamps}


def decode(line: bytes) -> AnyEvent | None:
    """The event of a line; None for a broken line or a type this version does not know."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value
