"""Every error code and status word has its entry in the tables that are read by it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ampsm.amp import failures
from ampsm.model.errors import EXIT_CODES, UserError
from ampsm.model.session import SESSION_STATUSES
from ampsm_cli.style import STATUS

ROOT = Path(__file__).parents[3]


def test_an_unknown_code_is_refused_where_the_error_is_made() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        UserError("no-such-code", "Never shown")


def test_every_code_in_the_sources_has_an_exit_code_and_is_used() -> None:
    used = {code: place for place, code in _codes_in_sources()}
    assert {code: place for code, place in used.items() if code not in EXIT_CODES} == {}
    assert set(EXIT_CODES) == {*used, *failures._HINTS}


def test_every_way_in_which_the_agent_fails_has_a_hint() -> None:
    assert {code for code, _, _ in failures._CLASSES} | set(failures._ENDED_BY) <= set(failures._HINTS)


def test_every_status_has_a_symbol() -> None:
    of_iterations = ("running", "succeeded", "failed", "cancelled", "timed-out", "interrupted")
    assert {*SESSION_STATUSES, *of_iterations} <= set(STATUS)


def _codes_in_sources() -> Iterator[tuple[str, str]]:
    """Where an error is made, and the codes in the argument that is its code."""
    for package in ("ampsm", "ampsm_cli", "ampsm_gui"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
                    continue
                named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                match node.func:
                    case ast.Name("UserError" | "Failure"):
                        named += node.args[:1]
                    case ast.Attribute(attr="error"):  # of a session, after the command to type
                        named += node.args[1:2]
                    case ast.Name("GitError"):
                        pass
                    case _:
                        continue
                for value in named:  # a code read out of a document was made elsewhere
                    for part in ast.walk(value) if not isinstance(value, ast.Subscript) else ():
                        if isinstance(part, ast.Constant):
                            yield f"{path.name}:{part.lineno}", str(part.value)
