"""The desktop app: how soon it is there, whether it ever hangs, what it costs while nothing happens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ampsm.journal.codec import encode
from ampsm.journal.events import AssistantText, IterationFinished, IterationStarted
from ampsm.model.session import Iteration
from ampsm.store import iterations
from ampsm.store.connection import open_store
from ampsm.system.paths import resolve_paths
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row

_SESSIONS = 20
_STREAMS = 8
_EVENTS_PER_SECOND = 125
_SECONDS = 15
_EVENTS = 1_000_000
_AGENT = f"""\
#!/usr/bin/env python3
import json, sys, time
if sys.argv[1:] == ["--version"]:
    print("0.0.1777897475-g2324e1 (released 2026-05-04T12:28:29.210Z, 6mo ago)")
elif sys.argv[1:] == ["--help"]:
    print("Options:\\n  --dangerously-allow-all\\n  -x, --execute [message]\\n  --stream-json")
elif "-x" in sys.argv:
    sys.stdin.read()
    print(json.dumps({{"type": "system", "subtype": "init", "session_id": "T-3a1cf6de-0000-4000-8000-000000000000"}}))
    due = time.monotonic()
    while True:
        for number in range(5):
            text = [{{"type": "text", "text": f"line {{number}} of what the agent has to say " + "x" * 60}}]
            print(json.dumps({{"type": "assistant", "message": {{"role": "assistant", "content": text}}}}))
        sys.stdout.flush()
        due += 5 / {_EVENTS_PER_SECOND}
        time.sleep(max(0, due - time.monotonic()))
"""


def measure_window(place: Place) -> Iterator[Row]:
    database, sessions = _twenty(place)
    idle = drive(place, database, "idle", 10)
    yield Row("window-start", "cold start of the window to its first rows", "the process's start",
              idle["firstPaintMs"], 1000, unit="ms")  # fmt: skip
    yield Row("window-idle", f"an idle window, {_SESSIONS} sessions", "one processor", idle["cpuPercent"], 1, unit="%")
    yield Row("window-memory", f"memory of a window, {_SESSIONS} sessions", "resident", idle["megabytes"], 200,
              unit="MB")  # fmt: skip
    yield _busy(place, database, sessions)


def measure_console(place: Place) -> Iterator[Row]:
    """A journal of a million events in the console."""
    repo = place.repository("long", 10)
    database = place.root / "long" / "sessions.sqlite"
    session = new_session(place, database, repo, "Long")
    _write_journal(place, database, session)
    found = drive(place, database, "journal", 0)
    yield Row("console", f"a journal of {_EVENTS:,} events in the console", "choosing the session",
              found["journalMs"], 1000, unit="ms")  # fmt: skip


def _busy(place: Place, database: Path, sessions: list[str]) -> Row:
    agent = place.make_program("streaming-agent", _AGENT)
    for session in sessions[:_STREAMS]:
        place.run(*place.command(database, "--amp-path", agent, "iterate", session, "--detach"))
    try:
        found = drive(place, database, "busy", _SECONDS, sessions[0])
    finally:
        for session in sessions[:_STREAMS]:
            place.run(*place.command(database, "stop", session))
    if found["consoleRows"] < _EVENTS_PER_SECOND:
        raise RuntimeError(f"the console shows only {found['consoleRows']} rows of what streams")
    return Row("window-stall", f"longest stall, {_STREAMS} sessions with {_STREAMS * _EVENTS_PER_SECOND:,} events/s",
               "a heart beating in the event loop", found["stalls"][-1], 50, unit="ms")  # fmt: skip


def _twenty(place: Place) -> tuple[Path, list[str]]:
    repo = place.repository("watched", 10)
    database = place.root / "window" / "sessions.sqlite"
    return database, [new_session(place, database, repo, f"Session {number}") for number in range(_SESSIONS)]


def new_session(place: Place, database: Path, repo: Path, name: str) -> str:
    """Makes a session; its id."""
    made = place.run(*place.command(database, "new", "--repo", repo, "--name", name, "--prompt", "Do it", "--json"))
    return str(json.loads(made)["session"]["id"])


def _write_journal(place: Place, database: Path, session: str) -> None:
    """An iteration that ended, with many events: as an index of the journal would have it."""
    start = "0" * 40
    at = "2026-11-24T08:00:00.000Z"
    folder = database.with_suffix(".d") / "journals" / session
    text = AssistantText(text="A line of what the agent has to say, as long as such lines are.")
    with (folder / "iteration-0001.jsonl").open("wb") as journal:
        journal.write(encode(IterationStarted(seq=1, at=at, number=1, prompt="Do it", start_sha=start)))
        head, tail = encode(_numbered(text, 2, at)).split(b'"seq":2', 1)
        for number in range(2, _EVENTS):
            journal.write(head + b'"seq":%d' % number + tail)
        journal.write(encode(IterationFinished(seq=_EVENTS, at=at, status="succeeded", duration_ms=1000)))
    with open_store(resolve_paths(str(database), place.environ)) as store:
        iterations.insert_iteration(store, Iteration(
            id=f"{session}/1", number=1, session_id=session, status="succeeded", started_at=at, ended_at=at,
            duration_ms=1000, prompt="Do it", start_sha=start,
        ))  # fmt: skip


def _numbered(event: AssistantText, seq: int, at: str) -> AssistantText:
    event.seq, event.at = seq, at
    return event


def drive(place: Place, database: Path, what: str, seconds: float, session: str = "") -> dict[str, Any]:
    """Opens a window that watches itself (`window_driver`); what it saw."""
    driver = [sys.executable, "-m", "tests.benchmarks.window_driver"]
    words = [*driver, what, str(seconds), *([session] if session else [])]
    environ = {**place.environ, "QT_QPA_PLATFORM": "offscreen", "AMPSM_DB_PATH": str(database)}
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(words, env=environ, cwd=root, capture_output=True, timeout=180, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the window failed ({done.returncode}): {done.stderr.decode()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
