"""Whether git would say something else of sessions than before: commands and people move branches without a word in the
store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ampsm.context import Context
from ampsm.git.refs import branch_ref
from ampsm.git.traces.stamps import FileMark, FileMarks, checkout_marks, refs_marks
from ampsm.model.session import Session
from ampsm.store import sessions

_CLOCK_STEP = 20_000_000  # ns; the time of a file may be a few steps of the kernel's clock old


class GitVersion:
    """Says of which sessions branch, base or worktree have moved since it was last asked. It looks at a few files of
    each and asks no git. Closes the context it got."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._store_version: int | None = None
        self._ids: frozenset[str] = frozenset()
        self._sessions: dict[str, Session] = {}
        self._files: dict[str, tuple[FileMarks, FileMarks]] = {}
        self._marks: dict[str, list[tuple[FileMark, ...]]] = {}

    def moved(self, wanted: Mapping[str, int]) -> frozenset[str]:
        """Those of the sessions that are not as at the last call, or, if that did not ask of them, not as at the time
        that is given with each, in nanoseconds since the epoch."""
        self._look_up(frozenset(wanted))
        before = self._marks
        known: dict[str, FileMark] = {}
        self._marks = {key: [marks.now(known) for marks in files] for key, files in self._files.items()}
        return frozenset(
            key
            for key, marks in self._marks.items()
            if (before[key] != marks if key in before else _latest(marks) > wanted[key] - _CLOCK_STEP)
        )

    def close(self) -> None:
        self._ctx.close()

    def _look_up(self, ids: frozenset[str]) -> None:
        version = self._ctx.store.data_version()
        if version == self._store_version and ids == self._ids:
            return
        self._store_version, self._ids = version, ids
        found = {session.id: session for session in sessions.sessions_by_id(self._ctx.store, sorted(ids))}
        self._files = {
            key: self._files[key] if _place(session) == _place(self._sessions.get(key)) else _files(session)
            for key, session in found.items()
        }
        self._sessions = found


def _latest(marks: Sequence[Sequence[FileMark]]) -> int:
    """When the last of the files was written."""
    return max((mark[0] for group in marks for mark in group if mark), default=0)


def _place(session: Session | None) -> tuple[str | None, ...]:
    return () if session is None else (session.repo, session.worktree, session.branch, session.base_branch)


def _files(session: Session) -> tuple[FileMarks, FileMarks]:
    refs = [branch_ref(name) for name in (session.branch, session.base_branch) if name]
    return refs_marks(session.repo, refs), checkout_marks(session.worktree)
