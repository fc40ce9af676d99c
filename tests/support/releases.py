"""Programs with the options of one release each: the rows of Amp's history, from mid 2025 to autumn 2026."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[1] / "fakes" / "release_agent.py"
THREADS = ("new", "continue")
ALLOW = {"--dangerously-allow-all": None}
EXECUTE = {"--execute": "[message]"}
MODE = {"--mode": "<value>"}
STREAM = {"--stream-json": None}
THINKING = {"--stream-json-thinking": None}

RELEASES: dict[str, dict[str, Any]] = {
    "new": {
        "version": "0.0.1790142911-g7618fb",
        "options": EXECUTE | STREAM | THINKING | MODE | {"--no-archive-after-execute": None, "--label": "<label>"},
        "hidden": ALLOW,
        "commands": (*THREADS, "export", "usage"),
        "new_prints": "https://ampcode.com/threads/",
        "agent_mode": "medium",
    },
    "classic": {
        "version": "0.0.1777897475-g2324e1",
        "options": EXECUTE | STREAM | THINKING | MODE | ALLOW | {"--effort": "<value>", "--label": "<label>"},
        "modes": ("deep", "large", "rush", "smart"),
        "commands": (*THREADS, "export", "usage"),
        "agent_mode": "smart",
    },
    "february": {
        "version": "0.0.1771243550-geaf318",
        "options": EXECUTE | STREAM | THINKING | MODE | ALLOW | {"--label": "<label>"},
        "modes": ("deep", "free", "rush", "smart"),
        "refuses_stream": ("rush", "large"),
        "commands": (*THREADS, "export", "usage"),
    },
    "january": {
        "version": "0.0.1767830505-ga62310",
        "options": EXECUTE | STREAM | MODE | ALLOW,
        "modes": ("free", "rush", "smart"),
        "refuses_stream": ("rush", "large"),
        "commands": THREADS,
    },
    "autumn": {"version": "0.0.1758000000", "options": EXECUTE | STREAM | ALLOW, "commands": THREADS},
    "summer": {
        "version": "0.0.1755000000",
        "options": EXECUTE | ALLOW | {"--try-gpt5": None, "--log-file": "<file>"},
        "commands": THREADS,
    },
    "jsonl": {
        "version": "amp v0.0.1755000000",
        "options": EXECUTE | {"--jsonl-logs": None, "--try-gpt5": None, "--model": "<name>"},
    },
    "bare": {"version": "0.0.1", "options": ALLOW | {"--verbose": None, "--timeout": "<seconds>"}},
}  # fmt: skip


def make_release(folder: Path, name: str, **changes: Any) -> Path:
    """An executable `amp` of that row, with `changes`; what it was asked to do is in `runs(folder)`."""
    release = {**RELEASES[name], "trace": str(folder / "trace.jsonl"), **changes}
    (folder / f"{name}.release").write_text(repr(release))
    amp = folder / f"amp-{name}"
    amp.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {PROGRAM} {folder / name}.release "$@"\n')
    amp.chmod(0o755)
    return amp


def calls(folder: Path) -> list[dict[str, Any]]:
    """Every call of the program, oldest first; `prompt` None of one that was no run."""
    trace = folder / "trace.jsonl"
    return [json.loads(line) for line in trace.read_text().splitlines()] if trace.exists() else []


def runs(folder: Path) -> list[dict[str, Any]]:
    """Those calls that were given a prompt."""
    return [call for call in calls(folder) if call["prompt"] is not None]
