"""A session whose merge can be held where a program of it begins, so that it is killed there and nowhere else."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from ampsm.system.locks import lock_holder
from ampsm.system.paths import resolve_paths
from tests.gui.conftest import World

#: What begins where a command is to be held: words of the git command, or of the test script. In the order in which a
#: merge comes to them.
GATES = {
    "checking": "var GIT_COMMITTER_IDENT",
    "squash": "-m ampsm: squash refs/heads/",
    "rebase": "rebase --merge",
    "resolving": "update-index -z --index-info",
    "continuing": "rebase --continue",
    "testing": "tests",
    "moving": "merge --ff-only",
    "push": "push --porcelain",
    "cleanup": "refs/ampsm/trash/",
}
ANCESTOR, TARGET, SESSION, OWN = "base\n", "target\n", "session\n", "own words\n"
#: What one.txt is when the merge has ended, by what was chosen for its conflict.
RESULTS = {
    "session": SESSION, "target": TARGET, "both": TARGET + SESSION, "both-reversed": SESSION + TARGET,
    "base": ANCESTOR, "text": OWN, "un-chosen": SESSION,
}  # fmt: skip

_IN_CONFLICT = re.compile(
    r"<<<<<<< .+\ntarget\n(\|\|\|\|\|\|\| .+\nbase\n)?=======\nsession\n>>>>>>> .+\n"
)  # fmt: skip
_PROGRAM = """\
#!/bin/sh
if {{ [ -e {words} ] && read -r held < {words}; }} 2>/dev/null; then
  case "$*" in
    *"$held"*) if mv {words} {words}.taken 2>/dev/null; then
      echo "$$ $PPID" > {held}.new && mv {held}.new {held} && read -r _ < {gate}
    fi ;;
  esac
fi
{then}
"""


class Scene:
    """Whoever comes to the gate first while it is armed says so and waits there until it is released."""

    def __init__(self, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch, *, conflicts: bool) -> None:
        self.world = world
        self.red, self._words, self._held, self._gate = (folder / name for name in ("red", "words", "held", "gate"))
        os.mkfifo(self._gate)
        tests = self._program("run-tests", f"test ! -e {self.red}")
        world.use(edits={"one.txt": SESSION, "own.txt": "own\n"})
        repo = world.make_repo(files={"one.txt": ANCESTOR})
        self.session = world.new(repo, "Login page", "--script", f"{tests} tests")
        world.iterate(self.session)
        world.commit(repo, {"two.txt": TARGET, **({"one.txt": TARGET} if conflicts else {})}, "Target moves")
        self.far = folder / "far.git"
        world.git(folder, "clone", "-q", "--bare", repo, self.far)
        for words in (("remote", "add", "origin", self.far), ("fetch", "-q", "origin"),
                      ("branch", "-q", "--set-upstream-to=origin/main", "main")):  # fmt: skip
            world.git(repo, *words)
        git = self._program("git", f'exec {shutil.which("git")} "$@"')
        monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{os.environ['PATH']}")

    def arm(self, state: str) -> None:
        """From now on the first program whose command line has these words waits."""
        self._words.write_text(f"{GATES[state]}\n")

    @property
    def waits(self) -> bool:
        return self._held.exists()

    @property
    def command(self) -> int:
        """The process of the command that has come to the gate."""
        asked = int(self._held.read_text().split()[1])
        holder = lock_holder(resolve_paths(None, os.environ).lock(self.session["id"]))
        return holder.pid if holder and holder.alive else asked

    def release(self) -> None:
        """Lets who waits go on."""
        with self._gate.open("w"):
            pass

    def over(self, *pids: int) -> Callable[[], bool]:
        """Whether these, and what waited, have ended."""
        watched = [*pids, *([int(self._held.read_text().split()[0])] if self.waits else [])]
        return lambda: not any(map(_alive, watched))

    def main(self, *words: str) -> str:
        return self.world.git(self.session["repo"], *words).strip()

    def hunks(self) -> list[dict[str, Any]]:
        """The conflicts of one.txt as the command line tells them."""
        found = self.world.ok("conflicts", self.session["id"], "one.txt", "--json").json["hunks"]
        return [hunk for hunk in found if hunk["kind"] == "conflict"]

    def half_written(self) -> list[str]:
        """What one.txt is somewhere that nobody wants it to be."""
        files = [Path(place) / "one.txt" for place in (self.session["repo"], self.session["worktree"])]
        texts = [file.read_text() for file in files if file.exists()]
        return [text for text in texts if text not in RESULTS.values() and not _IN_CONFLICT.fullmatch(text)]

    def _program(self, name: str, then: str) -> Path:
        source = _PROGRAM.format(words=self._words, held=self._held, gate=self._gate, then=then)
        return self.world.make_program(f"bin/{name}", source)


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
