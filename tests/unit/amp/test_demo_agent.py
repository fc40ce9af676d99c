"""The demo agent speaks as Amp does, and what it reports is true."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.amp.capabilities import DEMO_CAPABILITIES, parse_help
from ampsm.amp.command import build
from ampsm.amp.locate import locate
from ampsm.journal.events import (
    AgentFinished,
    AssistantText,
    Model,
    OutputLine,
    Thinking,
    Thread,
    ToolFinished,
    ToolStarted,
)
from ampsm.system.calls import Completed, run
from ampsm.system.paths import resources_dir
from tests.support.amp_runs import AmpRun, run_amp

AMP = locate({"ampPath": "demo"}, {})


@pytest.fixture
def repo(tmp_path: Path, run_git: Callable[..., str]) -> Path:
    """The demo repository."""
    repo = tmp_path / "wordcount"
    shutil.copytree(resources_dir() / "demo", repo, ignore=shutil.ignore_patterns("__pycache__"))
    run_git(repo, "init", "-q")
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-q", "-m", "first")
    return repo


def play(repo: Path, prompt: str = "Count better", **changes: Any) -> AmpRun:
    stop_when = changes.pop("stop_when", None)
    options: dict[str, Any] = {
        "thread_id": None, "model": None, "permissions": "allow-all", "extra_args": (), "json_logs": True, **changes,
    }  # fmt: skip
    env = {**os.environ, "AMPSM_DEMO_SPEED": "0", "DEMO_TOKEN": "a-secret-value"}
    invocation = build(AMP, DEMO_CAPABILITIES, **options)
    return run_amp(invocation, cwd=repo, env=env, prompt=prompt, stop_when=stop_when)


def amp(*words: str, stdin: bytes = b"") -> Completed:
    return run([*AMP.argv, *words], stdin=stdin, timeout=60)


def passes(repo: Path) -> bool:
    return run(["python3", "-m", "unittest"], cwd=repo, timeout=60).returncode == 0


def test_three_iterations_improve_the_demo_repository(repo: Path, run_git: Callable[..., str]) -> None:
    assert passes(repo)
    subjects = []
    for _ in range(3):
        result = play(repo)
        assert result.failure is None and not [e for e in result.of(OutputLine) if e.stream == "stdout"]
        assert passes(repo)
        view = result.view
        assert view.tool_calls >= 4 and not view.open_calls and view.usage()[0].usage.reported
        subjects.append((result.of(AgentFinished)[0].text or "").splitlines()[0])
        changed = run_git(repo, "status", "--porcelain", "--untracked-files=all").splitlines()
        assert 1 <= len(changed) <= 3 and not [name for name in changed if "__pycache__" in name]
        run_git(repo, "add", "-A")
        run_git(repo, "commit", "-q", "-m", "iteration")
    assert len(set(subjects)) == 3
    (repo / "a.txt").write_text("The cat and the hat\n")
    top = run(["python3", "wordcount.py", "--top", "1", "a.txt"], cwd=repo).stdout.decode()
    assert top.splitlines()[0].split() == ["2", "the"]


def test_the_first_iteration_shows_a_failing_test_and_its_cure(repo: Path) -> None:
    result = play(repo)
    commands = {e.id for e in result.of(ToolStarted) if e.tool == "Bash"}
    assert [e.success for e in result.of(ToolFinished) if e.id in commands] == [False, True]
    assert result.view.tool_failures == 1


def test_it_speaks_like_amp(repo: Path) -> None:
    thread = "T-01a20bc2-7af1-774f-93fe-2e5b8a18b2ee"
    result = play(repo, thread_id=thread, model="deep", extra_args=("--stream-json-thinking",))
    assert result.of(Thread)[0].thread_id == thread and result.of(Model)[0].used == "deep"
    assert len(result.of(Thinking)) == 1
    text = play(repo, json_logs=False)
    assert text.failure is None and not text.of(AssistantText)
    assert text.view.final_text == text.of(OutputLine)[0].text + "\n\n" + text.of(OutputLine)[2].text


def test_its_help_says_what_it_can_do() -> None:
    found = parse_help("", amp("--help").stdout.decode())
    assert {**vars_of(found), "version": "demo"} == vars_of(DEMO_CAPABILITIES) | {"usage": True}
    assert b"Usage: amp threads continue" in amp("threads", "continue", "--help").stdout
    assert amp("--version").stdout.startswith(b"0.0.1-demo") and amp("threads", "new").stdout.startswith(b"T-")


def vars_of(capabilities: object) -> dict[str, object]:
    return {name: getattr(capabilities, name) for name in capabilities.__dataclass_fields__}  # type: ignore[attr-defined]


def test_it_refuses_what_amp_refuses() -> None:
    unknown, empty = amp("--nonsense", "-x", stdin=b"hi"), amp("-x")
    assert unknown.returncode == 1 and b"unknown option '--nonsense'" in unknown.stderr
    assert empty.returncode == 1 and b"User message must be provided" in empty.stderr


@pytest.mark.parametrize("scenario", ["nothing", "secrets", "subagent", "commit", "move-branch", "bigline", "slow"])
def test_scenarios_that_succeed(scenario: str, make_repo: Callable[..., Path], run_git: Callable[..., str]) -> None:
    repo = make_repo()
    result = play(repo, f"[[demo:{scenario}]]")
    assert result.failure is None
    commits, branch = run_git(repo, "rev-list", "--count", "HEAD"), run_git(repo, "branch", "--show-current")
    assert (commits == "2") is (scenario == "commit") and (branch != "main") is (scenario == "move-branch")
    raw = "".join(event.raw for event in result.events if isinstance(event.raw, str))
    assert ("a-secret-value" in raw) is (scenario == "secrets") and (len(raw) > 3_000_000) is (scenario == "bigline")
    if scenario == "commit":
        assert "Co-authored-by: Amp" in run_git(repo, "log", "-1", "--format=%B")
    if scenario == "subagent":
        task = next(e.id for e in result.of(ToolStarted) if e.tool == "Task")
        assert [e.parent_id for e in result.of(ToolStarted)][:2] == [None, task] and len(result.view.open_calls) == 1
    if scenario == "nothing":
        assert run_git(repo, "status", "--porcelain") == ""


def test_fail_leaves_half_of_the_work(make_repo: Callable[..., Path]) -> None:
    repo = make_repo()
    result = play(repo, "[[demo:fail]]")
    assert result.failure is not None and result.failure.code == "agent-failed" and (repo / "demo/half.txt").exists()
    text = play(repo, "[[demo:fail]]", json_logs=False)
    assert text.failure is not None


def test_hang_ends_when_it_is_told(make_repo: Callable[..., Path]) -> None:
    result = play(make_repo(), "[[demo:hang]]", stop_when=AssistantText)
    assert result.ended.reason == "stopped" and result.ended.exit_code == 0
    assert result.of(AgentFinished)[0].error == "User cancelled (SIGINT/SIGTERM)"


def test_two_signals_at_any_moment_end_it_once_and_leave_no_command_running(tmp_path: Path) -> None:
    """A signal between the start of a command and its being known once left the command running for ever; they go to
    the whole group, as `stop` sends them."""
    moments = random.Random(7)
    env = {**os.environ, "AMPSM_DEMO_SPEED": "0"}
    for _ in range(25):
        with subprocess.Popen(
            [*AMP.argv, "--stream-json", "-x", "[[demo:hang]]"], cwd=tmp_path, env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        ) as agent:  # fmt: skip
            assert agent.stdout is not None
            agent.stdout.readline()
            time.sleep(moments.random() * 0.006)
            os.killpg(agent.pid, signal.SIGTERM)
            time.sleep(moments.random() * 0.001)
            os.killpg(agent.pid, signal.SIGINT)
            said, errors = agent.communicate(timeout=60)
        assert (agent.returncode, errors) == (0, b"")
        assert json.loads(said.splitlines()[-1])["type"] == "result"
