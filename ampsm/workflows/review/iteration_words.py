"""What was said in one iteration: its answer, the end of its tests and its warnings, out of its journal."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.follower import lines_from_end
from ampsm.journal.text import plain_lines
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration
from ampsm.store.iterations import iteration as iteration_by_number
from ampsm.workflows.session.lookup import require_session

#: So many of the test script's last lines are told.
TEST_LINES = 60
#: So many lines of a journal are read back in search of the answer, at most; while it runs it may have none yet.
_FAR_ENOUGH, _FAR_WHILE_RUNNING = 300_000, 2_000


@record
class IterationWords:
    """What was said in an iteration: the agent's last text, None without one, and the last lines of the test script."""

    iteration: Iteration
    answer: str | None
    test_output: list[str]
    warnings: list[str]


def iteration_details(ctx: Context, ref: str, number: int) -> IterationWords:
    """What was said in the iteration with this number. Raises `no-such-iteration` (exit 3)."""
    session = require_session(ctx, ref)
    found = iteration_by_number(ctx.store, session.id, number)
    if found is None:
        raise UserError(
            "no-such-iteration", f"Session {session.id} has no iteration {number}",
            hint=f"amp-sessions status {session.id}", details={"iteration": number},
        )  # fmt: skip
    answer, output, warnings = _last_words(
        ctx.paths.journal(session.id, number), _FAR_WHILE_RUNNING if found.status == "running" else _FAR_ENOUGH
    )
    if unsettled := ctx.store.unsettled_iterations(session.id).get(number):
        warnings += [event.message for event in unsettled.endings if isinstance(event, ev.Warned)]
    return IterationWords(found, answer, output, warnings)


def _last_words(path: Path, far: int) -> tuple[str | None, list[str], list[str]]:
    """Answer, test output and warnings of a journal, read from its end up to where the answer stands."""
    tests: list[str] = []
    plain: list[str] = []
    warnings: list[str] = []
    answer: str | None = None
    if not path.exists():
        return None, [], []
    for count, line in enumerate(lines_from_end(path)):
        match decode(line):
            case ev.TestOutput(text=text) if len(tests) < TEST_LINES:
                tests.extend(reversed(plain_lines(text)))
            case ev.Warned(message=message):
                warnings.append(message)
            case ev.AgentFinished(text=str(text)) | ev.AssistantText(text=text, parent_id=None) if text.strip():
                answer = text
            case ev.Output(stream="stdout", text=text):
                plain.append(text)
            case ev.ToolStarted() | ev.ToolFinished() if plain:  # the agent writes plain text: its lines from here on
                break
        if answer is not None or count > far:
            break
    written = "\n".join(reversed(plain)).strip()
    return answer or written or None, tests[:TEST_LINES][::-1], warnings[::-1]
