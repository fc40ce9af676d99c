"""What an agent does to other sessions' worktrees, and what their own commands do to them meanwhile (SPEC 5.6)."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World, installed

#: What an agent does to the worktree `$V` of another session, and words of the warning.
HARM: dict[str, tuple[str, str]] = {
    "removed": ("git worktree remove --force $V", "was removed"),
    "deleted": ("rm -rf $V", "is gone"),
    "deleted and pruned": ("rm -rf $V; git worktree prune", "was removed"),
    "moved": ("git worktree move $V $V-elsewhere", "was moved to"),
    "locked": ("git worktree lock $V", "was locked"),
}


def warnings(world: World, session: dict[str, Any]) -> list[dict[str, str]]:
    events = world.ok("logs", session["id"], "--json").json["events"]
    return [event for event in events if event["type"] == "warning"]


@pytest.mark.parametrize("name", slow_but(HARM, {"removed", "locked"}))
def test_harm_to_another_sessions_worktree_is_said_with_a_way_back(world: World, name: str) -> None:
    command, words = HARM[name]
    repo = world.make_repo()
    victim = world.new(repo, "Victim")
    place = victim["worktree"]
    listed = world.git(repo, "worktree", "list", "--porcelain").split("\n\n")[-1]
    world.use(edits={"work.txt": "w\n"}, shell=[command.replace("$V", place)])
    session = world.new(repo, "Other")
    world.iterate(session)
    (warning,) = warnings(world, session)
    assert warning["code"] == "worktrees-changed"
    message, _, back = warning["message"].partition(". To take it back: ")
    assert message.startswith(f"The worktree {place} of session {victim['id']} {words}"), warning
    findings = world.cli("doctor", "--json").json["findings"]
    assert any(back in (finding["fix"] or "") and place in finding["message"] for finding in findings), (back, findings)
    subprocess.run(["/bin/sh", "-c", back], check=True) if back.startswith("git") else world.ok(*back.split()[1:])
    assert listed in world.git(repo, "worktree", "list", "--porcelain")
    world.use(edits={"more.txt": "m\n"})
    world.iterate(victim)
    assert not [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == "worktrees-changed"]


def test_what_commands_of_ours_do_meanwhile_is_blamed_on_nobody(world: World, tmp_path: Path) -> None:
    """Of this database and of another one."""
    repo, elsewhere = world.make_repo(), {"AMPSM_DB_PATH": str(tmp_path / "other" / "sessions.sqlite")}
    done, back, merged = (world.new(repo, name) for name in ("Done", "Back", "Merged"))
    world.use(edits={"merged.txt": "m\n"})
    world.iterate(merged)
    world.ok("cleanup", back["id"], "--yes")
    new = ("new", "--repo", repo, "--prompt", "p", "--json", "--name")
    foreign = world.ok(*new, "Foreign", env=elsewhere).json["session"]["id"]
    run = Path(world.root / "commands.sh")
    session = world.new(repo, "Worker")
    ours = " ".join(installed())
    theirs = f"AMPSM_DB_PATH={elsewhere['AMPSM_DB_PATH']} {ours}"
    run.write_text("\n".join((
        f"{ours} cleanup {done['id']} --yes", f"{ours} restore {back['id']}",
        f"{ours} merge {merged['id']} --message m --cleanup", f"{ours} new --repo {repo} --name N --prompt p",
        f"{theirs} cleanup {foreign} --yes", f"{theirs} new --repo {repo} --name M --prompt p",
    )))  # fmt: skip
    world.use(edits={"work.txt": "w\n"}, shell=[f"set -e; . {run}"])
    world.iterate(session)
    assert [row["code"] for row in warnings(world, session) if row["code"] == "worktrees-changed"] == []
    left = {path.name.rpartition("-")[0] for path in (repo / ".worktrees").iterdir()}
    assert left >= {"back", "worker", "n", "m"} and not left & {"done", "merged", "foreign"}
