from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.journal import events as ev
from ampsm.journal.text import argument_summary, duration, plain_lines, readable_lines
from tests.support.event_notation import event, events


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("say Hello there", ["Hello there"]),
        ("say<a From below", ["    From below"]),
        ("~hm", ["~ hm"]),
        ("+a Bash cmd=ls", ["● Bash ls"]),
        ("+a<b Read range=9 path=src/x.py", ["    ● Read src/x.py"]),
        ("+a todo_read", ["● todo_read"]),
        ("-a 1234", ["  ✔ 1.2s"]),
        ("!a exit 1", ["  ✘ exit 1"]),
        ("?a", ["  …"]),
        (".warming up", ["warming up"]),
        ("*slow It is slow", ["warning: It is slow"]),
        ("=opus", ["model: opus"]),
        ("=gpt-5>opus", ["model: opus (asked for gpt-5)"]),
        ("^c0ffee00c0ffee amp amp: Add it", ["commit c0ffee00c0 amp: Add it (amp)"]),
        ("test 1500", ["✔ tests passed (1.5s)"]),
        ("test 1500 2", ["✘ tests failed, exit 2 (1.5s)"]),
        ("broke no credits", ["✘ no credits"]),
        ("done fine", []),
        ("@agent", []),
        ("$m1 10/2", []),
    ],
)
def test_events_read_well(word: str, lines: list[str]) -> None:
    assert readable_lines(event(word)) == lines


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("/r/é x/.worktrees/s-1/src/x.py", "src/x.py"),
        ("/r/é x/.worktrees/s-1", "."),
        ("/r/é x/.worktrees/s-1/", "."),
        ("cat '/r/é x/.worktrees/s-1/a b' \"/r/é x/.worktrees/s-1//c\"", "cat 'a b' \"c\""),
        ("cd '/r/é x/.worktrees/s-1' && make -C=/r/é x/.worktrees/s-1/; ls", "cd '.' && make -C=.; ls"),
        ("/r/é x/.worktrees/s-12/src/x.py", "/r/é x/.worktrees/s-12/src/x.py"),
        ("/mnt/r/é x/.worktrees/s-1/x.py", "/mnt/r/é x/.worktrees/s-1/x.py"),
        ("file:///r/é x/.worktrees/s-1/x.py", "file:///r/é x/.worktrees/s-1/x.py"),
        ("/r/é x/src/x.py", "/r/é x/src/x.py"),
    ],
)
def test_paths_are_told_from_the_worktree(said: str, short: str) -> None:
    worktree = "/r/é x/.worktrees/s-1"
    assert argument_summary({"path": said}, worktree) == short
    assert argument_summary({"path": said}) == said
    assert readable_lines(ev.ToolStarted(id="a", tool="Read", args={"path": said}), worktree) == [f"● Read {short}"]


def test_a_search_says_where_and_a_reading_which_lines() -> None:
    assert argument_summary({"pattern": "token(", "path": "/w/src"}, "/w") == "token( in src"
    assert argument_summary({"pattern": "token", "path": "/w"}, "/w") == "token in ."
    assert argument_summary({"path": "/w/a.py", "read_range": [10, 14]}, "/w") == "a.py 10–14"
    assert argument_summary({"cmd": "ls", "path": "/w", "pattern": "x", "read_range": [1, 2]}, "/w") == "ls"
    assert argument_summary({"path": "x" * 200, "read_range": [1, 2]}).endswith("x…")


def test_a_long_path_is_told_from_the_worktree_before_it_is_cut() -> None:
    worktree = "/r/" + "long/" * 40 + ".worktrees/s-1"
    assert argument_summary({"cmd": f"cat {worktree}/x.py"}, worktree) == "cat x.py"


def test_first_and_last_line() -> None:
    start, end = events("start do\tit; end succeeded")
    assert readable_lines(start) == ["── Iteration 1, 2026-01-02 03:04:05 UTC ──", "> do\tit"]
    assert isinstance(end, ev.IterationFinished)
    end.usage, end.error = {"totalTokens": 12345}, {"code": "crashed", "message": "It crashed"}
    assert readable_lines(end) == ["error: It crashed", "── succeeded, 12,345 tokens, 2026-01-02 03:04:06 UTC ──"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("\x1b[1;31mred\x1b[0m", ["red"]),
        ("\x1b]0;title\x07x\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", ["xlink"]),
        ("\x1b]never ended", ["never ended"]),
        ("10%\r20%\r\ndone", ["10%", "20%", "done"]),
        ("a\x00b\x08\x7f\x9b31mc", ["abc"]),
        ("safe\u202egnp.exe", ["safegnp.exe"]),
        ("\n\n  a\n\nb\n\n", ["  a", "", "b"]),
        ("", []),
    ],
)
def test_text_is_harmless(text: str, lines: list[str]) -> None:
    assert plain_lines(text) == lines


@given(st.sampled_from(ev.EVENTS), st.text(st.characters(), max_size=30) | st.from_regex("\x1b[^a]{0,9}"))
def test_no_event_brings_a_control_character(kind: type[ev.Event], text: str) -> None:
    made: dict[type[ev.Event], ev.AnyEvent] = {
        ev.ToolStarted: ev.ToolStarted(id=text, tool=text, args={"cmd": text}),
        ev.ToolFinished: ev.ToolFinished(id=text, success=False, error=text),
        ev.Commit: ev.Commit(sha="c0ffee", kind="amp", subject=text),
        ev.OutputLine: ev.OutputLine(stream="stdout", text=text),
        ev.Warned: ev.Warned(code="x", message=text),
        ev.AgentFinished: ev.AgentFinished(success=False, error=text),
        ev.Model: ev.Model(requested=text, used=text),
    }
    for line in readable_lines(made.get(kind, ev.AssistantText(text=text))):
        assert not [c for c in line if unicodedata.category(c) in ("Cc", "Zl", "Zp") and c != "\t"]


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0.0s"), (940, "0.9s"), (9_960, "10s"), (59_600, "1m 00s"), (185_000, "3m 05s"), (7_800_000, "2h 10m")],
)
def test_duration(milliseconds: int, text: str) -> None:
    assert duration(milliseconds) == text


def test_of_a_patch_its_files_are_told() -> None:
    patch = "*** Begin Patch\n*** Update File: /w/src/a.py\n@@\n-x\n+y\n*** Add File: b.py\n+z\n*** End Patch"
    assert argument_summary({"patchText": patch}, "/w") == "src/a.py, b.py"
    assert argument_summary({"patchText": "no patch"}) == "no patch"


@pytest.mark.parametrize("name", ["cmd", "note", "patchText"])
def test_a_summary_takes_no_longer_for_a_huge_argument(name: str) -> None:
    """It is asked for whenever a row is painted."""
    long, huge = ("*** Update File: a.py\n+é 1\n" * count for count in (1_000, 100_000))
    assert argument_summary({name: huge}) == argument_summary({name: long})
    started = time.perf_counter()
    for _ in range(10):
        argument_summary({name: huge})
    assert time.perf_counter() - started < 0.25
