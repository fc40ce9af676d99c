from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from ampsm.system.probe import Answer, probe
from ampsm.system.stopping import StopRequest


def shell(script: str, timeout: float = 60, stop: StopRequest | None = None) -> Answer:
    return probe(["/bin/sh", "-c", script], cwd="/", env=os.environ, timeout=timeout, stop=stop)


def test_an_answer() -> None:
    assert shell("echo out; echo err >&2; pwd; exit 3") == Answer(3, b"out\n/\n", b"err\n")
    assert shell("read x; echo [$x]").stdout == b"[]\n", "standard input is closed"
    assert shell("kill -9 $$").exit_code == -9
    assert len(shell("head -c 3000000 /dev/zero").stdout) == 3_000_000


def test_what_cannot_be_started() -> None:
    with pytest.raises(FileNotFoundError):
        probe(["/nowhere/program"], cwd="/", env={}, timeout=1)


def test_a_deaf_tree_ends_in_time(tmp_path: Path, wait_until: Callable[..., Any]) -> None:
    answer = shell(f"trap '' TERM INT; echo before; setsid sleep 600 & echo $! > {tmp_path}/pid; sleep 600", timeout=3)
    assert answer.exit_code is None and answer.reason == "timed-out" and answer.stdout == b"before\n"
    child = int((tmp_path / "pid").read_text())
    wait_until(lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text())


def test_a_daemon_that_holds_the_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    answer = shell(f"setsid sleep 600 & echo $! > {tmp_path}/pid; echo done")
    assert (answer.exit_code, answer.stdout) == (0, b"done\n")
    os.kill(int((tmp_path / "pid").read_text()), 9)


def test_a_requested_stop() -> None:
    stop = StopRequest()
    Timer(0.2, stop.request, ["SIGINT"]).start()
    assert shell("sleep 600", timeout=600, stop=stop).reason == "stopped"
    stop.close()
