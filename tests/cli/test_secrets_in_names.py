"""Names that others chose (branches, files, options, commands) may hold secrets: no answer and no narration shows them,
as text or as JSON. What git has is never altered, and a path is what it is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

KEY = "ghp_" + "aB3" * 12
PASSWORD = "hunter2-hunter2"
MARK = "[REDACTED]"


@pytest.mark.parametrize("secret", slow_but([KEY, PASSWORD], {KEY}))
def test_no_answer_shows_a_name_that_holds_a_secret(world: World, secret: str) -> None:
    world.use(edits={"a.txt": "a\n"})
    world.ok("config", "set", "ampEnv.MY_PASSWORD", PASSWORD)
    repo, branch = world.make_repo(), f"x/{secret}"
    world.git(repo, "branch", branch)
    adopted = world.ok("adopt", branch, "--repo", repo, "--name", "Mine", "--json")
    assert adopted.json["session"]["branch"] == f"x/{MARK}"
    session, worktree = adopted.json["session"]["id"], Path(adopted.json["session"]["worktree"])
    (worktree / f"{secret}.txt").write_text(f"{secret}\n")
    told = [
        adopted,
        *(world.cli(*words) for words in (
            ("list", "--wide"), ("list", "--json"), ("status", session), ("status", session, "--json"),
            ("preflight", session), ("preflight", session, "--json"), ("iterate", session),
            ("set", session, "--script", f"echo {secret}; false"), ("run", session), ("run", session, "--json"),
            ("commit", session, "--message", secret), ("rebase", session, "--onto", branch),
            ("merge", session, "--message", f"m {secret}", "--json"), ("undo", session, "--list"), ("logs", session),
            ("merge", session, "--message", "m", "--onto", f"{branch}/no"), ("doctor",), ("doctor", "--json"),
            ("new", "--repo", f"/nowhere/{secret}", "--prompt", "x"), ("status", secret), (secret,),
            ("list", f"--{secret}"), ("config", "get", secret), ("cleanup", session, "--yes"),
        )),
    ]  # fmt: skip
    for done in told:
        assert secret not in done.out + done.err, done
        if done.out.startswith("{"):
            json.loads(done.out)
    assert any(MARK in done.err for done in told) and any(MARK in done.out for done in told)
    assert f"+{secret}" in world.ok("diff", session).out
    assert f"+{secret}" in world.ok("diff", session, "--json").json["patch"]
    assert world.ok("path", session).out == f"{worktree}\n"


@pytest.mark.parametrize("mode", ["--json", None])
def test_conflicts_show_what_files_hold_and_no_secret_of_a_commit(world: World, mode: str | None) -> None:
    """Only names and contents of files are as git has them."""
    repo, name = world.make_repo(files={f"{KEY}.txt": "1\n"}), f"{KEY}.txt"
    session = world.new(repo, "Torn")
    (Path(session["worktree"]) / name).write_text(f"S {KEY}\n")
    world.git(session["worktree"], "commit", "-qam", f"Session {KEY}")
    world.commit(repo, {name: f"T {KEY}\n"}, f"Target {KEY}")
    assert world.cli("rebase", session["id"]).code == 4
    how = [mode] if mode else []
    files = world.ok("conflicts", session["id"], *how)
    hunks = world.ok("conflicts", session["id"], name, *how)
    settled = world.ok("resolve", session["id"], name, "--take", "target", "--done", *how)
    for done, shown in ((files, "path"), (hunks, "target"), (settled, "path")):
        assert f"Session {KEY}" not in done.out and f"Target {KEY}" not in done.out, done
        assert f'"{shown}": "' in done.out if mode else KEY in done.out, done
    assert f"Target {MARK}" in files.out and f"Session {MARK}" in files.out
    assert f"T {KEY}" in hunks.out and f"S {KEY}" in hunks.out
    assert name in files.out and name in settled.out


def test_the_commands_that_a_merge_has_run_are_kept_without_secrets(world: World) -> None:
    """While it is open, and when it is over."""
    repo, remote, branch = world.make_repo(), world.root / "remote.git", f"x/{KEY}"
    world.git(repo, "switch", "-qc", branch)
    world.git(world.root, "init", "-q", "--bare", remote)
    world.git(repo, "remote", "add", "origin", remote)
    session = world.new(repo, "Pushed", "--base", branch, "--script", "test -e passes")
    for name in ("a.txt", "passes"):
        world.commit(Path(session["worktree"]), {name: "a\n"})
        world.cli("merge", session["id"], "--message", "m", "--push")
        (record,) = (world.root / "db").rglob("merge.json" if name == "a.txt" else "operations.json")
        found = json.loads(record.read_text())
        steps = found["steps"] if name == "a.txt" else found["merges"][-1]["steps"]
        assert KEY not in json.dumps(steps)
    commands = [step.get("command") or "" for step in steps]
    assert any(command.startswith("git push ") and MARK in command for command in commands), commands


def test_before_there_is_a_context_too(world: World) -> None:
    """Wrong words are said before any setting is read; a file that is no YAML hides nothing either."""
    world.ok("config", "set", "ampEnv.MY_PASSWORD", PASSWORD)
    config = world.root / "db" / "sessions.d" / "config.yaml"
    for content in (config.read_text(), f"MY_TOKEN: '{PASSWORD}'\n  : [", f"ampEnv: {{MY_PASSWORD: {PASSWORD}}}\n"):
        config.write_text(content)
        for words in ((PASSWORD,), ("list", f"--{PASSWORD}"), ("status", PASSWORD)):
            done = world.cli(*words)
            assert done.code and PASSWORD not in done.err and MARK in done.err, (content, words, done)
    done = world.cli("with-env-secret", env={"SOME_SECRET": "with-env-secret"})
    assert "with-env-secret" not in done.err


def test_neither_a_model_nor_an_adopted_branch_puts_a_secret_into_the_store(world: World, tmp_path: Path) -> None:
    repo, branch = world.make_repo(), f"x/{KEY}"
    world.git(repo, "branch", branch)
    adopted = world.ok("adopt", branch, "--repo", repo, "--json").json["session"]
    assert adopted["id"].startswith("x-redacted-") and adopted["name"] == f"x/{MARK}" and MARK in adopted["prompt"]
    for words in (
        ("new", "--repo", repo, "--name", "N", "--prompt", "p"), ("set", adopted["id"]), ("iterate", adopted["id"]),
    ):  # fmt: skip
        refused = world.cli(*words, "--model", KEY, "--json")
        assert (refused.code, refused.json["error"]["code"]) == (2, "invalid-value"), refused
        typed = " ".join(words[:2]) if words[0] != "new" else "new"
        assert refused.json["error"]["hint"] == f"amp-sessions {typed} --model smart"
    world.ok("config", "set", "defaultModel", KEY)
    refused = world.cli("iterate", adopted["id"], "--json")
    assert refused.json["error"]["hint"] == "amp-sessions config unset defaultModel"
    with closing(sqlite3.connect(tmp_path / "db" / "sessions.sqlite")) as connection:
        rows = connection.execute("SELECT * FROM sessions").fetchall()
    kept = [str(column) for row in rows for column in row if KEY in str(column)]
    assert kept == [branch] and len(rows) == 1
