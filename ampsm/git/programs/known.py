"""What is known of the programs in a repository's configuration, in a file beside the database."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

from ampsm.git.git_files.pipes import require_no_pipes
from ampsm.model.errors import UserError
from ampsm.system.calls import run
from ampsm.system.environment import clean_environment
from ampsm.system.record_file import Record, RecordFile


class WorktreePrograms(Record, frozen=True):
    """The settings that count in a worktree, which is told by its git directory, each with its value."""

    git_dir: str
    programs: dict[str, str]


class RepositoryPrograms(Record, frozen=True):
    """A repository, by its common git directory, and the worktrees of its sessions."""

    common_dir: str
    worktrees: tuple[WorktreePrograms, ...] = ()


class Known:
    """What is known of one repository."""

    def __init__(self, path: Path, common: str) -> None:
        self._file = RecordFile(path, RepositoryPrograms)
        self._common = common

    def note(self, git_dir: str, programs: dict[str, str], anew: bool) -> None:
        """Keeps what counts in a worktree; what is known already stays unless `anew`. Worktrees that are gone are
        forgotten."""

        def changed(found: RepositoryPrograms | None) -> RepositoryPrograms:
            rows = {row.git_dir: row for row in (found.worktrees if found else ()) if os.path.lexists(row.git_dir)}
            if anew or git_dir not in rows:
                rows[git_dir] = WorktreePrograms(git_dir, programs)
            return RepositoryPrograms(self._common, tuple(rows.values()))

        self._file.change(changed)

    def in_worktree(self, git_dir: str) -> list[dict[str, str]]:
        """What counts in a worktree: what is known of it, else what is known of any; empty when nothing is. Raises
        `failed` for a file that cannot be read."""
        found = self._file.load()
        rows = found.worktrees if found else ()
        return [row.programs for row in rows if row.git_dir == git_dir] or [row.programs for row in rows]


def noted_repositories(folder: Path) -> list[str]:
    """The common git directories of all repositories that a file in a folder is about; what cannot be read is left
    out."""
    found = []
    for path in sorted(folder.glob("*.json")):
        with suppress(UserError):
            if row := RecordFile(path, RepositoryPrograms).load():
                found.append(row.common_dir)
    return found


def told(value: str) -> str:
    """What tells a setting's value from others, without saying it."""
    return hashlib.sha256(os.fsencode(value)).hexdigest()


def local_settings(where: Path | str, git_dir: str | None) -> dict[str, str]:
    """The settings of the repository's own configuration, what it includes among them, each with its last value; none
    where git cannot read them. Raises `wrong-worktree` when git waits for a pipe."""
    environ = clean_environment(os.environ, {"LC_ALL": "C", **({"GIT_DIR": git_dir} if git_dir else {})})
    done = run(
        ["git", "config", "--includes", "--list", "-z", "--show-scope"], cwd=where, env=environ,
        when_slow=partial(require_no_pipes, where),
    )  # fmt: skip
    words = [os.fsdecode(word) for word in done.stdout.split(b"\0")]
    found = {}
    for scope, setting in zip(words[::2], words[1::2], strict=False):
        if scope in ("local", "worktree"):
            key, _, value = setting.partition("\n")
            found[key] = value
    return found
