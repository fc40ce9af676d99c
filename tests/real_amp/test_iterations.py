"""Whole iterations by real, unmodified releases of Amp: what they do is recorded, committed and explained.

The first line of a test's docstring is its line in docs/amp-versions.md.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.real_amp.conftest import WRITES_RESULTS, Service
from tests.support.world import World

pytestmark = pytest.mark.timeout(300)


class Worked:
    """A session whose agent is a real Amp."""

    def __init__(self, service: Service, world: World) -> None:
        self.service = service
        self.cli = world.cli
        self.ok = world.ok
        self.data = Path(os.environ["AMPSM_DB_PATH"]).with_name("sessions.d")
        service.share_capabilities(self.data / "cache")
        (self.data / "config.yaml").write_text(f"ampPath: {service.program}\nampRetries: 0\n")
        repo = world.make_repo(files={"README.md": "# hello\n"})
        self.session = world.new(repo, "Real", prompt="The task.")

    @property
    def worktree(self) -> Path:
        return Path(self.session["worktree"])

    def iterate(self, notes: str, *options: str, code: int = 0) -> dict[str, Any]:
        done = self.cli("iterate", self.session["id"], "--notes", notes, "--json", *options)
        assert done.code == code, done
        found: dict[str, Any] = done.json["iteration"]
        return found

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok("tools", self.session["id"], "--last", "--json").json["toolCalls"]
        return found

    def journals(self) -> list[Path]:
        return list(self.data.glob("journals/*/*.jsonl"))

    def recovers(self) -> None:
        """The next iteration is fine, whatever came before."""
        assert self.iterate("[[scenario:create]]")["status"] == "succeeded"
        assert (self.worktree / "notes" / "new.txt").is_file()


def busy() -> bool:
    """Whether so much else runs here that a real Amp, which needs a second of processor time to start, takes many."""
    return os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


def in_time(took: float, seconds: float) -> bool:
    """Whether it took no longer than the page of results says; asked only when that page is written, alone."""
    return took < seconds or not WRITES_RESULTS


@pytest.fixture
def worked(service: Service, world: World, monkeypatch: pytest.MonkeyPatch) -> Worked:
    monkeypatch.setenv("AMP_URL", service.url)
    monkeypatch.setenv("AMP_API_KEY", "made-up-key")
    return Worked(service, world)


@pytest.mark.rounds(1)
def test_edit_and_continue(worked: Worked) -> None:
    """Reads, edits, runs a command; the next iteration continues the thread"""
    first = worked.iterate("Change the heading. [[scenario:edit]]")
    assert (worked.worktree / "README.md").read_text() == "# hello, edited by amp\n"
    assert first["commitSha"] and first["changedFiles"] == 1 and first["toolCalls"] == 3
    assert first["usage"]["cacheReadTokens"] == 4_000 and first["usage"]["totalTokens"] > 4_480
    again = worked.iterate("And what is 2+2? [[scenario:think]]")
    assert again["threadId"] == first["threadId"] and again["commitSha"] is None


def test_model_from_the_thread(worked: Worked) -> None:
    """The model that was used is learnt from the thread, its cost computed; a model it cannot be told is said"""
    worked.service.share_capabilities(worked.data / "cache", export=True)
    iteration = worked.iterate("hi", "--model", "gpt-5")
    assert iteration["modelRequested"] == "gpt-5"
    if worked.service.is_classic:
        assert iteration["model"] == "claude-opus-4-7" and iteration["usage"]["costUsd"] > 0
    else:
        assert iteration["model"] == "stub-model" and iteration["usage"]["costUsd"] is None
    assert "using mode" in worked.ok("logs", worked.session["id"]).out


def test_parallel_tools(worked: Worked) -> None:
    """Two tools at once are two calls with their own results"""
    worked.iterate("[[scenario:parallel]]")
    calls = worked.calls()
    assert len(calls) == 2 and len({call["id"] for call in calls}) == 2
    assert calls[0]["success"] is True and calls[0]["durationMs"] >= 900


def test_failing_tools(worked: Worked) -> None:
    """An edit that fails and a command that exits with 3 are failed calls of a run that succeeds"""
    iteration = worked.iterate("[[scenario:toolfail]]")
    assert iteration["status"] == "succeeded" and (iteration["toolCalls"], iteration["toolFailures"]) == (2, 2)


def test_own_commits(worked: Worked) -> None:
    """A commit that Amp makes itself is kept and recognised"""
    iteration = worked.iterate("[[scenario:commit]]")
    assert iteration["commitSha"] and iteration["changedFiles"] == 1


@pytest.mark.rounds(1)
def test_text_mode(worked: Worked) -> None:
    """In text mode the thread is known all the same and continued"""
    worked.ok("config", "set", "enableJSONLogs", "false")
    first = worked.iterate("[[scenario:edit]]")
    assert first["threadId"] and first["commitSha"] and first["usage"]["totalTokens"] is None
    assert worked.iterate("[[scenario:think]]")["threadId"] == first["threadId"]


@pytest.mark.rounds(1)
def test_stop(worked: Worked, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any]) -> None:
    """A stop ends Amp and its commands at once; the iteration is cancelled and the next one is fine"""
    running = spawn_cli("iterate", worked.session["id"], "--notes", "[[scenario:long]]", "--json")
    wait_until(lambda: any('"tool_started"' in file.read_text() for file in worked.journals()))
    stopped_at = time.monotonic()
    running.terminate()
    out, _ = running.communicate(timeout=60)
    iteration = json.loads(out)["iteration"]
    assert running.returncode == 130 and iteration["status"] == "cancelled", out
    assert in_time(time.monotonic() - stopped_at, 8)
    worked.recovers()


#: In `make test` only the first.
ALL = bool(os.environ.get("AMPSM_TEST_ALL_FAULTS"))
FAULTS = {
    "rate": "rate-limited",
    "overloaded": "provider-unavailable",
    "credits": "out-of-credits",
    "auth": "not-logged-in",
    "context": "context-full",
    "server": "provider-unavailable",
    "forbidden": "agent-failed",
    "hangup": "network",
    "midstream": "provider-unavailable",
    "cut": "agent-failed",
}
#: What the newer service says is passed on word for word, and these words are the stand-in's own.
ITS_OWN_WORDS = ("auth", "server")
#: Between the older releases and the model.
ON_THE_WIRE = ("hangup", "midstream", "cut")


@pytest.mark.faults
@pytest.mark.rounds(1)
def test_faults(worked: Worked) -> None:
    """Each fault of the service has its code and a hint; the next iteration is fine"""
    for kind, code in FAULTS.items():
        if kind != "rate" and not (ALL or WRITES_RESULTS):
            continue
        if not worked.service.is_classic and kind in ON_THE_WIRE:
            continue
        worked.service.fail_next(kind, times=6)
        error = worked.iterate("hi", code=7)["error"]
        passed_on = not worked.service.is_classic and kind in ITS_OWN_WORDS
        assert error["code"] == ("agent-failed" if passed_on else code), (kind, error)
        assert error["message"] and error["hint"]
        if kind in ("rate", "context", "cut"):
            worked.service.fail_next(kind, times=0)
            worked.recovers()


@pytest.mark.rounds(1)
def test_permission_needed(worked: Worked) -> None:
    """With Amp's own permission rules a call that they refuse is named, and nothing waits"""
    worked.ok("config", "set", "ampPermissions", "amp")
    if worked.service.is_classic:
        iteration = worked.iterate("[[scenario:danger]]", code=7)
        assert iteration["error"]["code"] == "permission-needed" and "Bash" in iteration["error"]["message"]
        assert worked.ok("status", worked.session["id"], "--json").json["session"]["status"] == "awaiting-input"
    rules = [{"tool": "*", "matches": {"cmd": "*git push*"}, "action": "reject"}]
    settings = Path(os.environ["HOME"]) / ".config" / "amp" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"amp.permissions": rules, "amp.dangerouslyAllowAll": False}))
    assert worked.iterate("[[scenario:danger]]", "--new-thread")["toolFailures"] == 1


