"""The table of what happened to a session: iterations, runs of the tests, a person's commits, finishing steps."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject

from ampsm.journal.text import plain_lines
from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.history.tests import test_words, test_words_of_cell
from ampsm_gui.models.tables.cells import Cell, TableColumn
from ampsm_gui.models.tables.keyed_table import KeyedTable
from ampsm_gui.models.tables.order import SortValue

HistoryStep = dict[str, Any]

COLUMNS = (
    TableColumn("what", "What", 320),
    TableColumn("result", "Result", 112),
    TableColumn("tests", "Tests", 140),
    TableColumn("commit", "Commit", 84),
    TableColumn("changes", "Changes", 92, right=True),
    TableColumn("time", "Time", 60, right=True),
    TableColumn("when", "When", 104, right=True),
)
#: What is left out by a page less wide than so many px at 100 %, for the sake of what happened.
_CALM = ((790, {"time", "changes"}), (540, {"commit"}), (460, {"when"}), (372, {"tests"}))
_OPERATIONS = {"squash": "Squash", "rebase": "Rebase", "merge": "Merge"}


def left_out(width: int) -> frozenset[str]:
    """The columns that a page of that width, in px at 100 %, has no room for."""
    return frozenset().union(*(columns for least, columns in _CALM if width < least))


class HistoryTable(KeyedTable[HistoryStep]):
    """One row a step, the newest first, on one line of time; by a column without that line."""

    sortable = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)

    def set_steps(self, steps: Sequence[HistoryStep]) -> None:
        """Steps as `workflows.review` tells them, oldest first."""
        newest_first = list(reversed(steps))
        last = len(newest_first) - 1
        self.set_rows([{**step, "first": place == 0, "last": place == last} for place, step in enumerate(newest_first)])

    def key_of(self, row: HistoryStep) -> Hashable:
        return str(row["key"])

    def sort_value(self, row: HistoryStep, column: str) -> SortValue:
        if column == "what" and row["kind"] == "iteration":
            return f"iteration {row['iteration']['number']:09}"
        return super().sort_value(row, column)

    def cell(self, row: HistoryStep, column: str) -> Cell:
        match column:
            case "what":
                cell = what_cell(row)
                return cell if self.in_given_order else cell._replace(rail=None)
            case "result":
                return result_cell(row)
            case "tests":
                return tests_cell(row.get("test") or (row.get("iteration") or {}).get("test"))
            case "commit":
                sha = commit_of(row)
                return Cell(sha[:8] if sha else "", "text.secondary", font="mono", tip=sha or "")
            case "changes":
                return _changes_cell(row.get("iteration") or row)
            case "time":
                return _time_cell(row)
            case _:
                now = datetime.now().astimezone()
                return Cell(
                    when(row["at"], now), "text.muted", right=True, tip=figures.exact_time(row["at"]),
                    value=seconds_of(row["at"]),
                )  # fmt: skip


def what_cell(step: HistoryStep) -> Cell:
    """What was done, behind its mark on the line of time."""
    title, note = what(step)
    glyph = {
        "iteration": "status-iteration",
        "commit": "status-ready",
        "test": "status-ready",
        "created": "status-ready",
        "open": "status-needs-you",
    }
    token = "warning.text" if step["kind"] == "open" else "text.secondary"
    return Cell(
        title, "text.primary", glyph.get(step["kind"], "status-step"), token, note, weight=600,
        rail=(not step["first"], not step["last"]), tip=f"{title}\n{note}".strip(),
    )  # fmt: skip


def what(step: HistoryStep) -> tuple[str, str]:
    """A step in words: what it was, and more about it."""
    match step["kind"]:
        case "iteration":
            return f"Iteration {step['iteration']['number']}", one_line(step["iteration"]["prompt"])
        case "test":
            return "Tests", one_line(step["test"]["command"])
        case "commit":
            return "Manual commit", one_line(step["subject"])
        case "created":
            sha = step["sha"][:7]
            from_what = f"from {step['base']} at {sha}" if step["base"] else f"from {sha}"
            return ("Adopted" if step["adopted"] else "Created"), from_what
        case "aborted":
            return _merge_title(step["merge"]["operation"], step["merge"]["target"]), "given up; nothing has moved"
        case "undo":
            return f"Undo {step['of']}", f"back to {step['to'][:8]}"
        case "open":
            merge = step["merge"]
            count = len(merge["conflicts"])
            waits = {"tests": "the tests fail", "target": f"{merge['onto']} could not be moved"}
            note = figures.count(count, "conflicted file") if count else waits.get(merge["waitingFor"], "not finished")
            return _merge_title(merge["operation"], merge["onto"]), note
        case "merge" if step["target"]:
            target = step["target"]
            return f"Merge into {target['branch']}", f"{target['from'][:8]} → {target['to'][:8]}"
        case kind:
            moved = f"{step['from'][:8]} → {step['to'][:8]}"
            return _OPERATIONS.get(kind, kind.capitalize()), one_line(step.get("subject") or moved)


def _merge_title(operation: str, target: str | None) -> str:
    return f"{'Merge into' if operation == 'merge' else 'Rebase onto'} {target or 'its base'}"


def result_cell(step: HistoryStep) -> Cell:
    """How a step ended; of the one that can be undone it is the way to do it."""
    match step["kind"]:
        case "iteration":
            look = iteration_look(step["iteration"]["status"])
            token = "text.secondary" if look.token == "success.text" else look.token
            error = (step["iteration"]["error"] or {}).get("message", "")
            return Cell(look.word, token, look.glyph, look.token, tip=error or look.word)
        case "open":
            return Cell("Open", "warning.text", "status-needs-you", tip="It waits for you")
        case "aborted":
            return Cell("Aborted", "text.muted", "status-stopped")
        case "squash" | "rebase" | "merge":
            if step["undone"]:
                return Cell("Undone", "text.muted", "status-stopped")
            if step["undoable"]:
                return Cell("Undo…", "accent.text", "undo", link=True, tip=undo_sentence(step))
            return Cell("Done", "text.secondary", "status-check", "text.muted")
        case _:
            return Cell()


def undo_sentence(step: HistoryStep) -> str:
    """What undoing a squash, rebase or merge would do."""
    words = f"Undo the {step['kind']}: the session's branch goes back from {step['to'][:8]} to {step['from'][:8]}"
    if step.get("target"):
        target = step["target"]
        words += f", {target['branch']} from {target['to'][:8]} to {target['from'][:8]}"
    return words


def tests_cell(test: dict[str, Any] | None) -> Cell:
    """How the test script ended: a shape and a word; sorted by, the worst is least."""
    if test is None:
        return Cell()
    took = f"{test['command']}, {figures.seconds_prose(test['durationMs'])}"
    words, said = test_words_of_cell(test), test_words(test)
    if test["passed"]:
        tip = took if said == "tests passed" else f"{said}: {took}"
        return Cell(words, "text.secondary", "status-check", "success.text", tip=tip, value=2)
    if test["timedOut"]:
        return Cell(words, "warning.text", "status-clock", tip=took, value=1)
    return Cell(words, "danger.text", "status-cross", tip=f"Exit code {test['exitCode']}: {took}", value=0)


def commit_of(step: HistoryStep) -> str | None:
    """The commit where a step left the branch."""
    if step["kind"] == "iteration":
        found: str | None = step["iteration"]["commitSha"]
        return found
    if step["kind"] == "aborted":
        return str(step["merge"]["fromSha"])
    return step.get("sha") or step.get("to")


def seconds_of(at: str) -> float | None:
    """A point in time as a figure."""
    try:
        return datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError):
        return None


def when(at: str, now: datetime) -> str:
    """`17:40` today, else with the day."""
    seconds = seconds_of(at)
    if seconds is None:
        return figures.UNKNOWN
    then = datetime.fromtimestamp(seconds, now.tzinfo)
    clock = then.strftime("%H:%M")
    if then.date() == now.date():
        return clock
    year = "" if then.year == now.year else f" {then.year}"
    return f"{then.day} {then.strftime('%b')}{year} {clock}"


def one_line(text: str) -> str:
    return " ".join(" ".join(plain_lines(text[:2_000])).split())


def _changes_cell(size: dict[str, Any]) -> Cell:
    """Of an iteration or a manual commit; nothing where it is known that nothing changed."""
    added, removed = size.get("insertions"), size.get("deletions")
    if added is None or removed is None:
        return Cell()
    if not added and not removed and size.get("changedFiles") == 0:
        return Cell(value=0)
    files = figures.count(size.get("changedFiles") or 0, "file")
    return Cell(
        f"+{added:,}", "success.text", font="small", note=f"{figures.MINUS}{removed:,}", note_token="danger.text",
        right=True, tip=files, value=added + removed,
    )  # fmt: skip


def _time_cell(step: HistoryStep) -> Cell:
    took = step.get("test", {}).get("durationMs") if step["kind"] == "test" else None
    if step["kind"] == "iteration":
        took = step["iteration"]["durationMs"]
    elif took is None:
        return Cell()
    tip = figures.seconds_prose(took)
    return Cell(figures.seconds_column(took), "text.secondary", right=True, tip=tip, value=took)
