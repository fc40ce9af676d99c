"""Of sessions with an open merge or rebase."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.wording.words import Words

_OPEN = "A {f.operation} is open; continue or abort it first"

WORDS = {
    Kind.ABORTING: Words(
        next="Giving up the {f.operation} was cut off. Do it again: {0}",
        sentence="Giving up the {f.operation} was cut off. Done again, it brings back what was before.",
        label="Abort the {f.operation}…",
        reason="{f.operation} open",
        hindrance="Giving up the {f.operation} was cut off; abort it again",
    ),
    Kind.CONFLICTS: Words(
        next="The {f.operation} waits for conflicts with {f.onto} to be resolved: {f.unresolved}. Resolve them in "
        "{f.session.worktree}, or let the agent: {0}. Then: {1}, or give up: {2}",
        sentence="The {f.operation} onto {f.onto} stopped at conflicts in {f.files}. Your checkout is untouched. "
        "Resolve them in the worktree, or let the agent.",
        label="Let the agent resolve",
        reason="{f.conflicts}",
        hindrance=_OPEN,
    ),
    Kind.RESOLVED: Words(
        next="All conflicts of the {f.operation} are resolved. Go on: {0}, or give up: {1}",
        sentence="All conflicts of the {f.operation} are resolved.",
        label="Continue the {f.operation}",
        reason="{f.operation} open",
        hindrance=_OPEN,
    ),
    Kind.REBASE_FINISHED: Words(
        next="The rebase of the {f.operation} was ended by hand. Go on from there: {0}, or give up: {1}",
        sentence="The rebase onto {f.onto} was finished by hand. The {f.operation} can go on from there.",
        label="Continue the {f.operation}",
        reason="{f.operation} open",
        hindrance=_OPEN,
    ),
    Kind.REBASE_DROPPED: Words(
        next="The rebase was given up by hand. Close it as that: {0}",
        sentence="The rebase onto {f.onto} was given up by hand. It only remains to be closed.",
        label="Abort the rebase…",
        reason="rebase open",
        hindrance="The rebase was given up by hand; abort it to close it",
    ),
    Kind.REBASE_TO_REPEAT: Words(
        next="The rebase of the merge was given up by hand. Begin it again: {0}, or give up the merge: {1}",
        sentence="The rebase of the merge into {f.onto} was given up by hand. It can be done again.",
        label="Continue the merge",
        reason="merge open",
        hindrance=_OPEN,
    ),
    Kind.REBASE_LOST: Words(
        next="{f.session.branch} was moved while the {f.operation} was open, and not onto {f.onto}. Give it up: {0}",
        sentence="The branch was moved while its {f.operation} was open, and not onto {f.onto}. Giving it up brings "
        "back what was before; later commits are kept.",
        label="Abort the {f.operation}…",
        reason="{f.operation} open",
        hindrance="The branch was moved while its {f.operation} was open; abort that first",
    ),
    Kind.TESTS_KEEP_OPEN: Words(
        next="The test script keeps the merge into {f.onto} open. Let the agent mend it: {0}, then: {1}, "
        "or give up: {2}",
        sentence="The tests fail on what would be merged into {f.onto}. Nothing has moved there.",
        label="Let the agent mend it",
        reason="merge open",
        hindrance=_OPEN,
    ),
    Kind.TARGET_BUSY: Words(
        next="{f.onto} could not be moved yet. When nothing is in the way there, try again: {0}, or give up: {1}",
        sentence="{f.onto} could not be moved yet. Nothing has changed there.",
        label="Continue the merge",
        reason="merge open",
        hindrance=_OPEN,
        by_hand=True,
    ),
    Kind.REBASE_CUT_OFF: Words(hindrance="The {f.operation} was cut off in its rebase; continue or abort it first"),
    Kind.CUT_OFF: Words(
        next="A {f.operation} into {f.onto} was cut off at the step '{f.at_step}'. Go on: {0}, or give up: {1}",
        sentence="The {f.operation} onto {f.onto} was cut off and can go on.",
        label="Continue the {f.operation}",
        reason="{f.operation} open",
        hindrance=_OPEN,
    ),
}
