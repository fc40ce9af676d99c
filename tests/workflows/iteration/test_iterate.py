"""The protocol of an iteration, seen from outside (SPEC section 5)."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.model.errors import moving_away
from ampsm.system.processes import is_alive, marked_processes
from tests.support.world import World


def test_a_persons_edits_become_a_commit_of_their_own(world: World) -> None:
    world.use(edits={"agent.txt": "a\n"})
    session = world.new(world.make_repo())
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    world.iterate(session)
    assert world.subjects(session)[1:] == ["manual: edits before iteration 1", "first"]
    assert world.git(session["worktree"], "show", "--format=", "--name-only", "HEAD~1") == "mine.txt"
    assert world.git(session["worktree"], "show", "--format=", "--name-only", "HEAD") == "agent.txt"


def test_git_is_asked_no_more_than_it_has_to_be(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question costs milliseconds (SPEC section 11); the last one keeps the new tip alive."""
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    world.use(edits={"b.txt": "b\n"})
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    world.iterate(session)
    traced = [json.loads(line) for line in (tmp_path / "trace").read_text().splitlines()]
    asked = [event["argv"] for event in traced if event["event"] == "start" and "/" not in event["sid"]]
    assert len(asked) <= 18, asked


def test_commits_that_the_agent_makes_are_kept(world: World) -> None:
    world.use(edits={"b.txt": "b\n"}, shell=["git add b.txt && git commit -qm own", "echo c > c.txt"])
    session = world.new(world.make_repo())
    iteration = world.iterate(session)["iteration"]
    assert world.subjects(session)[1:] == ["own", "first"]
    assert world.git(session["worktree"], "show", "--format=", "--name-only", "HEAD") == "c.txt"
    assert iteration["changedFiles"] == 2
    kinds = [e["kind"] for e in world.ok("logs", session["id"], "--stream-json").events if e["type"] == "commit"]
    assert kinds == ["agent", "amp"]


def test_an_agent_that_commits_everything_itself(world: World) -> None:
    world.use(edits={"b.txt": "b\n"}, shell=["git add -A && git commit -qm own"])
    session = world.new(world.make_repo())
    iteration = world.iterate(session)["iteration"]
    assert iteration["commitSha"] == world.git(session["worktree"], "rev-parse", "HEAD")
    assert world.subjects(session) == ["own", "first"]


def test_nothing_changed_is_fine_and_makes_no_commit(world: World) -> None:
    world.use(edits={})
    session = world.new(world.make_repo())
    iteration = world.iterate(session)["iteration"]
    assert iteration["status"] == "succeeded"
    assert iteration["commitSha"] is None
    assert world.subjects(session) == ["first"]


def test_a_failed_agents_work_is_kept_as_partial(world: World) -> None:
    world.use(edits={"half.txt": "h\n"}, agent_error="429 rate_limit_error", exit=0)
    world.ok("config", "set", "ampRetries", "0")
    session = world.new(world.make_repo())
    done = world.iterate(session, code=7)
    assert done["iteration"]["status"] == "failed"
    assert done["iteration"]["error"]["code"] == "rate-limited" == done["error"]["code"]
    assert done["session"]["status"] == "error"
    assert world.subjects(session)[0].startswith("amp: partial: ")
    world.use()
    assert world.iterate(session)["session"]["status"] == "idle"


def test_a_time_limit_ends_the_agent(world: World) -> None:
    world.use(edits={"half.txt": "h\n"}, hang=300)
    session = world.new(world.make_repo())
    done = world.iterate(session, "--timeout", "4", code=7)
    assert done["iteration"]["status"] == "timed-out"
    assert done["session"]["status"] == "error"
    assert world.subjects(session)[0] == "amp: partial: timed out"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.rounds(1)
def test_a_signal_stops_the_agent_cleanly(
    world: World,
    tmp_path: Path,
    sign: signal.Signals,
    spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., object],
) -> None:
    ready = tmp_path / "ready"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300)
    session = world.new(world.make_repo())
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    running.send_signal(sign)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert json.loads(out)["iteration"]["status"] == "cancelled"
    assert world.status(session)["session"]["status"] == "awaiting-input"
    assert world.subjects(session)[0] == "amp: partial: cancelled"


def test_a_branch_that_the_agent_left_is_not_moved(world: World) -> None:
    world.use(edits={"x.txt": "x\n"}, shell=["git checkout -q -b elsewhere"])
    session = world.new(world.make_repo())
    done = world.iterate(session, code=5)
    assert done["iteration"]["error"]["code"] == "branch-moved"
    assert done["session"]["status"] == "awaiting-input"
    assert (Path(session["worktree"]) / "x.txt").exists()
    assert world.subjects(session) == ["first"]
    refused = world.cli("iterate", session["id"], "--json")
    assert refused.code == 5
    assert refused.json["error"]["code"] == "branch-moved"


