"""Rows of one line: what the console says of a commit, of tests, and of steps between iterations, worded from data."""

from __future__ import annotations

from typing import Any, NamedTuple

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.history.table import HistoryStep, one_line, result_cell, what
from ampsm_gui.models.history.tests import counted

_PHASES = {
    "context": "Preparing the worktree", "agent": "Amp is at work", "commit": "Committing", "test": "Testing",
    "record": "Recording",
}  # fmt: skip
_COMMITS = {"manual": "Manual commit", "partial": "Partial commit"}
_ICONS = {
    "commit": "person", "test": "test", "created": "plus", "open": "merge", "aborted": "merge",
    "phase": "status-running", "merge": "merge", "rebase": "rebase", "squash": "squash", "undo": "undo",
}  # fmt: skip


class Note(NamedTuple):
    """A row: icon, `title`, `code` in mono, what it is `about`; `figures` with the tokens of their colours at the right
    end, behind them the glyph `mark`. `commit` is that of which there are changes to show."""

    title: str
    code: str = ""
    about: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    icon: str = ""
    icon_token: str = "text.secondary"
    mark: str = ""
    mark_token: str = "text.secondary"
    token: str = "text.primary"
    commit: str = ""

    @property
    def words(self) -> str:
        """All of it as plain text."""
        return " ".join(filter(None, (self.title, self.code, self.about, *(words for words, _ in self.figures))))


def event_note(event: ev.AnyEvent | None, iteration: dict[str, Any]) -> Note | None:
    """The row of an event of an iteration (its document), None for events whose rows are texts."""
    match event:
        case ev.Commit():
            whole = event.sha == iteration.get("commitSha") and event.kind != "manual"
            size = _size(iteration) if whole else ()
            title = _COMMITS.get(event.kind, "Commit")
            about = "" if event.kind == "partial" else one_line(event.subject)  # why is said by the row of the end
            return Note(title, event.sha[:7], about, size, "commit", commit=event.sha)
        case ev.TestStarted():
            return Note("", one_line(event.command), icon="test", token="text.secondary")
        case ev.TestFinished():
            said = counted(iteration.get("test") or {})
            return _test_note(event.passed, event.timed_out, event.exit_code, event.duration_ms, said)
    return None


def step_note(step: HistoryStep) -> Note:
    """The row of a step between iterations, as the history has it."""
    icon = _ICONS.get(step["kind"], "status-step")
    match step["kind"]:
        case "phase":
            words = _PHASES.get(step["name"], str(step["name"]))
            return Note(words, icon=icon, icon_token="running.text", token="text.secondary")
        case "commit":
            sha = str(step["sha"])
            return Note("Manual commit", sha[:7], one_line(step["subject"]), _size(step), icon, commit=sha)
        case "test":
            test = step["test"]
            return _test_note(test["passed"], test["timedOut"], test["exitCode"], test["durationMs"])
    title, about = what(step)
    if step["kind"] == "open":
        return Note(
            title, "", about, (("Open", "warning.text"),), icon, "warning.text", "status-needs-you", "warning.text"
        )
    ending = result_cell(step)
    undone = step["kind"] == "aborted" or step.get("undone")
    return Note(title, "", about, ((ending.text, "text.muted"),) if undone else (), icon)


def ending_words(event: ev.IterationFinished) -> str:
    """How an iteration ended, where it did: what went wrong, in the words of its error; *Stopped* is no error."""
    if event.status == "cancelled":
        return "Stopped. What it had done is kept."
    error = event.error or {}
    return one_line(str(error.get("message") or "")) or iteration_look(event.status).word


def ending_token(event: ev.IterationFinished) -> str:
    """The colour of that."""
    return "text.muted" if event.status in ("cancelled", "succeeded") else iteration_look(event.status).token


def _test_note(passed: bool, timed_out: bool, exit_code: int, took: int, counts: str = "") -> Note:
    time = ((figures.seconds_column(took), "text.muted"),)
    if passed:
        return Note("Tests", "", counts or "passed", time, "test", mark="status-check", mark_token="success.text")
    said = "took too long" if timed_out else counts or f"failed with exit code {exit_code}"
    token, mark = ("warning.text", "status-clock") if timed_out else ("danger.text", "status-cross")
    return Note("Tests", "", said, time, "test", mark=mark, mark_token=token, token=token)


def _size(found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    added, removed = found.get("insertions"), found.get("deletions")
    if added is None or removed is None or not (added or removed or found.get("changedFiles")):
        return ()
    return (f"+{added:,}", "success.text"), (f"{figures.MINUS}{removed:,}", "danger.text")
