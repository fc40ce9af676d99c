"""Runs an agent as an iteration does, without session and journal: its events, how it ended, how that is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ampsm.amp.command import Invocation, agent_environment, prompt_bytes
from ampsm.amp.failures import Failure, classify
from ampsm.amp.output.reader import AgentOutput
from ampsm.amp.running import AgentExit, AgentRun, Limits
from ampsm.journal.events import Event
from ampsm.journal.view import IterationView
from ampsm.system.stopping import StopRequest

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class AmpRun:
    events: list[Event]
    output: AgentOutput
    ended: AgentExit
    failure: Failure | None

    def of(self, kind: type[E]) -> list[E]:
        """Its events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def view(self) -> IterationView:
        """The events folded, as a journal's are."""
        view = IterationView(1)
        for number, event in enumerate(self.events, 1):
            event.seq, event.at = number, "2026-01-01T00:00:00.000Z"
            view.apply(event)
        return view


def run_amp(
    invocation: Invocation,
    *,
    cwd: Path,
    env: Mapping[str, str],
    prompt: str,
    stop_when: type[Event] | None = None,
    limits: Limits | None = None,
) -> AmpRun:
    """Runs the invocation to its end; asks it to stop after the first event of the kind `stop_when`."""
    events: list[Event] = []
    stop = StopRequest()

    def emit(event: Event) -> None:
        events.append(event)
        if stop_when and isinstance(event, stop_when) and not stop.requested:
            stop.request("SIGTERM")

    output = AgentOutput(invocation.format)
    run = AgentRun(output, limits or Limits(60, 30), redact=lambda line: line, emit=emit, stop=stop)
    try:
        ended = run.run(
            invocation.argv, cwd=str(cwd), env=agent_environment(env), stdin=prompt_bytes(prompt), pass_fds=()
        )
    finally:
        stop.close()
    failure = classify(
        format=invocation.format,
        agent=output.agent,
        exit_code=ended.exit_code,
        stderr_tail=output.stderr_tail,
        stdout_tail=output.stdout_tail,
        ended_by=ended.reason,
    )
    return AmpRun(events, output, ended, failure)
