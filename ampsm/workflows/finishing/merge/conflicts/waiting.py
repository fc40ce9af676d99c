"""The stop of a rebase at which conflicts wait, proved to be that of the session's open merge (SPEC section 12)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.arguments import path_argument
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge.going_on import another_rebase, require_not_forgotten, require_on_no_branch
from ampsm.workflows.finishing.merge.resume import nothing_in_progress, require_going_on
from ampsm.workflows.session import lookup, worktree_of
from ampsm.workflows.session.in_conflict.record import AgentWork, agent_work
from ampsm.workflows.session.open_merge import OpenMerge


@record
class ConflictStop:
    """A session whose open merge or rebase waits in its worktree, the commit at which it does, and what the agent has
    done there."""

    session: Session
    merge: OpenMerge
    at: RebaseStop
    agent: AgentWork | None = None

    @property
    def worktree(self) -> Path:
        return Path(self.session.worktree)

    @property
    def root(self) -> Path:
        return Path(self.session.repo)

    def command(self, verb: str, path: str, *options: str) -> str:
        """What is typed to do something with a file in conflict, for hints."""
        return " ".join(("amp-sessions", verb, self.session.id, path_argument(path), *options))

    @property
    def width(self) -> int:
        """How many characters an id has in this repository."""
        return len(self.at.commit)


def stop_of(ctx: Context, ref: str, seen: WorktreeSeen | None = None) -> ConflictStop:
    """Where the open merge or rebase of a session waits for conflicts to be resolved; reads only. Its worktree is
    `seen` by others too.

    Raises `nothing-in-progress` (exit 1) when it does not, `unfinished-operation` (exit 5) when git was made to forget
    it, `branch-moved` (exit 5) when another rebase is under way in the worktree, or HEAD was put on a branch that is
    somewhere else, and what looking up the session and proving the place raises.
    """
    return stop_in(ctx, lookup.require_session(ctx, ref), seen)


def stop_in(ctx: Context, session: Session, seen: WorktreeSeen | None = None) -> ConflictStop:
    """The same of a session that was looked up."""
    merge = require_going_on(ctx, session)
    seen = seen or WorktreeSeen(session.worktree)
    worktree_of.require_worktree(session, seen)
    found = git_rebase.in_progress(session.worktree)
    if found is None:
        require_not_forgotten(session, Path(session.worktree), merge.onto)
        raise _no_conflicts(session, merge)
    if (found.branch, found.onto) != (session.branch, merge.onto):
        raise another_rebase(session, Path(session.worktree), found)
    at = git_rebase.stop_seen(seen)
    if at is None:
        raise _no_conflicts(session, merge)
    if at.now != git_rebase.place_at_stop(session.worktree, at):
        require_on_no_branch(session, Path(session.worktree))
    return ConflictStop(session, merge, at, agent_work(ctx, session.id, merge.merge_id, at))


def are_rules(path: str) -> bool:
    """Whether a file says how git writes others."""
    return path.rpartition("/")[2] == ".gitattributes"


def gone_on(stop: ConflictStop) -> UserError:
    """The error: somebody has gone on with the rebase since."""
    message = "The rebase has gone on meanwhile; nothing was chosen for the conflicts that it has stopped at now"
    return stop.session.error("conflicts", "branch-moved", message)


def require_not_committed(stop: ConflictStop, path: str) -> None:
    """Raises `branch-moved` (exit 5) when somebody has committed by hand since the rebase stopped: what is committed
    there is no file in conflict any more, and making one of it would commit it twice."""
    if stop.at.now == stop.at.head:
        return
    back = f"git -C {quoted(stop.worktree)} reset --soft {stop.at.head[:12]}"
    raise UserError(
        "branch-moved", f"{path} was committed by hand at {stop.at.now[:10]}, so it stays as it is",
        hint=f"to go on: amp-sessions continue-merge {stop.session.id}; to take that commit back: {back}",
        details={"path": path, "expected": stop.at.head, "found": stop.at.now},
    )  # fmt: skip


def _no_conflicts(session: Session, merge: OpenMerge) -> UserError:
    if merge.waiting_for is None and merge.step != "rebase":
        return nothing_in_progress(session, "no conflicts")
    message = f"No conflicts wait in session {session.id}: its {merge.operation} is at the step {merge.step}"
    return session.error("continue-merge", "nothing-in-progress", message)
