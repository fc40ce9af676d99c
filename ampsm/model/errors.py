"""Errors a user can cause: a code, one line, the next command to type and an exit code (SPEC section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """What a command's exit code means to scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICTS = 4
    REFUSED = 5
    BUSY = 6
    AGENT = 7
    TESTS_FAILED = 8
    STOPPED = 130


#: Every error code a command can end with, and its exit code. The documentation's table is made from this.
EXIT_CODES: Mapping[str, ExitCode] = {
    # 1: something went wrong that is not the user's doing
    "failed": ExitCode.FAILED,
    "git-failed": ExitCode.FAILED,
    "git-missing": ExitCode.FAILED,
    "no-identity": ExitCode.FAILED,
    "commit-refused": ExitCode.FAILED,
    "commit-failed": ExitCode.FAILED,
    "config-unreadable": ExitCode.FAILED,
    "database-damaged": ExitCode.FAILED,
    "database-missing": ExitCode.FAILED,
    "database-newer": ExitCode.FAILED,
    "database-unavailable": ExitCode.FAILED,
    "disk-full": ExitCode.FAILED,
    "object-missing": ExitCode.FAILED,
    "permission-denied": ExitCode.FAILED,
    "not-available": ExitCode.FAILED,
    "nothing-in-progress": ExitCode.FAILED,
    "push-failed": ExitCode.FAILED,
    "gh-missing": ExitCode.FAILED,
    "pull-request-failed": ExitCode.FAILED,
    "gui-missing": ExitCode.FAILED,
    "no-screen": ExitCode.FAILED,
    "cannot-write": ExitCode.FAILED,
    # 2: the command line
    "usage": ExitCode.USAGE,
    "unknown-command": ExitCode.USAGE,
    "unknown-option": ExitCode.USAGE,
    "not-in-encoding": ExitCode.USAGE,
    "unknown-key": ExitCode.USAGE,
    "invalid-value": ExitCode.USAGE,
    "ambiguous-session": ExitCode.USAGE,
    "no-test-script": ExitCode.USAGE,
    "no-base-branch": ExitCode.USAGE,
    # 3: no such thing
    "not-a-repository": ExitCode.NOT_FOUND,
    "bare-repository": ExitCode.NOT_FOUND,
    "no-commits": ExitCode.NOT_FOUND,
    "no-such-session": ExitCode.NOT_FOUND,
    "no-such-branch": ExitCode.NOT_FOUND,
    "no-such-iteration": ExitCode.NOT_FOUND,
    "no-such-commit": ExitCode.NOT_FOUND,
    "no-such-follow-up": ExitCode.NOT_FOUND,
    "no-such-tool-call": ExitCode.NOT_FOUND,
    "no-such-file": ExitCode.NOT_FOUND,
    "no-snapshot": ExitCode.NOT_FOUND,
    # 4: conflicts to resolve
    "conflicts": ExitCode.CONFLICTS,
    "target-moved": ExitCode.CONFLICTS,
    # 5: refused to protect work
    "uncommitted-changes": ExitCode.REFUSED,
    "files-in-the-way": ExitCode.REFUSED,
    "branch-name-blocked": ExitCode.REFUSED,
    "context-folder-tracked": ExitCode.REFUSED,
    "wrong-worktree": ExitCode.REFUSED,
    "worktree-missing": ExitCode.REFUSED,
    "branch-moved": ExitCode.REFUSED,
    "repository-changed": ExitCode.REFUSED,
    "unfinished-operation": ExitCode.REFUSED,
    "nothing-to-commit": ExitCode.REFUSED,
    "session-cleaned-up": ExitCode.REFUSED,
    "nested-repository": ExitCode.REFUSED,
    "cannot-remove": ExitCode.REFUSED,
    "nothing-to-merge": ExitCode.REFUSED,
    "cannot-separate": ExitCode.REFUSED,
    "merge-in-progress": ExitCode.REFUSED,
    "not-merged": ExitCode.REFUSED,
    "worktree-locked": ExitCode.REFUSED,
    "branch-checked-out": ExitCode.REFUSED,
    "main-checkout": ExitCode.REFUSED,
    "already-a-session": ExitCode.REFUSED,
    "not-ready": ExitCode.REFUSED,
    "nothing-to-undo": ExitCode.REFUSED,
    "undo-not-possible": ExitCode.REFUSED,
    "edited-outside": ExitCode.REFUSED,
    # 6: another process holds the session
    "busy": ExitCode.BUSY,
    # 7: the agent
    "not-installed": ExitCode.AGENT,
    "broken-install": ExitCode.AGENT,
    "not-logged-in": ExitCode.AGENT,
    "bad-arguments": ExitCode.AGENT,
    "network": ExitCode.AGENT,
    "out-of-credits": ExitCode.AGENT,
    "rate-limited": ExitCode.AGENT,
    "provider-unavailable": ExitCode.AGENT,
    "context-full": ExitCode.AGENT,
    "permission-needed": ExitCode.AGENT,
    "thread-gone": ExitCode.AGENT,
    "agent-failed": ExitCode.AGENT,
    "crashed": ExitCode.AGENT,
    "no-answer": ExitCode.AGENT,
    "stalled": ExitCode.AGENT,
    "timed-out": ExitCode.AGENT,
    "auth-command-failed": ExitCode.AGENT,
    # 8, 130
    "tests-failed": ExitCode.TESTS_FAILED,
    "cancelled": ExitCode.STOPPED,
    "interrupted": ExitCode.STOPPED,
}

_STORE_OUTAGES = frozenset({"database-unavailable", "database-damaged", "database-missing", "disk-full"})


def quoted(path: object) -> str:
    """A path or word as it can be typed in a shell, for hints: in one line, in which everything can be seen."""
    import shlex

    word = str(path)
    if word.isprintable():
        return shlex.quote(word)
    seen = (part if part.isprintable() and part not in "'\\" else _octal(part) for part in word)
    return f"$'{''.join(seen)}'"


def _octal(part: str) -> str:
    import os

    return "".join(f"\\{byte:03o}" for byte in os.fsencode(part))


def moving_away(path: object) -> str:
    """The command that takes something out of the way, for hints. Typed for one file after the other it writes over
    nothing that it has moved before."""
    return f"mv -i {quoted(path)} elsewhere"


class UserError(Exception):
    """An error a user can cause or cure: shown as `error: <message>` and `hint: <hint>`, never as a traceback.

    `code` is a key of EXIT_CODES (else KeyError), `message` one line, `hint` the next command to type, `details` plain
    JSON values.
    """

    def __init__(
        self, code: str, message: str, *, hint: str | None = None, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.exit_code = EXIT_CODES[code]
        self.message = " ".join(message.split())
        self.hint = hint
        self.details = dict(details or {})

    def redact(self, redact_value: Callable[[Any], Any]) -> None:
        """Takes secrets out of everything that the error says."""
        self.message, self.hint, self.details = redact_value([self.message, self.hint, self.details])
        self.args = (self.message,)

    def document(self) -> dict[str, object]:
        """The `Error` document of SPEC section 3."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "details": self.details}


class DespiteOutages(AbstractContextManager["DespiteOutages"]):
    """A block that is given up without an error where the store is locked, full or damaged. For what an iteration or a
    merge does in passing: the truth is in their files, and rows are made of these later."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, UserError) and error.code in _STORE_OUTAGES


class Stopped(BaseException):
    """The user or the system asked this process to stop (SIGINT, SIGTERM, SIGHUP): clean up and exit 130."""

    def __init__(self, signal_name: str) -> None:
        super().__init__(signal_name)
        self.signal_name = signal_name
