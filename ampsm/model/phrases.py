"""Numbers, lists of names and failures, as the parts of a sentence."""

from __future__ import annotations

from collections.abc import Sequence

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
    "unfinished-operation": "git not finished",
}


def failure_words(code: str) -> str:
    """What the code of an error is called where there is room for two or three words."""
    return _FAILURES.get(code) or code.replace("-", " ")


def few(names: Sequence[str], shown: int = 3) -> str:
    """The first few of some names, and how many more there are: `a, b, c and 4 more`."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """`1 commit`, `3 commits`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
