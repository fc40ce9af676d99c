"""Secrets with something in them that a reader takes away, said wherever anybody can say something: no piece of them is
in a file of ours, on a screen, in a pipe or among the arguments of a program."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support.disguises import DISGUISES, LINE_ENDS
from tests.support.world import FAKES, World

pytestmark = pytest.mark.faults

PLAIN = "hunter2-Hunter2-hunter2"
QUOTED = 's3cr3t-Va/lue-with"quote\\and-0123456789'
SHAPED = "sk-ant-api03-0123456789abcdefABCDEF"
AMP = "sgamp_user_aB3dE5gH7jK9mN1pQ3sT5"
SECRETS = (PLAIN, QUOTED, SHAPED, AMP)

#: `make test` takes every third; the redactor alone is tried with each (tests/unit/system/secrecy/test_disguises).
TAKEN = dict(list(DISGUISES.items())[:: 1 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 3])

#: Whatever a line cannot end in, for what comes line by line.
IN_A_LINE = {name: hidden for name, hidden in TAKEN.items() if name not in ("return", "next line")}


def disguised(hidden: Iterable[str], secrets: Iterable[str] = SECRETS) -> str:
    """Each secret with each of these in it, once near its beginning and once in its second half."""
    return " ; ".join(
        f"{secret[:4]}{inside}{secret[4:-9]}{inside}{secret[-9:]}" for secret in secrets for inside in hidden
    )


ALL = disguised(TAKEN.values())
LINE = disguised(IN_A_LINE.values())
ONE_LINE = disguised(hidden for hidden in IN_A_LINE.values() if "\0" not in hidden)
#: As much of it as a name holds, from its beginning and from its end.
NAME, NAME_2 = (" ; ".join(words) for words in (ONE_LINE.split(" ; ")[:4], ONE_LINE.split(" ; ")[-4:]))
#: Pieces of the secrets that are long enough to be of use, and stand in no other word.
PIECES = sorted(
    {secret[at : at + 7] for secret in SECRETS for at in range(len(secret) - 6)} - {"sgamp_u", "gamp_us", "amp_use"}
)


def leaks(tmp_path: Path, session: dict[str, Any], said: dict[str, str]) -> dict[str, str]:
    """Where a piece of a secret stands among what the program wrote and said."""
    places = [tmp_path / "db", tmp_path / "home", Path(session["worktree"]) / "AGENT_CONTEXT"]
    files = [path for place in places for path in place.rglob("*") if path.is_file() and path.name != "config.yaml"]
    contents = {str(path): path.read_bytes() for path in files}
    contents |= {what: words.encode("utf-8", "surrogateescape") for what, words in said.items()}
    assert len(files) > 8 and any(b"[REDACTED]" in content for content in contents.values()), files
    return {
        where: ascii(content[max(0, at - 40) : at + 40].decode("utf-8", "replace"))
        for where, content in contents.items()
        if (at := min((at for piece in PIECES if (at := content.find(piece.encode())) >= 0), default=-1)) >= 0
    }


def use_secrets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ok("config", "set", "ampEnv.MY_SERVICE_TOKEN", "-", input=QUOTED + "\n")
    monkeypatch.setenv("DEPLOY_PASSWORD", PLAIN)


def talking(**more: Any) -> dict[str, Any]:
    """A scenario that says the secrets wherever an agent can."""
    broken = ALL + disguised(LINE_ENDS)
    return {
        "stderr": f"debug {LINE}\n", "thinking": broken, "text": f"Done with {broken}", "raw": f"noise {LINE}\n",
        "tail": f"half a line {LINE}", "edits": {"a.txt": "a\n"},
        "tools": [
            {"name": "Bash", "input": {"cmd": f"echo {broken}", LINE: [broken]}, "result": broken},
            {"name": f"Read {LINE}", "input": {"deep": json.dumps({"said": json.dumps(broken)})},
             "result": json.dumps({"output": broken, "exitCode": 1}), "error": True},
        ],
        **more,
    }  # fmt: skip


def printing(tmp_path: Path, text: str, code: int) -> str:
    printed = tmp_path / f"printed-{code}"
    printed.write_text(text, encoding="utf-8", errors="surrogateescape")
    return f"cat {printed}; exit {code}"


def everything_shown(world: World, session: dict[str, Any]) -> dict[str, str]:
    """What every command says that shows something of a session."""
    ref = session["id"]
    lines = [
        ("logs", ref),
        ("logs", ref, "--raw"),
        ("logs", ref, "--json"),
        ("logs", ref, "--stream-json"),
        ("tools", ref),
    ]
    lines += [
        ("tools", ref, "--json"),
        ("status", ref),
        ("status", ref, "--json"),
        ("list", "--wide"),
        ("list", "--json"),
    ]
    lines += [
        ("usage", ref),
        ("queue", ref),
        ("queue", ref, "--json"),
        ("doctor", "--json"),
        ("config", "list"),
        ("config", "get"),
    ]
    done = {" ".join(line): world.cli(*line) for line in lines}
    return {what: f"{found.out}{found.err}" for what, found in done.items()}


def test_what_agent_tests_and_people_say(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., Any],
) -> None:  # fmt: skip
    use_secrets(world, monkeypatch)
    go, ready, trace = tmp_path / "go", tmp_path / "ready", tmp_path / "trace"
    world.use(**talking(ready=ready, hang_until=go, trace=trace))
    session = world.new(world.make_repo(), f"S {NAME}", "--script", printing(tmp_path, f"FAILED {LINE}\n", 3),
                        prompt=f"use {ONE_LINE} well")  # fmt: skip
    running = spawn_cli("iterate", session["id"], "--stream-json", "--notes", f"mind {ONE_LINE}")
    wait_until(ready.exists)
    said = {"queue": world.ok("iterate", session["id"], "--queue", "--notes", f"later {ONE_LINE}", "--json").out}
    queued = json.loads(said["queue"])["queued"]["id"]
    said["queued"] = world.ok("queue", session["id"]).out
    said["removed"] = world.ok("queue", session["id"], "--remove", queued, "--json").out
    go.touch()
    out, err = running.communicate(timeout=120)
    assert running.returncode == 8, (out, err)
    said |= {"iterate": out + err}
    for mode in ((), ("--json",), ("--stream-json",)):
        done = world.cli("run", session["id"], *mode)
        assert done.code == 8, done
        said[f"run {mode}"] = done.out + done.err
    said["iterate again"] = str(world.cli("iterate", session["id"]))
    said["set"] = str(world.ok("set", session["id"], "--name", f"S2 {NAME_2}", "--json"))
    said |= everything_shown(world, session)
    said["arguments of the agent"] = json.dumps([json.loads(line)["argv"] for line in trace.read_text().splitlines()])
    said["subjects"] = "\n".join(world.subjects(session))
    assert leaks(tmp_path, session, said) == {}
    database = sqlite3.connect(os.environ["AMPSM_DB_PATH"])
    assert not [piece for line in database.iterdump() for piece in PIECES if piece in line]
    database.close()


def test_what_hooks_and_a_failing_agent_say(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_secrets(world, monkeypatch)
    repo = world.make_repo()
    hook = repo / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\n({printing(tmp_path, f'refused {LINE}{chr(10)}', 1)}) >&2\n")
    hook.chmod(0o755)
    world.use(**talking())
    session = world.new(repo, "Hooked")
    said = {"refused": str(refused := world.cli("iterate", session["id"], "--json"))}
    assert refused.json["error"]["code"] == "commit-refused", refused
    said["prompt"] = str(world.cli("iterate", session["id"], "--stream-json"))
    said["commit"] = str(world.cli("commit", session["id"], "--message", "m", "--json"))
    hook.unlink()
    world.ok("config", "set", "ampRetries", "0")
    world.use(**talking(agent_error=f"It broke: {LINE}", text=None))
    said["failed"] = str(world.cli("iterate", session["id"]))
    world.use(**talking(result=False, text=None, kill=11))
    said["crashed"] = str(world.cli("iterate", session["id"], "--json"))
    hook = repo / ".git/hooks/commit-msg"
    hook.write_text(f"#!/bin/sh\n({printing(tmp_path, f'refused {LINE}{chr(10)}', 1)}) >&2\n")
    hook.chmod(0o755)
    for words in (("squash",), ("merge",), ("preflight",), ("abort-merge",)):
        message = ("--message", "m") if words[0] in ("squash", "merge") else ()
        said[words[0]] = str(world.cli(words[0], session["id"], *message)) + str(
            world.cli(words[0], session["id"], *message, "--json")
        )
    said |= everything_shown(world, session)
    assert leaks(tmp_path, session, said) == {}


def test_what_git_says_and_gh_is_told(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_secrets(world, monkeypatch)
    programs, told = tmp_path / "programs", tmp_path / "gh.json"
    world.make_program(
        "programs/gh",
        f'#!/bin/sh\nprintf \'%s\\n\' "$@" >> {tmp_path}/arguments\nexec python3 {FAKES / "gh.py"} "$@"\n',
    )
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("FAKE_GH", str(told))
    repo = world.make_repo()
    remote = tmp_path / "remote.git"
    world.git(repo, "init", "-q", "--bare", str(remote))
    world.git(repo, "remote", "add", "origin", f"{remote}")
    world.git(repo, "push", "-q", "-u", "origin", "main")
    world.use(**talking())
    session = world.new(repo, "Requested")
    said = {"iterate": str(world.cli("iterate", session["id"]))}
    hook = remote / "hooks/pre-receive"  # git itself cuts what comes after a NUL
    hook.write_text(f"#!/bin/sh\n({printing(tmp_path, f'refused {ONE_LINE}{chr(10)}', 1)}) >&2\n")
    hook.chmod(0o755)
    message = f"Add {ONE_LINE}\n\nWith {ONE_LINE}"
    for mode in ((), ("--json",), ("--stream-json",)):
        done = world.cli("merge", session["id"], "--message", message, "--pr", *mode)
        assert done.code == 1, done
        said[f"refused {mode}"] = done.out + done.err
        said[f"aborted {mode}"] = str(world.cli("abort-merge", session["id"], *mode[:1]))
    said |= everything_shown(world, session)
    hook.unlink()
    told.write_text(json.dumps({"fail": f"gh said {LINE}"}))
    said["gh failed"] = str(world.cli("merge", session["id"], "--message", message, "--pr", "--json"))
    told.unlink()
    done = world.cli("continue-merge", session["id"], "--json")
    assert done.code == 0 and done.json["status"] == "pull-request", done
    said |= {"continued": str(done), "told": told.read_text(), "arguments": (tmp_path / "arguments").read_text()}
    addresses = [
        f"https://me:{SHAPED}@127.0.0.1:9/x.git",
        f"https://me:{QUOTED.replace('/', '%2F')}@127.0.0.1:9/x.git",
        f"{tmp_path}/gone-{AMP}\u200b.git",
        f"{tmp_path}/gone-{AMP[:9]}\u200b{AMP[9:]}.git",
    ]
    for address in addresses[:: 1 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 3]:
        world.git(repo, "remote", "set-url", "origin", address)
        session2 = world.new(repo, "Pushed")
        said[f"iterate {len(said)}"] = str(world.cli("iterate", session2["id"]))
        for mode in ((), ("--json",), ("--stream-json",)):
            pushed = world.cli("merge", session2["id"], "--message", "m", "--push", *mode)
            said[f"pushed {len(said)}"] = pushed.out + pushed.err
            said[f"undone {len(said)}"] = str(world.cli("undo", session2["id"]))
        said[f"new {len(said)}"] = str(world.cli("new", "--repo", repo, "--prompt", "p", "--fetch"))
        said |= {f"{what} {address}": shown for what, shown in everything_shown(world, session2).items()}
        assert leaks(tmp_path, session2, said) == {}
    assert leaks(tmp_path, session, said) == {}
