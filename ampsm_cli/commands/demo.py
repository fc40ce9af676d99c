"""`demo`: a session's whole life in a scratch place, by real commands and the built-in demo agent."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from ampsm_cli.options import command
from ampsm_cli.output import HUMAN, Output
from ampsm_cli.request import Request
from ampsm_cli.style import paint

if TYPE_CHECKING:
    from ampsm.workflows.upkeep import Scratch


@command("demo", stream=True, examples=("amp-sessions demo", "amp-sessions demo --keep"))
@click.option("--keep", is_flag=True, help="Keep the scratch place to look around in.")
@click.option("--gui", is_flag=True, help="Show it in the desktop app.")
def demo_command(request: Request, keep: bool, gui: bool) -> int:
    """Watch a session live its whole life: created, iterated, tested, measured, reviewed, merged and cleaned up.

    Everything happens in a scratch repository in a temporary place, with the built-in demo agent: no Amp account, no
    network, nothing left behind.
    """
    from ampsm.workflows.upkeep import make_scratch, remove_scratch

    if gui:
        from ampsm.workflows.upkeep import require_desktop

        require_desktop(request.environ)
    scratch = make_scratch(request.environ)
    try:
        return _play_in_window(request, scratch, keep) if gui else _Demo(request, scratch, keep=keep).play()
    finally:
        if not keep:
            remove_scratch(scratch)


def _play_in_window(request: Request, scratch: Scratch, keep: bool) -> int:
    """The demo with the desktop app beside it; it ends when the window is closed."""
    from ampsm.workflows.upkeep import DesktopWindow

    window = DesktopWindow(scratch.environ)
    try:
        code = _Demo(request, scratch, keep=keep, shown=True).play()
        if window.is_open and request.output.human:
            request.output.narrate("Close the window to end the demo.")
        return window.wait() or code
    finally:
        window.close()


class _Capturing(Output):
    """Lets events pass and keeps documents to itself."""

    def answer_bytes(self, data: bytes, *, flush: bool = False) -> None:
        if self.streaming:
            super().answer_bytes(data, flush=flush)

    def finish(self, document: dict[str, Any], show: Any, error: Any = None, *, git_has: Any = ()) -> None:
        self.last_document = {**document, "error": error}


class _Demo:
    """The steps, each a command line that one could have typed."""

    def __init__(self, request: Request, scratch: Scratch, *, keep: bool, shown: bool = False) -> None:
        self.request = request
        self.shown = shown
        self.output = request.output
        self.scratch = scratch
        self.keep = keep
        self.output.keep_going = True
        self.done: dict[str, Any] = {"session": None, "iteration": None, "merge": None}

    def play(self) -> int:
        code = self._steps()
        error = self.done.pop("error", None)
        document = {**self.done, "scratch": str(self.scratch.place), "kept": self.keep}
        self.output.finish(document, lambda: self._farewell(code), error)
        return code

    def _steps(self) -> int:
        from ampsm.workflows.upkeep import TASK_NAME, TASK_PROMPT

        repo, script = str(self.scratch.repo), self.scratch.script
        fate = "kept" if self.keep else "removed at the end"
        self._tell(f"Everything happens in {self.scratch.place} ({fate}).")
        self._tell(f"It holds a small Git repository, {self.scratch.repo.name}, and a session database of its own.")
        self._show_line(f"export AMPSM_DB_PATH={shlex.quote(str(self.scratch.database))}")
        self._tell("The built-in demo agent stands in for Amp.")
        if code := self._command("config", "set", "ampPath", "demo"):
            return code
        self._tell("A task becomes a session: a branch and a worktree of its own. Your checkout is not touched.")
        task = ("--name", TASK_NAME, "--prompt", TASK_PROMPT, "--script", script)
        if code := self._command("new", "--repo", repo, *task):
            return code
        session = self.done["session"]["id"]
        self._tell("The agent works in the worktree. What it changed becomes a commit, then the test script runs.")
        code = self._command("iterate", session)
        if code == 130:
            return code
        for told, *words in (
            ("The test script, whenever you like:", "run", session),
            ("Every tool call is recorded,", "tools", session),
            ("and every token.", "usage", session),
            ("And this is the change, ready for review:", "diff", session),
        ):
            self._tell(told)
            code = self._command(*words) or code
        return code or self._finish(session)

    def _finish(self, session: str) -> int:
        """From the review to the end of the session; what is kept to look around in is not cleaned up."""
        from ampsm.workflows.upkeep import MERGE_MESSAGE

        steps = [
            ("What would the merge meet?", ("preflight", session)),
            (
                "Then it goes back, as one commit. This checkout has main, so its files follow; any other branch would "
                "stay as it is.",
                ("merge", session, "--message", MERGE_MESSAGE),
            ),
        ]
        if not (self.keep or self.shown):
            told = "Worktree and branch are not needed any more. A snapshot of them is kept."
            steps.append((told, ("cleanup", session, "--yes")))
        steps.append(("The session's log and figures stay.", ("list", "--all")))
        for told, words in steps:
            self._tell(told)
            if code := self._command(*words):
                return code
        return 0

    def _command(self, *words: str) -> int:
        """Runs one command line in the scratch place; its exit code."""
        from ampsm_cli.main import run

        line = shlex.join(["amp-sessions", *words])
        inner = Request(self.scratch.environ)
        inner.color, inner.verbosity, inner.mode = self.request.color, self.request.verbosity, self.output.mode
        kind = Output if self.output.mode == HUMAN else _Capturing
        inner.output = kind(self.output.mode, color=self.request.color, environ=self.request.environ)
        inner.output.keep_going = True
        if self.output.streaming:
            self.output.event_document({"type": "step", "command": line})
        self._show_line(line)
        try:
            code = run(words, inner)
        finally:
            inner.close()
        found = inner.output.last_document or {}
        for name in ("session", "iteration", "error"):
            if found.get(name) is not None:
                self.done[name] = found[name]
        if words[0] == "merge":
            self.done["merge"] = {name: value for name, value in found.items() if name != "error"}
        if words[0] == "list":
            self.done["session"] = found["sessions"][0]
        return code

    def _tell(self, text: str) -> None:
        if self.output.human:
            self.output.answer()
            self.output.answer_paragraph(text)

    def _show_line(self, line: str) -> None:
        if self.output.human:
            on = self.output.answer_color
            self.output.answer(f"{paint('$', 'dim', on=on)} {paint(line, 'bold', on=on)}")
            self.output.flush()

    def _farewell(self, code: int) -> None:
        output = self.output
        output.answer()
        if self.keep:
            output.answer(f"Kept in {self.scratch.place}. To look around, set AMPSM_DB_PATH as above, then:")
            output.answer("  amp-sessions list")
            output.answer(f"Remove it with: rm -r {shlex.quote(str(self.scratch.place))}")
        else:
            output.answer(f"Removed {self.scratch.place}.")
        if code == 0:
            output.answer("Your own: amp-sessions new --repo PATH --name NAME --prompt 'what to do'")