def test_a_branch_that_the_agent_rewound_is_said(world: World) -> None:
    world.use(edits={"x.txt": "1\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    world.use(shell=["git reset -q --hard HEAD~1"], edits={})
    assert world.iterate(session, code=5)["iteration"]["error"]["code"] == "branch-moved"


def test_a_refusing_hook_is_told_to_the_agent(world: World, tmp_path: Path) -> None:
    repo, trace = world.make_repo(), tmp_path / "trace"
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n! grep -q BAD code.txt || { echo 'lint: BAD is not allowed' >&2; exit 1; }\n")
    hook.chmod(0o755)
    world.use(edits={"code.txt": "BAD\n"})
    session = world.new(repo)
    done = world.iterate(session, code=1)
    assert done["iteration"]["error"]["code"] == "commit-refused"
    assert "BAD is not allowed" in done["iteration"]["error"]["message"]
    assert done["session"]["status"] == "awaiting-input"
    assert done["iteration"]["changedFiles"] == 1
    assert world.git(session["worktree"], "status", "--porcelain") == "?? code.txt"
    world.use(edits={"code.txt": "good\n"}, trace=trace)
    world.iterate(session)
    assert "lint: BAD is not allowed" in json.loads(trace.read_text())["prompt"]
    assert len(world.subjects(session)) == 2, "one amp commit, no manual one"


def test_what_a_person_committed_is_held_back_no_more(world: World, tmp_path: Path) -> None:
    repo, trace = world.make_repo(), tmp_path / "trace"
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    world.use(edits={"code.txt": "x\n"}, trace=trace)
    session = world.new(repo)
    world.iterate(session, code=1)
    hook.unlink()
    world.ok("commit", session["id"], "--message", "mended")
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    world.use(edits={"code.txt": "y\n"}, trace=trace)
    world.iterate(session)
    assert world.subjects(session)[1:] == ["manual: edits before iteration 2", "mended", "first"]
    assert "hook" not in json.loads(trace.read_text().splitlines()[-1])["prompt"]


def test_a_hook_that_outlives_its_worker_is_ended_before_the_next_iteration(
    world: World, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., object], tmp_path: Path
) -> None:
    repo, started = world.make_repo(), tmp_path / "started"
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntest -e {started} || {{ touch {started}; sleep 300; }}\n")
    hook.chmod(0o755)
    world.use(edits={"code.txt": "x\n"})
    session = world.new(repo)
    worker = spawn_cli("iterate", session["id"])
    wait_until(started.exists)
    worker.kill()
    worker.wait()
    assert world.cli("commit", session["id"], "--message", "m").code == 6
    world.use(append={"code.txt": "y\n"})
    world.iterate(session)
    assert world.subjects(session)[1:] == ["amp: partial: interrupted", "first"]
    assert marked_processes(session["id"]) == []


def test_no_verify_and_the_setting_skip_hooks(world: World) -> None:
    repo = world.make_repo()
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    world.use(append={"a.txt": "a\n"})
    session = world.new(repo)
    world.iterate(session, "--no-verify")
    world.ok("config", "set", "commitHooks", "skip")
    world.iterate(session)
    assert len(world.subjects(session)) == 3


def test_a_file_whose_name_git_does_not_take_is_named(world: World) -> None:
    odd = "mkdir -p x/.GIT; echo a > x/.GIT/a; echo b > git~1; ln -s a.txt .gitmodules"
    world.use(edits={"a.txt": "a\n"}, shell=[odd])
    session = world.new(world.make_repo())
    done = world.iterate(session)
    refused = [".gitmodules", "git~1", "x/.GIT/a"]
    assert done["session"]["status"] == "awaiting-input" and done["iteration"]["changedFiles"] == 1
    events = world.ok("logs", session["id"], "--json").json["events"]
    (warned,) = [event["message"] for event in events if event.get("code") == "not-committed"]
    assert all(name in warned for name in refused)
    for name in refused:
        error = world.cli("commit", session["id"], "--message", "m", "--json").json["error"]
        place = Path(session["worktree"], name)
        assert (error["code"], error["hint"]) == ("nothing-to-commit", moving_away(place))
        place.unlink()
    assert "nothing to commit" in world.cli("commit", session["id"], "--message", "m").err


def test_a_nested_repository_is_never_added(world: World) -> None:
    world.use(edits={"a.txt": "a\n"}, shell=["git init -q nested && cd nested && git commit -q --allow-empty -m n"])
    session = world.new(world.make_repo())
    done = world.iterate(session)
    assert done["session"]["status"] == "awaiting-input"
    assert world.git(session["worktree"], "show", "--format=", "--name-only", "HEAD") == "a.txt"
    assert (Path(session["worktree"]) / "nested/.git").exists()


def test_failing_tests_wait_for_a_person_and_run_frees_the_session(world: World) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "T", "--script", "echo checked; test -f pass")
    done = world.iterate(session, code=8)
    assert done["iteration"]["status"] == "succeeded"
    assert done["iteration"]["test"]["passed"] is False
    assert done["session"]["status"] == "awaiting-input"
    (Path(session["worktree"]) / "pass").write_text("")
    run = world.ok("run", session["id"], "--json").json
    assert run["test"]["passed"] is True
    assert run["output"] == "checked\n"
    assert world.status(session)["session"]["status"] == "idle"


