"""The base all other tests stand on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import end_leaked_processes


def run_agent(agent: Path, cwd: Path, prompt: str = "do it\n", *args: str) -> tuple[int, list[dict[str, object]]]:
    command = [str(agent), *args, "--dangerously-allow-all", "--stream-json", "-x"]
    done = subprocess.run(command, input=prompt.encode(), capture_output=True, cwd=cwd, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_home_is_the_tests_own(home: Path, tmp_path: Path) -> None:
    assert Path(os.environ["HOME"]) == home == tmp_path / "home"
    assert not [name for name in os.environ if name.startswith("AMP") and name != "AMPSM_DB_PATH"]


def test_agent_speaks_stream_json_and_edits(
    make_agent: Callable[..., Path], make_repo: Callable[..., Path], run_git: Callable[..., str], tmp_path: Path
) -> None:
    repo = make_repo()
    agent = make_agent(trace=tmp_path / "trace", edits={"new/file": "{prompt}"}, deletes=["README.md"], split=7)
    code, lines = run_agent(agent, repo)
    assert code == 0
    assert [line["type"] for line in lines] == ["system", "user", "assistant", "user", "assistant", "result"]
    assert run_git(repo, "status", "--porcelain", "-uall").splitlines() == [" D README.md", "?? new/file"]
    assert (repo / "new/file").read_text() == "do it"
    assert json.loads((tmp_path / "trace").read_text())["prompt"] == "do it"


def test_agent_continues_a_thread_and_fails(make_agent: Callable[..., Path], tmp_path: Path) -> None:
    agent = make_agent(exit=3, agent_error="no luck", edits={})
    code, lines = run_agent(agent, tmp_path, "go\n", "threads", "continue", "T-1")
    assert code == 3
    assert lines[-1] == {**lines[-1], "is_error": True, "error": "no luck", "session_id": "T-1"}


@pytest.mark.parametrize("args", [["--version"], ["--help"], ["threads", "continue", "--help"], ["threads", "new"]])
def test_agent_answers_questions(make_agent: Callable[..., Path], args: list[str]) -> None:
    done = subprocess.run([make_agent(), *args], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    assert done.stdout.strip()


def test_process_that_outlives_its_test_is_found_and_ended(home: Path) -> None:
    program = "import time; time.sleep(60)"
    orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {program!r}], start_new_session=True)"
    subprocess.run([sys.executable, "-c", orphan], check=True)
    child = subprocess.Popen([sys.executable, "-c", program], env={})
    assert len(end_leaked_processes(home, patience=0)) == 2
    child.wait(60)
    assert end_leaked_processes(home, patience=0) == []
