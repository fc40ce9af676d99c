"""The live view of an iteration on a terminal: what happened scrolls by, what is happening stays at the bottom."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, cast

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ampsm.journal import events as e
from ampsm.journal.text import argument_summary
from ampsm.journal.view import IterationView
from ampsm.model.telemetry import add_usage
from ampsm_cli.output import Narration, Output
from ampsm_cli.screen import on_screen
from ampsm_cli.style import clean, clean_lines, duration, plural, short_count, without_worktree
from ampsm_cli.watchers import Quiet

_PHASES = {
    "context": "preparing",
    "agent": "agent at work",
    "commit": "committing",
    "test": "testing",
    "record": "recording",
}
_LINES_PER_SECOND = 200
_OPEN_SHOWN = 6


@dataclass(slots=True)
class _Open:
    label: str
    parent: str | None
    since: float


class _OnScreen:
    """What rich shows, as it is when it is drawn, with no commands to the terminal in its texts."""

    def __init__(self, shown: Callable[[], RenderableType]) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._shown(), options):
            yield segment if segment.control else Segment(on_screen(segment.text), segment.style)


class LiveView(Quiet):
    """Prints finished tool calls, text and test output above a status line with phase, tokens and elapsed time."""

    def __init__(self, output: Output, title: str, *, verbose: bool) -> None:
        super().__init__()
        self._console = Console(
            file=cast("IO[str]", Narration(sys.stderr)), no_color=not output.narration_color, highlight=False,
            markup=False, emoji=False,
        )  # fmt: skip
        self._title = title
        self._verbose = verbose
        self._started = time.monotonic()
        self._phase = "starting"
        self._open: dict[str, _Open] = {}
        self._calls = self._failures = 0
        self._tokens: int | None = None
        self._budget = _Budget()
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(
            _OnScreen(self._bottom), console=self._console, transient=True,
            refresh_per_second=8, redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def on_event(self, event: e.Event, view: IterationView) -> None:
        super().on_event(event, view)
        self._calls, self._failures = view.tool_calls, view.tool_failures
        match event:
            case e.Phase(name=name):
                self._phase = _PHASES.get(name, name)
                self._live.refresh()  # it may be over before the clock ticks
            case e.ToolStarted():
                self._open[event.id] = _Open(_label(event.tool, event.args), event.parent_id, time.monotonic())
            case e.ToolFinished():
                self._tool_finished(event)
            case e.AssistantText(text=text):
                self._print(clean_lines(text).strip(), "dim", nested=event.parent_id is not None)
            case e.Thinking(text=text) if self._verbose:
                self._print(clean_lines(text).strip(), "dim italic")
            case e.UsageReported():
                self._tokens = add_usage(part.usage for part in view.usage()).total_tokens
            case e.OutputLine(text=text):
                self._print("│ " + clean(text), "dim")
            case e.Warned(message=message):
                self._print(f"! {clean(message)}", "yellow")
            case e.Commit(sha=sha, subject=subject):
                self._print(f"◇ {sha[:10]} {clean(subject)}", "cyan")
            case e.TestStarted(command=command):
                self._print(f"$ {clean(command)}", "bold")
            case e.TestOutput(text=text):
                self._print("│ " + clean(text), "dim")
            case e.IterationFinished():
                self._give_up_open_calls()
            case _:
                pass

    def _tool_finished(self, event: e.ToolFinished) -> None:
        known = self._open.pop(event.id, None)
        label = known.label if known else event.id
        took = event.duration_ms
        if took is None and known:
            took = round((time.monotonic() - known.since) * 1000)
        symbol, style = {True: ("✔", "green"), False: ("✘", "red"), None: ("·", "dim")}[event.success]
        line = Text.assemble((f"{symbol} ", style), (label, ""), (f"  {duration(took)}", "dim"))
        if event.success is False and event.error:
            line.append("  " + clean(event.error), "red")
        self._print_line(line, nested=bool(known and known.parent))

    def _give_up_open_calls(self) -> None:
        for call in self._open.values():
            self._print_line(Text(f"… {call.label}  no result", "dim"), nested=call.parent is not None)
        self._open.clear()

    def _print(self, text: str, style: str, *, nested: bool = False) -> None:
        for line in text.splitlines():
            self._print_line(Text(line.replace("\t", "    "), style), nested=nested, wrap=True)

    def _print_line(self, line: Text, *, nested: bool, wrap: bool = False) -> None:
        left_out = self._budget.spend()
        if left_out < 0:
            return
        if left_out:
            self._console.print(Text(f"… {plural(left_out, 'line')} more in the log", "dim"))
        padded = Text("    " if nested else "  ").append_text(line)
        if wrap and len(padded) > self._console.width:
            from rich.padding import Padding

            wrapped = Padding(line, (0, 0, 0, 4 if nested else 2))
            self._console.print(_OnScreen(lambda: wrapped))
        else:
            self._console.print(_OnScreen(lambda: padded), no_wrap=True, overflow="ellipsis", crop=True)

    def _bottom(self) -> Any:
        now = time.monotonic()
        rows: list[Any] = []
        calls = list(self._open.values())
        for call in calls[-_OPEN_SHOWN:]:
            running = f"{'    ' if call.parent else '  '}● {call.label}"
            rows.append(Text.assemble((running, "cyan"), (f"  {now - call.since:.0f} s", "dim"),
                                      no_wrap=True, overflow="ellipsis"))  # fmt: skip
        facts = [self._phase]
        if self._calls:
            facts.append(plural(self._calls, "tool call"))
        if self._failures:
            facts.append(f"{self._failures} failed")
        if self._tokens is not None:
            facts.append(f"{short_count(self._tokens)} tokens")
        facts.append(f"{int(now - self._started) // 60}:{int(now - self._started) % 60:02d}")
        line = Table.grid(padding=(0, 1))
        line.add_row(self._spinner, Text(f"{self._title} ", "bold", no_wrap=True, overflow="ellipsis"),
                     Text(" · ".join(facts), no_wrap=True, overflow="ellipsis"))  # fmt: skip
        return Group(*rows, line)


class _Budget:
    """Keeps a flood of lines from slowing the work down: so many a second are shown, the others counted."""

    def __init__(self) -> None:
        self._second = 0
        self._shown = 0
        self._left_out = 0

    def spend(self) -> int:
        """-1: do not print. Else the number of lines left out since the last that was printed."""
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._shown = second, 0
        self._shown += 1
        if self._shown > _LINES_PER_SECOND:
            self._left_out += 1
            return -1
        left_out, self._left_out = self._left_out, 0
        return left_out


def _label(tool: str, args: dict[str, Any]) -> str:
    return clean(without_worktree(f"{tool} {argument_summary(args)}").rstrip())
