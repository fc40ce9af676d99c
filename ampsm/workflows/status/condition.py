"""What is true of a session, and what comes next: decided here and nowhere else.

`true_of` finds in the facts everything that is true, the most urgent first. The first is the session's condition; all
of them say why a command cannot work now (`availability`). How a surface words them is `wording`. Where git was not
asked, as for the list, what only git knows is not decided: a session at rest then `RESTS`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampsm.git.rewrite.rebase import Rebase
from ampsm.model.record import record
from ampsm.model.session import Iteration
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.git_state import GitState
from ampsm.workflows.status.kind import STOPPED, Kind
from ampsm.workflows.status.merge_status import ObservedMerge
from ampsm.workflows.status.steps import Step, steps_of


@record
class Condition:
    """What is true of a session and what comes next."""

    kind: Kind
    facts: Facts

    @property
    def steps(self) -> tuple[Step, ...]:
        """Alternatives; the first is the next step."""
        return steps_of(self.kind, self.facts)


def condition_of(facts: Facts) -> Condition:
    """The most urgent thing that is true of a session."""
    return Condition(next(true_of(facts)), facts)


def true_of(facts: Facts) -> Iterator[Kind]:
    """Everything that is true of a session, the most urgent first. Of a cleaned-up one that is all."""
    if facts.session.cleaned_up_at:
        away = facts.git is not None and not facts.git.repository_there
        yield Kind.OUT_OF_REACH if away else Kind.CLEANED_UP
        return
    yield from _gone(facts)
    yield from _at_work(facts)
    yield from _elsewhere(facts)
    if facts.merge:
        yield _open(facts.merge, facts.session.blocked_by_tests)
    elif facts.git and facts.git.branch_there and facts.git.last_tip:
        yield Kind.REWOUND
    yield from _ended(facts)
    yield from _at_rest(facts)
    yield from _in_the_way(facts)


def _gone(facts: Facts) -> Iterator[Kind]:
    git = facts.git
    if git is not None and git.missing is not None:
        yield Kind.OBJECTS_MISSING
    elif git is None or (git.worktree_there and git.branch_there):
        return
    elif not git.repository_there:
        yield Kind.REPOSITORY_GONE
    elif git.renamed_to is not None:
        if not git.operation:  # git gives no other name to a branch that it rebases
            yield Kind.BRANCH_RENAMED
    elif not git.branch_there:
        yield Kind.BRANCH_GONE
    elif git.blocked_by is not None:
        yield Kind.BLOCKED
    elif git.misread is not None:
        yield Kind.MISREAD
    elif not git.folder_there:
        yield Kind.WORKTREE_MOVED if git.moved_to else Kind.WORKTREE_GONE
    else:
        yield Kind.LINK_BROKEN if git.damaged else Kind.PLACE_TAKEN


def _at_work(facts: Facts) -> Iterator[Kind]:
    session, activity, last = facts.session, facts.activity, facts.session.last_iteration
    if activity and activity.orphans:
        yield Kind.LEFT_RUNNING
    elif activity and activity.doing == "iteration":
        yield Kind.RUNNING
    elif activity and activity.doing == "test":
        yield Kind.TESTING
    elif activity and activity.holder:
        yield Kind.AT_WORK
    elif session.status == "running" and last and last.status == "running":
        yield Kind.RUNNING


def _elsewhere(facts: Facts) -> Iterator[Kind]:
    """Where the worktree is, if not on the session's branch; while the program's own rebase waits it is on none."""
    git, merge = facts.git, facts.merge
    if git is None or not git.worktree_there or (merge and merge.rebase is Rebase.UNDER_WAY):
        return
    if merge and merge.step == "rebase" and merge.rebase is Rebase.FORGOTTEN:
        return
    if git.operation:
        yield Kind.OPERATION_OPEN
    elif git.unmerged:
        yield Kind.UNRESOLVED
    elif git.renamed_to is None and git.checked_out != facts.session.branch:
        yield Kind.LEFT_BRANCH


def _open(merge: ObservedMerge, tests_fail: bool) -> Kind:
    if merge.step == "abort":
        return Kind.ABORTING
    if merge.waiting_for == "tests":
        return Kind.TESTS_KEEP_OPEN if tests_fail else Kind.TESTS_MENDED
    if merge.waiting_for == "target":
        return Kind.TARGET_BUSY
    if merge.waiting_for != "conflicts":
        return Kind.CUT_OFF
    match merge.rebase:
        case Rebase.FINISHED:
            return Kind.REBASE_FINISHED
        case Rebase.GIVEN_UP:
            return Kind.REBASE_DROPPED if merge.operation == "rebase" else Kind.REBASE_TO_REPEAT
        case Rebase.FORGOTTEN:
            return Kind.REBASE_FORGOTTEN
        case Rebase.LOST:
            return Kind.REBASE_LOST
        case Rebase.UNDER_WAY:
            return _stopped(merge)
    return Kind.CONFLICTS


def _stopped(merge: ObservedMerge) -> Kind:
    """What a rebase waits for that has stopped."""
    held_up = merge.held_up
    if held_up.branch:
        return Kind.STOP_ON_BRANCH
    if held_up.emptied:
        return Kind.STOP_EMPTIED
    if merge.conflicts:
        return Kind.CONFLICTS
    if held_up.lost:
        return Kind.CONFLICTS_LOST
    return Kind.MARKERS_LEFT if held_up.marked else Kind.RESOLVED


_BY_CODE = {kind.value: kind for kind in (Kind.PERMISSION_NEEDED, Kind.COMMIT_REFUSED, Kind.BRANCH_MOVED)}
_BY_STATUS = {kind.value: kind for kind in (Kind.INTERRUPTED, Kind.CANCELLED, Kind.TIMED_OUT, Kind.FAILED)}


def _ended(facts: Facts) -> Iterator[Kind]:
    """How the last iteration ended, while that waits for a person."""
    session, last = facts.session, facts.session.last_iteration
    if session.status not in ("error", "awaiting-input"):
        return
    if last and not session.blocked_by_tests:
        kind = _BY_CODE.get(last.error_code or "") or _BY_STATUS.get(last.status)
        committed = facts.git is not None and not facts.git.dirty
        over = last.error_code == "unfinished-operation" and facts.git is not None  # else it is the condition
        if kind and not over and not (kind is Kind.COMMIT_REFUSED and committed):
            yield kind
    if session.status == "awaiting-input" and (session.blocked_by_tests or _tests_failed(last)):
        yield Kind.TESTS_FAILED


def _tests_failed(last: Iteration | None) -> bool:
    return last is not None and last.test is not None and not last.test.passed


def _at_rest(facts: Facts) -> Iterator[Kind]:
    session, git, last = facts.session, facts.git, facts.session.last_iteration
    if session.status == "awaiting-input":
        yield _waiting(git)
    left = git is not None and git.dirty and last is not None and last.left_work
    if git and git.dirty:
        yield Kind.LEFT_WORK if left else Kind.UNCOMMITTED
    gone = git is not None and git.merge_gone
    if session.status == "done" and not gone:
        yield Kind.MERGED
    if git and git.harm:
        yield Kind.HARMED
    if gone:
        yield Kind.MERGE_GONE
    if git and git.conflicts_with_base:
        yield Kind.CONFLICTS_EXPECTED
    if git and git.ahead:
        yield Kind.READY if _has_base(facts) else Kind.NO_BASE
    elif not left and (last is None or (git and git.ahead == 0)):
        # What an interrupted iteration left is committed before a branch is rewritten, so there is something.
        yield Kind.NOT_STARTED if last is None else Kind.NOTHING_CHANGED
    yield Kind.RESTS


def _waiting(git: GitState | None) -> Kind:
    """What a session waits with whose iteration succeeded."""
    if git and git.nested:
        return Kind.NESTED
    if git and git.linked:
        return Kind.LINKED
    return Kind.UNPUBLISHED if git and git.unpublished else Kind.WAITS


def _in_the_way(facts: Facts) -> Iterator[Kind]:
    merge = facts.merge
    if merge and merge.rebase is Rebase.UNDER_WAY and _open(merge, facts.session.blocked_by_tests) not in STOPPED:
        yield Kind.REBASE_CUT_OFF
    if not _has_base(facts):
        yield Kind.NO_BASE
    if not facts.session.script_command:
        yield Kind.NO_SCRIPT
    if not facts.undoable:
        yield Kind.NOTHING_TO_UNDO if facts.undoable is None else Kind.CANNOT_UNDO


def _has_base(facts: Facts) -> bool:
    """Whether the session has a local branch to go into, as far as git was asked."""
    return bool(facts.session.base_branch and (facts.git is None or facts.git.base_there))
