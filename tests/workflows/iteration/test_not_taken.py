"""What git cannot commit as what is set for it says stays in the worktree, and every command says so and leads on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

#: What an agent does, and git's reason.
KINDS: dict[str, tuple[str, str]] = {
    "a filter that is required and runs nothing": (
        "echo '* filter=nope' >.gitattributes; git config filter.nope.required true", "clean filter 'nope' failed",
    ),
    "a required filter in a folder": (
        "mkdir sub; echo '*.txt filter=no' >sub/.gitattributes; echo x >sub/x.txt; git config filter.no.required true; "
        "git config filter.no.clean false", "sub/x.txt: clean filter 'no' failed",
    ),
    "a required process in info/attributes": (
        "echo '*.txt filter=no' >>$(git rev-parse --git-common-dir)/info/attributes; git config filter.no.required true"
        "; git config filter.no.process /no/such", "clean filter 'no' failed",
    ),
    "an encoding without its mark": (
        "echo '* working-tree-encoding=UTF-16' >.gitattributes", "BOM is required in '.gitattributes'",
    ),
    "an encoding that it is not in": (
        r"echo 'new.txt working-tree-encoding=SHIFT-JIS' >.gitattributes; printf '\377\377' >new.txt",
        "failed to encode 'new.txt'",
    ),
    "line ends that would not come back": (
        r"git config core.autocrlf input; git config core.safecrlf true; printf 'a\r\n' >new.txt",
        "CRLF would be replaced by LF in new.txt",
    ),
}  # fmt: skip
USUAL = {"a filter that is required and runs nothing", "an encoding that it is not in"}
UNDO = (
    "rm -rf .gitattributes sub; : >$(git rev-parse --git-common-dir)/info/attributes; echo new >new.txt; "
    "git config --remove-section filter.nope; git config --remove-section filter.no; git config core.safecrlf false"
)


def follow(world: World, hint: str) -> str:
    """What the command after the words of a hint says."""
    done = subprocess.run(
        ["/bin/sh", "-c", hint.partition(": ")[2]], cwd=world.root, env=world.environ, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize("kind", slow_but(KINDS, USUAL))
@pytest.mark.rounds(2)
def test_every_command_says_what_git_does_not_take_and_the_agent_mends_it(
    world: World, tmp_path: Path, kind: str
) -> None:
    command, reason = KINDS[kind]
    trace = tmp_path / "trace"
    world.use(edits={"other.txt": "o\n"}, shell=[f"echo new >new.txt; {command}"])
    session = world.new(world.make_repo())
    done = world.iterate(session, code=1)
    assert done["session"]["status"] == "awaiting-input"
    error = done["iteration"]["error"]
    assert (error["code"], error["hint"]) == ("commit-refused", f"amp-sessions iterate {session['id']}")
    assert reason in error["message"]
    assert done["iteration"]["changedFiles"] >= 2
    assert "new.txt" in world.ok("diff", session["id"], "--iteration", "1", "--name-only").out
    for options in ((), ("--no-squash",)):
        ready = world.cli("preflight", session["id"], *options, "--json")
        check = next(check for check in ready.json["checks"] if check["id"] == "worktree-clean")
        assert (ready.code, check["status"]) == (5, "fail"), ready
        assert reason in check["message"] and check["hint"] == error["hint"]
        merged = world.cli("merge", session["id"], *(options or ("--message", "all")), "--json")
        assert merged.code == 5 and merged.json["error"]["message"].startswith(check["message"]), merged
    for words in (("squash", "--message", "all"), ("rebase",)):
        refused = world.cli(words[0], session["id"], *words[1:], "--json")
        assert refused.code == 5 and reason in refused.json["error"]["message"], refused
    refused = world.cli("commit", session["id"], "--message", "mine", "--json")
    assert refused.json["error"]["code"] == "commit-refused"
    assert follow(world, refused.json["error"]["hint"]), refused
    world.ok("cleanup", session["id"], "--yes", "--force")
    world.ok("restore", session["id"])
    assert world.cli("preflight", session["id"]).code == 5
    world.use(edits={"mended.txt": "m\n"}, shell=[UNDO], trace=trace)
    assert world.iterate(session)["iteration"]["changedFiles"] >= 3
    assert reason in json.loads(trace.read_text())["prompt"]
    world.ok("merge", session["id"], "--message", "all")


@pytest.mark.parametrize("how", slow_but(["fails", "is killed"], {"fails"}))
def test_what_another_failure_left_is_asked_to_be_mended_too(world: World, how: str) -> None:
    command, reason = KINDS["an encoding without its mark"]
    shell = [command, *(["kill -9 $PPID"] if how == "is killed" else [])]
    world.use(edits={"new.txt": "n\n"}, shell=shell, exit=3 if how == "fails" else 0)
    session = world.new(world.make_repo())
    assert world.cli("iterate", session["id"]).code
    ready = world.cli("preflight", session["id"], "--json")
    check = next(check for check in ready.json["checks"] if check["id"] == "worktree-clean")
    assert ready.code == 5 and reason in check["message"], ready
    assert check["hint"] == f"amp-sessions iterate {session['id']}"
    assert world.cli("merge", session["id"], "--message", "all").code == 5
    world.use(edits={"mended.txt": "m\n"}, shell=[UNDO])
    world.iterate(session)
    world.ok("merge", session["id"], "--message", "all")


def test_edits_of_a_person_that_git_does_not_take_say_where_that_is_set(world: World) -> None:
    session = world.new(world.make_repo())
    worktree = Path(session["worktree"])
    (worktree / ".gitattributes").write_text("*.txt working-tree-encoding=UTF-16\n")
    (worktree / "x.txt").write_text("no mark\n")
    for words in (("iterate",), ("commit", "--message", "mine"), ("preflight",), ("squash", "--message", "all")):
        refused = world.cli(words[0], session["id"], *words[1:], "--json")
        said = refused.json if words == ("preflight",) else refused.json["error"]
        hint = said["checks"][0]["hint"] if words == ("preflight",) else said["hint"]
        assert "UTF-16" in follow(world, hint), (words, refused)
    (worktree / ".gitattributes").unlink()
    world.ok("commit", session["id"], "--message", "mine")


def test_a_merge_never_ends_in_the_middle_for_a_filter_that_fails(world: World) -> None:
    repo = world.make_repo()
    for name, program in (("clean", "cat"), ("smudge", "false"), ("required", "true")):
        world.git(repo, "config", f"filter.up.{name}", program)
    world.use(edits={"x.up": "x\n", ".gitattributes": "*.up filter=up\n"})
    session = world.new(repo)
    world.iterate(session)
    ready = world.cli("preflight", session["id"], "--json")
    check = next(check for check in ready.json["checks"] if check["id"] == "target-checkout")
    assert (ready.code, check["status"]) == (5, "fail")
    assert "x.up: smudge filter up failed" in check["message"]
    assert "filter: up" in follow(world, check["hint"])
    refused = world.cli("merge", session["id"], "--message", "all", "--json")
    assert (refused.code, refused.json["error"]["message"]) == (5, check["message"])
    assert world.git(repo, "status", "--porcelain") == ""
    world.git(repo, "config", "filter.up.smudge", "cat")
    world.ok("merge", session["id"], "--message", "all")


def test_a_worktree_that_git_cannot_read_says_why(world: World) -> None:
    world.use(edits={"x.txt": "x\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    worktree = Path(session["worktree"])
    (worktree / ".gitattributes").write_text("x.txt working-tree-encoding\n")
    (worktree / "x.txt").write_text("y\n")
    ready = world.cli("preflight", session["id"], "--json")
    check = next(check for check in ready.json["checks"] if check["id"] == "worktree-clean")
    assert (ready.code, check["status"]) == (5, "fail"), ready
    assert follow(world, check["hint"]) == "x.txt\n"
    assert world.cli("merge", session["id"], "--message", "all").code == 5
    (worktree / ".gitattributes").unlink()
    world.ok("commit", session["id"], "--message", "mine")
    world.ok("merge", session["id"], "--message", "all")
