"""The way through earlier notes and back."""

from __future__ import annotations

from collections.abc import Sequence


class NotesHistory:
    """Goes through earlier notes and back to what was being written."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._at = 0
        self._written = ""

    @property
    def texts(self) -> list[str]:
        """The earlier notes, oldest first."""
        return list(self._texts)

    def set_texts(self, texts: Sequence[str]) -> None:
        """Other notes; it stands behind the last one."""
        if list(texts) != self._texts:
            self._texts = list(texts)
            self._at = len(self._texts)

    def earlier(self, written: str) -> str | None:
        """The note before; None at the first. `written` is what stands in the box, kept for the way back."""
        if self._at == len(self._texts):
            self._written = written
        if self._at == 0:
            return None
        self._at -= 1
        return self._texts[self._at]

    def later(self) -> str | None:
        """The note after, at last what was being written; None when that stands there already."""
        if self._at >= len(self._texts):
            return None
        self._at += 1
        return self._written if self._at == len(self._texts) else self._texts[self._at]

    def leave(self) -> None:
        """Something was written or sent: the way starts at the end again."""
        self._at = len(self._texts)
