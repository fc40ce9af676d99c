"""The console while an agent's tools say a megabyte at a time: whether the window ever hangs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.place import Place
from tests.benchmarks.report import Row
from tests.benchmarks.window import drive, new_session

_SECONDS = 12
#: Kinds in turn, all of them failed and so open: lines, one line, a diff, a file, matches, JSON.
_AGENT = """\
#!/usr/bin/env python3
import json, sys, time
if sys.argv[1:] == ["--version"]:
    print("0.0.1777897475-g2324e1 (released 2026-05-04T12:28:29.210Z, 6mo ago)")
elif sys.argv[1:] == ["--help"]:
    print("Options:\\n  --dangerously-allow-all\\n  -x, --execute [message]\\n  --stream-json")
elif "-x" in sys.argv:
    sys.stdin.read()
    size = 2**20
    said = [
        ("Bash", json.dumps({"output": "\\x1b[31mred\\x1b[0m and plain, as tests say it\\n" * (size // 40), "exitCode": 1})),
        ("Bash", json.dumps({"output": "x" * size, "exitCode": 1})),
        ("edit_file", "```diff\\n@@ -1,9000 +1,9000 @@\\n" + "-    return first\\n+    return second\\n" * (size // 40) + "```"),
        ("Read", json.dumps({"absolutePath": "/a.py", "content": "\\n".join(f"{n}: x = {n}" for n in range(size // 20))})),
        ("Grep", "\\n".join(f"src/some.py:{n}: what was sought" for n in range(size // 40))),
        ("mcp__x__y", json.dumps({str(n): {"name": "some", "values": [n, n]} for n in range(size // 50)})),
    ]
    def say(value):
        print(json.dumps(value), flush=True)
    say({"type": "system", "subtype": "init", "session_id": "T-3a1cf6de-0000-4000-8000-000000000000"})
    number = 0
    while True:
        tool, result = said[number % len(said)]
        call = {"type": "tool_use", "id": f"c{number}", "name": tool, "input": {"path": "/a.py", "pattern": "sought"}}
        say({"type": "assistant", "message": {"role": "assistant", "content": [call]}})
        answer = {"type": "tool_result", "tool_use_id": f"c{number}", "content": result, "is_error": True}
        say({"type": "user", "message": {"role": "user", "content": [answer]}})
        number += 1
        time.sleep(0.4)
"""  # noqa: E501


def measure_results(place: Place) -> Iterator[Row]:
    """The longest stall of a window that shows such an agent at work."""
    repo = place.repository("talkative", 10)
    database: Path = place.root / "talkative" / "sessions.sqlite"
    session = new_session(place, database, repo, "Talkative")
    agent = place.make_program("talkative-agent", _AGENT)
    place.run(*place.command(database, "--amp-path", agent, "iterate", session, "--detach"))
    try:
        found = drive(place, database, "busy", _SECONDS, session)
    finally:
        place.run(*place.command(database, "stop", session))
    if found["consoleRows"] < 10:
        raise RuntimeError(f"the console shows only {found['consoleRows']} rows of what comes")
    yield Row("window-results", "longest stall while results of 1 MiB arrive", "a heart beating in the event loop",
              found["stalls"][-1], 50, unit="ms")  # fmt: skip
