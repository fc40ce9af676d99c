"""Recorded runs of real releases, played by a program: the same bytes, the same ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.amp.capabilities import Capabilities
from ampsm.amp.command import Invocation, build
from ampsm.amp.locate import AmpCommand
from ampsm.amp.running import Limits
from ampsm.journal.events import AgentFinished, ToolStarted
from tests.support.amp_runs import run_amp
from tests.unit.amp.conftest import CLASSIC, NATIVE, RELEASES, recorded_lines

ABLE = Capabilities(execute=True, stream_json=True, allow_all=True, threads_continue=True)


def invocation(program: Path, *, json_logs: bool = True) -> Invocation:
    amp = AmpCommand((str(program),), str(program))
    return build(amp, ABLE, thread_id=None, model=None, permissions="allow-all", extra_args=(), json_logs=json_logs)


@pytest.mark.parametrize("release", RELEASES)
def test_an_edit(release: str, replay: Callable[..., Path], tmp_path: Path) -> None:
    call = invocation(replay(release, "edit", scale=0.2))
    run = run_amp(call, cwd=tmp_path, env=os.environ, prompt="Change the heading.")
    assert run.failure is None and run.ended.exit_code == 0 and run.ended.reason is None
    assert [event.raw for event in run.events if isinstance(event.raw, str)] == recorded_lines(release, "edit")
    assert run.view.tool_calls == 3 and run.view.tool_failures == 0


@pytest.mark.parametrize("release", RELEASES)
def test_a_stop(release: str, replay: Callable[..., Path], tmp_path: Path) -> None:
    call = invocation(replay(release, "cancelled_sigterm"))
    run = run_amp(call, cwd=tmp_path, env=os.environ, prompt="x", stop_when=ToolStarted)
    assert run.ended.reason == "stopped" and run.of(AgentFinished)[0].error == "User cancelled (SIGINT/SIGTERM)"
    assert len(run.view.open_calls) == 1


@pytest.mark.parametrize("release", RELEASES)
def test_a_login_prompt_ends_it_at_once(release: str, replay: Callable[..., Path], tmp_path: Path) -> None:
    call = invocation(replay(release, "not_logged_in_arg_prompt"))
    run = run_amp(call, cwd=tmp_path, env=os.environ, prompt="x")
    assert run.ended.reason == "not-logged-in" and run.failure is not None and run.failure.code == "not-logged-in"


def test_a_model_that_breaks_off(replay: Callable[..., Path], tmp_path: Path) -> None:
    limits = Limits(30, 30, stalled=0.3)
    run = run_amp(invocation(replay(CLASSIC, "max_tokens")), cwd=tmp_path, env=os.environ, prompt="x", limits=limits)
    assert run.ended.reason == "stalled" and run.failure is not None and run.failure.code == "stalled"


def test_no_answer(tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\ncat > /dev/null\nexec sleep 600\n")
    silent.chmod(0o755)
    run = run_amp(invocation(silent), cwd=tmp_path, env=os.environ, prompt="x", limits=Limits(30, 0.3))
    assert run.ended.reason == "no-answer" and run.failure is not None and run.failure.code == "no-answer"


@pytest.mark.parametrize(("name", "code"), [("text_mode", None), ("text_mode_rate", "rate-limited")])
def test_text_mode(name: str, code: str | None, replay: Callable[..., Path], tmp_path: Path) -> None:
    call = invocation(replay(NATIVE, name), json_logs=False)
    run = run_amp(call, cwd=tmp_path, env=os.environ, prompt="x")
    assert (run.failure and run.failure.code) == code
    assert run.view.final_text == (None if code else "Done: I edited README.md.")
