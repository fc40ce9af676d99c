"""On a terminal: what fits the width, what is coloured, the live view, questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ampsm_cli.style import ago, clean, cost, duration, short_count, without_worktree
from ampsm_cli.tables import shortened, text_width
from tests.cli.conftest import Screen
from tests.support.world import Result

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_list_fits_the_width_and_keeps_the_id(
    cli: Callable[..., Result], on_terminal: Callable[..., Screen], session: dict[str, Any], width: int
) -> None:
    cli("new", "--repo", session["repo"], "--name", "日本語の名前 ユーザー認証を追加する" * 3, "--prompt", "x")
    screen = on_terminal("list", width=width)
    lines = COLOUR.sub("", screen.text).splitlines()
    assert screen.code == 0 and len(lines) == 3
    assert max(map(text_width, lines)) <= width
    assert session["id"] in screen.text and "○ idle" in screen.text and "…" in screen.text


def test_no_piece_of_a_secret_is_left_where_a_table_cuts(
    cli: Callable[..., Result], on_terminal: Callable[..., Screen], session: dict[str, Any]
) -> None:
    cli("new", "--repo", session["repo"], "--name", "Use hunter2-hunter2-hunter2", "--prompt", "x")
    cli("config", "set", "ampEnv.MY_PASSWORD", "hunter2-hunter2-hunter2")
    for width in (50, 60, 70, 80, 100, 140):
        assert "unter" not in on_terminal("list", width=width).text, width


@pytest.mark.parametrize("quiet", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_switched_off(
    on_terminal: Callable[..., Screen], session: dict[str, Any], quiet: dict[str, str]
) -> None:
    assert COLOUR.search(on_terminal("list").text)
    assert not COLOUR.search(on_terminal("list", env=quiet).text)
    assert not COLOUR.search(on_terminal("list", "--no-color").text)


def test_the_live_view_shows_calls_and_ends_with_a_summary(
    on_terminal: Callable[..., Screen], session: dict[str, Any]
) -> None:
    screen = on_terminal("iterate", session["id"], width=100)
    text = COLOUR.sub("", screen.text)
    assert screen.code == 0 and "✔ Read README.md" in text and "agent at work" in text
    assert re.search(r"✔ succeeded  iteration 1 of \S+", text) and f"amp-sessions diff {session['id']}" in text
    assert screen.text.rindex("\x1b[?25h") > screen.text.rindex("\x1b[?25l"), "the cursor is shown again"


def test_a_diff_for_eyes_is_coloured_and_harmless(on_terminal: Callable[..., Screen], session: dict[str, Any]) -> None:
    from pathlib import Path

    (Path(session["worktree"]) / "evil.txt").write_text("\x1b]0;title\x07 text\n")
    text = on_terminal("diff", session["id"]).text
    assert "\x1b[32m+" in text and "\x1b]" not in text and "\x07" not in text


def test_texts_are_shortened_by_what_they_take_on_screen() -> None:
    assert shortened("abcdef", 6) == "abcdef" and shortened("abcdefg", 6) == "abcde…"
    assert shortened("日本語の", 6) == "日本…" and text_width("日本…") <= 6
    assert clean("a\nb\x1b[0m\u202ec") == "a b�[0m�c"


def test_figures_and_times_in_words() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert [ago(t, now) for t in ("2026-11-24T11:59:30Z", "2026-11-24T11:00:00Z", "2026-11-22T12:00:00Z", None)] == [
        "just now", "1 h ago", "2 days ago", "–"
    ]  # fmt: skip
    assert [duration(ms) for ms in (None, 5, 12_345, 65_000, 7_380_000)] == [
        "–", "5 ms", "12.3 s", "1 min 05 s", "2 h 03 min"
    ]  # fmt: skip
    assert [short_count(n) for n in (None, 999, 12_345, 4_500_000)] == ["–", "999", "12.3k", "4.5M"]
    assert [cost(c) for c in (None, 0.01234, 12.5)] == ["–", "$0.0123", "$12.50"]
    assert without_worktree("Read /r/.worktrees/a-b/src/x.py") == "Read src/x.py"
    assert without_worktree("Read /my repo/é/.worktrees/a-b/src/x.py") == "Read src/x.py"
    assert without_worktree("cat -n /etc/hosts /r/.worktrees/a-b/x y") == "cat -n /etc/hosts x y"
