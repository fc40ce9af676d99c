"""What import-linter cannot say: it takes no parts of external packages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ampsm_gui

ROOT = Path(ampsm_gui.__file__).parent


def _imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [("runtime", "PySide6.QtWidgets"), ("runtime", "PySide6.QtGui"), ("models", "PySide6.QtWidgets")],
)
def test_rooms_without_widgets(room: str, forbidden: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    assert [file.name for file in files if forbidden in _imported(file)] == []


def test_no_folder_grows_into_a_hall() -> None:
    folders = [ROOT, *(found for found in ROOT.rglob("*") if found.is_dir())]
    assert [folder.name for folder in folders if len(list(folder.glob("*.py"))) > 30] == []


def test_only_the_core_touches_git_files_and_the_database() -> None:
    forbidden = {"sqlite3", "subprocess", "shutil.rmtree"}
    assert [file.name for file in ROOT.rglob("*.py") if forbidden & _imported(file)] == []


def test_no_signal_calls_what_qt_cannot_take_back() -> None:
    """A slot with arguments given before is made by `given`: one that outlives its widget would call into nothing."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connect"
        for slot in node.args
        if isinstance(slot, ast.Lambda) or (isinstance(slot, ast.Call) and ast.unparse(slot.func) == "partial")
    ]
    assert found == []
