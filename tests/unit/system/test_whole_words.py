"""What is bounded before it is redacted is cut where no secret can be cut in two."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ampsm.git.command import GitError
from ampsm.git.commits import CommitRefused
from ampsm.system.calls import last_lines
from ampsm.system.processes import command_of
from ampsm.system.secrecy.redaction import Redactor

SECRET = "hunter2-Hunter2-hunter2"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor([SECRET])


def pieces(text: str) -> list[str]:
    return [SECRET[at : at + 5] for at in range(len(SECRET) - 4) if SECRET[at : at + 5] in text]


@pytest.mark.parametrize("length", range(21))
def test_last_lines(length: int) -> None:
    assert last_lines(b"first\nsecond\nthe third\n\n", length) == (
        b"the third" if length < 16 else b"second\nthe third" if length < 22 else b"first\nsecond\nthe third"
    )


@pytest.mark.parametrize("around", [180, 200, 7_980, 20_000])
def test_what_git_and_its_hooks_say(redactor: Redactor, around: int) -> None:
    for more in range(0, 40, 3):
        for said in (f"{'x' * (around + more)} {SECRET} {'y' * 9}", f"{'x' * 9} {SECRET} {'y' * (around + more)}"):
            refused = CommitRefused(said)
            failed = GitError("git failed", f"before {SECRET}\n{said}".encode())
            for error in (refused, failed):
                shown = redactor.redact(error.message) + str(redactor.redact_value(error.details))
                assert "[REDACTED]" in shown and not pieces(shown), shown


def test_the_command_of_a_process(redactor: Redactor, wait_until: Callable[..., Any]) -> None:
    for before in range(70, 130, 4):
        with subprocess.Popen(["sh", "-c", "read x", "x" * before, SECRET, "y"], stdin=subprocess.PIPE) as process:
            wait_until(partial(command_of, process.pid))  # its program is loaded
            shown = command_of(process.pid)
            process.kill()
        assert shown.startswith("sh -c read x") and len(shown) <= 122 and not pieces(redactor.redact(shown)), shown
