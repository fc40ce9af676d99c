"""What waits in a worktree to be finished by whoever began it: an operation of git, or files in conflict.

A commit made then would end the operation as if all were well, markers of conflicts included. So nothing of the
program's is committed meanwhile, by nobody (SPEC sections 5.4 and 5.6).
"""

from __future__ import annotations

from pathlib import Path

from ampsm.git.location import git_dir_at
from ampsm.git.status import Status
from ampsm.model.arguments import pathspec
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

#: Files in a worktree's git directory by which an operation that waits there is known.
_OPERATIONS = (
    ("rebase-merge", "rebase"),
    ("rebase-apply/applying", "am"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_START", "bisect"),
)

#: What is left of several picks or reverts, when one of them was committed by hand.
_TODO = "sequencer/todo"

#: So many files are named one by one.
_NAMED = 5


@record
class Unfinished:
    """`operation` (`merge`, `rebase`, …) waits to be finished; None: only `files` are in conflict, as `git stash pop`
    leaves them. `files` are all that are."""

    worktree: Path
    operation: str | None
    files: tuple[str, ...]

    @property
    def what_it_is(self) -> str:
        """`a merge`, `an am`; of files alone: `conflicts`."""
        return "conflicts" if self.operation is None else an_operation(self.operation)

    @property
    def what(self) -> str:
        """What waits, with the files in conflict: `a merge with conflicts in a.txt`."""
        if self.operation is None:
            return f"conflicts in {few(self.files, _NAMED)}"
        return self.what_it_is + (f" with conflicts in {few(self.files, _NAMED)}" if self.files else "")

    @property
    def sentence(self) -> str:
        """The same as a sentence about the worktree."""
        if self.operation is None:
            return f"Files with unresolved conflicts in {self.worktree}: {few(self.files, _NAMED)}"
        files = f"; files with conflicts: {few(self.files, _NAMED)}" if self.files else ""
        return f"{self.what_it_is.capitalize()} waits to be finished in {self.worktree}{files}"

    @property
    def hint(self) -> str:
        """The command that leads on: of an operation the one that gives it up, of conflicts that which stages them."""
        git = f"git -C {quoted(self.worktree)}"
        if self.operation is None:
            few_words = f"add -- {' '.join(map(pathspec, self.files))}" if len(self.files) <= _NAMED else "add --update"
            return f"resolve them, then: {git} {few_words}"
        give_up = f"{git} {self.operation} {way_out(self.operation)}"
        return f"{'end it' if self.operation == 'bisect' else 'finish it, or give it up'}: {give_up}"

    def error(self, message: str) -> UserError:
        """The error of a command that cannot work meanwhile."""
        details = {"worktree": str(self.worktree), "operation": self.operation, "files": list(self.files[:100])}
        return UserError("unfinished-operation", message, hint=self.hint, details=details)


def unfinished(worktree: Path | str, status: Status) -> Unfinished | None:
    """What waits in a worktree whose status was just read; None when nothing does. Asks no git."""
    git_dir = git_dir_at(worktree)
    operation = operation_in(git_dir) if git_dir else None
    if operation is None and not status.unmerged:
        return None
    return Unfinished(Path(worktree), operation, status.unmerged)


def require_finished(worktree: Path | str, status: Status) -> None:
    """Raises `unfinished-operation` (exit 5) that names what waits in the worktree."""
    if found := unfinished(worktree, status):
        raise found.error(found.sentence)


def operation_in(git_dir: Path) -> str | None:
    """What waits to be finished in the worktree with this git directory, e.g. `rebase`; None when nothing does."""
    return next((name for file, name in _OPERATIONS if (git_dir / file).exists()), None) or _rest_of_sequence(git_dir)


def an_operation(operation: str) -> str:
    """An operation with its article."""
    return f"{'an' if operation == 'am' else 'a'} {operation}"


def way_out(operation: str) -> str:
    """The option of git, or its word, that gives an operation up."""
    return "reset" if operation == "bisect" else "--abort"


def _rest_of_sequence(git_dir: Path) -> str | None:
    try:
        first = read_plain(git_dir / _TODO).split(maxsplit=1)
    except OSError:
        return None
    return "revert" if first and first[0] == b"revert" else "cherry-pick"
