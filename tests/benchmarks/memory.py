"""How much memory the process has that runs an iteration of many lines."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.place import Place
from tests.benchmarks.report import Row

_LINES = 200_000
_AGENT = f"""\
#!/usr/bin/env python3
import json, sys
if sys.argv[1:] == ["--version"]:
    print("0.0.1777897475-g2324e1 (released 2026-05-04T12:28:29.210Z, 6mo ago)")
elif sys.argv[1:] == ["--help"]:
    print("Options:\\n  --dangerously-allow-all\\n  -x, --execute [message]\\n  --stream-json")
elif "-x" in sys.argv:
    sys.stdin.read()
    start = {{"type": "system", "subtype": "init", "session_id": "T-3a1cf6de-0000-4000-8000-000000000000"}}
    print(json.dumps(start))
    for number in range({_LINES}):
        text = [{{"type": "text", "text": f"line {{number}} " + "x" * 100}}]
        print(json.dumps({{"type": "assistant", "message": {{"role": "assistant", "content": text}}}}))
    print(json.dumps({{"type": "result", "subtype": "success", "is_error": False, "result": "done"}}), flush=True)
"""
_LOOK_SECONDS = 0.02


def measure_memory(place: Place) -> Iterator[Row]:
    repo = place.repository("talkative", 10)
    agent = place.make_program("very-talkative-agent", _AGENT)
    database = place.root / "memory" / "sessions.sqlite"
    made = place.run(*place.command(database, "new", "--repo", repo, "--name", "Bench", "--prompt", "Do it", "--json"))
    session = json.loads(made)["session"]["id"]
    working = place.command(database, "--amp-path", agent, "iterate", session, "--json")
    started = time.perf_counter()
    with subprocess.Popen(working, env=place.environ, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as worker:
        most = 0.0
        while worker.poll() is None:
            most = _peak_megabytes(worker.pid) or most
            time.sleep(_LOOK_SECONDS)
    if worker.returncode or not most:
        raise RuntimeError(f"the iteration ended with {worker.returncode}, {most} MB")
    yield Row("iterate-memory", f"memory of an iteration of {_LINES:,} lines", "the worker's peak", most, 150,
              unit="MB", ours_ms=(time.perf_counter() - started) * 1000)  # fmt: skip


def _peak_megabytes(pid: int) -> float:
    """The most that a process ever had resident; 0 when it is gone or the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM:")), 0.0)
