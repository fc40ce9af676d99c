"""What a stopped command has left running is ended within the seconds of that stop, not in further ones."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ampsm.system.process_tree import ProcessTree
from ampsm.system.processes import is_alive
from ampsm.system.stopping import StopRequest

DEAF = (
    "import signal, time; signal.signal(2, signal.SIG_IGN); signal.signal(15, signal.SIG_IGN); "
    "print('ready', flush=True); time.sleep(600)"
)


@pytest.fixture
def stop() -> Iterator[StopRequest]:
    request = StopRequest()
    yield request
    request.close()


def test_the_seconds_count_from_the_stop(stop: StopRequest) -> None:
    tree = ProcessTree("none/1", stop)
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        stop.request("SIGINT")
        stop.made_at = time.monotonic() - 1200
        told = tree.end(patience=600, grace=600)  # a test that waits for these is stopped by its time limit
        assert [name.partition(" ")[0] for name in told] == [str(child.pid)]
    assert not is_alive(child.pid)
