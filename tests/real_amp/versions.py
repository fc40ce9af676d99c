"""Writes docs/amp-versions.md from a run of these tests: `python -m tests.real_amp.versions`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ampsm.amp.capabilities import Capabilities
from tests.real_amp.conftest import BASE, CLASSIC, NATIVE, RESULTS, Release

PAGE = Path(__file__).parents[2] / "docs" / "amp-versions.md"
RELEASES: dict[str, Release] = {"classic": CLASSIC, "native": NATIVE}
MARKS = {"passed": "yes", "skipped": "does not apply", "failed": "**fails**"}
INTRODUCTION = """\
# Tested releases of Amp

<!-- Written by `python -m tests.real_amp.versions` from a run of the tests. -->

These releases were installed from npm, unmodified, and did whole iterations through `amp-sessions`. They talked to a
stand-in for Amp's service on the same machine (`tests/fakes/amp_service.py`), so what Amp does with an answer is real
and the answers are made up. Other releases are asked what they can do in the same way; the options of all releases
since mid 2025 are tested with programs that have just those options (`tests/workflows/iteration/test_releases.py`).

`amp-sessions verify-amp` tries yours.
"""


def main() -> int:
    """Runs the tests and writes the page when all of them ran and none failed; pytest's exit code."""
    RESULTS.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", str(Path(__file__).parent)]
    code = subprocess.run(command, env={**os.environ, "AMPSM_WRITE_AMP_VERSIONS": "1"}, check=False).returncode
    results = [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []
    if code == 0 and results:
        PAGE.write_text(page(results))
    return code


def page(results: list[dict[str, Any]]) -> str:
    """The page for these results."""
    names = ", ".join(f"{release.version} ({name})" for name, release in RELEASES.items())
    lines = [INTRODUCTION, f"Releases: {names}.\n"]
    lines += ["| What was tested | " + " | ".join(RELEASES) + " |", "|---|" + "---|" * len(RELEASES)]
    for what in dict.fromkeys(result["what"] for result in sorted(results, key=lambda result: str(result["test"]))):
        if what:
            lines.append(f"| {what} | " + " | ".join(_mark(results, what, name) for name in RELEASES) + " |")
    lines.append("\nWhat each says it can do:\n")
    lines += ["| Release | Capabilities |", "|---|---|"]
    lines += [f"| {name} | {_capabilities(release)} |" for name, release in RELEASES.items()]
    return "\n".join(lines) + "\n"


def _mark(results: list[dict[str, Any]], what: str, name: str) -> str:
    seen = {r["outcome"] for r in results if r["what"] == what and re.search(rf"\[{name}\b", r["test"])}
    return next((mark for outcome, mark in reversed(MARKS.items()) if outcome in seen), "not run")


def _capabilities(release: Release) -> str:
    known = json.loads((BASE / "cache" / "amp-capabilities.json").read_text())["amps"]
    found = next((entry for entry in known.values() if entry["version"] == release.version), None)
    return ", ".join(Capabilities(**{**found, "modes": tuple(found["modes"])}).names()) if found else "not asked"


if __name__ == "__main__":
    sys.exit(main())
