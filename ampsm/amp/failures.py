"""Why a run of the agent failed: Amp's words and exit become an error code, a line and a hint (SPEC sections 2, 3)."""

from __future__ import annotations

import json
import re

from ampsm.amp.terminal import strip_escapes
from ampsm.journal.events import AgentFinished
from ampsm.model.errors import UserError
from ampsm.model.record import record

_MESSAGE_LENGTH = 300
_LOGIN = re.compile(r"\s*No API key found\b")
_ERROR_LINE = re.compile(r"(?:Error|error|fatal):|Login failed|Not logged in|Unauthorized")
_OPTION = re.compile(r"unknown option '?(--?[\w-]+)")
_STATUS = re.compile(r"(?P<status>[45]\d\d) (?P<json>\{.*\})", re.S)

#: (code, pattern, where): the first that matches names the failure. `any`: the agent's error and all of stderr;
#: `error`: the agent's error and the lines of stderr that are errors, since these words also occur in warnings.
#: Compiled when a run has failed, as most do not.
_CLASSES: tuple[tuple[str, str, str], ...] = (
    ("broken-install", r"native binary not installed", "any"),
    ("not-logged-in", r"Login failed:|Invalid or missing API key|Not logged in|Unauthorized", "any"),
    (
        "bad-arguments",
        r"unknown option|Unknown command|argument '.*' is invalid|is not permitted with"
        r"|not enabled for your account|Invalid JSON in settings file"
        r"|Failed to read --mcp-config|is not available for .* mode",
        "any",
    ),
    (
        "network",
        r"Couldn't connect to the Amp server|Cannot reach Amp servers|Connection error|WebSocket connection failed",
        "any",
    ),
    ("out-of-credits", r"(?m)^(?:Error: )?402\b|\b[Cc]redits?\b|[Ii]nsufficient", "error"),
    ("rate-limited", r"(?mi)^(?:Error: )?429\b|rate.?limit", "error"),
    ("provider-unavailable", r"(?m)[Oo]verloaded|^(?:Error: )?5\d\d\b|returned an error", "error"),
    ("context-full", r"[Cc]ontext (?:window )?[Ll]imit|prompt is too long", "error"),
    ("permission-needed", r"require user approval|isn't allowlisted", "any"),
    ("thread-gone", r"Thread \S+ does not exist|Invalid thread (?:ID|URL)", "any"),
    ("cancelled", r"User cancelled", "error"),
)

_HINTS = {
    "broken-install": "npm install -g @ampcode/cli --ignore-scripts=false",
    "not-logged-in": "{amp} login",
    "bad-arguments": "amp-sessions config get ampArgs",
    "network": "amp-sessions verify-amp",
    "out-of-credits": "{amp} usage",
    "rate-limited": "amp-sessions iterate {session}",
    "provider-unavailable": "amp-sessions iterate {session}",
    "context-full": "amp-sessions iterate {session}",
    "permission-needed": "amp-sessions config set ampPermissions allow-all",
    "thread-gone": "amp-sessions iterate {session}",
    "agent-failed": "amp-sessions logs {session}",
    "crashed": "amp-sessions logs {session} --raw",
    "no-answer": "amp-sessions verify-amp",
    "stalled": "amp-sessions iterate {session}",
    "timed-out": "amp-sessions iterate {session} --timeout {longer}",
    "cancelled": "amp-sessions iterate {session}",
}

_ENDED_BY = {
    "timed-out": "The agent took longer than the time limit and was stopped",
    "no-answer": "Amp gave no answer and was stopped",
    "stalled": "The model broke off in mid-message and Amp went silent",
    "not-logged-in": "Amp is not logged in",
}

_RETRY = frozenset({"network", "rate-limited", "provider-unavailable"})


@record
class Failure:
    """How a run failed: a code of `model.errors`, one line, and the next command to type."""

    code: str
    message: str
    hint: str | None = None

    @property
    def can_retry(self) -> bool:
        """Whether waiting can cure it (`ampRetries`)."""
        return self.code in _RETRY

    def error(self) -> UserError:
        return UserError(self.code, self.message, hint=self.hint)


