"""From the journal to a follower's standard output, for an iteration that another process runs."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from tests.benchmarks.measure import percentile
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row

_LINES = 60
_LINE_SECONDS = 0.053
_AGENT = f"""\
#!/usr/bin/env python3
import json, sys, time
if sys.argv[1:] == ["--version"]:
    print("0.0.1777897475-g2324e1 (released 2026-05-04T12:28:29.210Z, 6mo ago)")
elif sys.argv[1:] == ["--help"]:
    print("Options:\\n  --dangerously-allow-all\\n  -x, --execute [message]\\n  --stream-json")
else:
    sys.stdin.read()
    start = {{"type": "system", "subtype": "init", "session_id": "T-3a1cf6de-0000-4000-8000-000000000000"}}
    print(json.dumps(start), flush=True)
    time.sleep(1.5)
    for number in range({_LINES}):
        text = [{{"type": "text", "text": f"line {{number}}"}}]
        print(json.dumps({{"type": "assistant", "message": {{"role": "assistant", "content": text}}}}), flush=True)
        time.sleep({_LINE_SECONDS})
    print(json.dumps({{"type": "result", "subtype": "success", "is_error": False, "result": "done"}}), flush=True)
"""
_DEADLINE_SECONDS = 60


def measure_following(place: Place) -> Iterator[Row]:
    repo = place.repository("followed", 10)
    agent = place.make_program("talking-agent", _AGENT)
    database = place.root / "follow" / "sessions.sqlite"
    made = place.run(*place.command(database, "new", "--repo", repo, "--name", "Bench", "--prompt", "Do it", "--json"))
    session = json.loads(made)["session"]["id"]
    working = place.command(database, "--amp-path", agent, "iterate", session, "--json")
    with subprocess.Popen(working, env=place.environ, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as worker:
        _wait_for_iteration(place, place.command(database, "list", "--json"))
        following = place.command(database, "logs", session, "--follow", "--stream-json")
        with subprocess.Popen(following, env=place.environ, stdout=subprocess.PIPE) as follower:
            delays = _delays(follower.stdout)
        worker.communicate(timeout=_DEADLINE_SECONDS)
    if len(delays) < _LINES or worker.returncode or follower.returncode:
        raise RuntimeError(f"only {len(delays)} lines arrived; exit {worker.returncode}, {follower.returncode}")
    # The first third may have been there before the follower was.
    late = delays[_LINES // 3 :]
    yield Row("follow", "journal → logs --follow --stream-json, 95 of 100 events", "time in the event",
              percentile(late, 95) * 1000, 100, unit="ms", ours_ms=percentile(late, 50) * 1000)  # fmt: skip


def _wait_for_iteration(place: Place, listing: list[str]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while json.loads(place.run(*listing))["sessions"][0]["status"] != "running":
        if time.monotonic() > deadline:
            raise RuntimeError("the iteration does not start")


def _delays(stream: IO[bytes] | None) -> list[float]:
    """Seconds from the time in each event that carries a text until its line was here."""
    if stream is None:
        raise AssertionError("no pipe")
    found = []
    for line in stream:
        now = time.time()
        event = json.loads(line)
        if event["type"] == "assistant_text":
            found.append(now - datetime.fromisoformat(event["at"]).timestamp())
    return found