def test_tests_that_fail_after_the_agent_did_are_what_a_person_is_asked_for(world: World) -> None:
    world.use(agent_error="I give up")
    session = world.new(world.make_repo(), "T", "--script", "test -f pass")
    world.iterate(session, code=7)
    for code, status in ((8, "awaiting-input"), (0, "error")):
        assert world.cli("run", session["id"]).code == code
        found = world.status(session)
        assert found["session"]["status"] == status
        assert ("The test script failed" in found["nextStep"]) == (code == 8)
        (Path(session["worktree"]) / "pass").write_text("")


def test_what_tests_leave_is_neither_committed_nor_dirt(world: World) -> None:
    world.use(append={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "T", "--script", "mkdir -p out && echo report > out/report.txt")
    world.iterate(session)
    status = world.status(session)["git"]
    assert status["testLeftovers"] == ["out/report.txt"]
    assert status["untracked"] == 0
    for _ in range(2):  # the script writes it again each time
        world.iterate(session)
        assert world.status(session)["git"]["testLeftovers"] == ["out/report.txt"]
    assert "manual" not in " ".join(world.subjects(session))
    assert "out/report.txt" not in world.git(session["worktree"], "ls-files")
    (Path(session["worktree"]) / "out/report.txt").write_text("edited by hand\n")
    world.iterate(session)
    assert "manual: edits before iteration 4" in world.subjects(session)


def test_what_the_agent_left_running_is_ended_and_named(world: World) -> None:
    world.use(child=300)
    session = world.new(world.make_repo())
    done = world.ok("iterate", session["id"], "--stream-json")
    warnings = [event for event in done.events if event["type"] == "warning"]
    assert [w["code"] for w in warnings] == ["processes-ended"]


def test_the_context_folder_comes_back_and_is_never_committed(world: World) -> None:
    world.use(shell=["git clean -qfdx"], edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(files={".gitignore": "*\n!keep\n!a.txt\n", "keep": "k\n"}))
    world.iterate(session)
    context = Path(session["worktree"]) / "AGENT_CONTEXT"
    last = json.loads((context / "LAST_STATUS.json").read_text())
    assert last["number"] == 1
    assert "succeeded" in (context / "ITERATION_LOG.md").read_text()
    assert (context / "logs/iteration-0001.log").read_text()
    assert "AGENT_CONTEXT" not in world.git(session["repo"], "log", "--all", "--name-only", "--format=")


def test_secrets_are_nowhere_on_disk(world: World, tmp_path: Path) -> None:
    secret = 's3cr3t-Value-with"quote-0123456789'
    shown = json.dumps(secret)[1:-1]
    world.ok("config", "set", "ampEnv.MY_SERVICE_TOKEN", "-", input=secret + "\n")
    world.use(
        text=f"The token is {secret}", stderr=f"token {secret}\n",
        tools=[{"name": "Bash", "input": {"cmd": f"echo {secret}"}, "result": secret}],
    )  # fmt: skip
    session = world.new(world.make_repo(), "S", "--script", "printf '%s\\n' \"$MY_COPY\"", prompt=f"use {secret} well")
    done = world.cli("iterate", session["id"], "--stream-json", env={"MY_COPY": "", "DEPLOY_PASSWORD": secret})
    assert done.code == 0, done
    everything = done.out + done.err + world.ok("logs", session["id"], "--raw").out
    for path in (*(tmp_path / "db").rglob("*"), *(Path(session["worktree"]) / "AGENT_CONTEXT").rglob("*")):
        if path.is_file() and path.name != "config.yaml":
            everything += path.read_text(errors="replace")
    assert secret not in everything
    assert shown not in everything
    assert "[REDACTED]" in everything


def test_a_killed_worker_is_noticed_and_the_thread_goes_on(
    world: World,
    tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., object],
) -> None:
    ready, trace = tmp_path / "ready", tmp_path / "trace"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300, trace=trace)
    session = world.new(world.make_repo())
    running = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    agent = json.loads(trace.read_text())["pid"]
    running.kill()
    running.wait()
    status = world.status(session)
    assert str(agent) in status["nextStep"], "what the dead worker left running is said"
    assert world.cli("commit", session["id"], "--message", "m").code == 6
    assert status["session"]["status"] == "awaiting-input"
    assert status["iterations"][0]["status"] == "interrupted"
    thread = status["iterations"][0]["threadId"]
    world.use(trace=trace, edits={"rest.txt": "r\n"})
    world.iterate(session)
    assert not is_alive(agent)
    assert json.loads(trace.read_text().splitlines()[-1])["thread"] == thread
    assert world.subjects(session)[1] == "amp: partial: interrupted"


