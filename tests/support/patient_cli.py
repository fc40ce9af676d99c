"""`amp-sessions` that waits as long as a test wants where the real one takes seconds or a minute."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

_PROGRAM = """
import functools, json, sys
from ampsm.workflows.iteration import agent
from ampsm_cli.main import main
waits, stalled = json.loads(sys.argv.pop(1))
agent.WAITS = waits or agent.WAITS
if stalled:
    agent.Limits = functools.partial(agent.Limits, stalled=stalled)
sys.exit(main())
"""


def command(*args: object, retry_waits: Sequence[float] = (), stalled: float | None = None) -> list[str]:
    """The command line: seconds before each retry, seconds of silence that mean a stalled model."""
    return [sys.executable, "-c", _PROGRAM, json.dumps([list(retry_waits), stalled]), *map(str, args)]
