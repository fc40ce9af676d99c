"""One pass of the agent in a session, from the lock to the record (SPEC section 5).

`iterate` is the one protocol and reads from top to bottom: `commit` keeps what lies in the worktree, `prompts` says
what the agent is told, `agent` calls it (again after what waiting can cure), `commit` keeps what it changed, `test_run`
runs the test script, `outcome` says how it ended and records that, `stopped` when git was at work at the end.
`recording` writes every event in the journal before anybody sees it. `content` says what is unusual in what was
committed, `surroundings` what the agent changed in the repository outside its branch, `own_config_changes` which
settings a person changed there meanwhile. `conflict_mode` is the one place where an agent works beside its branch: a
rebase that waits, and `resolved_stop` where the test script does. `executor` is what whoever starts iterations needs to
know; `local_worker` is the process that runs them on this machine and outlives every window, `stop` ends one wherever
it was started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.iteration.executor import Executor
    from ampsm.workflows.iteration.iterate import IterateOptions, iterate_session
    from ampsm.workflows.iteration.local_worker import LocalExecutor, drain, goes_on, queue_behind, worker_log
    from ampsm.workflows.iteration.prompts import CONTINUE
    from ampsm.workflows.iteration.stop import stop_session
    from ampsm.workflows.iteration.test_run import run_test_script
else:
    __getattr__, __all__ = exports(__name__, {
        "executor": "Executor",
        "iterate": "IterateOptions iterate_session",
        "local_worker": "LocalExecutor drain goes_on queue_behind worker_log",
        "prompts": "CONTINUE",
        "stop": "stop_session",
        "test_run": "run_test_script",
    })  # fmt: skip
