"""Pipes and signals: a reader that leaves, a full disk, a closed stdout, SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import Result, installed

COMMAND = " ".join(installed())


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", f"set -o pipefail; {line}"]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_a_reader_may_leave(session: dict[str, Any], cli: Callable[..., Result], tmp_path: Path) -> None:
    for args in ("list", "list --json", f"status {session['id']}", "--help"):
        done = shell(f"{COMMAND} {args} | true", tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), args
    done = shell(f"{COMMAND} iterate {session['id']} --stream-json | head -n 1", tmp_path)
    assert json.loads(done.stdout)["type"] == "iteration_started"
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
    assert cli("status", session["id"], "--json").json["session"]["lastIteration"]["status"] == "succeeded"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_answer_that_cannot_be_written_is_an_error(session: dict[str, Any], tmp_path: Path) -> None:
    done = shell(f"{COMMAND} list > /dev/full", tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("error: No space left")


def test_closed_streams_are_no_trouble(session: dict[str, Any], tmp_path: Path) -> None:
    done = shell(f"{COMMAND} list >&- 2>&-", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_sigterm_ends_an_iteration_with_130_and_a_document(
    cli: Callable[..., Result], session: dict[str, Any], make_agent: Callable[..., Path], tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any],
) -> None:  # fmt: skip
    ready = tmp_path / "ready"
    agent = make_agent(edits={"half.txt": "half\n"}, ready=ready, hang=300)
    process = spawn_cli("--amp-path", agent, "iterate", session["id"], "--json")
    wait_until(ready.exists)
    os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    document = json.loads(out)
    assert process.returncode == 130, err
    assert document["iteration"]["status"] == "cancelled" and document["error"]["code"] == "cancelled"
    assert document["session"]["status"] == "awaiting-input" and "Traceback" not in err
