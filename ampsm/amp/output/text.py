"""Plain text logs: whole lines that tell of tool calls, tokens and the model (SPEC section 7).

A pattern matches a whole line or not at all, so that prose about tools and tokens stays prose. What is read here is
marked `estimated`.
"""

from __future__ import annotations

import re
from typing import Any

from ampsm.amp.output.calls import LoggedCalls
from ampsm.amp.output.figures import NUMBER, count, milliseconds, moment
from ampsm.amp.output.spending import Figures, LoggedSpending
from ampsm.amp.output.stream_json import decode_object
from ampsm.amp.terminal import strip_escapes
from ampsm.journal.events import Event, Model

#: Longer lines are prose or file contents; only arguments of tools may be longer.
_LINE_LENGTH = 2_000
_NAME_LENGTH = 200
_ERROR_LENGTH = 300

_TIME = r"(?:\[(?P<time>\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?)\] )?"
_TOOK = r"(?:\s*(?:in|after|\()\s*(?P<took>\d[\d,.]*\s*(?:ms|s|secs?|seconds?|m|mins?|minutes?))\)?)?"
_STARTS = tuple(
    re.compile(_TIME + pattern)
    for pattern in (
        r"Using (?P<tool>\S+) tool with args: (?P<args>\{.*\})",
        r"Tool (?P<tool>\S+) started",
        r"Invoking (?P<tool>\S+) tool",
    )
)
_ENDS = tuple(
    re.compile(_TIME + pattern)
    for pattern in (
        rf"(?P<tool>\S+) tool (?P<how>completed successfully|failed){_TOOK}(?P<why>[:.].*)?",
        rf"Tool (?P<tool>\S+) (?P<how>done|finished|failed){_TOOK}(?P<why>(?:\b|\W).*)?",
    )
)
_USAGES = tuple(
    re.compile(_TIME + pattern.replace("N", f"({NUMBER})"), re.I)
    for pattern in (
        r"Token usage\s*[-–—:]\s*prompt: N, completion: N(?:, total: N)?",
        r"Prompt tokens: N, Completion tokens: N(?:, Total(?: tokens)?: N)?",
        r"tokens: total: N",
    )
)
#: One word, as models and modes are named: in lower case, or with a figure.
_MODEL = re.compile(_TIME + r"Model: (?P<model>(?=[a-z]|\S*\d)[A-Za-z0-9](?:[\w.:/@+-]*[A-Za-z0-9])?)")

#: Words that prose has where a tool's name would be.
_NO_TOOL = re.compile(
    r"an?|any|another|each|every|her|his|its|my|no|one|our|some|such|that|the|their|these|this|those|which|your"
    r"|is|was|has|calls?|execution|us(?:e|age)",
    re.I,
)


class TextLog:
    """The parser of one run's lines of text. What it returns depends on the calls and the spending it was told of."""

    def __init__(self, calls: LoggedCalls, spending: LoggedSpending) -> None:
        self._calls = calls
        self._spending = spending

    def read(self, line: str) -> list[Event]:
        """The events of a line; none when it is prose. An end counts only for a call that is open."""
        text = strip_escapes(line).rstrip()
        if len(text) > _LINE_LENGTH and " tool with args: {" not in text[:_NAME_LENGTH]:
            return []
        return self._start(text) or self._end(text) or self._usage(text) or _model(text)

    def _start(self, text: str) -> list[Event]:
        match = next((found for pattern in _STARTS if (found := pattern.fullmatch(text))), None)
        if match is None or not _is_name(match["tool"]):
            return []
        args: dict[str, Any] | None = {}
        if "args" in match.groupdict() and (args := decode_object(match["args"])) is None:
            return []
        started = self._calls.start(match["tool"], args or {}, at=moment(match["time"]), estimated=True)
        return [started] if started else []

    def _end(self, text: str) -> list[Event]:
        for pattern in _ENDS:
            match = pattern.fullmatch(text)
            if match is None or not self._calls.is_open(match["tool"]):
                continue
            failed = match["how"] == "failed"
            why = (match["why"] or "").strip(" :.,;-–—")
            finished = self._calls.finish(
                match["tool"],
                not failed,
                at=moment(match["time"]),
                duration_ms=milliseconds(match["took"].replace(",", "")) if match["took"] else None,
                error=why[:_ERROR_LENGTH] or None if failed else None,
            )
            return [finished] if finished else []
        return []

    def _usage(self, text: str) -> list[Event]:
        for pattern in _USAGES:
            if match := pattern.fullmatch(text):
                _, *found = match.groups()
                prompt, completion, total = (None, None, *found) if len(found) == 1 else found
                report = Figures(count(prompt), count(completion), count(total)).event()
                if report is None:
                    return []
                report.estimated = True
                return [self._spending.take(report)]
        return []


def _model(text: str) -> list[Event]:
    match = _MODEL.fullmatch(text)
    return [Model(used=match["model"])] if match and len(match["model"]) <= _NAME_LENGTH else []


def _is_name(tool: str) -> bool:
    return len(tool) <= _NAME_LENGTH and not _NO_TOOL.fullmatch(tool)
