"""What leads on from each kind of condition, and what all surfaces say of it: one row a kind. Here are those in which
something runs or is open; `sentences_astray` has those of a place that is not what it was, `sentences_at_rest` all.

`{0}`, `{1}`, … are the texts of the condition's steps, `{f.…}` its facts, `{m.…}` those of an open merge or rebase.
"""

from __future__ import annotations

from ampsm.model.record import record
from ampsm.workflows.status.kind import Kind

#: Words of commands that stand for what only the person has: a message, what to tell the agent, a branch.
LEFT_OPEN = frozenset({"…", "BRANCH"})


@record
class Sentences:
    """Templates. `steps` are the commands that lead on, the next one first: words as in a shell, some of them
    `LEFT_OPEN`; `git` is followed by the folder it works in. `next` is the sentence with these commands, `sentence` and
    `label` are the desktop app's, `more` the verbs and labels of its further buttons, `reason` the few words of a list,
    `hindrance` why a command cannot work now, `complaint` what `doctor` says. `command` is what the app shows to be
    copied, where that is not a step of git. With `cured`, the error of the last iteration names what to do next; with
    `by_hand` a person has to do something before the first step."""

    steps: tuple[str, ...] = ()
    next: str = ""
    sentence: str = ""
    label: str = "Iterate"
    reason: str = "{f.tests}"
    hindrance: str = ""
    complaint: str = ""
    command: str = ""
    more: tuple[tuple[str, str], ...] = ()
    cured: bool = False
    by_hand: bool = False


_GO_ON, _GIVE_UP = "continue-merge {id}", "abort-merge {id}"
_LABELS = {"continue-merge": "Continue", "abort-merge": "Abort…", "iterate": "Let the agent resolve"}
MEND = "iterate {id} --notes 'Fix the failing tests'"


def _open(
    steps: tuple[str, ...], next_step: str, sentence: str, label: str = "Continue",
    reason: str = "{m.operation} open", hindrance: str = "A {m.operation} is open; continue or abort it first", *,
    by_hand: bool = False,
) -> Sentences:  # fmt: skip
    """Of an open merge or rebase: the first step that has a label is the button, the others are buttons beside it."""
    others = [verb for step in steps if (verb := step.split()[0]) in _LABELS][1:]
    more = tuple((verb, _LABELS[verb]) for verb in reversed(others))
    return Sentences(steps, next_step, sentence, label, reason, hindrance, by_hand=by_hand, more=more)


