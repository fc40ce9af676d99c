"""Reading back what a journal says about an iteration: the same fold as live, and what live stores beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.journal.events import AnyEvent
from ampsm.journal.follower import read_events
from ampsm.journal.view import IterationView
from ampsm.model.errors import UserError
from ampsm.model.session import Iteration, Session, cut_short
from ampsm.model.telemetry import ToolCall

_JOURNAL = re.compile(r"iteration-(\d+)\.jsonl")

#: Kinds of commits that count as an iteration's own.
_OWN = ("amp", "partial", "agent")


class Replay:
    """A journal's fold, and of its tool calls those that are `wanted`."""

    def __init__(self, number: int, wanted: Callable[[ToolCall], bool] = lambda call: True) -> None:
        self.view = IterationView(number)
        self._calls: dict[int, ToolCall] = {}
        self._wanted = wanted

    def take(self, event: AnyEvent) -> None:
        """Takes the next event in."""
        for call in self.view.apply(event):
            if self._wanted(call):
                self._calls[call.seq] = call
            else:
                self._calls.pop(call.seq, None)

    @property
    def calls(self) -> list[ToolCall]:
        """The tool calls in order."""
        return [self._calls[seq] for seq in sorted(self._calls)]

    @property
    def begun(self) -> bool:
        """Whether the journal got as far as its first event."""
        return self.view.started_at is not None

    @property
    def ended(self) -> bool:
        return self.view.status != "running"


def journals(ctx: Context, session_id: str) -> list[int]:
    """The numbers of the iterations that have a journal."""
    folder = ctx.paths.journal_dir(session_id)
    if not folder.is_dir():
        return []
    found = (_JOURNAL.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in found if match)


def replay(
    ctx: Context, session_id: str, number: int, wanted: Callable[[ToolCall], bool] = lambda call: True
) -> Replay:
    """What the journal of an iteration says so far; nothing, when there is none."""
    found = Replay(number, wanted)
    for event in read_events(ctx.paths.journal(session_id, number)):
        found.take(event)
    return found


def first_row(session: Session, view: IterationView) -> Iteration:
    """The row of an iteration as it was when it began."""
    return Iteration(
        id=f"{session.id}/{view.number}", number=view.number, session_id=session.id, status="running",
        started_at=view.started_at or session.created_at, prompt=view.prompt or "", start_sha=view.start_sha or "",
        model_requested=view.model_requested, thread_id=view.thread_id,
    )  # fmt: skip


def as_ended(session: Session, iteration: Iteration, view: IterationView) -> Iteration:
    """An iteration that has ended, with what its journal says of its end and of what it committed."""
    # A test script that was stopped, or that ended in an iteration which then failed, is no result of it.
    test = view.test if view.status in ("succeeded", "interrupted") else None
    ended = replace(
        iteration, status=view.status, ended_at=view.ended_at, error=view.error, test=test,
        duration_ms=view.duration_ms, hook_output=_hook_output(view),
    )  # fmt: skip
    return _with_changes(session, ended, view)


def _hook_output(view: IterationView) -> str | None:
    if view.error is None or view.error.get("code") != "commit-refused":
        return None
    return str(view.error.get("details", {}).get("output", "")) or None


def _with_changes(session: Session, iteration: Iteration, view: IterationView) -> Iteration:
    """What the iteration committed: as its last event says, else as far as its journal and refs still tell."""
    ending = view.ending
    if ending is not None and ending.end_sha is not None:
        return replace(
            iteration, commit_sha=ending.commit_sha, end_sha=ending.end_sha, changed_files=ending.changed_files,
            insertions=ending.insertions, deletions=ending.deletions,
        )  # fmt: skip
    # The commit that an iteration starts from may be noted in its journal, but is what another one left.
    own = [sha for sha, kind in view.commits if kind in _OWN and sha != view.start_sha]
    iteration = replace(iteration, commit_sha=own[-1] if own else None)
    if ending is not None:  # uncommitted, so far
        iteration = replace(
            iteration, changed_files=ending.changed_files, insertions=ending.insertions, deletions=ending.deletions
        )
    try:
        return _with_changes_by_refs(session, iteration, view)
    except (UserError, OSError):
        return iteration


def _with_changes_by_refs(session: Session, iteration: Iteration, view: IterationView) -> Iteration:
    """An interrupted one has no end until the next command that writes has committed its work."""
    root, last = Path(session.repo), iteration.commit_sha
    if not view.start_sha or not root.is_dir():
        return iteration
    end = refs.read_ref(root, refs.iteration_ref(session.id, view.number, "end"))
    if end is None and not _left_work(view):
        end = last
    if end is None or repository.resolve_commit(root, end) is None:
        return iteration
    went_on = _left_work(view) and end != view.start_sha
    if went_on and (last is None or _is_left_over(session, view, last, end)):
        last = end
    files, insertions, deletions = commits.diff_stat(root, view.start_sha, end)
    return replace(
        iteration, commit_sha=last, end_sha=end, changed_files=files, insertions=insertions, deletions=deletions
    )


def _left_work(view: IterationView) -> bool:
    """Whether what the agent did was, or is, for the next command that writes to commit."""
    return cut_short(view.status, view.error.get("code") if view.error else None)


def _is_left_over(session: Session, view: IterationView, last: str, end: str) -> bool:
    """Whether `end` is the commit of what the interrupted iteration left, made after its own `last` one."""
    later = commits.commits_between(Path(session.repo), last, end)
    return bool(later) and later[-1].trailers.get("Ampsm-Iteration") == str(view.number)
