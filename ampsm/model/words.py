"""Numbers, lists and failures in the few words that sentences are made of."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 3

#: Why an iteration failed, where the code of its error says it worse.
_FAILURES = {
    "not-installed": "Amp not found",
    "broken-install": "Amp is broken",
    "bad-arguments": "wrong arguments",
    "provider-unavailable": "provider down",
    "thread-gone": "thread is gone",
    "agent-failed": "agent error",
    "crashed": "agent crashed",
    "no-answer": "Amp gave no answer",
    "auth-command-failed": "login failed",
    "cancelled": "stopped",
}


def failure_words(code: str) -> str:
    """What the code of an error is called where there is room for two or three words."""
    return _FAILURES.get(code) or code.replace("-", " ")


def listed(paths: Sequence[str]) -> str:
    """The first few of some paths, and how many more there are."""
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, word: str) -> str:
    """`1 commit`, `3 commits`."""
    return f"1 {word}" if number == 1 else f"{number} {word}s"
