"""What is said to the agent (SPEC section 5.4)."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.git.calls.conversion import why_not_converted
from ampsm.model.session import Iteration, Session

#: What an iteration without notes says to a thread that goes on.
CONTINUE = "Continue with the task."

#: Failures after which a thread cannot go on: the next iteration starts a new one by itself.
DEAD_THREAD_CODES = frozenset({"thread-gone", "context-full"})

_SUMMARY_LINES = 20
_HOOK_OUTPUT_LENGTH = 4000


def thread_to_continue(session: Session, earlier: Sequence[Iteration], new_thread: bool) -> str | None:
    """The Amp thread that the next iteration continues; None when it starts a new one.

    A thread in which nothing was ever said is not continued either: when its first model call failed it may never have
    reached the server, and then Amp says that it does not exist.
    """
    last = earlier[-1] if earlier else None
    if new_thread or (last and last.error_code in DEAD_THREAD_CODES):
        return None
    inside = [iteration for iteration in earlier if iteration.thread_id == session.thread_id]
    said_nothing = (i.status == "failed" and not i.usage.reported and not i.tool_calls for i in inside)
    return None if inside and all(said_nothing) else session.thread_id


def compose(session: Session, earlier: Sequence[Iteration], *, notes: str | None, continues: bool, head: str) -> str:
    """The prompt of the next iteration, which starts at the commit `head`: the task with notes and a summary for a new
    thread, else the notes alone."""
    notes = (notes or "").strip()
    parts = [notes or CONTINUE] if continues else [session.prompt.strip(), notes, _summary(earlier)]
    last = earlier[-1] if earlier else None
    if last and last.hook_output and last.held_back(head):
        parts.append(_about_hook(last.hook_output))
    return "\n\n".join(part for part in parts if part)


def _summary(earlier: Sequence[Iteration]) -> str:
    if not earlier:
        return ""
    lines = ["This task was begun in an earlier thread. What happened so far, oldest first:"]
    for iteration in earlier[-_SUMMARY_LINES:]:
        tests = "" if iteration.test is None else (", tests passed" if iteration.test.passed else ", tests failed")
        error = f" ({iteration.error['message']})" if iteration.error else ""
        asked = " ".join(iteration.prompt.split())[:200]
        lines.append(f"- iteration {iteration.number}: {iteration.status}{error}{tests}; asked: {asked}")
    lines.append("The changes made so far are in this worktree: see `git log` and AGENT_CONTEXT/DIFF_SUMMARY.md.")
    return "\n".join(lines)


def _about_hook(output: str) -> str:
    by_git = why_not_converted(output) is not None
    why, whose = ("git cannot take them", "git") if by_git else ("a git hook refused them", "the hook")
    return (
        f"The last changes could not be committed: {why}. They are still in the worktree. "
        f"Please mend what {whose} says:\n\n```\n" + output.strip()[-_HOOK_OUTPUT_LENGTH:] + "\n```"
    )
