"""What the header of an iteration says: number, what it was about, its commit; at the right how it went."""

from __future__ import annotations

from typing import Any, NamedTuple

from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.console.section import Section
from ampsm_gui.models.history.tests import test_words


class Heading(NamedTuple):
    """`figures` stand at the right end, each with the token of its colour."""

    title: str
    about: str
    commit: str
    figures: tuple[tuple[str, str], ...]


def heading_of(section: Section) -> Heading:
    """Of an iteration: `Iteration 4`, `amp: Type the API client`, `f02b9e4`, `61 calls`, `8 min 47 s`."""
    document = section.document
    sha = document.get("commitSha") or ""
    about = _now(document) if section.live else section.about
    return Heading(f"Iteration {section.number}", about, sha[:7], tuple(_figures(document)))


def header_words(section: Section) -> str:
    """`Iteration 3, Running: the first line of its notes`."""
    status = iteration_look(section.document["status"]).word
    return f"Iteration {section.number}, {status}" + (f": {section.about}" if section.about else "")


def _now(document: dict[str, Any]) -> str:
    """Of one that runs: since when, with which model. What it is about stands below."""
    parts = (figures.clock_time(document.get("startedAt")), document.get("model") or document.get("modelRequested"))
    return " · ".join(part for part in parts if part)


def _figures(document: dict[str, Any]) -> list[tuple[str, str]]:
    found, look = [], iteration_look(document["status"])
    tokens = (document.get("usage") or {}).get("totalTokens")
    if document["status"] == "running" and tokens is not None:
        found.append((f"{figures.tokens(tokens)} tokens", "text.muted"))
    elif document["status"] not in ("succeeded", "running"):
        found.append((look.word, look.token))
    calls, failures = document.get("toolCalls") or 0, document.get("toolFailures") or 0
    if calls:
        failed = f", {failures:,} failed" if failures else ""
        found.append((figures.count(calls, "call") + failed, "text.muted"))
    test = document.get("test")
    if test:
        token = "text.muted" if test["passed"] else "warning.text" if test["timedOut"] else "danger.text"
        found.append((test_words(test), token))
    if document.get("durationMs") is not None:
        found.append((figures.seconds_prose(document["durationMs"]), "text.muted"))
    return found
