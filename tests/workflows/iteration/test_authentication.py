"""Every way to be logged in reaches the agent, and no secret is left anywhere else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import make_release, runs
from tests.support.variants import slow_but
from tests.support.world import Result, World

SECRET = "made-up-value-of-a-login"
KEYRING = """
import json
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    file = Path({file!r})

    def _all(self):
        return json.loads(self.file.read_text()) if self.file.exists() else {{}}

    def set_password(self, service, name, value):
        self.file.write_text(json.dumps({{**self._all(), service + name: value}}))

    def get_password(self, service, name):
        return self._all().get(service + name)
"""
LOOKER = """#!/bin/sh
case "$1" in
  --version) echo 0.0.1777897475-g2324e1; exit;;
  --help) printf 'Options:\\n  -x, --execute [message]\\n  --stream-json\\n  --dangerously-allow-all\\n'; exit;;
  threads) echo 'Usage: amp threads continue'; exit;;
esac
cat >/dev/null
for process in /proc/[0-9]*; do tr '\\000' ' ' <"$process/cmdline" 2>/dev/null; echo; done >{seen}
echo "$AMP_API_KEY" >{got}
echo "my key is $AMP_API_KEY, in JSON \\"$AMP_API_KEY\\""
echo "Error: $AMP_API_KEY was refused" >&2
printf '{{"type":"system","subtype":"init","session_id":"T-1"}}\\n'
printf '{{"type":"result","is_error":true,"error":"key %s is bad"}}\\n' "$AMP_API_KEY"
"""


def set_secret(world: World, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "environment":
        monkeypatch.setenv("AMP_API_KEY", SECRET)
    elif way == "token of the environment":
        monkeypatch.setenv("AMP_TOKEN", SECRET)
    elif way == "keyring":
        (tmp_path / "file_keyring.py").write_text(KEYRING.format(file=str(tmp_path / "keyring.json")))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "file_keyring.Keyring")
        world.ok("config", "set", "ampEnv.AMP_TOKEN", "-", input=SECRET)
    else:
        world.ok("config", "set", f"ampEnv.{way}", "-", input=SECRET)


WAYS = ["environment", "token of the environment", "AMP_TOKEN", "AMP_API_KEY", "keyring"]


@pytest.mark.parametrize("way", slow_but(WAYS, ["environment", "AMP_TOKEN", "keyring"]))
@pytest.mark.rounds(1)
def test_the_key_reaches_the_agent_and_nothing_else(
    way: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_git: Callable[..., str]
) -> None:
    seen, got = tmp_path / "seen", tmp_path / "got"
    amp = tmp_path / "amp"
    amp.write_text(LOOKER.format(seen=seen, got=got))
    amp.chmod(0o755)
    world.ok("config", "set", "ampPath", amp)
    set_secret(world, way, tmp_path, monkeypatch)
    session = world.new(world.make_repo())
    done = world.cli("iterate", session["id"], "--json")
    assert done.code == 7 and got.read_text().strip() == SECRET
    assert SECRET not in seen.read_text() and str(amp) in seen.read_text(), "command lines can be read by everyone"
    assert "[REDACTED]" in done.json["error"]["message"]
    for words in (("logs", session["id"]), ("logs", session["id"], "--raw"), ("logs", session["id"], "--json"),
                  ("status", session["id"]), ("config", "get"), ("config", "list", "--json")):  # fmt: skip
        shown = world.ok(*words)
        assert SECRET not in shown.out + shown.err, words
    kept = {path for path in files(tmp_path / "db") | files(Path(session["worktree"])) if SECRET in text_of(path)}
    assert kept == (set() if way in ("environment", "token of the environment", "keyring") else {config(tmp_path)})


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def config(tmp_path: Path) -> Path:
    found = tmp_path / "db" / "sessions.d" / "config.yaml"
    assert found.stat().st_mode & 0o777 == 0o600
    return found


def test_a_key_of_its_own_outranks_the_token(world: World, tmp_path: Path) -> None:
    world.ok("config", "set", "ampPath", make_release(tmp_path, "autumn"))
    world.ok("config", "set", "ampEnv.AMP_TOKEN", "-", input="made-up-token-value")
    world.ok("config", "set", "ampEnv.AMP_API_KEY", "-", input="made-up-key-value")
    world.iterate(world.new(world.make_repo()))
    env = runs(tmp_path)[-1]["env"]
    assert env["AMP_API_KEY"] == "made-up-key-value" and env["AMP_TOKEN"] == "made-up-token-value"


@pytest.fixture
def amp(world: World, tmp_path: Path) -> Path:
    program = make_release(tmp_path, "autumn")
    world.ok("config", "set", "ampPath", program)
    return program


@pytest.mark.parametrize("way", ["config", "environment"])
def test_the_login_command_runs_before_the_first_call(
    way: str, amp: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = f"test ! -e {tmp_path}/trace.jsonl && echo {SECRET} && echo {SECRET} >&2 && read x; pwd > {tmp_path}/ran"
    if way == "config":
        world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", command)
    else:
        monkeypatch.setenv("AMP_AUTH_CMD", command)
    session = world.new(world.make_repo())
    done = world.ok("iterate", session["id"], "--stream-json")
    assert (tmp_path / "ran").read_text().strip() == os.environ["HOME"]
    assert SECRET not in done.out + done.err
    assert not [path for path in files(tmp_path / "db") if path != config_file(tmp_path) and SECRET in text_of(path)]


def config_file(tmp_path: Path) -> Path:
    return tmp_path / "db" / "sessions.d" / "config.yaml"


def test_a_login_command_that_fails(amp: Path, world: World, tmp_path: Path) -> None:
    world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", f"echo {SECRET}; echo {SECRET} >&2; exit 9")
    session = world.new(world.make_repo())
    done = world.cli("iterate", session["id"], "--json")
    error = done.json["error"]
    assert done.code == 7 and error["code"] == "auth-command-failed" and "exit code 9" in error["message"]
    assert SECRET not in done.out + done.err
    assert not runs(tmp_path), "the agent is not called"
    assert world.status(session)["session"]["lastIteration"]["error"]["code"] == "auth-command-failed"
    assert world.ok(*error["hint"].split()[1:]).out.startswith("echo ")
    world.ok("config", "unset", "ampEnv.AMP_AUTH_CMD")
    world.iterate(session)


def test_a_login_command_that_leaves_a_daemon_and_one_that_is_stopped(
    amp: Path, world: World, tmp_path: Path, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any]
) -> None:
    world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", "sleep 600 &")
    session = world.new(world.make_repo())
    world.iterate(session)
    world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", f"touch {tmp_path}/here; sleep 600")
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until((tmp_path / "here").exists)
    running.terminate()
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130, out


def test_demo_needs_no_login(world: World, tmp_path: Path, cli: Callable[..., Result]) -> None:
    world.ok("config", "set", "ampPath", "demo")
    world.ok("config", "set", "ampEnv.AMP_AUTH_CMD", "exit 9")
    done = cli("iterate", world.new(world.make_repo())["id"], "--json", env={"AMPSM_DEMO_SPEED": "0"})
    assert done.code == 0, done