def login_prompt(line: str) -> bool:
    """Whether Amp asks for a login here: it would wait for a browser that nobody sees."""
    return _LOGIN.match(strip_escapes(line)) is not None


def classify(
    *,
    format: str,  # noqa: A002
    agent: AgentFinished | None,
    exit_code: int | None,
    stderr_tail: str = "",
    stdout_tail: str = "",
    ended_by: str | None = None,
    session_id: str = "<session>",
    amp: str = "amp",
    limit: float = 3600,
) -> Failure | None:
    """Why the run failed; None when it succeeded.

    stream-json: success is the last `result` line and nothing else, Amp's exit code is 0 for nearly every failure.
    Other formats: exit 0, something on stdout and no error line on stderr. `exit_code` is negative after a signal.
    `ended_by` names why *we* ended it: timed-out, no-answer, stalled or not-logged-in. The hints name `session_id`, the
    program `amp` as typed, and twice the time `limit` (seconds).
    """

    def failure(code: str, message: str) -> Failure:
        hint = _HINTS[code].format(session=session_id, amp=amp, longer=max(2, round(2 * limit)))
        return Failure(code, message, hint)

    if ended_by in _ENDED_BY:
        return failure(ended_by, _ENDED_BY[ended_by])
    stderr = strip_escapes(stderr_tail)
    if agent is not None and agent.success:
        return None
    if format != "stream-json" and agent is None and _text_success(exit_code, stdout_tail, stderr):
        return None
    if any(login_prompt(line) for line in stdout_tail.splitlines()):
        return failure("not-logged-in", _ENDED_BY["not-logged-in"])
    said = (agent.error if agent else None) or ""
    error_lines = "\n".join(line for line in stderr.splitlines() if _ERROR_LINE.match(line.strip()))
    texts = {"any": f"{said}\n{stderr}", "error": f"{said}\n{error_lines}"}
    for code, pattern, where in _CLASSES:
        if match := re.search(pattern, texts[where]):
            shown = said or _line_around(texts[where], match)
            return failure(code, _message(code, shown, texts[where]))
    if agent is not None:
        return failure("agent-failed", _plain(said) or "The agent failed without a reason")
    return failure("crashed", _crash(exit_code, stderr, stdout_tail))


def _text_success(exit_code: int | None, stdout: str, stderr: str) -> bool:
    return exit_code == 0 and bool(stdout.strip()) and not re.search(r"^Error:", stderr, re.M)


def _crash(exit_code: int | None, stderr: str, stdout: str) -> str:
    if exit_code is not None and exit_code < 0:
        how = f"was killed by signal {-exit_code}"
    else:
        how = f"ended with exit code {exit_code}" if exit_code is not None else "ended"
    lines = [line.strip() for line in (stderr or stdout).splitlines() if line.strip()]
    last = f": {_plain(lines[-1])}" if lines else ""
    return f"Amp {how} before it gave a result{last}"


def _message(code: str, shown: str, everything: str) -> str:
    if code == "bad-arguments" and (match := _OPTION.search(everything)):
        return f"Amp does not know the option '{match.group(1)}'"
    return _plain(shown)


def _line_around(text: str, match: re.Match[str]) -> str:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]


def _plain(text: str) -> str:
    """An error as one line for people: `429 {json}` becomes the message inside, with the status behind."""
    text = re.sub(r"^(?:Error|error): (?:error: )?", "", text.strip())
    if match := _STATUS.match(text):
        try:
            inner = json.loads(match["json"]).get("error", {}).get("message")
        except (ValueError, AttributeError):
            inner = None
        if isinstance(inner, str) and inner:
            text = f"{inner} ({match['status']})"
    line = " ".join(text.split())
    return line if len(line) <= _MESSAGE_LENGTH else line[: _MESSAGE_LENGTH - 1] + "…"
