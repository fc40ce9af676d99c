"""The kinds of what can be true of a session."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Everything that can be true of a session."""

    CLEANED_UP = "cleaned-up"
    OUT_OF_REACH = "out-of-reach"
    REPOSITORY_GONE = "repository-gone"
    OBJECTS_MISSING = "objects-missing"
    BRANCH_RENAMED = "branch-renamed"
    BRANCH_GONE = "branch-gone"
    WORKTREE_MOVED = "worktree-moved"
    WORKTREE_GONE = "worktree-gone"
    LINK_BROKEN = "link-broken"
    PLACE_TAKEN = "place-taken"
    BLOCKED = "blocked"
    MISREAD = "misread"

    LEFT_RUNNING = "left-running"
    RUNNING = "running"
    TESTING = "testing"
    AT_WORK = "at-work"

    OPERATION_OPEN = "operation-open"
    UNRESOLVED = "unresolved"
    LEFT_BRANCH = "left-branch"

    ABORTING = "aborting"
    CONFLICTS = "conflicts"
    RESOLVED = "resolved"
    MARKERS_LEFT = "markers-left"
    CONFLICTS_LOST = "conflicts-lost"
    STOP_EMPTIED = "stop-emptied"
    STOP_ON_BRANCH = "stop-on-branch"
    REBASE_FINISHED = "rebase-finished"
    REBASE_DROPPED = "rebase-dropped"
    REBASE_FORGOTTEN = "rebase-forgotten"
    REBASE_TO_REPEAT = "rebase-to-repeat"
    REBASE_LOST = "rebase-lost"
    TESTS_KEEP_OPEN = "tests-keep-open"
    TESTS_MENDED = "tests-mended"
    TARGET_BUSY = "target-busy"
    CUT_OFF = "cut-off"

    REWOUND = "rewound"
    PERMISSION_NEEDED = "permission-needed"
    COMMIT_REFUSED = "commit-refused"
    BRANCH_MOVED = "branch-moved"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed-out"
    FAILED = "failed"
    TESTS_FAILED = "tests-failed"
    NESTED = "nested"
    LINKED = "linked"
    UNPUBLISHED = "unpublished"
    WAITS = "waits"

    UNCOMMITTED = "uncommitted"
    LEFT_WORK = "left-work"
    MERGE_GONE = "merge-gone"
    MERGED = "merged"
    HARMED = "harmed"
    CONFLICTS_EXPECTED = "conflicts-expected"
    NO_BASE = "no-base"
    READY = "ready"
    NOT_STARTED = "not-started"
    NOTHING_CHANGED = "nothing-changed"
    RESTS = "rests"

    # Never what comes first, only what is in the way of a command.
    REBASE_CUT_OFF = "rebase-cut-off"
    NO_SCRIPT = "no-script"
    NOTHING_TO_UNDO = "nothing-to-undo"
    CANNOT_UNDO = "cannot-undo"


CLEANED = (Kind.CLEANED_UP, Kind.OUT_OF_REACH)
GONE = (
    Kind.REPOSITORY_GONE,
    Kind.BRANCH_RENAMED,
    Kind.BRANCH_GONE,
    Kind.WORKTREE_MOVED,
    Kind.WORKTREE_GONE,
    Kind.LINK_BROKEN,
    Kind.PLACE_TAKEN,
    Kind.BLOCKED,
    Kind.MISREAD,
)
BUSY = (Kind.LEFT_RUNNING, Kind.RUNNING, Kind.TESTING, Kind.AT_WORK)
ELSEWHERE = (Kind.OPERATION_OPEN, Kind.UNRESOLVED, Kind.LEFT_BRANCH)
#: A person is to put repository, branch or worktree right.
ASTRAY = (*GONE, *ELSEWHERE, Kind.OBJECTS_MISSING, Kind.REWOUND, Kind.HARMED)
#: A rebase of the program's own waits for conflicts, or for somebody to put right what holds it up.
STOPPED = (
    Kind.CONFLICTS, Kind.RESOLVED, Kind.MARKERS_LEFT, Kind.CONFLICTS_LOST, Kind.STOP_EMPTIED, Kind.STOP_ON_BRANCH,
)  # fmt: skip
MERGE_OPEN = (
    Kind.ABORTING, *STOPPED, Kind.REBASE_FINISHED, Kind.REBASE_DROPPED, Kind.REBASE_FORGOTTEN,
    Kind.REBASE_TO_REPEAT,
    Kind.REBASE_LOST, Kind.TESTS_KEEP_OPEN, Kind.TESTS_MENDED, Kind.TARGET_BUSY, Kind.CUT_OFF,
)  # fmt: skip
