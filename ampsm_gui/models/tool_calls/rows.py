"""Tool calls as rows: read once, then only what is new; numbered, and nested in the call that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ampsm.context import Context
from ampsm.journal.text import argument_summary, from_worktree, plain_lines
from ampsm.model.record import record
from ampsm.model.telemetry import ToolCall
from ampsm.workflows.review import session_iterations, tool_calls_from
from ampsm.workflows.session import require_session

Place = tuple[int, int]

_ERROR_WIDTH = 120


@record
class CallRow:
    """One call as it is shown. `number` counts the session's calls from 1; `depth` is how deep it is nested, `parent`
    the place (iteration, seq) of the call that made it. `short` are the arguments with paths relative to the
    worktree. `live` while its result can still come."""

    place: Place
    number: int
    call_id: str
    tool: str
    arguments: str
    short: str
    success: bool | None
    duration_ms: int | None
    started_at: str
    error: str
    depth: int = 0
    parent: Place | None = None
    live: bool = False
    estimated: bool = False
    sought: str = ""  # what a filter looks in, in lower case

    @property
    def iteration(self) -> int:
        return self.place[0]

    @property
    def failed(self) -> bool:
        return self.success is False

    def says(self, words: str) -> bool:
        """Whether tool or arguments hold these words, which are in lower case."""
        return words in self.sought


@record
class CallsRead:
    """What was read: calls from a place on, the iteration that runs, the numbers of all iterations, and the worktree
    they worked in."""

    calls: Sequence[ToolCall]
    running: int | None
    iterations: tuple[int, ...]
    worktree: str = ""


@dataclass
class CallBook:
    """A session's calls in their order. Read a first time anywhere, `add` what is read later. It counts those that
    failed and those without a result, and knows the longest time."""

    rows: list[CallRow] = field(default_factory=list)
    running: int | None = None
    iterations: tuple[int, ...] = ()
    failed: int = 0
    unanswered: int = 0
    longest_ms: int = 1
    _numbers: dict[Place, int] = field(default_factory=dict)
    _children: dict[Place, list[Place]] = field(default_factory=dict)
    _by_id: dict[tuple[int, str], CallRow] = field(default_factory=dict)

    def add(self, read: CallsRead) -> None:
        """Takes in calls that are new or have changed."""
        before, self.running, self.iterations = self.running, read.running, read.iterations
        for call in read.calls:
            self._put(self._row(call, read.worktree))
        if before is not None and before != self.running:
            self._end(before)

    def row(self, place: Place) -> CallRow | None:
        number = self._numbers.get(place)
        return None if number is None else self.rows[number]

    def children(self, place: Place) -> list[CallRow]:
        """The calls made by a call, of which it is the parent."""
        return [self.rows[self._numbers[child]] for child in self._children.get(place, ())]

    @property
    def live(self) -> int:
        """How many calls can still get a result."""
        return sum(row.live for row in self.rows[self._start_of_running() :])

    def next_place(self) -> Place:
        """From where to read on: the first call whose result may still come, else behind the last one."""
        if not self.rows:
            return 0, 0
        waiting = next((row.place for row in self.rows[self._start_of_running() :] if row.live), None)
        iteration, seq = self.rows[-1].place
        return waiting or (iteration, seq + 1)

    def _start_of_running(self) -> int:
        number = len(self.rows)
        while number and self.rows[number - 1].iteration == self.running:
            number -= 1
        return number

    def _end(self, iteration: int) -> None:
        """No result comes any more in an iteration that has ended."""
        for number, row in enumerate(self.rows):
            if row.iteration == iteration and row.live:
                self.rows[number] = _changed(row, live=False)

    def _row(self, call: ToolCall, worktree: str) -> CallRow:
        place = (call.iteration, call.seq)
        parent = self._by_id.get((call.iteration, call.parent_id)) if call.parent_id else None
        arguments = argument_summary(call.args)
        cut = arguments.endswith("…")
        short = argument_summary(call.args, worktree) if cut else from_worktree(arguments, worktree)
        return CallRow(
            place,
            self._numbers.get(place, len(self.rows)) + 1,
            call.id,
            call.tool,
            arguments,
            short,
            call.success,
            call.duration_ms,
            call.started_at,
            "" if call.success is not False else first_line(call.error or "") or "Failed",
            parent.depth + 1 if parent else 0,
            parent.place if parent else None,
            call.success is None and call.iteration == self.running,
            call.estimated,
            "\n".join((call.tool, arguments) if short == arguments else (call.tool, arguments, short)).lower(),
        )

    def _put(self, row: CallRow) -> None:
        self._by_id[row.iteration, row.call_id] = row
        number = self._numbers.get(row.place)
        if number is not None:
            self._count(self.rows[number], -1)
            self.rows[number] = row
        else:
            self._numbers[row.place] = len(self.rows)
            self.rows.append(row)
            if row.parent is not None:
                self._children.setdefault(row.parent, []).append(row.place)
        self._count(row, 1)

    def _count(self, row: CallRow, by: int) -> None:
        self.failed += by * (row.success is False)
        self.unanswered += by * (row.success is None)
        self.longest_ms = max(self.longest_ms, row.duration_ms or 1)


def read_calls(ctx: Context, session_id: str, place: Place) -> CallsRead:
    """What there is from a place on. The state of iterations is read first: what has ended then is complete."""
    iterations = session_iterations(ctx, session_id)[::-1]
    running = next((one.number for one in iterations if one.status == "running"), None)
    numbers = tuple(one.number for one in iterations)
    worktree = require_session(ctx, session_id).worktree
    return CallsRead(tool_calls_from(ctx, session_id, *place), running, numbers, worktree)


def read_book(ctx: Context, session_id: str) -> CallBook:
    """All calls of a session."""
    book = CallBook()
    book.add(read_calls(ctx, session_id, (0, 0)))
    return book


def first_line(text: str) -> str:
    """The first line that says something, as plain text of a bounded length."""
    line = next((line.strip() for line in plain_lines(text[:4_000]) if line.strip()), "")
    return line if len(line) <= _ERROR_WIDTH else line[: _ERROR_WIDTH - 1] + "…"


def _changed(row: CallRow, *, live: bool) -> CallRow:
    return replace(row, live=live)
