"""What happened to a session, step by step in time order, and one iteration's prompt, answer and failing tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git.commits import commits_between, subjects
from ampsm.git.repository import is_ancestor
from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.follower import lines_from_end
from ampsm.journal.text import plain_lines
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import Session
from ampsm.store.iterations import iteration as iteration_by_number
from ampsm.store.iterations import iterations_of
from ampsm.store.telemetry import test_runs_between_iterations
from ampsm.workflows.session import commit_origin, operations, undo_stack
from ampsm.workflows.session.branch_point import branch_point_of
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.tips import branch_tip
from ampsm.workflows.status.merge_status import merge_status

#: So many of the test script's last lines are told.
TEST_LINES = 60
#: So many lines of a journal are read back in search of the answer, at most; while it runs it may have none yet.
_FAR_ENOUGH, _FAR_WHILE_RUNNING = 300_000, 2_000


def session_history(ctx: Context, ref: str) -> list[dict[str, Any]]:
    """Every step of a session, oldest first, each with `kind`, `at` and a `key` that stays the same.

    Kinds: `iteration` (`iteration`: its document), `test` (a run between iterations, `test`), `commit` (a person's,
    `sha`, `subject`), `squash`, `rebase`, `merge` (`n`, `from`, `to`, `target`, `undone`, `undoable`, `subject`),
    `undo` (the same with `of`) and `open` for a merge or rebase that waits (`merge`). Where git cannot tell, its steps
    are missing.
    """
    session = require_session(ctx, ref)
    steps = [_iteration_step(document(found)) for found in iterations_of(ctx.store, session.id)]
    steps += [
        {"kind": "test", "key": f"test {number}", "at": at, "test": document(result)}
        for number, at, result in test_runs_between_iterations(ctx.store, session.id)
    ]
    steps += _operation_steps(ctx, session)
    steps += _manual_commits(ctx, session)
    steps.sort(key=_whens(session, steps))
    if found := merge_status(ctx, session):
        opened = found.document()
        steps.append({"kind": "open", "key": f"open {opened['mergeId']}", "at": opened["startedAt"], "merge": opened})
    return steps


def _whens(session: Session, steps: list[dict[str, Any]]) -> Callable[[dict[str, Any]], tuple[str, int]]:
    """What steps are ordered by. A commit knows its time to the second only: it counts as made at the end of that
    second, but before the first step in it that began at a tip which has the commit."""
    began: dict[str, list[tuple[str, str]]] = {}
    for step in steps:
        tip = step["iteration"]["startSha"] if step["kind"] == "iteration" else step.get("from")
        if tip is not None and step["kind"] != "undo":
            began.setdefault(step["at"][:19], []).append((step["at"], tip))

    def when(step: dict[str, Any]) -> tuple[str, int]:
        if step["kind"] != "commit":
            return step["at"], 1
        second = step["at"][:19]
        for at, tip in sorted(began.get(second, [])):
            if _contains(session, tip, step["sha"]):
                return at, 0
        return f"{second}.999Z", 1

    return when


def _contains(session: Session, tip: str, sha: str) -> bool:
    try:
        return is_ancestor(session.repo, sha, tip)
    except (UserError, OSError):
        return False


def iteration_details(ctx: Context, ref: str, number: int) -> dict[str, Any]:
    """What was said in an iteration: `iteration` (its document), `answer` (the agent's last text, None without one),
    `testOutput` (the last lines of its test script) and `warnings`.

    Raises `no-such-iteration` (exit 3).
    """
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
    return {"iteration": document(found), "answer": answer, "testOutput": output, "warnings": warnings}


def _iteration_step(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "iteration", "key": f"iteration {document['number']}", "at": document["startedAt"],
        "iteration": document,
    }  # fmt: skip


def _operation_steps(ctx: Context, session: Session) -> list[dict[str, Any]]:
    try:
        stack = undo_stack.undo_list(ctx, session.id)["operations"]
    except (UserError, OSError):
        stack = None
    # Of those that can be undone one after the other only the last one can be now.
    first = stack[0]["n"] if stack and stack[0]["undoable"] else None
    standing = None if stack is None else {found["n"] for found in stack}
    steps: list[dict[str, Any]] = []
    done = operations.operations(ctx, session.id)
    words = _subjects(session, {found.to_sha for found in done if found.operation == "squash"})
    for found in done:
        if not found.undone and standing is not None and found.n not in standing:
            continue  # it was cut off before it moved the branch
        known = {"n": found.n, "from": found.from_sha, "to": found.to_sha}
        target = found.target and {
            "branch": found.target.branch,
            "from": found.target.from_sha,
            "to": found.target.to_sha,
        }
        steps.append({
            "kind": found.operation, "key": f"operation {found.n}", "at": found.at, **known, "target": target,
            "undone": found.undone, "undoable": found.n == first, "subject": words.get(found.to_sha),
        })  # fmt: skip
        if found.undone_at:
            steps.append({
                "kind": "undo", "key": f"undo {found.n}", "at": found.undone_at, "of": found.operation,
                "n": found.n, "from": found.to_sha, "to": found.from_sha, "target": target,
            })  # fmt: skip
    return steps


def _subjects(session: Session, shas: set[str]) -> dict[str, str]:
    try:
        return subjects(session.repo, shas)
    except (UserError, OSError):
        return {}


def _manual_commits(ctx: Context, session: Session) -> list[dict[str, Any]]:
    try:
        tip = branch_tip(session)
        if tip is None:
            return []
        point = branch_point_of(ctx, session, tip)
        manual = {found.sha for found in commit_origin.classify(ctx, session, point, tip) if not found.amp}
        known = commits_between(session.repo, point, tip) if manual else []
    except (UserError, OSError):
        return []
    return [
        {
            "kind": "commit", "key": f"commit {found.sha}", "at": _utc(found.authored_at), "sha": found.sha,
            "subject": found.subject,
        }
        for found in known
        if found.sha in manual
    ]  # fmt: skip


def _utc(at: str) -> str:
    from datetime import UTC, datetime

    try:
        then = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError):  # a date that some other program has put into the commit
        return "1970-01-01T00:00:00.000Z"
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
