"""What was changed after a killed worker was last heard of. It may be a person's as well as the agent's, so it is never
taken back unasked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ampsm.context import Context
from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.git.location import git_dir, git_path
from ampsm.git.rewrite.other_files import says_what_is_ignored
from ampsm.journal.events import IterationFinished, Warned
from ampsm.journal.follower import read_events

_MILLISECOND = 1_000_000


def last_heard(ctx: Context, session_id: str, number: int) -> int:
    """When the worker of an iteration wrote its last line, in nanoseconds since 1970; 0 when that cannot be told. What
    was added later to say that it was killed does not count."""
    heard = ""
    for event in read_events(ctx.paths.journal(session_id, number)):
        if isinstance(event, IterationFinished) or (isinstance(event, Warned) and event.code == "output-cut"):
            break
        heard = event.at
    try:
        return (int(datetime.fromisoformat(heard).timestamp() * 1000) + 1) * _MILLISECOND
    except ValueError:
        return 0


class SinceKilled:
    """Tells what in a worktree was changed after a moment, `heard`, by when the file system says that it was."""

    def __init__(self, worktree: Path | str, heard: int) -> None:
        self._worktree = Path(worktree)
        self._heard = heard

    def files(self, paths: Iterable[str], before: Iterable[str]) -> set[str]:
        """Those of these paths that were written, made or deleted since. When a file among them says what is ignored,
        also all that were not there `before`: they may have been ignored."""
        paths, before = list(paths), set(before)
        found = {path for path in paths if self.at(self._worktree / path)}
        if any(map(says_what_is_ignored, found)):
            found |= {path for path in paths if path not in before}
        return found

    def staged(self, index_before: Path) -> set[str]:
        """The paths that are staged otherwise than in an index from before; none when the index was not written since.
        Raises GitError."""
        if not self.at(git_path(self._worktree, "index")):
            return set()
        then = self._entries({"GIT_INDEX_FILE": str(index_before)})
        return {os.fsdecode(entry.partition(b"\t")[2]) for entry in then ^ self._entries({})}

    def wrote_index(self) -> bool:
        return self.at(git_path(self._worktree, "index"))

    def moved_head(self) -> bool:
        return self.at(git_dir(self._worktree) / "HEAD")

    def at(self, place: Path) -> bool:
        """Whether what is at a place was changed since; of nothing there, whether the nearest folder was."""
        while True:
            try:
                return place.lstat().st_ctime_ns > self._heard
            except (NotADirectoryError, FileNotFoundError):
                if place == place.parent:
                    return True
                place = place.parent
            except OSError:
                return True

    def _entries(self, env: dict[str, str]) -> set[bytes]:
        listed = git(self._worktree, "ls-files", "-v", "--stage", "-z", "--full-name", env=env, timeout=LONG_TIMEOUT)
        return {entry for entry in listed.stdout.split(b"\0") if entry}
