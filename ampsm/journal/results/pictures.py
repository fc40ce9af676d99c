"""Images in what a tool said: as the blocks that MCP and models use, as `data:` addresses, as the content of a file."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from typing import Any

from ampsm.journal.results.bodies import PictureBody
from ampsm.journal.results.paths import shown_path

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)
_ADDRESS = re.compile(r"data:image/[a-z0-9.+-]{1,40};base64,([A-Za-z0-9+/=\s_-]+)\Z", re.IGNORECASE)
_FEWEST = 16  # letters of base64 that can be an image


def from_value(value: Any, args: dict[str, Any], worktree: str) -> PictureBody | None:
    """The first image in a JSON result: an image block, a list with one, or a file whose content is one."""
    if isinstance(value, list):
        return next((found for part in value if (found := from_value(part, args, worktree))), None)
    if not isinstance(value, dict):
        return None
    source = inner if isinstance(inner := value.get("source"), dict) else value
    path = next((str(one) for one in (value.get("absolutePath"), value.get("path"), args.get("path")) if one), "")
    for text in (source.get(key) for key in ("data", "content", "image", "url", "image_url", "base64")):
        if isinstance(text, dict):
            text = text.get("url")
        if isinstance(text, str) and (found := from_text(text, path, worktree)):
            return found
    blocks = value.get("content")
    return from_value(blocks, args, worktree) if isinstance(blocks, list) else None


def from_text(text: str, path: str, worktree: str) -> PictureBody | None:
    """An image that is all of a text, as base64 or as a `data:` address."""
    address = _ADDRESS.match(text.strip()) if text[:20].lstrip().lower().startswith("data:image/") else None
    coded = address[1] if address else text
    try:
        if len(coded) < _FEWEST or kind_of(b64decode(coded.lstrip()[:_FEWEST], validate=True)) is None:
            return None
        data = b64decode("".join(coded.split()), validate=True)
    except (Error, ValueError):
        return None
    return PictureBody(shown_path(path, worktree), kind_of(data) or "", data)


def kind_of(data: bytes) -> str | None:
    """The type of an image by how it begins; None for what is none that is shown."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for beginning, mime in _BEGINNINGS if data.startswith(beginning)), None)
