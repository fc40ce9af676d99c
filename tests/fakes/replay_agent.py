"""Plays a recorded run of a real Amp: its lines at (scaled) times, its stderr, its exit code.

Run as `replay_agent.py CAPTURE SCALE [amp's own arguments]`, where CAPTURE is the path of a recording without suffix
(tests/data/amp/VERSION/NAME) and SCALE multiplies its times (0: as fast as possible). Lines that the real program wrote
only because it was stopped are held back until this one is.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

CLASSIC = """Usage: amp [options] [command]

Options:

  -V, --version
      Print the version number and exit
  --dangerously-allow-all
      Run every command without asking
  -m, --mode <value>
      Set the agent mode (deep, large, rush, smart)
  -x, --execute [message]
      Use execute mode
  --stream-json
      JSON instead of text
  --stream-json-thinking
      Thinking blocks too
"""
NEW = CLASSIC.replace("  --dangerously-allow-all\n      Run every command without asking\n", "").replace(
    "(deep, large, rush, smart)", "(low, medium, high, ultra, or a plugin mode by key or label, case-insensitive)"
)


def main(capture: Path, scale: float, args: list[str]) -> int:
    meta = json.loads(Path(f"{capture}.meta.json").read_text())
    if "--version" in args:
        print(capture.with_name("version.stdout").read_text(), end="")
        return 0
    if "--help" in args:
        top = NEW if meta["version"] >= "0.0.1784" else CLASSIC
        print("Usage: amp threads continue [options] [threads...]" if args[0] == "threads" else top)
        return 0
    if "--no-such-option" in args:
        print("Error: error: unknown option '--no-such-option'", file=sys.stderr)
        return 1
    sys.stdin.buffer.read()
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    signal.signal(signal.SIGINT, lambda *_: stopped.append(1))
    started = time.monotonic()
    end = meta["ended_by_us_after_s"] or (meta["signal_after_s"] if meta["signal"] else None)
    lines = Path(f"{capture}.stdout").read_bytes().splitlines(keepends=True)
    for line, arrival in zip(lines, meta["line_arrival_s"], strict=True):
        while not stopped and ((end is not None and arrival >= end) or time.monotonic() < started + arrival * scale):
            time.sleep(0.005)
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    while end is not None and not stopped:
        time.sleep(0.005)
    sys.stderr.write(meta["stderr"])
    sys.stderr.flush()
    if meta["exit_code"] < 0:
        signal.signal(-meta["exit_code"], signal.SIG_DFL)
        os.kill(os.getpid(), -meta["exit_code"])
    return meta["exit_code"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
