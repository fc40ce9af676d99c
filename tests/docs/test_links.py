"""Links lead somewhere, and nothing in the documentation belongs to one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, inline_code

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


def _anchors(page: Path) -> set[str]:
    """The anchors that the usual renderers give to headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text()), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", page.read_text())):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT) and target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in _anchors(target), f"{page.name}: {link}"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_no_path_of_a_machine(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"/(?:home|Users|root|work|tmp|var)/", text)
    assert str(Path.home()) not in text


def test_every_page_is_in_the_index() -> None:
    for start in (ROOT / "README.md", ROOT / "docs" / "index.md"):
        linked = {(start.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(start.read_text())}
        missing = [page for page in (ROOT / "docs").glob("*.md") if page not in linked and page.name != "index.md"]
        assert not missing, start.name


def test_places_in_the_source_exist() -> None:
    named = [
        code for _, code in inline_code(ROOT / "CONTRIBUTING.md") if re.match(r"(ampsm|tests|docs|resources)\w*/", code)
    ]
    assert len(named) > 20
    assert not [path for path in named if not (ROOT / path).exists()]