def test_the_agent_never_starts_anywhere_else(world: World, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace)
    repo = world.make_repo()
    session = world.new(repo)
    worktree = Path(session["worktree"])
    shutil.move(worktree, tmp_path / "moved")
    assert world.cli("iterate", session["id"]).code == 5
    worktree.mkdir()
    assert world.cli("iterate", session["id"]).code == 5
    worktree.rmdir()
    shutil.copytree(repo, worktree, ignore=shutil.ignore_patterns(".worktrees"))
    assert world.cli("iterate", session["id"]).code == 5
    assert not trace.exists()


def test_git_variables_of_a_caller_reach_neither_agent_nor_git(world: World, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace, edits={"a.txt": "a\n"})
    other, session = world.make_repo("other"), world.new(world.make_repo())
    env = {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": str(other / ".git/index"),
           "GIT_AUTHOR_NAME": "Kept Name"}  # fmt: skip
    assert world.cli("iterate", session["id"], env=env).code == 0
    assert set(json.loads(trace.read_text())["env"]) & set(env) == {"GIT_AUTHOR_NAME"}
    assert world.git(session["worktree"], "log", "-1", "--format=%an") == "Kept Name"
    assert world.git(other, "status", "--porcelain") == ""


def test_no_identity_is_said_before_anything_starts(world: World, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace)
    session = world.new(world.make_repo())
    empty = tmp_path / "empty-config"
    empty.write_text("[user]\n\tuseConfigOnly = true\n")
    done = world.cli("iterate", session["id"], "--json", env={"GIT_CONFIG_GLOBAL": str(empty)})
    assert done.code == 1
    assert done.json["error"]["code"] == "no-identity"
    assert not trace.exists()


def test_ten_iterations_at_once_make_ten_commits(world: World, spawn_cli: Callable[..., subprocess.Popen[str]]) -> None:
    world.use(edits={"a.txt": "{prompt}\n"})
    repo = world.make_repo()
    sessions = [world.new(repo, f"S{n}") for n in range(10)]
    running = [spawn_cli("iterate", session["id"], "--json") for session in sessions]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert [code for _, code in ended] == [0] * 10, ended
    assert [len(world.subjects(session)) for session in sessions] == [2] * 10


def test_a_second_iteration_is_told_who_is_at_work(
    world: World,
    tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., object],
) -> None:
    ready, go = tmp_path / "ready", tmp_path / "go"
    world.use(ready=ready, hang_until=go)
    session = world.new(world.make_repo(), "B", "--script", "true")
    running = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    for command in (("iterate",), ("run",), ("commit", "--message", "m")):
        busy = world.cli(command[0], session["id"], *command[1:], "--json")
        assert (busy.code, busy.json["error"]["code"]) == (6, "busy"), busy
        assert busy.json["error"]["details"]["pid"] == running.pid
    assert world.status(session)["session"]["status"] == "running"
    go.write_text("")
    running.communicate(timeout=60)
    assert running.returncode == 0


def test_output_of_any_kind_is_kept(world: World) -> None:
    noise = b"plain text\n\x00\xff\xfe nul and bytes\n" + b"x" * 3_000_000 + b"\n{broken json\n"
    world.use(raw=noise, tail=b'{"type":"note","text":"cut')
    session = world.new(world.make_repo())
    world.iterate(session)
    raw = world.ok("logs", session["id"], "--raw").out
    assert "plain text" in raw
    assert "x" * 3_000_000 in raw
    assert "{broken json" in raw
    assert '{"type":"note","text":"cut' in raw


def test_python_does_not_read_the_worktree(world: World) -> None:
    """A worktree that holds a module named like ours or the standard library's must not be imported by the worker."""
    world.use(edits={"json.py": "raise SystemExit(9)\n", "ampsm.py": "raise SystemExit(9)\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    assert world.cli("status", session["id"], cwd=Path(session["worktree"])).code == 0


def test_a_call_is_stored_while_the_agent_is_silent(
    world: World, tmp_path: Path, wait_until: Callable[..., object]
) -> None:
    """Its start comes right after other events, and nothing follows for long."""
    ready = tmp_path / "ready"
    begun = {"name": "Bash", "input": {"cmd": "sleep"}}
    world.use(tools=[{"name": "Read", "result": "a"}, begun], ready=ready, hang=300, text=None)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(lambda: len(world.ok("tools", session["id"], "--json").json["toolCalls"]) == 2)
    world.ok("stop", session["id"])
