"""Scenes that many tests begin with: made once in a process, and laid out from a copy for each further test.

What is in a scene knows where it stands: worktrees, the database and records hold whole paths. So the tests that begin
with one work in the same folder, one after the other.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: What `hermetic` makes.
_BARE = {"home", "gitconfig"}


class KeptScenes:
    """`store` is the folder of the copies, `place` the folder in which all tests with such a scene work."""

    def __init__(self, store: Path, place: Path) -> None:
        self.store = store
        self.place = place
        self._made: dict[str, tuple[Path, str]] = {}

    def lay_out(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` answers, a JSON value, and the files that it makes. In a place where something is already, say a
        database that a window has opened, it is made anew."""
        if not self._is_bare():
            return make()
        if name not in self._made:
            answer = make()
            copy = self.store / str(len(self._made))
            copy.mkdir(parents=True)
            _copy(self.place, copy)
            self._made[name] = copy, json.dumps(answer)
            return answer
        copy, answer = self._made[name]
        _copy(copy, self.place)
        return json.loads(answer)

    def _is_bare(self) -> bool:
        """Whether there is only what each test begins with."""
        return {found.name for found in self.place.iterdir()} <= _BARE and not any((self.place / "home").iterdir())


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)
