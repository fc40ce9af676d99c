"""A step of a session in a sentence and as facts by name."""

from __future__ import annotations

from typing import Any

from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.history.table import HistoryStep, what
from ampsm_gui.models.history.tests import test_words


def sentence(step: HistoryStep) -> str:
    """How it ended, in words."""
    match step["kind"]:
        case "iteration":
            return _iteration_sentence(step["iteration"])
        case "test":
            return f"{_test_words(step['test'])} in {figures.seconds_prose(step['test']['durationMs'])}"
        case "squash" | "rebase" | "merge":
            if step["undone"]:
                return "undone since"
            return "can be undone" if step["undoable"] else "done"
        case "commit":
            files, added, removed = (step.get(name) for name in ("changedFiles", "insertions", "deletions"))
            return "" if files is None else f"{figures.count(files, 'file')}, +{added:,} {figures.MINUS}{removed:,}"
        case _:
            return what(step)[1]


def facts(step: HistoryStep) -> list[tuple[str, str]]:
    """What there is to know, as name and value; what is not known is left out or `–`."""
    if step["kind"] == "iteration":
        return _iteration_facts(step["iteration"])
    found = [("When", figures.exact_time(step["at"]))]
    if step["kind"] == "test":
        test = step["test"]
        return [*found, ("Exit code", str(test["exitCode"])), ("Time", figures.seconds_prose(test["durationMs"]))]
    if step["kind"] in ("commit", "created"):
        return [*found, ("Commit", step["sha"][:10])]
    if step["kind"] == "aborted":
        return [*found, ("Began", figures.exact_time(step["merge"]["startedAt"]))]
    if "from" in step:
        found += [("From", step["from"][:10]), ("To", step["to"][:10])]
        if step.get("target"):
            found.append(("Target", step["target"]["branch"]))
    return found


def _iteration_sentence(iteration: dict[str, Any]) -> str:
    word = iteration_look(iteration["status"]).word.lower()
    took = "" if iteration["durationMs"] is None else f" after {figures.seconds_prose(iteration['durationMs'])}"
    test = iteration["test"]
    return f"{word}{took}" + (f", {_test_words(test)}" if test else "")


def _test_words(test: dict[str, Any]) -> str:
    words = test_words(test)
    return f"{words} with exit code {test['exitCode']}" if words == "tests failed" else words


def _iteration_facts(iteration: dict[str, Any]) -> list[tuple[str, str]]:
    used, calls = iteration["usage"], figures.count(iteration["toolCalls"], "call")
    failures = f", {iteration['toolFailures']} failed" if iteration["toolFailures"] else ""
    requested, model = iteration["modelRequested"], iteration["model"]
    found = [("Model", model or requested or figures.UNKNOWN)]
    if requested and model and requested != model:
        found.append(("Asked for", requested))
    found += [
        ("Thread", _short(iteration["threadId"])),
        ("Tokens", figures.tokens(used["totalTokens"])),
        ("Cost", figures.cost(used["costUsd"])),
        ("Tool calls", f"{calls}{failures}"),
        ("Start", iteration["startSha"][:10]),
        ("Commit", _commit(iteration)),
        ("Began", figures.exact_time(iteration["startedAt"])),
    ]  # fmt: skip
    return found


def _commit(iteration: dict[str, Any]) -> str:
    """Of one that runs nothing is known yet."""
    sha: str = (iteration["commitSha"] or "")[:10]
    return sha or (figures.UNKNOWN if iteration["status"] == "running" else "nothing changed")


def _short(thread: str | None) -> str:
    if not thread:
        return figures.UNKNOWN
    return thread if len(thread) <= 12 else f"{thread[:11]}…"
