"""Colour codes become spans; everything else that a terminal understands goes."""

from __future__ import annotations

import pytest

from ampsm.journal.results import StyledSpan, styled_lines


def spans(text: str) -> list[tuple[str, str, str, bool]]:
    return [(span.text, span.color, span.ground, span.bold) for line in styled_lines(text) for span in line]


def test_colours_and_bold() -> None:
    assert spans("a \x1b[31mred\x1b[0m \x1b[1;32mok\x1b[22m!") == [
        ("a ", "", "", False), ("red", "red", "", False), (" ", "", "", False), ("ok", "green", "", True),
        ("!", "green", "", False),
    ]  # fmt: skip


def test_inverse_and_grounds() -> None:
    assert spans("\x1b[7m\x1b[36m RUN \x1b[27m x\x1b[39;41m y") == [
        (" RUN ", "cyan", "cyan", False), (" x", "cyan", "", False), (" y", "", "red", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "name"), [
    ("90", "black"), ("97", "white"), ("38;5;9", "red"), ("38;5;46", "green"), ("38;5;240", "black"),
    ("38;5;255", "white"), ("38;2;250;10;10", "red"), ("38:2:20:120:210", "blue"), ("38;2;128;128;130", "black"),
    ("38;2;240;200;30", "yellow"), ("2", "black"), ("38;5", "black"), ("38;2;1", ""), ("999", ""),
])  # fmt: skip
def test_the_nearest_of_eight(code: str, name: str) -> None:
    assert spans(f"\x1b[{code}mx") == [("x", name, "", False)]


def test_a_colour_goes_on_in_the_next_line() -> None:
    assert styled_lines("\x1b[31ma\nb") == ((StyledSpan("a", "red"),), (StyledSpan("b", "red"),))


@pytest.mark.parametrize("text", [
    "a\x1b[2Kb", "a\x1b[10;3Hb", "\x1b]0;title\x07ab", "\x1b]8;;https://x\x1b\\ab\x1b]8;;\x1b\\", "a\x00b",
    "a\x9b2Kb", "a\u202eb",
])  # fmt: skip
def test_the_rest_is_taken_away(text: str) -> None:
    assert spans(text) == [("ab", "", "", False)]


def test_progress_shows_its_last_state() -> None:
    assert spans("10 %\r50 %\r100 %\r\nnext\r\n") == [("100 %", "", "", False), ("next", "", "", False)]


def test_empty_lines_at_both_ends_go() -> None:
    assert [len(line) for line in styled_lines("\n\n\x1b[31m\na\n\nb\n\x1b[0m\n")] == [1, 0, 1]
