"""The generated parts of the documentation are those of this program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ampsm.model.errors import ExitCode
from tests.docs.generate import PARTS, current
from tests.docs.pages import PAGES, ROOT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_generated_parts_are_current(page: Path) -> None:
    text = page.read_text()
    assert text.count("<!-- generated: ") == text.count("<!-- end -->")
    assert current(text) == text, "run: make docs"


def test_every_generated_part_has_its_place() -> None:
    placed = re.findall(r"<!-- generated: (\w+) -->", "".join(page.read_text() for page in PAGES))
    assert sorted(placed) == sorted(PARTS)


def test_every_error_code_is_explained() -> None:
    text = (ROOT / "docs" / "errors.md").read_text()
    unexplained = re.findall(r"^\| `([a-z-]+)` \| \d+ \|  \|$", text, re.M)
    assert not unexplained, "say in docs/errors.md what these mean"


def test_every_exit_code_is_explained() -> None:
    text = (ROOT / "docs" / "errors.md").read_text()
    assert [int(code) for code in re.findall(r"^\| (\d+) \| \S", text, re.M)] == sorted(map(int, ExitCode))