#: Of sessions in which something runs or is open, or that something is in the way of.
UNDER_WAY = {
    # Something runs.
    Kind.LEFT_RUNNING: Sentences(
        ("iterate {id}", "stop {id}"),
        "A worker was killed, but what it had started still runs ({f.processes}). End that and go on: {0}, or only end "
        "it: {1}",
        "A worker was killed, but what it had started still runs. The next iteration ends that first.",
        reason="processes left",
        hindrance="What a killed iteration had started still runs; stop it first",
        complaint="Its worker is gone, but what it had started still runs: {f.commands}.",
    ),
    Kind.RUNNING: Sentences(
        ("logs {id} --follow", "stop {id}"),
        "Iteration {f.number} is running{f.process}. Watch it: {0}",
        "{f.iteration_at_work}. It goes on when you close this window.",
        label="Stop",
        reason="iteration {f.number}",
        hindrance="An iteration is running",
    ),
    Kind.TESTING: Sentences(
        ("status {id}", "stop {id}"),
        "Process {f.activity.holder} runs the test script. Wait for it, then: {0}, or stop it: {1}",
        "The test script is running.",
        label="Stop",
        reason="test script",
        hindrance="The test script is running",
    ),
    Kind.AT_WORK: Sentences(
        ("status {id}",),
        "Process {f.activity.holder} is at work in the session. Wait for it, then: {0}",
        "{f.command_at_work}. It ends by itself.",
        reason="command at work",
        hindrance="A command is at work in this session",
    ),
    # A merge or rebase is open.
    Kind.ABORTING: _open(
        (_GIVE_UP,),
        "Giving up the {m.operation} was cut off. Do it again: {0}",
        "Giving up the {m.operation} was cut off. Done again, it brings back what was before.",
        label="Abort the {m.operation}…",
        hindrance="Giving up the {m.operation} was cut off; abort it again",
    ),
    Kind.CONFLICTS: _open(
        ("conflicts {id}", _GO_ON, "iterate {id}", _GIVE_UP),
        "The {m.operation} waits for conflicts with {m.onto} to be resolved: {f.unresolved}. Look at them: {0}, "
        "and resolve them there or in {f.session.worktree}, or let the agent: {2}. Then: {1}, or give up: {3}",
        "The {m.operation} {f.to_target} stopped at {f.conflicted}{f.of_commit}. Your checkout is untouched. "
        "Resolve {f.them} in the wizard, which Continue opens, or in the worktree, or let the agent.",
        reason="{f.conflicts}",
    ),
    Kind.RESOLVED: _open(
        (_GO_ON, _GIVE_UP),
        "All conflicts of {f.stop} are resolved{f.as_they_are}. Go on: {0}, or give up: {1}",
        "All conflicts of {f.stop} are resolved{f.as_they_are}.",
    ),
    Kind.MARKERS_LEFT: _open(
        ("conflicts {id}", _GO_ON, _GIVE_UP),
        "Conflict markers are left in {f.marked}. Look at the conflicts: {0}, and resolve them there or in "
        "{f.session.worktree}. Then: {1}, or give up: {2}",
        "All conflicts of {f.stop} count as resolved, but conflict markers are left in {f.marked}. Edit them away in "
        "the worktree, or make the file unresolved again in the wizard.",
        reason="markers left",
    ),
    Kind.CONFLICTS_LOST: _open(
        ("restore {id}", _GIVE_UP),
        "The index has lost what git merged and left in conflict: {f.lost}. Bring it back: {0}, or give up: {1}",
        "The index has lost what git merged and left in conflict: {f.lost}. It can be brought back.",
        label="Bring it back",
        reason="conflicts lost",
        hindrance="The index has lost the conflicts; bring them back first",
    ),
    Kind.STOP_EMPTIED: _open(
        ("restore {id}", _GIVE_UP),
        "The worktree was emptied while the {m.operation} waits in it. Bring its files back: {0}, or give up: {1}",
        "The worktree was emptied while the {m.operation} waits in it. Its files can be brought back.",
        label="Bring them back",
        reason="worktree emptied",
        hindrance="The worktree was emptied; bring its files back first",
    ),
    Kind.STOP_ON_BRANCH: _open(
        ("git {f.session.worktree} update-ref --no-deref HEAD {f.held_up.detach:.12}", _GIVE_UP),
        "{f.held_up.branch} is checked out in the worktree, where the {m.operation} waits; going on would commit to it."
        " To leave that branch as it is: {0}, or give up: {1}",
        "{f.held_up.branch} is checked out in the worktree, where the {m.operation} waits. Nothing goes on before that "
        "branch is left, with this command.",
        label="Open the worktree",
        reason="on a branch",
        hindrance="A branch is checked out where the {m.operation} waits; leave it first",
    ),
    Kind.REBASE_FINISHED: _open(
        (_GO_ON, _GIVE_UP),
        "The rebase was ended by hand. Go on from there: {0}, or give up: {1}",
        "The rebase onto {m.onto} was finished by hand. The {m.operation} can go on from there.",
    ),
    Kind.REBASE_DROPPED: _open(
        (_GIVE_UP,),
        "The rebase was given up by hand. Close it as that: {0}",
        "The rebase onto {m.onto} was given up by hand. It only remains to be closed.",
        label="Abort the {m.operation}…",
        hindrance="The rebase was given up by hand; abort it to close it",
    ),
    Kind.REBASE_FORGOTTEN: _open(
        (_GIVE_UP,),
        "The rebase was ended by hand before it was done, and the worktree is on no branch. Give the {m.operation} up, "
        "which brings back what was before: {0}",
        "The rebase onto {m.onto} was ended by hand before it was done. Giving the {m.operation} up brings back what "
        "was before.",
        label="Abort the {m.operation}…",
        hindrance="The rebase was ended by hand before it was done; abort it first",
    ),
    Kind.REBASE_TO_REPEAT: _open(
        (_GO_ON, _GIVE_UP),
        "The rebase of the merge was given up by hand. Begin it again: {0}, or give up the merge: {1}",
        "The rebase of the merge into {m.onto} was given up by hand. It can be done again.",
    ),
    Kind.REBASE_LOST: _open(
        (_GIVE_UP,),
        "{f.session.branch} was moved while the {m.operation} was open, and not onto {m.onto}. Give it up: {0}",
        "The branch was moved while its {m.operation} was open, and not onto {m.onto}. Giving it up brings back what "
        "was before; later commits are kept.",
        label="Abort the {m.operation}…",
        hindrance="The branch was moved while its {m.operation} was open; abort that first",
    ),
    Kind.TESTS_KEEP_OPEN: _open(
        (MEND, _GO_ON, _GIVE_UP),
        "The test script keeps the merge into {m.onto} open. Let the agent mend it: {0}, then: {1}, or give up: {2}",
        "The tests fail on what would be merged into {m.onto}. Nothing has moved there.",
        label="Let the agent mend it",
    ),
    Kind.TESTS_MENDED: _open(
        (_GO_ON, _GIVE_UP),
        "The tests failed on what was to be merged into {m.onto}, which was mended since. Go on: {0}, or give up: {1}",
        "The tests failed on what was to be merged into {m.onto}, which was mended since. The merge can go on.",
    ),
    Kind.TARGET_BUSY: _open(
        (_GO_ON, _GIVE_UP),
        "{m.onto} could not be moved yet. When nothing is in the way there, try again: {0}, or give up: {1}",
        "{m.onto} could not be moved yet. Nothing has changed there.",
        by_hand=True,
    ),
    Kind.CUT_OFF: _open(
        (_GO_ON, _GIVE_UP),
        "A {m.operation} {f.to_target} was cut off at the step '{m.step}'. Go on: {0}, or give up: {1}",
        "The {m.operation} {f.to_target} was cut off and can go on.",
    ),
    # What else may be in the way of a command.
    Kind.REBASE_CUT_OFF: Sentences(hindrance="The {m.operation} was cut off in its rebase; continue or abort it first"),
    Kind.NO_SCRIPT: Sentences(hindrance="This session has no test script"),
    Kind.NOTHING_TO_UNDO: Sentences(hindrance="There is no squash, rebase or merge to undo"),
    Kind.CANNOT_UNDO: Sentences(hindrance="{f.not_undone}"),
}
