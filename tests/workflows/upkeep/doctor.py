"""`amp-sessions doctor` as a test calls it, and what must hold whatever it finds."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.world import World

Finding = dict[str, Any]

#: Where a command begins in the line that says what to do about a finding.
_COMMAND = re.compile(r"(?:^|: |\bthen )((?:amp-sessions|doctor|git|ls|mkdir|mv) .+)")
#: The program's and git's own files; all others are somebody's work.
_NO_WORK = ("/.git/", "/.git", "/AGENT_CONTEXT/", "/.worktrees/.gitignore")


@dataclass
class Doctor:
    """The doctor of a machine: of everything in one folder."""

    world: World
    machine: Path

    def examine(self, *options: str, env: Mapping[str, str] | None = None) -> list[Finding]:
        """All findings; the exit code is what they make it."""
        done = self.world.cli("doctor", "--json", *options, env=env)
        found: list[Finding] = done.json["findings"]
        for finding in found:
            assert set(finding) == {"id", "severity", "subject", "message", "fix", "fixed"}
            assert finding["severity"] in ("error", "warning", "info")
            assert finding["message"]
        well = not complaints(found)
        assert done.code == (0 if well else 1) and done.json["ok"] == well, done
        return found

    def finds(self, *illnesses: str, env: Mapping[str, str] | None = None) -> Finding:
        """The first complaint of a doctor that only looks: there are these and no others, and nothing has changed."""
        before = files_below(self.machine)
        found = complaints(self.examine(env=env))
        assert files_below(self.machine) == before
        assert sorted(finding["id"] for finding in found) == sorted(illnesses), found
        return next(finding for finding in found if finding["id"] == illnesses[0])

    def mends(self, finding: Finding, *, gone: Iterable[Path | str] = ()) -> None:
        """What the finding says is typed, and nothing is left to do; `gone` may be, but no other file or branch."""
        before = self._work()
        (command,) = commands_in(finding["fix"])
        assert command == "amp-sessions doctor --fix"
        self.type(command)
        self._kept(before, gone)

    def leaves(self, finding: Finding) -> None:
        """What only a person can put right is still there after `doctor --fix`, and so is everybody's work."""
        before = self._work()
        found = complaints(self.examine("--fix"))
        self._kept(before)
        assert [(left["id"], left["subject"]) for left in found] == [(finding["id"], finding["subject"])]

    def type(self, command: str) -> str:
        """A command as a person types it, which must succeed; its output."""
        if re.fullmatch(r"amp-sessions [^;&|]+", command):
            return self.world.ok(*shlex.split(command)[1:]).out
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["sh", "-c", command], env={**os.environ, "PATH": path}, cwd=self.machine, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def is_well(self) -> bool:
        return complaints(self.examine()) == []

    def _work(self) -> dict[str, object]:
        """Every file in the repositories and worktrees that is not of git or the program, and every branch and tag."""
        found: dict[str, object] = {}
        for repo in self.machine.iterdir():
            if not (repo / ".git").is_dir():
                continue
            for path, (_, _, content) in files_below(repo).items():
                if content is not None and not any(part in path for part in _NO_WORK):
                    found[path] = content
            for line in self.world.git(repo, "show-ref").splitlines():
                commit, _, ref = line.partition(" ")
                found[ref] = commit
        return found

    def _kept(self, before: dict[str, object], gone: Iterable[Path | str] = ()) -> None:
        after = self._work()
        lost = {name for name, content in before.items() if after.get(name) != content}
        assert not {name for name in lost if not name.startswith(tuple(map(str, gone)))}


def complaints(found: Iterable[Finding]) -> list[Finding]:
    """What is left to be done something about."""
    return [finding for finding in found if finding["severity"] != "info" and not finding["fixed"]]


def commands_in(fix: str) -> list[str]:
    """The commands that a finding names, as they are typed."""
    said = [match[1] for part in re.split(r" ?; ", fix) if (match := _COMMAND.search(part))]
    return ["amp-sessions doctor --fix" if command.startswith("doctor --fix") else command for command in said]


def files_below(place: Path) -> dict[str, tuple[int, int | None, bytes | None]]:
    """Every file below with mode, time of change and content; but for SQLite's shared memory, which holds no data."""
    found = {}
    for folder, folders, files in os.walk(place):
        for name in [*folders, *files]:
            path = Path(folder, name)
            if name.endswith("-shm"):
                continue
            status = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else None
            found[str(path)] = (status.st_mode, status.st_mtime_ns if content is not None else None, content)
    return found
