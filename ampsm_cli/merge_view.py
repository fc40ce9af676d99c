"""A preflight as a checklist, a merge as steps ticking off."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from ampsm.journal import events as ev
from ampsm.journal.codec import progress_document
from ampsm.journal.events import Event
from ampsm.model.merge import judge
from ampsm_cli.output import Output
from ampsm_cli.screen import terminal_command
from ampsm_cli.style import clean, clean_lines, paint, plural
from ampsm_cli.summary import fact

if TYPE_CHECKING:
    from ampsm.workflows.finishing import MergeOutcome, Readiness

_CHECKS = {"pass": ("✔", "green"), "warn": ("!", "yellow"), "fail": ("✘", "red"), "skip": ("·", "dim")}
_STEPS = {"done": ("✔", "green"), "skipped": ("·", "dim"), "failed": ("✘", "red"), "started": ("…", "cyan")}
_WIDTH = 16


class MergeView:
    """Shows the events of a merge: as JSON lines, or for people on stderr, where on a terminal a step that has begun is
    replaced by how it ended."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._moving = output.human and output.narration_is_terminal and output.can_move
        self._begun: str | None = None

    def __enter__(self) -> MergeView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forget_begun()

    def on_progress(self, event: Event) -> None:
        if self._output.streaming:
            self._output.event_document(progress_document(event))
        elif self._output.human:
            self._show(event)
        if isinstance(event, ev.Warned):
            self._forget_begun()
            self._output.note(event.message)

    def _show(self, event: Event) -> None:
        match event:
            case ev.CheckDone():
                self._line(*_CHECKS[event.status], event.id, event.message)
            case ev.StepChanged(status="started"):
                self._begin(event.step)
            case ev.StepChanged(status=str(status), message=message):
                self._line(*_STEPS[status], event.step, message or "")
            case ev.TestStarted():
                self._forget_begun()
                self._output.narrate(f"  $ {clean(event.command)}", "bold")
            case ev.TestOutput():
                self._output.narrate(f"  │ {clean_lines(event.text)}", "dim")
            case ev.Waiting():
                self._forget_begun()
                self._output.note(event.message)

    def _line(self, symbol: str, style: str, what: str, message: str) -> None:
        self._forget_begun()
        on = self._output.narration_color
        text = f"{paint(symbol, style, on=on)} {what:<{_WIDTH}} {clean(message)}"
        self._output.narrate(text.rstrip())

    def _begin(self, step: str) -> None:
        self._forget_begun()
        if self._moving:
            self._output.narrate(f"{paint('…', 'cyan', on=self._output.narration_color)} {step}", end="")
            self._begun = step

    def _forget_begun(self) -> None:
        if self._begun is not None:
            self._output.narrate(terminal_command("1G") + terminal_command("K"), end="")
            self._begun = None


def show_preflight(output: Output, ref: str, found: Readiness) -> None:
    """The verdict under the checklist, and what to do about what is wrong."""
    about = f"{plural(found.branch.ahead, 'commit')} ahead, {found.branch.behind} behind"
    if found.ready:
        output.answer(f"Ready to merge: {about}.", "bold green")
        output.answer(output.typed(f"Merge it: amp-sessions merge {shlex.quote(ref)} --message '…'"))
        return
    output.answer(f"Not ready to merge: {about}.", "bold red")
    judged = judge(found.checks)
    for check in (*judged.blocking, *judged.waiting):
        output.answer(f"  {check.id}: {clean(check.message)}")
        if check.hint:
            output.answer(f"    {clean(output.typed(check.hint))}")
    for path in found.conflicts:
        output.answer(f"  conflict: {clean(path)}", "yellow")


def show_merge(output: Output, outcome: MergeOutcome) -> None:
    """How a merge ended."""
    match outcome.status:
        case "merged":
            _show_merged(output, outcome)
        case "rebased":
            output.answer(f"The rebase is done: {outcome.branch} is at {(outcome.commit or '')[:10]}.", "bold")
        case "pull-request":
            output.answer(f"Pull request: {outcome.pull_request}", "bold")
        case "conflict":
            show_conflicts(output, outcome.conflicts)
        case "refused":
            output.answer("Not merged; nothing has changed." if outcome.merge_id is None else "Not merged yet.")
        case _:
            output.answer("Not merged yet; the merge is open.")
    for warning in outcome.warnings:
        output.note(output.typed(warning))


def show_conflicts(output: Output, conflicts: Sequence[str]) -> None:
    """The files that wait to be resolved."""
    output.answer(f"{plural(len(conflicts), 'file')} with conflicts:", "bold")
    for path in conflicts:
        output.answer(f"  {clean(path)}", "yellow")


def _show_merged(output: Output, outcome: MergeOutcome) -> None:
    output.answer(f"Merged into {outcome.onto}.", "bold green")
    subject = (outcome.message or "").partition("\n")[0]
    fact(output, "commit", f"{(outcome.commit or '')[:10]} {subject}".rstrip())
    if outcome.patch:
        fact(output, "patch", outcome.patch)
    if outcome.pushed:
        fact(output, "pushed", "yes")
    fact(output, "undo", output.typed(f"amp-sessions undo {outcome.session_id}"))
