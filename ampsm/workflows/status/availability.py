"""Which commands can work on a session now, and why the others cannot (what their buttons say when they are grey).

Only what is known without trying is judged: a command may still refuse for what it finds.
"""

from __future__ import annotations

from ampsm.workflows.status.condition import Condition, true_of
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.kind import BUSY, CLEANED, ELSEWHERE, GONE, MERGE_OPEN, STOPPED, Kind
from ampsm.workflows.status.wording import hindrance

_HELD = (*CLEANED, *GONE, *BUSY)
_REWRITING = (*_HELD, *ELSEWHERE, *MERGE_OPEN, Kind.OBJECTS_MISSING, Kind.UNCOMMITTED)
_NO_COMMITS = (Kind.NOT_STARTED, Kind.NOTHING_CHANGED)
_MOVED = (Kind.BRANCH_RENAMED, Kind.WORKTREE_MOVED)
_NO_CLEANUP = (Kind.REPOSITORY_GONE, *_MOVED, Kind.LINK_BROKEN, Kind.PLACE_TAKEN, Kind.BLOCKED, Kind.MISREAD)
_REBASING = (*STOPPED, Kind.REBASE_CUT_OFF, Kind.REBASE_FORGOTTEN)
_HELD_UP = (Kind.CONFLICTS_LOST, Kind.STOP_EMPTIED, Kind.STOP_ON_BRANCH)
_REBASE_OVER = (Kind.REBASE_DROPPED, Kind.REBASE_FORGOTTEN, Kind.REBASE_LOST)

#: What keeps each command from working. While an iteration runs, what is said to `iterate` is queued; what a killed
#: worker left running it ends first.
_PREVENTED: dict[str, tuple[Kind, ...]] = {
    "iterate": (
        *CLEANED,
        *GONE,
        Kind.TESTING,
        Kind.AT_WORK,
        *ELSEWHERE,
        Kind.STOP_ON_BRANCH,
        Kind.REBASE_CUT_OFF,
        Kind.REBASE_FORGOTTEN,
    ),
    "stop": CLEANED,
    "run": (
        *_HELD,
        *ELSEWHERE,
        Kind.CONFLICTS,
        Kind.STOP_ON_BRANCH,
        Kind.REBASE_CUT_OFF,
        Kind.REBASE_FORGOTTEN,
        Kind.NO_SCRIPT,
    ),
    "squash": (*_REWRITING, *_NO_COMMITS),
    "rebase": (*_REWRITING, Kind.NO_BASE),
    "merge": (*_REWRITING, Kind.HARMED, Kind.NO_BASE, *_NO_COMMITS),
    "continue-merge": (*_HELD, *ELSEWHERE, Kind.ABORTING, *_HELD_UP, *_REBASE_OVER),
    "abort-merge": (*_HELD, *ELSEWHERE),
    "undo": (*_REWRITING, Kind.LEFT_WORK, Kind.NOTHING_TO_UNDO, Kind.CANNOT_UNDO),
    "cleanup": (*CLEANED, *_NO_CLEANUP, *BUSY, *ELSEWHERE, *MERGE_OPEN),
    "restore": (Kind.OUT_OF_REACH, Kind.REPOSITORY_GONE, *_MOVED, *BUSY),
    "commit": (*_HELD, *ELSEWHERE, *_REBASING, Kind.LEFT_WORK),
}

#: What a command works on, of which something has to be true, and what is said when nothing is.
_NEEDED: dict[str, tuple[tuple[Kind, ...], str]] = {
    "stop": ((Kind.LEFT_RUNNING, Kind.RUNNING, Kind.TESTING), "Nothing is running"),
    "continue-merge": (MERGE_OPEN, "No merge or rebase is open"),
    "abort-merge": (MERGE_OPEN, "No merge or rebase is open"),
    "restore": (
        (
            Kind.CLEANED_UP,
            Kind.BRANCH_GONE,
            Kind.WORKTREE_GONE,
            Kind.LINK_BROKEN,
            Kind.CONFLICTS_LOST,
            Kind.STOP_EMPTIED,
        ),
        "This session is not cleaned up",
    ),
    "commit": ((Kind.UNCOMMITTED,), "The worktree has nothing to commit"),
}

#: The commands that are judged, by their names.
ACTIONS = tuple(_PREVENTED)


def availability(facts: Facts) -> dict[str, str | None]:
    """For every action None when it can work, else one short sentence why it cannot."""
    true = dict.fromkeys(true_of(facts))
    why = {kind: hindrance(Condition(kind, facts)) for kind in true}

    def judge(action: str) -> str | None:
        needed, otherwise = _NEEDED.get(action, ((), ""))
        if found := next((kind for kind in true if kind in _PREVENTED[action]), None):
            return why[found]
        if not needed or not true.keys().isdisjoint(needed):
            return None
        ends_by_itself = action == "stop" and Kind.AT_WORK in true
        return "What is at work now ends by itself" if ends_by_itself else otherwise

    return {action: judge(action) for action in ACTIONS}
