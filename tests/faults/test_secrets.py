"""Secrets that an agent, a test script, a hook and a crash print: they are nowhere on disk but where they belong."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.injection import inject_crash
from tests.support.world import World

pytestmark = pytest.mark.faults

QUOTED = 's3cr3t-Value-with"quote\\and-0123456789'
PLAIN = "hunter2-hunter2-hunter2"
SHAPED = "sk-ant-api03-0123456789abcdefABCDEF"
SECRETS = (QUOTED, PLAIN, SHAPED)
ALL = " and ".join(SECRETS)


def leaks(tmp_path: Path, session: dict[str, Any], said: str) -> list[str]:
    """Where a secret stands, plainly or escaped, among what the program wrote and said."""
    places = [tmp_path / "db", tmp_path / "home", Path(session["worktree"]) / "AGENT_CONTEXT"]
    files = [path for place in places for path in place.rglob("*") if path.is_file() and path.name != "config.yaml"]
    contents = {str(path): path.read_bytes() for path in files} | {"what was said": said.encode()}
    assert len(files) > 10, files
    assert any(b"[REDACTED]" in content for content in contents.values())
    forms = {form for secret in SECRETS for form in (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)))}
    return [place for place, content in contents.items() if any(form.encode() in content for form in forms)]


def use_secrets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ok("config", "set", "ampEnv.MY_SERVICE_TOKEN", "-", input=QUOTED + "\n")
    monkeypatch.setenv("DEPLOY_PASSWORD", PLAIN)


def talking(**more: Any) -> dict[str, Any]:
    """A scenario that says the secrets wherever an agent can."""
    return {
        "stderr": f"debug {ALL}\n", "thinking": ALL, "text": f"Done with {ALL}", "raw": f"noise {ALL}\n",
        "tail": f"half a line {ALL}", "split": 7, "edits": {"a.txt": "a\n"},
        "tools": [
            {"name": "Bash", "input": {"cmd": f"echo {ALL}", ALL: [ALL]}, "result": ALL},
            {"name": f"Read {PLAIN}", "input": {}, "result": ALL, "error": True},
        ],
        **more,
    }  # fmt: skip


def test_what_agent_tests_and_people_say(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., Any],
) -> None:  # fmt: skip
    use_secrets(world, monkeypatch)
    go, ready, trace = tmp_path / "go", tmp_path / "ready", tmp_path / "trace"
    world.use(**talking(ready=ready, hang_until=go, trace=trace))
    printed = tmp_path / "printed"
    printed.write_text(f"FAILED with {ALL}\n")
    session = world.new(world.make_repo(), "S", "--script", f"cat {printed}; exit 3", prompt=f"use {ALL} well")
    running = spawn_cli("iterate", session["id"], "--stream-json", "--notes", f"mind {ALL}")
    wait_until(ready.exists)
    said = world.ok("iterate", session["id"], "--queue", "--notes", f"later {ALL}", "--json").out
    said += world.cli("commit", session["id"], "--message", "m").err
    go.touch()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 8, (out, err)
    said += out + err + world.cli("run", session["id"]).out
    for reading in (("logs", "--raw"), ("logs",), ("tools",), ("status", "--json"), ("queue",)):
        said += world.ok(reading[0], session["id"], *reading[1:]).out
    said += world.ok("config", "list").out + world.ok("config", "get").out
    arguments = [word for line in trace.read_text().splitlines() for word in json.loads(line)["argv"]]
    assert arguments and not any(secret in word for word in arguments for secret in SECRETS)
    assert leaks(tmp_path, session, said) == []


def test_what_a_hook_and_a_failing_agent_say(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_secrets(world, monkeypatch)
    repo = world.make_repo()
    hook = repo / ".git/hooks/pre-commit"
    printed = tmp_path / "printed"
    printed.write_text(f"refused because of {ALL}\n")
    hook.write_text(f"#!/bin/sh\ncat {printed} >&2\nexit 1\n")
    hook.chmod(0o755)
    world.use(**talking())
    session = world.new(repo, "Hooked")
    refused = world.cli("iterate", session["id"], "--json")
    assert refused.json["error"]["code"] == "commit-refused", refused
    hook.unlink()
    world.ok("config", "set", "ampRetries", "0")
    world.use(**talking(agent_error=f"It broke: {ALL}", text=None))
    failed = world.cli("iterate", session["id"])
    assert failed.code == 7
    world.use(**talking(result=False, text=None, kill=11))
    crashed = world.cli("iterate", session["id"], "--json")
    assert crashed.json["error"]["code"] == "crashed", crashed
    said = "".join(done.out + done.err for done in (refused, failed, crashed, world.ok("status", session["id"])))
    assert leaks(tmp_path, session, said) == []
    assert not any(secret in world.git(repo, "log", "--all", "--format=%B") for secret in SECRETS)


def test_what_a_crash_of_the_program_says(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: Callable[..., Any]
) -> None:
    use_secrets(world, monkeypatch)
    world.use(**talking())
    session = world.new(world.make_repo())
    with monkeypatch.context() as crashing:
        inject_crash(tmp_path, crashing, "ampsm.workflows.iteration.outcome", "record_end", f"no one expects {ALL}")
        said = world.ok("iterate", session["id"], "--detach").out
        log = Path(os.environ["AMPSM_DB_PATH"]).with_suffix(".d") / "worker.log"
        wait_until(lambda: log.exists() and "RuntimeError" in log.read_text())
        crashed = world.cli("iterate", session["id"], "--json", env={"AMPSM_DEBUG": "1"})
        assert crashed.code == 1 and "RuntimeError" in crashed.err, crashed
        said += crashed.out + crashed.err
    assert world.status(session)["session"]["status"] == "awaiting-input"
    assert leaks(tmp_path, session, said) == []
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
