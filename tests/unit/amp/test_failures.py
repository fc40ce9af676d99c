from __future__ import annotations

import pytest

from ampsm.amp.failures import Failure, classify, login_prompt
from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import AgentFinished
from ampsm.model.errors import EXIT_CODES, ExitCode
from tests.unit.amp.conftest import RELEASES, recorded_facts, recorded_lines

BOTH = {
    "edit": None, "continue": None, "thinking": None, "parallel_tools": None, "tool_errors": None, "two_messages": None,
    "rejected_by_rule": None, "text_mode": None, "text_mode_rate": "rate-limited", "fault_rate": "rate-limited",
    "fault_overloaded": "provider-unavailable", "fault_credits": "out-of-credits", "fault_context": "context-full",
    "unreachable": "network", "not_logged_in_arg_prompt": "not-logged-in", "cancelled_sigterm": "cancelled",
    "not_logged_in_stdin_prompt": "not-logged-in",
}  # fmt: skip
CASES = [(release, name, code) for release in RELEASES for name, code in BOTH.items()]
CASES += [(RELEASES[0], "subagent", None), (RELEASES[0], "needs_approval", "permission-needed")]
CASES += [(RELEASES[1], "needs_approval", None), (RELEASES[1], "max_tokens", None)]


def judge(
    error: str | None = None, stderr: str = "", exit_code: int = 0, stdout: str = "", kind: str = "stream-json"
) -> Failure | None:
    agent = None if error is None else AgentFinished(success=False, error=error)
    return classify(format=kind, agent=agent, exit_code=exit_code, stderr_tail=stderr, stdout_tail=stdout)


@pytest.mark.parametrize(("release", "name", "code"), CASES, ids=[f"{r[11:15]}-{n}" for r, n, _ in CASES])
def test_recorded_runs(release: str, name: str, code: str | None) -> None:
    facts = recorded_facts(release, name)
    output = AgentOutput("text" if name.startswith("text") else "stream-json")
    for line in recorded_lines(release, name):
        output.stdout_line(line)
    for line in facts["stderr"].splitlines():
        output.stderr_line(line)
    failure = classify(
        format=output.format, agent=output.agent, exit_code=facts["exit_code"],
        stderr_tail=output.stderr_tail, stdout_tail=output.stdout_tail,
    )  # fmt: skip
    assert (failure and failure.code) == code
    if failure:
        assert "\n" not in failure.message and "{" not in failure.message and failure.hint
        assert EXIT_CODES[failure.code] in (ExitCode.AGENT, ExitCode.STOPPED)


@pytest.mark.parametrize(
    ("error", "stderr", "code"),
    [
        (None, "Error: error: unknown option '--timeout'\n", "bad-arguments"),
        (None, 'Unknown command "hi"', "bad-arguments"),
        (None, "\x1b[?25hError: error: option '-m, --mode <value>' argument 'x' is invalid.", "bad-arguments"),
        (None, "Error: Stream JSON mode is not permitted with 'rush' mode.", "bad-arguments"),
        (None, "Error: The --model flag is not enabled for your account.", "bad-arguments"),
        (None, "Error: Amp native binary not installed.", "broken-install"),
        (None, "Error: Invalid or missing API key. Run 'amp login' to authenticate.", "not-logged-in"),
        ("Unauthorized Check your access token.", "", "not-logged-in"),
        ("Connection error.", "", "network"),
        ("Connection error.", "Not logged in.", "not-logged-in"),
        (None, "Error: Amp server returned an error. Try again in a moment.", "provider-unavailable"),
        ("500 {}", "", "provider-unavailable"),
        ("Out of free credits", "", "out-of-credits"),
        ("402 Payment", "", "out-of-credits"),
        ("Context window limit reached. Start a new thread", "", "context-full"),
        ('400 {"error":{"message":"prompt is too long: 2 > 1"}}', "", "context-full"),
        (None, "The Bash tool tried to run a command that isn't allowlisted.", "permission-needed"),
        (None, "Error: Thread T-01a20bc2 does not exist", "thread-gone"),
        (None, "Error: Invalid thread URL", "thread-gone"),
        ("User cancelled (SIGINT/SIGTERM)", "", "cancelled"),
        ("Something else", "", "agent-failed"),
        ("Something else", "warning: 3 credits left, rate limit near", "agent-failed"),
        (None, "", "crashed"),
        (None, "TypeError: x is not a function", "crashed"),
    ],
)
def test_classes(error: str | None, stderr: str, code: str) -> None:
    failure = judge(error, stderr, 1)
    assert failure is not None and failure.code == code


def test_messages_are_for_people() -> None:
    rate = judge('429 {"type":"error","error":{"type":"rate_limit_error","message":"Slow down: rate limit."}}')
    assert rate is not None and rate.message == "Slow down: rate limit. (429)" and rate.can_retry
    option = judge(None, "Error: error: unknown option '--verbose'", 1)
    assert option is not None and option.message == "Amp does not know the option '--verbose'"
    killed = judge(None, "", -9)
    assert killed is not None and killed.message == "Amp was killed by signal 9 before it gave a result"
    crashed = judge(None, "Traceback\nTypeError: no\n", 3)
    assert (
        crashed is not None and crashed.message == "Amp ended with exit code 3 before it gave a result: TypeError: no"
    )


def test_a_result_outweighs_the_exit_code_and_stderr() -> None:
    done = AgentFinished(success=True, text="ok")
    assert classify(format="stream-json", agent=done, exit_code=1, stderr_tail="Error: Connection error.") is None


@pytest.mark.parametrize("kind", ["text", "jsonl"])
def test_other_formats_are_judged_by_exit_code_and_output(kind: str) -> None:
    assert judge(stdout="Done.", kind=kind) is None
    assert judge(stdout="Done.", stderr="warming up", kind=kind) is None
    for broken in (judge(stdout=" \n", kind=kind), judge(stdout="Done.", exit_code=2, kind=kind)):
        assert broken is not None and broken.code == "crashed"
    failed = judge(stdout="Done.", stderr="Error: 429 slow", kind=kind)
    assert failed is not None and failed.code == "rate-limited"


@pytest.mark.parametrize("reason", ["timed-out", "no-answer", "stalled", "not-logged-in"])
def test_why_we_ended_it_comes_first(reason: str) -> None:
    cancelled = AgentFinished(success=False, error="User cancelled (SIGINT/SIGTERM)")
    failure = classify(format="stream-json", agent=cancelled, exit_code=0, ended_by=reason)
    assert failure is not None and failure.code == reason and failure.hint


def test_waiting_does_not_bring_a_thread_back() -> None:
    gone = judge(None, "Error: Thread T-1 does not exist", 1)
    assert gone is not None and not gone.can_retry


def test_hints_name_the_session() -> None:
    failure = classify(format="stream-json", agent=None, exit_code=1, session_id="fix-abcdef")
    assert failure is not None and failure.hint == "amp-sessions logs fix-abcdef --raw"


def test_login_prompt() -> None:
    assert login_prompt("\x1b[?25hNo API key found. Starting login flow...")
    assert not login_prompt('{"text": "No API key found"}') and not login_prompt("It says: No API key found")