def test_unknown_arguments(worked: Worked) -> None:
    """An option that this release does not know is named"""
    worked.ok("config", "set", "ampArgs", "--verbose --timeout 300")
    error = worked.iterate("hi", code=7)["error"]
    assert error["code"] == "bad-arguments" and "'--verbose'" in error["message"]


@pytest.mark.rounds(1)
def test_no_login(worked: Worked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a login the iteration ends within 8 s and says so"""
    monkeypatch.delenv("AMP_API_KEY")
    for structured in ("true", "false"):
        worked.ok("config", "set", "enableJSONLogs", structured)
        iteration = worked.iterate("hi", code=7)
        assert iteration["error"]["code"] == "not-logged-in" and in_time(iteration["durationMs"] / 1000, 8)


def test_no_server(worked: Worked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not there is a network error"""
    monkeypatch.setenv("AMP_URL", "http://127.0.0.1:9")
    assert worked.iterate("hi", code=7)["error"]["code"] == "network"


def test_thread_gone(worked: Worked) -> None:
    """A thread that is gone is said; the next iteration starts a new one with a summary"""
    if not worked.service.is_classic:
        pytest.skip("the stand-in for the newer service knows every thread")
    first = worked.iterate("hi")["threadId"]
    worked.service.forget_threads()
    assert worked.iterate("more", code=7)["error"]["code"] == "thread-gone"
    again = worked.iterate("more")
    assert again["threadId"] not in (None, first) and "The task." in again["prompt"]


@pytest.mark.rounds(1)
def test_verify(worked: Worked) -> None:
    """verify-amp: version, capabilities, login, a smoke iteration"""
    found = worked.cli("verify-amp", "--json")
    checks = {check["id"]: check["status"] for check in found.json["checks"]}
    if not (busy() and found.code == 7 and found.json["error"]["code"] == "no-answer"):
        assert found.code == 0 and found.json["amp"]["version"] == worked.service.version, found
        assert set(checks.values()) - {"warn"} == {"pass"} and checks["login"] == "pass", found
