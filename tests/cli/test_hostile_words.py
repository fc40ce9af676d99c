"""Names, paths, prompts and output with commands to a terminal in them: no command lets one through to a terminal, and
in a pipe everything is as it was."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ampsm_cli.group import COMMANDS
from ampsm_cli.screen import in_color, json_on_screen, on_screen
from ampsm_cli.style import paint
from tests.cli.conftest import Screen
from tests.support.world import World

#: A title, a cleared screen, a colour that is none of ours, the same in eight bits, backwards, back to the left.
EVIL = "ev\x1b]0;PWNED\x07\x1b[2J\x1b[45;97m\x9b2J\x9d0;PWNED\x9c\u202e\u2066\x08\ril"
#: The same in one line, as names are.
NAME = EVIL.replace("\r", "")
#: The same in what git takes for a branch.
BRANCH = "feat/ev\x9b2J\x9d0;PWNED\x9c\u202e\u2066il"

# What our colours, the live view and a step that ticks off write.
_OURS = re.compile(
    r"\x1b\[(?:0|1|2|31|32|33|36|1;31|1;32|1;36)m|\x1b\[(?:1G|K|2K|1A|\?25[lh])|\r(?=\x1b\[)|\x1b\[[0-9;]*(?<!45;97)m"
)
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_UNSEEN = re.compile("[\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def harmful(text: str) -> list[str]:
    """What came through to the terminal, with some of what is around it."""
    text = _OURS.sub("", text)
    return [ascii(text[max(0, found.start() - 20) : found.end() + 12]) for found in _HARMFUL.finditer(text)]


@pytest.fixture
def hostile(world: World, kept: Callable[..., Any]) -> Any:
    """A session in which everything that others can name is called so."""
    return kept("hostile", lambda: _hostile(world))


def _hostile(world: World) -> dict[str, Any]:
    world.use(
        raw=f"plain {EVIL}\n", stderr=f"said {EVIL}\n", thinking=EVIL, text=f"Did {EVIL}",
        tools=[{"name": f"Tool{EVIL}", "input": {"path": EVIL, EVIL: EVIL}, "result": f"no {EVIL}", "error": True}],
        edits={f"{EVIL}.txt": f"{EVIL}\n", "new\nline.txt": "x\n"},
    )  # fmt: skip
    repo = world.make_repo(f"repo{NAME}")
    session = world.new(repo, NAME, "--script", f"printf '%s\\n' '{EVIL}'; exit 3", prompt=f"Do {EVIL}")
    world.ok("set", session["id"], "--name", NAME)
    world.cli("iterate", session["id"], "--notes", EVIL)
    found: dict[str, Any] = world.status(session)["session"]
    return found


def command_lines(world: World, session: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    """Every command in a state in which it has much to say, and what it says of an argument it cannot use."""
    ref, repo = session["id"], session["repo"]
    yield ("new", "--repo", repo, "--name", NAME, "--prompt", EVIL, "--base", "main")
    yield ("new", "--repo", repo, "--prompt", EVIL, "--base", BRANCH)
    for mode in ((), ("--json",), ("--stream-json",)):
        yield ("iterate", ref, "--notes", EVIL, *mode)
        yield ("run", ref, *mode)
        yield ("logs", ref, *mode)
    yield ("iterate", ref, "--queue", "--notes", EVIL)
    yield ("iterate", ref, "--notes", EVIL, "-v")
    for name in ("list", "status", "tools", "usage", "queue", "path", "diff"):
        for mode in ((), ("--json",)):
            yield (name, *(() if name == "list" else (ref,)), *mode)
    yield ("logs", ref, "--raw")
    yield ("logs", ref, "--follow")
    yield ("diff", ref, "--stat")
    yield ("diff", ref, "--name-only")
    yield ("set", ref, "--name", f"{NAME} again", "--script", "true")
    yield ("set", ref, "--name", NAME, "--json")
    yield ("commit", ref, "--message", EVIL)
    yield ("preflight", ref)
    yield ("preflight", ref, "--json")
    yield ("squash", ref, "--message", EVIL)
    yield ("undo", ref, "--list")
    yield ("undo", ref)
    world.commit(Path(repo), {f"{EVIL}.txt": "another\n"}, EVIL)
    yield ("rebase", ref)
    yield ("status", ref)
    for mode in ((), ("--json",)):
        yield ("conflicts", ref, *mode)
        yield ("conflicts", ref, f"{EVIL}.txt", *mode)
        yield ("resolve", ref, EVIL, *mode)
    yield ("resolve", ref, f"{EVIL}.txt")
    yield ("resolve", ref, f"{EVIL}.txt", "--take", "both")
    yield ("continue-merge", ref)
    yield ("abort-merge", ref)
    world.git(repo, "branch", BRANCH)
    yield ("adopt", BRANCH, "--repo", repo)
    yield ("merge", ref, "--message", EVIL, "--onto", BRANCH)
    yield ("merge", ref, "--message", EVIL, "--onto", BRANCH, "--stream-json")
    yield ("cleanup", ref)
    yield ("cleanup", ref, "--yes", "--force")
    yield ("restore", ref)
    yield ("stop", ref)
    yield ("config", "set", "ampEnv.EVIL", EVIL)
    yield ("config", "list")
    yield ("config", "get", "ampEnv.EVIL")
    yield ("config", "get", "--json")
    yield ("config", "set", EVIL, EVIL)
    yield ("doctor",)
    yield ("doctor", "--json")
    yield ("verify-amp", "--no-smoke", "--amp-path", f"/{EVIL}")
    yield ("completion", EVIL)
    yield ("gui", EVIL)
    yield ("demo", f"--{EVIL}")
    for name in ("status", "diff", "logs", "merge"):
        yield (name, EVIL)
        yield (name, EVIL, "--json")
    yield (EVIL,)
    yield ("list", "--db", f"/{EVIL}/x.sqlite")
    yield ("list", "--repo", EVIL)


@pytest.mark.timeout(600)
def test_no_command_lets_others_command_the_terminal(
    world: World, on_terminal: Callable[..., Screen], hostile: dict[str, Any]
) -> None:
    passed, named = {}, set()
    for words in command_lines(world, hostile):
        screen = on_terminal(*words, width=100, typed="n\n")
        named.add(words[0])
        if found := harmful(screen.text):
            passed[ascii(words)] = found[:4]
        if "--json" in words and (unseen := _UNSEEN.findall(screen.text)):
            passed[ascii(words)] = list(map(ascii, unseen))
    assert not passed
    assert named >= set(COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_says_what_it_cannot_use(on_terminal: Callable[..., Screen], name: str) -> None:
    for words in ((name, f"--{EVIL}"), (name, EVIL, EVIL, EVIL), (name, EVIL, "--json")):
        assert not harmful(on_terminal(*words, width=100, typed="n\n").text)


def test_what_was_meant_is_seen(world: World, on_terminal: Callable[..., Screen], hostile: dict[str, Any]) -> None:
    ref = hostile["id"]
    shown = on_terminal("logs", ref, "--raw", width=500).text
    assert r"plain ev\x1b]0;PWNED\x07\x1b[2J\x1b[45;97m\x9b2J" in shown
    names = on_terminal("diff", ref, "--name-only", width=500).text
    assert r"ev\x1b]0;PWNED\x07" in names and r"new\nline.txt" in names
    document = on_terminal("list", "--json").text
    assert r"\u202e" in document and json.loads(document)["sessions"][0]["name"] == NAME


def test_a_pipe_gets_the_bytes(world: World, hostile: dict[str, Any]) -> None:
    ref = hostile["id"]
    assert f"plain {EVIL}\n".replace("\r", "") in world.ok("logs", ref, "--raw").out.replace("\r", "")
    assert f"{EVIL}.txt\nnew\nline.txt\n" in world.ok("diff", ref, "--name-only").out.replace("\r\n", "\n")
    assert "\x9b2J" in world.ok("list", "--json").out


@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "\x1b]0;t\x07", "a\x9b2J", "a\u202eb", "a\rb", "\udc9b"])
def test_only_our_own_colours_are_colours(text: str) -> None:
    shown = on_screen(paint(text, "red", on=True))
    assert shown.startswith("\x1b[31m") and shown.endswith("\x1b[0m")
    assert not harmful(shown) and "\x1b" not in shown[5:-4]
    assert in_color(paint(text, "red", on=True)) == f"\x1b[31m{text}\x1b[0m"


def test_a_document_stays_what_it_is() -> None:
    value = {"a": "".join(map(chr, [*range(32, 0x2100), 0xFEFF, 0xE0041, 0x1F600])), "b\u202e": ["\x9b", "\u200b"]}
    shown = json_on_screen(json.dumps(value, ensure_ascii=False))
    assert json.loads(shown) == value and not _UNSEEN.search(shown)


def test_the_live_view_follows_the_rule(on_terminal: Callable[..., Screen], hostile: dict[str, Any]) -> None:
    screen = on_terminal("iterate", hostile["id"], "--new-thread", env={"COLUMNS": "60"}, width=60)
    assert "Tool" in screen.text and not harmful(screen.text), os.fsdecode(ascii(screen.text))
