"""The word, the shape and the colour of every status (design: status is shape + word + colour)."""

from __future__ import annotations

from typing import Any, NamedTuple

from ampsm_gui.look.tokens import all_tokens

#: Session states by need of attention.
SESSION_ORDER = ("awaiting-input", "error", "running", "idle", "done")

_GLYPHS = {
    "diamond": "status-needs-you",
    "octagon-cross": "status-failed",
    "triangle": "status-running",
    "ring": "status-ready",
    "merge": "status-merged",
    "check": "status-check",
    "cross": "status-cross",
    "clock": "status-clock",
    "ring-slash": "status-stopped",
    "ring-dashed": "status-dashed",
    "ring-broken": "status-interrupted",
    "warning": "status-warning",
}


class StatusLook(NamedTuple):
    """A status as it is shown; `glyph` names an icon, `token` the colour of shape and word."""

    word: str
    glyph: str
    token: str

    @property
    def tint(self) -> str:
        """The token of the ground of its badge."""
        role = self.token.split(".")[0]
        return f"{role}.tint" if role not in ("text", "accent") else "surface.hover"


_CLEANED_UP = StatusLook("Cleaned up", "status-dashed", "text.muted")
_TESTS_FAIL = StatusLook("Tests fail", "status-cross", "danger.text")


def session_look(status: str) -> StatusLook:
    """Of a session's status, e.g. `awaiting-input` → Needs you."""
    return _CLEANED_UP if status == "cleaned-up" else _look("session", status)


def iteration_look(status: str) -> StatusLook:
    """Of an iteration's status, e.g. `cancelled` → Stopped."""
    return _look("iteration", status)


def outcome_look(iteration: dict[str, Any]) -> StatusLook:
    """Of an iteration as a whole, by its document: one that succeeded and whose tests fail is no success."""
    test = iteration.get("test")
    if iteration["status"] == "succeeded" and test is not None and not test["passed"]:
        return StatusLook("Tests timed out", "status-clock", "warning.text") if test["timedOut"] else _TESTS_FAIL
    return iteration_look(iteration["status"])


def check_look(status: str) -> StatusLook:
    """Of a check of preflight: pass, warn, fail, skip."""
    return _look("check", status)


def _look(kind: str, status: str) -> StatusLook:
    found = all_tokens()["status"][kind].get(status)
    if found is None:  # a word of a newer program
        return StatusLook(status.capitalize(), "status-dashed", "text.muted")
    role = found["role"]
    return StatusLook(found["word"], _GLYPHS[found["shape"]], role if "." in role else f"{role}.text")
