"""Output of any size and shape: all of it is recorded, in constant memory."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from ampsm.journal.lines import LINE_LIMIT
from ampsm.system.paths import resolve_paths
from tests.support.world import World, installed

pytestmark = pytest.mark.faults

LINES = 200_000 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 10_000


def events_of(session: dict[str, Any]) -> list[dict[str, Any]]:
    journal = resolve_paths(None, os.environ).journal(session["id"], 1)
    return [json.loads(line) for line in journal.read_bytes().splitlines()]


def peak_memory(pid: int) -> int:
    """The most that a process ever had in memory, in bytes; 0 when it is gone."""
    try:
        facts = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in facts.splitlines() if line.startswith("VmHWM")), 0)


def texts_of(events: list[dict[str, Any]], stream: str = "stdout") -> list[str]:
    return [event["text"] for event in events if event["type"] == "output" and event["stream"] == stream]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b"nul \x00 in it\n", ["nul \0 in it"]),
        (b"\xff\xfe no UTF-8 \xc3\n", ["\ufffd\ufffd no UTF-8 \ufffd"]),
        (b"no newline at the end", ["no newline at the end"]),
        (b"\r\n\n\r\nempty ones\r\n", ["", "", "", "empty ones"]),
        (b'{"type": "assistant", "message": {"role": ', ['{"type": "assistant", "message": {"role": ']),
    ],
    ids=["nul", "no utf-8", "no newline", "empty", "half"],
)
@pytest.mark.rounds(2)
def test_odd_bytes(world: World, tail: bytes, expected: list[str]) -> None:
    world.use(edits={"a.txt": "a\n"}, tail=tail)
    session = world.new(world.make_repo())
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
    assert texts_of(events_of(session)) == expected
    assert b"\0" not in world.ok("logs", session["id"]).out.encode()


def test_long_lines(world: World) -> None:
    """A line of 16 MiB is one event; a longer one comes in pieces; none is lost and the next line is a line again."""
    agent = world.use(edits={"a.txt": "a\n"})
    source = agent.read_text()
    write = (
        "def long_lines():\n"
        f"    for size in ({LINE_LIMIT}, {LINE_LIMIT} + 5):\n"
        "        sys.stdout.buffer.write(b'y' * size + b'\\n')\n"
        "    sys.stdout.buffer.write(b'after\\n')\n"
        "    sys.stdout.buffer.flush()\n"
    )
    source = source.replace("def start_child():", f"{write}\n\ndef start_child():")
    agent.write_text(source.replace("    change_files(prompt)\n", "    change_files(prompt)\n    long_lines()\n"))
    session = world.new(world.make_repo())
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
    texts = texts_of(events_of(session))
    assert [len(text) for text in texts] == [LINE_LIMIT, LINE_LIMIT, 5, 5]
    assert texts[-1] == "after" and set(texts[0] + texts[1] + texts[2]) == {"y"}


def test_silence(world: World) -> None:
    world.use(edits={"a.txt": "a\n"}, start_delay=0.5, hang=2)
    session = world.new(world.make_repo())
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
    assert world.iterate(session, "--timeout", "1", code=7)["iteration"]["status"] == "timed-out"


@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_many_lines_in_constant_memory(world: World, tmp_path: Path) -> None:
    world.use(edits={"a.txt": "a\n"}, lines=LINES, width=80)
    session = world.new(world.make_repo())
    with open(tmp_path / "answer", "wb") as answer:
        worker = subprocess.Popen(
            [*installed(), "iterate", session["id"], "--json"], stdin=subprocess.DEVNULL, stdout=answer,
            stderr=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
        most = 0
        while worker.poll() is None:
            most = peak_memory(worker.pid) or most
            time.sleep(0.01)
    assert worker.returncode == 0
    print(f"{LINES:,} lines: {most / 2**20:.0f} MiB")
    assert 0 < most < 150 * 2**20
    events = events_of(session)
    texts = [event["text"] for event in events if event["type"] == "assistant_text"]
    assert [text.split(" x")[0] for text in texts[:LINES]] == [f"line {n}" for n in range(LINES)]
