"""What goes on beside an iteration, a window with its followers, is never taken for what its agent left running."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.system import processes
from ampsm.system.process_tree import ProcessTree
from ampsm.system.processes import is_alive

SLEEP = "import time; time.sleep(600)"
ORPHAN = "import subprocess, sys; print(subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=-3).pid)"

#: Starts programs when it is told to: one that stays below it, and one that is orphaned and so comes to the subreaper.
WINDOW = """
import os, subprocess, sys, time
place, sleep, orphan = sys.argv[1:]
while not os.path.exists(place + '/go'):
    time.sleep(0.01)
below = subprocess.Popen([sys.executable, '-c', sleep])
said = subprocess.check_output([sys.executable, '-c', orphan, '-c', sleep])
with open(place + '/new', 'w') as file:
    file.write(f'{below.pid} {int(said)}')
os.rename(place + '/new', place + '/said')
below.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="orphans come to a subreaper on Linux alone")
def test_a_window_may_start_what_it_likes(tmp_path: Path, wait_until: Callable[..., object]) -> None:
    processes.become_subreaper()
    window = processes.start_beside([sys.executable, "-c", WINDOW, str(tmp_path), SLEEP, ORPHAN], env=os.environ)
    tree, started = ProcessTree("none/1"), [window.pid]
    try:
        (tmp_path / "go").touch()
        wait_until((tmp_path / "said").exists)
        below, orphan = map(int, (tmp_path / "said").read_text().split())
        left = subprocess.Popen([sys.executable, "-c", SLEEP])
        started += [below, orphan, left.pid]
        assert set(started) == set(processes.descendants(os.getpid()))
        assert tree.living() == [left.pid]
        told = tree.end(patience=0, grace=5)
        left.wait(10)
        assert [name.partition(" ")[0] for name in told] == [str(left.pid)]
        assert all(map(is_alive, (window.pid, below, orphan)))
    finally:
        processes.end_processes(lambda: [pid for pid in started if is_alive(pid)], grace=0)
        window.wait(10)


@pytest.mark.skipif(sys.platform != "linux", reason="orphans come to a subreaper on Linux alone")
def test_no_agent_can_say_that_it_goes_on_beside(wait_until: Callable[..., object]) -> None:
    processes.become_subreaper()
    window = processes.start_beside([sys.executable, "-c", SLEEP], env=os.environ)
    tree = ProcessTree("none/1")
    said = {"AMPSM_BESIDE": str(os.getpid()), processes.MARKER: ""}
    left = subprocess.Popen([sys.executable, "-c", SLEEP], env=os.environ | said)
    try:
        wait_until(lambda: tree.living() == [left.pid])
    finally:
        processes.end_processes(lambda: [pid for pid in (window.pid, left.pid) if is_alive(pid)], grace=0)
        window.wait(10)
        left.wait(10)
