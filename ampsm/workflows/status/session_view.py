"""What is read of one session: `status`, what its page in the desktop app shows, what to type next."""

from __future__ import annotations

from dataclasses import fields, replace

from ampsm.context import Context
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.shortstat import Shortstat
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.store.iterations import iterations_of
from ampsm.workflows.session import repository_of
from ampsm.workflows.session.branch_point import branch_point_of
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.queue import FollowUps, queued
from ampsm.workflows.status import wording
from ampsm.workflows.status.availability import availability
from ampsm.workflows.status.changed_files import changed_size
from ampsm.workflows.status.condition import condition_of
from ampsm.workflows.status.facts import Facts, observe
from ampsm.workflows.status.git_state import GitState, load_git_state
from ampsm.workflows.status.merge_status import ObservedMerge, merge_status
from ampsm.workflows.status.wording import Situation


@record
class SessionStatus:
    """What `status` says (SPEC section 3)."""

    session: Session
    git: GitState
    iterations: list[Iteration]
    queue: FollowUps
    merge: ObservedMerge | None
    next_step: str

    @property
    def missing(self) -> UserError | None:
        """The error of commands that need the repository, `not-a-repository`, while it is not there."""
        problem = self.git.repository_problem
        return repository_of.not_there(self.session, problem, self.git.repository_back) if problem else None


@record
class SessionView(SessionStatus):
    """What the page of a session shows: `change` is all that it changed, None where that is not known; `actions`
    says of each command why it cannot work now, None when it can."""

    situation: Situation
    change: Shortstat | None
    actions: dict[str, str | None]


def session_status(ctx: Context, ref: str) -> SessionStatus:
    """All that `status` says of a session. Raises what `require_session` does."""
    return _status(ctx, observe(ctx, ref))


def view_session(ctx: Context, ref: str, seen: WorktreeSeen | None = None) -> SessionView:
    """The same with what a page has besides; the session's worktree is `seen` by others too. Raises what
    `require_session` does."""
    seen = seen or WorktreeSeen(require_session(ctx, ref).worktree)
    facts = observe(ctx, ref, seen)
    facts = _with_undo(ctx, facts)
    status = _status(ctx, facts)
    return SessionView(
        **{found.name: getattr(status, found.name) for found in fields(status)},
        situation=wording.situation(condition_of(facts)), change=_change(ctx, facts, seen), actions=availability(facts),
    )  # fmt: skip


def session_situation(ctx: Context, ref: str) -> Situation:
    """What one session waits for, as the desktop app says it. Raises what `require_session` does."""
    return wording.situation(condition_of(observe(ctx, ref)))


def next_command(ctx: Context, session: Session) -> str:
    """What to type after a command that has left the session like this. Git is asked where a person has to see to
    something."""
    waits = session.status == "awaiting-input"
    seen = WorktreeSeen(session.worktree)
    git = load_git_state(ctx, session, seen) if waits else None
    merge = merge_status(ctx, session, seen) if waits else None
    return wording.next_command(condition_of(Facts(session, git, merge=merge)))


def _status(ctx: Context, facts: Facts) -> SessionStatus:
    session, next_step = facts.session, wording.next_step(condition_of(facts))
    iterations, queue = iterations_of(ctx.store, session.id), queued(ctx, session.id)
    return SessionStatus(session, facts.git or GitState(), iterations, queue, facts.merge, next_step)


def _change(ctx: Context, facts: Facts, seen: WorktreeSeen) -> Shortstat | None:
    git = facts.git
    if git is None or git.merge_base is None or git.head is None or not git.worktree_there:
        return None
    apart = bool(git.untracked or git.unmerged)
    try:
        point = git.merge_base if git.head == git.tip else branch_point_of(ctx, facts.session, git.head)
        return changed_size(facts.session, point, seen, apart=apart)
    except (UserError, OSError):
        return None


def _with_undo(ctx: Context, facts: Facts) -> Facts:
    from ampsm.workflows.session.undo_stack import undo_list

    try:
        found = undo_list(ctx, facts.session.id)
    except (UserError, OSError):
        return facts
    if not found:
        return facts
    return replace(facts, undoable=found[0].undoable, not_undone=found[0].reason or facts.not_undone)
