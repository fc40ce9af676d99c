"""The picture of the demo shows what the demo does, and the recorder that makes it can be trusted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from tests.docs.picture import END, PICTURE, draw
from tests.docs.screen import Screen
from tests.support.world import Result


def _words(drawing: str) -> list[str]:
    """The lines of a drawing, top to bottom."""
    lines: dict[float, list[str]] = {}
    for text in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"):
        lines.setdefault(float(text.get("y", "0")), []).append((text.text or "").replace("\xa0", " "))
    return [" ".join(lines[y]) for y in sorted(lines)]


def _told(lines: list[str]) -> list[str]:
    """The demo's sentences and the first words of its command lines."""
    shown = [" ".join(line.split()[:3]) for line in lines if line.startswith("$ amp-sessions ")]
    sentences = [line.strip() for line in lines if re.fullmatch(r"(?:The|A|It|Every|and) [a-z].*[.,:]\s*", line)]
    return shown + sentences


def test_the_picture_shows_the_demo(cli: Callable[..., Result]) -> None:
    shown = _words(PICTURE.read_text())
    said = cli("demo", env={"AMPSM_DEMO_SPEED": "0"}).out.partition(END)[0].splitlines()
    assert len(_told(said)) > 10
    assert set(_told(said)) <= set(_told(shown)), "run: python -m tests.docs.picture"


def test_the_picture_fetches_nothing() -> None:
    drawing = PICTURE.read_text()
    assert re.findall(r"https?://[^\s\"']+", drawing) == ["http://www.w3.org/2000/svg"]
    assert "@font-face" not in drawing and "@import" not in drawing


def test_no_path_of_a_machine_is_in_the_picture() -> None:
    assert str(Path.home()) not in PICTURE.read_text()
    assert not re.search(r"/(?:home|Users|root|work)/", PICTURE.read_text())


def test_the_screen_keeps_what_is_left_on_it() -> None:
    screen = Screen(10)
    screen.feed("first\r\n\x1b[1mworking\x1b[0m\r\nmore\x1b[1A\r\x1b[2Kdone\x1b[J\r\n\x1b[32mgreen\x1b[0m 12345678\r\n")
    assert screen.text() == "first\ndone\n\x1b[32mgreen\x1b[0m 1234\n5678\n"


def test_spaces_at_the_start_of_a_text_become_a_shift() -> None:
    assert "  indented" not in draw("a\x1b[2m  indented\x1b[0m\n").replace("\xa0", " ").replace("&#160;", " ")
