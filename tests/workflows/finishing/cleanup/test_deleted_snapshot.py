"""A snapshot that an agent deleted is brought back by the command that `restore` names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.world import World


@pytest.mark.parametrize("kept", ["nothing", "the branch"])
def test_restore_names_what_brings_a_deleted_snapshot_back(world: World, kept: str) -> None:
    repo = world.make_repo()
    world.use(edits={"x.txt": "x\n"})
    session, other = world.new(repo), world.new(repo, "Other")
    world.iterate(session)
    (Path(session["worktree"]) / "uncommitted.txt").write_text("u\n")
    tip = world.git(repo, "rev-parse", session["branch"])
    world.ok("cleanup", session["id"], "--yes", "--force")
    if kept == "the branch":
        world.git(repo, "branch", session["branch"], tip)
    world.use(edits={"y.txt": "y\n"}, shell=[f"git update-ref -d refs/ampsm/trash/{session['id']}"])
    world.iterate(other)
    refused = world.cli("restore", session["id"], "--json")
    error = refused.json["error"]
    assert (refused.code, error["code"]) == (3, "no-snapshot"), refused
    assert other["id"] in error["message"]
    back, _, again = error["hint"].partition(" && ")
    assert again == f"amp-sessions restore {session['id']}"
    subprocess.run(["/bin/sh", "-c", back], cwd=world.root, env=world.environ, check=True)
    world.ok("restore", session["id"])
    assert (Path(session["worktree"]) / "uncommitted.txt").read_text() == "u\n"
