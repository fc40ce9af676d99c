"""Which files a person has looked at, until they change again."""

from __future__ import annotations

from ampsm_gui.models.changes.sources import Changes


class ViewedFiles:
    """Of one session. A file that has changed since it was viewed is one that was not."""

    def __init__(self) -> None:
        self._marks: dict[str, int] = {}  # by path: what the file was like when it was viewed

    def __contains__(self, path: object) -> bool:
        return path in self._marks

    def paths(self) -> frozenset[str]:
        """The files that were viewed."""
        return frozenset(self._marks)

    def forget_changed(self, changes: Changes) -> None:
        """Drops the files that are other now."""
        self._marks = {path: mark for path, mark in self._marks.items() if mark == _mark(changes, path)}

    def toggle(self, path: str, changes: Changes) -> None:
        """Marks a file as viewed, or no longer."""
        if self._marks.pop(path, None) is None:
            self._marks[path] = _mark(changes, path)


def _mark(changes: Changes, path: str) -> int:
    return hash(tuple(changes.parts.get(path, ())))
