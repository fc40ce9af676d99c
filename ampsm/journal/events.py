"""The typed events of a journal (SPEC section 5, "Journal first"). The documentation's event table is made from here.

Every event is one JSON line `{"type": …, "v": 1, "seq": n, "at": …, …}`. Parsers and workflows make events without
`seq` and `at`; the writer stamps them. `raw` is the redacted agent line an event was made from; further events of the
same line carry `rawSeq`, the seq of the event that has it.
"""

# No `from __future__ import annotations`: the decoder would compile each of them, which takes longer than all else.
from collections.abc import Callable
from typing import Any

import msgspec

UNSET = msgspec.UNSET
Unset = msgspec.UnsetType

#: Code of the warning that the model or mode that was asked for could not be passed to this Amp.
MODEL_NOT_AVAILABLE = "model-not-available"


class Event(msgspec.Struct, tag_field="type", rename="camel", kw_only=True):
    """What every event has."""

    v: int = 1
    seq: int = 0
    at: str = ""
    raw: str | Unset = UNSET
    raw_seq: int | Unset = UNSET


class IterationStarted(Event, tag="iteration_started"):
    """The prompt is stored before it is sent; `threadId` is null when a new thread begins."""

    number: int
    prompt: str
    start_sha: str
    thread_id: str | None = None
    model: str | None = None


class Phase(Event, tag="phase"):
    """A step of the protocol begins: context, agent, commit, test or record."""

    name: str


class Thread(Event, tag="thread"):
    """The Amp thread of this iteration, as the agent names it on its first line."""

    thread_id: str


class UserText(Event, tag="user_text"):
    """Text sent to the model: the prompt as Amp echoes it, or a sub-agent's task."""

    text: str
    parent_id: str | None = None


class AssistantText(Event, tag="assistant_text"):
    """Text the model wrote."""

    text: str
    parent_id: str | None = None


class Thinking(Event, tag="thinking"):
    """The model's reasoning, when Amp shows it."""

    text: str
    parent_id: str | None = None


class ToolStarted(Event, tag="tool_started"):
    """A tool call begins; `estimated` when it was read from text, `loggedAt` when the agent's log has times."""

    id: str
    tool: str
    args: dict[str, Any]
    parent_id: str | None = None
    estimated: bool = False
    logged_at: str | Unset = UNSET


class ToolFinished(Event, tag="tool_finished"):
    """A tool call ends; `id` is that of its start; `success` null when the agent did not say."""

    id: str
    success: bool | None
    duration_ms: int | None = None
    result: str | None = None
    error: str | None = None
    logged_at: str | Unset = UNSET


class UsageReported(Event, tag="usage"):
    """Tokens of one model call. A repeated `messageId` replaces the earlier report. `model` when the line names it."""

    message_id: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cost_usd: float | None = None
    estimated: bool = False
    model: str | None = None


class Model(Event, tag="model"):
    """The model or mode that was asked for and the one in use, as far as known."""

    requested: str | None = None
    used: str | None = None


class OutputLine(Event, tag="output"):
    """A line of the agent that is no known event (`stream`: stdout or stderr). Never dropped."""

    stream: str
    text: str


class AgentFinished(Event, tag="agent_finished"):
    """The agent's own verdict, its last `result` line: the final text, or the error it names."""

    success: bool
    text: str | None = None
    error: str | None = None
    duration_ms: int | None = None
    turns: int | None = None


class Warned(Event, tag="warning"):
    """Something a person should know; the iteration goes on."""

    code: str
    message: str


class Commit(Event, tag="commit"):
    """A commit on the session's branch; `kind`: amp, agent, manual or partial."""

    sha: str
    kind: str
    subject: str


class TestStarted(Event, tag="test_started"):
    """The test script starts."""

    __test__ = False
    command: str


class TestOutput(Event, tag="test_output"):
    """A line of the test script's output (stdout and stderr together)."""

    __test__ = False
    text: str


class TestFinished(Event, tag="test_finished"):
    """How the test script ended; `exitCode` is 128+n after signal n."""

    __test__ = False
    command: str
    exit_code: int
    passed: bool
    duration_ms: int
    timed_out: bool = False


class IterationFinished(Event, tag="iteration_finished"):
    """The last event; `status` is the iteration's, `error` an Error object, `usage` its totals, `durationMs` by a
    clock that nobody can set, `costs` the US dollars per model at that day's prices, `endSha` the tip of the branch."""

    status: str
    error: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    duration_ms: int | None = None
    costs: dict[str, float | None] | None = None
    commit_sha: str | None = None
    end_sha: str | None = None
    changed_files: int | None = None
    insertions: int | None = None
    deletions: int | None = None


class CheckDone(Event, tag="check"):
    """What one check of a preflight found; `status`: pass, warn, fail or skip, `hint` what to type next."""

    id: str
    status: str
    message: str
    hint: str | None = None


class StepChanged(Event, tag="step"):
    """A step of a merge began or ended; `status`: started, done, skipped or failed. Of a `rebase`, once: the branch
    that its commits go `onto`, `from` the session's tip and `to` the branch's."""

    step: str
    status: str | Unset = UNSET
    message: str | Unset | None = UNSET
    onto: str | Unset = UNSET
    from_sha: str | Unset = msgspec.field(name="from", default=UNSET)
    to_sha: str | Unset = msgspec.field(name="to", default=UNSET)


class Waiting(Event, tag="waiting"):
    """A merge waits for another one into the same branch."""

    message: str


#: What a journal can hold.
AnyEvent = (
    IterationStarted
    | Phase
    | Thread
    | UserText
    | AssistantText
    | Thinking
    | ToolStarted
    | ToolFinished
    | UsageReported
    | Model
    | OutputLine
    | AgentFinished
    | Warned
    | Commit
    | TestStarted
    | TestOutput
    | TestFinished
    | IterationFinished
)

#: Every event class of a journal, in the order of an iteration.
EVENTS: tuple[type[Event], ...] = AnyEvent.__args__

#: Sees what is done as it happens.
OnEvent = Callable[[Event], None]
