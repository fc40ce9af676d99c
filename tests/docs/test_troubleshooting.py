"""The messages in docs/troubleshooting.md are those that the program prints in that trouble."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import troubles_conflicts as troubles_conflicts
from tests.docs import troubles_merging as troubles_merging
from tests.docs.pages import ROOT, blocks
from tests.docs.shop import Shop
from tests.docs.troubles import TROUBLES, MakeAgent

PAGE = ROOT / "docs" / "troubleshooting.md"
MESSAGES = {block.heading: block.text for block in blocks(PAGE) if block.language == "text"}


def test_every_message_is_checked() -> None:
    assert set(MESSAGES) == set(TROUBLES)


@pytest.mark.parametrize("heading", TROUBLES)
def test_the_message_is_what_the_program_prints(heading: str, home: Path, make_agent: MakeAgent) -> None:
    world = Shop(home)
    said = TROUBLES[heading](world, make_agent)
    printed = [line for line in said.stderr.splitlines() if line.startswith(("error: ", "hint: "))][-2:]
    expected = MESSAGES[heading].splitlines()
    assert said.returncode != 0
    assert len(printed) == len(expected) == 2, said.stderr
    for line, pattern in zip(printed, expected, strict=True):
        assert _pattern(pattern).fullmatch(line), f"the page says\n{pattern}\nthe program says\n{line}"


def _pattern(line: str) -> re.Pattern[str]:
    """The line as a pattern in which `<words>` stand for anything."""
    parts = re.split(r"<[a-z-]+>", line)
    return re.compile(".+".join(re.escape(part) for part in parts))
