"""What a person writes for the next iteration: the draft of every session, and what was sent earlier."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QSettings

_KEPT = 30


class NotesKeeper:
    """Drafts and sent notes by session, in what the window remembers; so they outlive it."""

    def __init__(self, state: QSettings) -> None:
        self._state = state

    def draft(self, session_id: str) -> str:
        """What stood in the box of this session last."""
        return str(self._state.value(f"notes/{session_id}/draft", "") or "")

    def keep_draft(self, session_id: str, text: str) -> None:
        """Remembers what stands in the box; nothing is kept for nothing."""
        key = f"notes/{session_id}/draft"
        if text:
            self._state.setValue(key, text)
        elif self._state.contains(key):
            self._state.remove(key)

    def sent(self, session_id: str) -> list[str]:
        """What was sent from here, oldest first."""
        try:
            found = json.loads(str(self._state.value(f"notes/{session_id}/sent", "[]")))
        except ValueError:
            return []
        return [str(text) for text in found] if isinstance(found, list) else []

    def add_sent(self, session_id: str, text: str) -> None:
        """Remembers a note that was sent; the same twice in a row once."""
        if text.strip():
            self._state.setValue(f"notes/{session_id}/sent", json.dumps(_once([*self.sent(session_id), text])[-_KEPT:]))

    def earlier(self, session_id: str, iterations: Sequence[dict[str, Any]]) -> list[str]:
        """All earlier notes of a session, oldest first: the prompts of its iterations but the first, then what was
        sent from here and is not among them."""
        from ampsm.workflows.iteration import CONTINUE

        prompts = [str(found.get("prompt") or "") for found in iterations[1:]]
        told = [prompt for prompt in prompts if prompt.strip() and prompt.strip() != CONTINUE]
        return _once([*told, *self.sent(session_id)])


def _once(texts: Iterable[str]) -> list[str]:
    """Each text once, where it stood last."""
    return list(reversed(dict.fromkeys(reversed(list(texts)))))
