"""What is said of the agent at conflicts that wait: while it works, and what has come of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ampsm.context import Context
from ampsm.model.conflicts import ConflictFile
from ampsm.workflows.finishing import AgentAtConflicts, Proposal, agent_at_conflicts, proposal_for
from ampsm_gui.look import figures

PROPOSAL = "The agent has a proposal for this file. Your draft is as it was; nothing is taken before you say so."
_MARKED = (
    "The agent has a proposal for this file, which cannot be taken as it is: line {line} is still a conflict marker. "
    "Your draft is as it was."
)
AT_WORK = "The agent is at work on these files: files are resolved when it has ended, choices are kept meanwhile"


class AgentSaid(NamedTuple):
    """A sentence of a strip: `token` as of `Strip`; `command` brings back what was taken back, `again`: it may be asked
    once more."""

    token: str
    sentence: str
    command: str = ""
    again: bool = False


def read_agent(ctx: Context, session_id: str) -> AgentAtConflicts | None:
    """Raises as `agent_at_conflicts`."""
    return agent_at_conflicts(ctx, session_id)


def read_proposal(ctx: Context, session_id: str, path: str) -> Proposal | None:
    """Raises as `proposal_for`."""
    return proposal_for(ctx, session_id, path)


def proposal_words(file: ConflictFile) -> str:
    """What is said of a file that the agent has made what it is."""
    return PROPOSAL if file.marker is None else _MARKED.format(line=f"{file.marker:,}")


def said_of(found: AgentAtConflicts, now: datetime) -> AgentSaid | None:
    """None when there is nothing to say any more: what it proposed was taken, or not."""
    row = found.iteration
    files = figures.count(found.asked, "file")
    if found.works:
        passed = (now - datetime.fromisoformat(row.started_at)).total_seconds()
        clock = figures.seconds_column(max(int(passed), 0) * 1000) if passed >= 60 else f"0:{max(int(passed), 0):02d}"
        calls = figures.count(row.tool_calls, "tool call")
        return AgentSaid("running", f"The agent is resolving {files} · {clock} · {calls}")
    besides = _besides(found)
    cost = f" · {figures.cost(row.usage.cost_usd)}" if row.usage.cost_usd is not None else ""
    proposes = f"The agent proposes {figures.count(len(found.proposed), 'file')}{cost}."
    command = "; ".join(found.bring_back)
    if row.status == "succeeded":
        if found.proposed:
            return AgentSaid("info", f"{proposes}{besides}", command)
        return AgentSaid("info", f"{besides.strip()}", command) if besides else None
    why = str((row.error or {}).get("message") or _ENDED.get(row.status, "it failed"))
    left = f" {proposes}" if found.proposed else ""
    if row.status == "cancelled":
        return AgentSaid("warning", f"The agent was stopped.{left}{besides}", command, again=True)
    return AgentSaid("danger", f"The agent did not finish: {why.rstrip('.')}.{left}{besides}", command, True)


_ENDED = {"interrupted": "it was interrupted", "timed-out": "it took too long"}


def _besides(found: AgentAtConflicts) -> str:
    return "".join(f" {said}." for said in found.taken_back)
