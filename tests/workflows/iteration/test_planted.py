"""What an agent puts in the place of the program's own files: nothing is written through it, and the iteration ends."""

from __future__ import annotations

import ast
import json
import shlex
from pathlib import Path

import pytest

import ampsm
from tests.support.variants import slow_but
from tests.support.world import World

PLACES = (".", "SESSION.md", "DIFF_SUMMARY.md", "ITERATION_LOG.md", "LAST_STATUS.json", "logs", ".gitignore",
          "logs/iteration-0001.log", "logs/iteration-0002.log", "REBASE_HELP.md")  # fmt: skip
PLANTS = {
    "link": "ln -s {outside}/bashrc {place}",
    "link to a folder": "ln -s {outside} {place}",
    "hard link": "ln {outside}/bashrc {place}",
    "pipe": "mkfifo {place}",
    "full folder": "mkdir {place} && echo work > {place}/work",
}
ROUNDS = [(f"{place} {plant}", place, plant) for place in PLACES for plant in PLANTS]
KEPT = (
    "ITERATION_LOG.md link", "logs link to a folder", "LAST_STATUS.json hard link", "SESSION.md pipe",
    ". link to a folder", ". pipe", "DIFF_SUMMARY.md full folder",
)  # fmt: skip


@pytest.mark.parametrize(("name", "place", "plant"), slow_but(ROUNDS, KEPT))
@pytest.mark.rounds(3)
def test_nothing_planted_is_written_through(world: World, tmp_path: Path, name: str, place: str, plant: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "bashrc").write_text("precious")
    planted = shlex.quote(str(Path("AGENT_CONTEXT", place)))
    words = PLANTS[plant].format(outside=shlex.quote(str(outside)), place=planted)
    world.use(shell=[f"rm -rf {planted}; {words}"], edits={"new.txt": "new\n"})
    session = world.new(world.make_repo())
    for number in (1, 2):
        world.iterate(session)
        assert [path.name for path in outside.iterdir()] == ["bashrc"]
        assert (outside / "bashrc").read_text() == "precious"
        folder = Path(session["worktree"], "AGENT_CONTEXT")
        assert json.loads((folder / "LAST_STATUS.json").read_text())["number"] == number
        assert f"## {number}: succeeded" in (folder / "ITERATION_LOG.md").read_text()
        assert (folder / "logs" / f"iteration-000{number}.log").is_file()
        assert world.git(session["worktree"], "status", "--porcelain") == ""
        assert world.git(session["worktree"], "ls-files", "AGENT_CONTEXT") == ""


#: Calls that write, and the modules that make them: nowhere else is a file written another way.
WRITES = {"write_text", "write_bytes", "touch", "open", "copytree", "symlink_to", "atomic_write"}
WRITERS = {
    "workflows/upkeep/demo.py",  # a folder of its own below the system's temporary one
    "workflows/iteration/surroundings.py",  # beside the journals
    "workflows/session/in_conflict/taking_back.py",  # there too
    "workflows/finishing/merge/steps.py",  # the file that --export-patch names
}


def test_the_workflows_write_into_worktrees_in_one_way_only() -> None:
    core = Path(ampsm.__file__).parent
    found = {
        str(path.relative_to(core))
        for path in (core / "workflows").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in WRITES
    }
    assert found == WRITERS
