"""JSON objects in columns, as far as they can be read: `doctor` names what is broken."""

from __future__ import annotations

import json
from typing import Any


def stored_object(text: str | None) -> dict[str, Any] | None:
    """The object that a column holds; None for NULL, and an empty one for what is no JSON object."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
