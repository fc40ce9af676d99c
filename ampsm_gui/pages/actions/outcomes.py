"""One line on what a command has done, from the document it printed."""

from __future__ import annotations

from typing import Any

from ampsm_gui.look.figures import seconds_prose


def iterate_words(document: dict[str, Any]) -> str:
    """An iteration has started, or its notes wait for the one that runs."""
    if document.get("queued"):
        return "The notes are queued"
    return f"Iteration {(document.get('iteration') or {}).get('number', '')} has started"


def stop_words(document: dict[str, Any]) -> str:
    """What was stopped, if anything still ran."""
    stopped = document.get("stopped")
    last = (document.get("session") or {}).get("lastIteration") or {}
    if stopped == "iteration" and last.get("status") == "succeeded":
        return f"Iteration {last['number']} had just ended"
    return {
        "iteration": "The iteration is stopped; what it had done is kept",
        "test": "The test script is stopped",
    }.get(str(stopped), "Nothing was running")


def passed_words(document: dict[str, Any]) -> str:
    """The tests pass, and how long they took."""
    return f"The tests pass ({seconds_prose((document.get('test') or {}).get('durationMs'))})"


def continue_words(document: dict[str, Any]) -> str:
    """Where a merge or rebase that was open has come to, with its warnings."""
    words = {"merged": "Merged into {}", "rebased": "Rebased onto {}"}
    said = words.get(str(document.get("status")), "The {} goes on").format(document.get("onto") or "the base")
    warnings = " ".join(document.get("warnings") or ())
    return f"{said}. {warnings}" if warnings else said


def restore_words(*, cleaned_up: bool) -> str:
    """What is back: of a session that was cleaned up everything, else only the worktree that was missing."""
    return "Branch, worktree and files are back" if cleaned_up else "The worktree is back, as git knew it"
