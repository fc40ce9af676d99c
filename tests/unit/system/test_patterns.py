"""Patterns mean the same to every Python that the program runs on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ampsm
import ampsm_cli
import ampsm_gui

#: `(…)*+`: early releases of Python 3.11 lose their place in such a group; `(?>(…)*)` is right in all of them.
_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+")


@pytest.mark.parametrize("package", [ampsm, ampsm_cli, ampsm_gui], ids=lambda package: str(package.__name__))
def test_no_group_is_possessive(package: object) -> None:
    root = Path(str(getattr(package, "__file__", ""))).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not _POSSESSIVE_GROUP.search(node.value), f"{path}:{node.lineno}"
