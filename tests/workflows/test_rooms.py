"""The rooms of the workflows: what each exports is there, is typed, and hides no module."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections import Counter
from pathlib import Path

import pytest

import ampsm
import ampsm_cli
import ampsm_gui
from ampsm import workflows

PACKAGES = [Path(str(package.__file__)).parent for package in (ampsm, ampsm_cli, ampsm_gui)]
ROOMS = [name for _, name, is_package in pkgutil.iter_modules(workflows.__path__) if is_package]


def named_for_types(room: str) -> set[str]:
    """The names that a room's `__init__` imports for type checkers."""
    package = importlib.import_module(f"ampsm.workflows.{room}")
    tree = ast.parse(Path(str(package.__file__)).read_text())
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        f"{found.module}.{alias.name}"
        for found in ast.walk(checked)
        if isinstance(found, ast.ImportFrom)
        for alias in found.names
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_export_is_what_type_checkers_take_it_for(room: str) -> None:
    package = importlib.import_module(f"ampsm.workflows.{room}")
    typed = named_for_types(room)
    assert {name.rpartition(".")[2] for name in typed} == set(package.__all__)
    for name in typed:
        module, _, attribute = name.rpartition(".")
        assert getattr(package, attribute) is getattr(importlib.import_module(module), attribute)
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_the_kind'"):
        _ = package.nothing_of_the_kind


@pytest.mark.parametrize("room", ROOMS)
def test_no_export_has_the_name_of_a_module(room: str) -> None:
    """Importing a module binds its name in the package: from then on it would hide a function of that name."""
    package = importlib.import_module(f"ampsm.workflows.{room}")
    assert not set(package.__all__) & {name for _, name, _ in pkgutil.iter_modules(package.__path__)}


def test_every_room_of_the_core_explains_itself_in_words_of_its_modules() -> None:
    unsaid = {}
    for init in PACKAGES[0].rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(init.read_text())) or ""
        modules = {name for _, name, _ in pkgutil.iter_modules([str(init.parent)])}
        if init.parent != PACKAGES[0] and (missing := {name for name in modules if f"`{name}`" not in said}):
            unsaid[str(init)] = missing
    assert not unsaid


def test_every_package_says_what_it_is() -> None:
    silent = [
        str(init)
        for package in PACKAGES
        for init in package.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(init.read_text()))
    ]
    assert not silent


def test_no_folder_has_more_modules_than_one_can_survey() -> None:
    crowded = {
        str(folder): modules
        for package in PACKAGES
        for folder in (package, *(found for found in package.rglob("*") if found.is_dir()))
        if (modules := len(list(folder.glob("*.py")))) > 30
    }
    assert not crowded


def test_every_type_has_a_name_of_its_own() -> None:
    """One word that means two things is looked up in the wrong place."""
    named = Counter(
        name
        for package in PACKAGES
        for path in package.rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if (name := type_named(node))
    )
    assert not [name for name, count in named.items() if count > 1]


def type_named(node: ast.stmt) -> str | None:
    """The public class or alias of a type that a statement names; capitals alone are constants and type variables."""
    match node:
        case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name if name[0].isupper() and not name.isupper() else None
    return None
