"""Whether the merge of a session stands differently than before: its records, and what waits in the worktree."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git.rewrite.stages import unmerged_and_resolved
from ampsm.git.traces.stamps import FileMark, FileMarks
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import lookup, open_merge

_RECORDS = ("merge.json", "conflicts.json", "agent.json", "operations.json")
_OF_GIT = (".", "index", "rebase-merge")


class MergeVersion:
    """Looks at a few files; git is asked for those in conflict when it has moved. Closes the context it got."""

    def __init__(self, ctx: Context, session_id: str) -> None:
        self._ctx = ctx
        self._id = session_id
        self._folder = ctx.paths.journal_dir(session_id)
        self._session: Session | None = None
        self._git: FileMarks | None = None
        self._conflicts: tuple[str, ...] = ()
        self._read: tuple[FileMark, ...] | None = None
        self._marks: tuple[FileMark, ...] | None = None

    def moved(self) -> bool:
        """Whether anything is not as at the last call; False at the first. Raises what reading a session does."""
        before, self._marks = self._marks, self._now()
        return before is not None and before != self._marks

    def close(self) -> None:
        self._ctx.close()

    def _now(self) -> tuple[FileMark, ...]:
        if self._session is None or self._git is None:
            self._session = lookup.require_session(self._ctx, self._id)
            self._git = FileMarks(self._session.worktree, _OF_GIT)
        records = [_mark(self._folder / name) for name in _RECORDS]
        stands = (records[0], *self._git.now({}))
        if stands != self._read:
            self._read, self._conflicts = stands, self._in_conflict(self._session.worktree)
        files = [_mark(Path(self._session.worktree, path)) for path in self._conflicts]
        return (*records, *stands, *files)

    def _in_conflict(self, worktree: str) -> tuple[str, ...]:
        """Also where the rebase was let go on by hand, of which no record tells."""
        try:
            if open_merge.load(self._ctx, self._id) is None:
                return ()
            waiting, resolved = unmerged_and_resolved(worktree)
            return tuple(sorted({*waiting, *resolved}))
        except UserError:
            return self._conflicts


def _mark(path: Path) -> FileMark:
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
