"""The message that several commits of a session start from when they become one."""

from __future__ import annotations

from collections.abc import Sequence


def suggested_message(name: str, subjects: Sequence[str]) -> str:
    """The session's name, then what its commits say, oldest first. One commit keeps its own."""
    if len(subjects) == 1:
        return subjects[0]
    said = "\n".join(f"- {subject}" for subject in dict.fromkeys(subjects) if subject != name)
    return f"{name}\n\n{said}" if said else name
