"""A session and an iteration in a few lines, for people."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import TestResult, Usage
from ampsm_cli.output import Output
from ampsm_cli.style import clean, cost, count, duration, paint, plural, status_word

_LABEL_WIDTH = 11


def fact(output: Output, label: str, text: str, style: str = "") -> None:
    """An indented line `label   text`."""
    on = output.answer_color
    output.answer(f"  {paint(f'{label:<{_LABEL_WIDTH}}', 'dim', on=on)}{paint(clean(text), style, on=on)}")


def show_session_facts(output: Output, session: Session) -> None:
    fact(output, "branch", session.branch)
    fact(output, "worktree", session.worktree)
    base = session.base_branch or "(no local branch)"
    fact(output, "base", f"{base} at {session.base_sha}")


def show_iteration(output: Output, iteration: Iteration, subjects: dict[str, str], next_step: str) -> None:
    """The summary at the end of `iterate`; `next_step` is what to type then."""
    word, style = status_word(iteration.status)
    took = duration(iteration.duration_ms)
    output.answer(f"{paint(word, style, on=output.answer_color)}  iteration {iteration.number} of "
                  f"{iteration.session_id}, {took}")  # fmt: skip
    fact(output, "commit", _commit(iteration, subjects))
    fact(output, "changes", changes(iteration))
    if iteration.test:
        fact(output, "tests", tests(iteration.test), "" if iteration.test.passed else "red")
    fact(output, "tools", tool_calls(iteration))
    fact(output, "tokens", tokens(iteration.usage))
    if iteration.model:
        fact(output, "model", iteration.model)
    show_next(output, next_step)


def show_next(output: Output, command: str, label: str = "next") -> None:
    """What to type next."""
    fact(output, label, output.typed(command), "bold")


def _commit(iteration: Iteration, subjects: dict[str, str]) -> str:
    if not iteration.commit_sha:
        return "none, nothing changed" if iteration.status == "succeeded" else "none"
    return f"{iteration.commit_sha[:10]} {subjects.get(iteration.commit_sha, '')}".rstrip()


def changes(iteration: Iteration) -> str:
    """`3 files, +12 −4`; `none`; `–` when unknown."""
    if iteration.changed_files is None:
        return "–"
    if not iteration.changed_files:
        return "none"
    return f"{plural(iteration.changed_files, 'file')}, +{iteration.insertions or 0} -{iteration.deletions or 0}"


def tests(test: TestResult) -> str:
    if test.passed:
        return f"passed, {duration(test.duration_ms)}: {test.command}"
    how = "timed out" if test.timed_out else f"failed with exit code {test.exit_code}"
    return f"{how}, {duration(test.duration_ms)}: {test.command}"


def tool_calls(iteration: Iteration) -> str:
    failed = f", {iteration.tool_failures} failed" if iteration.tool_failures else ""
    return plural(iteration.tool_calls, "call") + failed


def tokens(usage: Usage) -> str:
    if not usage.reported:
        return "not reported"
    text = f"{count(usage.total_tokens)} ({count(usage.prompt_tokens)} in, {count(usage.completion_tokens)} out)"
    if usage.cost_usd is not None:
        text += f", {cost(usage.cost_usd)}"
    return text + (", estimated" if usage.estimated else "")


def counted(items: Sequence[tuple[int | None, str]]) -> str:
    """`2 staged, 1 untracked`, leaving out what is zero."""
    return ", ".join(f"{number} {what}" for number, what in items if number)
