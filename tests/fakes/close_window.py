"""Somebody who looks at a window and closes it: `close_window.py COMMAND…`; ends as the command ends.

The window is closed as by its cross, by a SIGTERM once it hears that, however long it takes to open.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

WINDOW = b"amp-session-conductor"


def main() -> int:
    process = subprocess.Popen(sys.argv[1:])
    while process.poll() is None:
        if hears(process.pid):
            process.terminate()
            break
        time.sleep(0.05)
    return process.wait() % 256


def hears(pid: int) -> bool:
    """Whether the process has become the window and has a handler for SIGTERM; that of a command would not do."""
    try:
        if WINDOW not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return False
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    caught = next(line for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


sys.exit(main())
