"""What leads on from each kind of condition, and what all surfaces say of it: one row a kind.

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
    `label` are the desktop app's, `reason` the few words of a list, `hindrance` why a command cannot work now,
    `complaint` what `doctor` says. `command` is what the app shows to be copied, where that is not a
    step of git. With `cured`, the error of the last iteration names what to do next; with `by_hand`
    a person has to do something before the first step."""

    steps: tuple[str, ...] = ()
    next: str = ""
    sentence: str = ""
    label: str = "Iterate"
    reason: str = "{f.tests}"
    hindrance: str = ""
    complaint: str = ""
    command: str = ""
    cured: bool = False
    by_hand: bool = False


_GO_ON, _GIVE_UP = "continue-merge {id}", "abort-merge {id}"
MEND = "iterate {id} --notes 'Fix the failing tests'"


def _open(
    steps: tuple[str, ...], next_step: str, sentence: str, label: str = "Continue the {m.operation}",
    reason: str = "{m.operation} open", hindrance: str = "A {m.operation} is open; continue or abort it first", *,
    by_hand: bool = False,
) -> Sentences:  # fmt: skip
    """Of an open merge or rebase."""
    return Sentences(steps, next_step, sentence, label, reason, hindrance, by_hand=by_hand)


#: Of sessions that cannot go on by themselves; the others are in `sentences_at_rest`.
IN_TROUBLE = {
    # The place is not there, or not what it was.
    Kind.CLEANED_UP: Sentences(
        ("restore {id}",),
        "The session was cleaned up. Bring it back: {0}",
        "The session was cleaned up. Branch, worktree and uncommitted files are kept in a snapshot.",
        label="Restore",
        reason="cleaned up",
        hindrance="This session is cleaned up; restore it first",
    ),
    Kind.OUT_OF_REACH: Sentences(
        ("restore {id}",),
        "The session was cleaned up, and its repository {f.session.repo} {f.git.repository_problem}. "
        "{f.repository_way}, then: {0}",
        "The session was cleaned up, and its repository {f.session.repo} {f.git.repository_problem}. "
        "{f.repository_way}; then the session can be brought back.",
        label="",
        reason="cleaned up",
        hindrance="This session is cleaned up, and its repository is not there",
        by_hand=True,
    ),
    Kind.REPOSITORY_GONE: Sentences(
        ("status {id}",),
        "The repository {f.session.repo} {f.git.repository_problem}. {f.repository_way}, then: {0}",
        "The repository {f.session.repo} {f.git.repository_problem}. {f.repository_way}.",
        reason="repository gone",
        hindrance="The repository is not there",
        complaint="It {f.git.repository_problem}. Session {f.session.id}, and maybe others, need the repository that "
        "was there; what is recorded of them stays. If it is gone for good, cleanup with --forget takes one off the "
        "list.",
    ),
    Kind.OBJECTS_MISSING: Sentences(
        ("git {f.session.repo} fsck --no-dangling",),
        "git lacks something that the session is made of ({f.git.missing}). See all that is gone: {0}, and bring it "
        "back from another clone, or a backup of .git/objects",
        "git lacks something that the session is made of: {f.git.missing}. This command says all that is gone. Another "
        "clone may have it, or a backup of .git/objects.",
        label="",
        reason="objects missing",
        hindrance="git lacks something that the session is made of",
    ),
    Kind.BRANCH_RENAMED: Sentences(
        ("git {f.session.repo} branch -m {f.git.renamed_to} {f.session.branch}",),
        "The branch {f.session.branch} was given another name by hand: {f.git.renamed_to}. Give it its own back: {0}",
        "The branch of this session was given another name by hand: {f.git.renamed_to}. Nothing is lost. Give it its "
        "own name back with this command.",
        label="",
        reason="branch renamed",
        hindrance="The branch was given another name by hand",
        complaint="Its branch {f.session.branch} was given another name by hand: {f.git.renamed_to}.",
    ),
    Kind.BRANCH_GONE: Sentences(
        ("restore {id}",),
        "The branch {f.session.branch} is gone. It was last seen at {f.last_tip:.12}. Bring it back: {0}",
        "The branch of this session is gone. It was last seen at {f.last_tip:.12}, and can be brought back.",
        label="Bring it back",
        reason="branch gone",
        hindrance="The branch is gone",
        complaint="Its branch {f.session.branch} is gone. It was last seen at {f.last_tip:.12}.",
    ),
    Kind.WORKTREE_MOVED: Sentences(
        ("git {f.session.repo} worktree move {f.git.moved_to} {f.session.worktree}",),
        "The worktree is not in its place, and {f.git.moved_to} has the branch. If it was moved there, move it back: "
        "{0}",
        "The worktree is not in its place, and {f.git.moved_to} has the branch. If it was moved there, move it back "
        "with this command.",
        label="",
        reason="worktree moved",
        hindrance="The worktree was moved elsewhere",
        complaint="Its worktree {f.session.worktree} is not in its place, and {f.git.moved_to} has its branch.",
    ),
    Kind.WORKTREE_GONE: Sentences(
        ("restore {id}",),
        "The worktree is gone, the branch is still there. Bring it back: {0}",
        "The worktree of this session is gone. The branch is still there.",
        label="Bring it back",
        reason="worktree gone",
        hindrance="The worktree is gone",
        complaint="Its worktree {f.session.worktree} is gone; the branch {f.session.branch} is there.",
    ),
    Kind.LINK_BROKEN: Sentences(
        ("restore {id}",),
        "What git keeps of the worktree is damaged ({f.damaged}); its files are left alone. Mend it: {0}",
        "What git keeps of the worktree is damaged ({f.damaged}). It can be made whole again; the files and the branch "
        "are left alone.",
        label="Mend it",
        reason="worktree broken",
        hindrance="What git keeps of the worktree is damaged; restore the session first",
        complaint="What git keeps of its worktree {f.session.worktree} is damaged ({f.damaged}).",
    ),
    Kind.BLOCKED: Sentences(
        ("status {id}",),
        "{f.git.blocked_by} is a pipe, and git would wait for ever to read it. Remove it: {f.git.way_free}, then: {0}",
        "{f.git.blocked_by} is a pipe, and git would wait for ever to read it. Remove it; all else is left alone.",
        label="",
        command="{f.git.way_free}",
        reason="git waits",
        hindrance="A pipe is in the place of a file that git reads",
        complaint="{f.git.blocked_by} is a pipe, and git would wait for ever to read it. Remove it: {f.git.way_free}",
        by_hand=True,
    ),
    Kind.MISREAD: Sentences(
        ("status {id}",),
        "{f.git.misread.message}. Put it right: {f.git.misread.back}, then: {0}",
        "{f.git.misread.message}. Its files and the branch are left alone.",
        label="",
        command="{f.git.misread.back}",
        reason="git misreads it",
        hindrance="git does not take the worktree for one",
        complaint="{f.git.misread.message}.",
        by_hand=True,
    ),
    Kind.PLACE_TAKEN: Sentences(
        ("restore {id}",),
        "{f.session.worktree} is not the session's worktree any more, or not all of it; it is left alone. Move it "
        "away: {f.move_away}, then: {0}",
        "{f.session.worktree} is not the session's worktree any more, or not all of it; it is left alone. Once you "
        "have moved it away, the worktree can be brought back.",
        label="",
        command="{f.move_away}",
        reason="worktree gone",
        hindrance="Something else is in the place of the worktree",
        complaint="{f.session.worktree} is not its worktree any more; the branch {f.session.branch} is there.",
        by_hand=True,
    ),
    Kind.OPERATION_OPEN: Sentences(
        ("git {f.session.worktree} {f.git.operation} {f.way_out}",),
        "{f.an_operation} waits in the worktree to be finished{f.with_conflicts}. Finish it, or give it up: {0}",
        "{f.an_operation} that somebody began waits in the worktree to be finished{f.with_conflicts}. It is left "
        "alone. Finish it there, or give it up with this command.",
        label="Open the worktree",
        reason="{f.git.operation} open",
        hindrance="{f.an_operation} that somebody began waits in the worktree",
        complaint="{f.an_operation} that somebody began waits in {f.session.worktree} to be finished.",
    ),
    Kind.UNRESOLVED: Sentences(
        ("git {f.session.worktree} status",),
        "Files in the worktree have conflicts: {f.in_conflict}. Look at them: {0}, resolve them, and stage them with "
        "git add",
        "Files in the worktree have conflicts that nobody has resolved: {f.in_conflict}. They are left alone. Resolve "
        "them there, and stage them with git add.",
        label="Open the worktree",
        reason="conflicts",
        hindrance="Files in the worktree have unresolved conflicts",
    ),
    Kind.LEFT_BRANCH: Sentences(
        ("git {f.session.worktree} switch {f.session.branch}",),
        "The worktree is {f.where}, not on {f.session.branch}. Look at it, then go back: {f.let_go}{0}",
        "The worktree is {f.where}, not on the branch of the session. Its files are left alone. Look at it, then go "
        "back with this command.",
        label="Open the worktree",
        reason="not on its branch",
        hindrance="The worktree is not on the branch of the session",
        complaint="Its worktree {f.session.worktree} is {f.where}, not on {f.session.branch}.",
    ),
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
        "Iteration {f.number} is running. It goes on when you close this window.",
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
        "A command is at work in this session and ends by itself.",
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
        ("iterate {id}", _GO_ON, _GIVE_UP),
        "The {m.operation} waits for conflicts with {m.onto} to be resolved: {f.unresolved}. Resolve them in "
        "{f.session.worktree}, or let the agent: {0}. Then: {1}, or give up: {2}",
        "The {m.operation} onto {m.onto} stopped at conflicts in {f.files}. Your checkout is untouched. "
        "Resolve them in the worktree, or let the agent.",
        label="Let the agent resolve",
        reason="{f.conflicts}",
    ),
    Kind.RESOLVED: _open(
        (_GO_ON, _GIVE_UP),
        "All conflicts of the {m.operation} are resolved. Go on: {0}, or give up: {1}",
        "All conflicts of the {m.operation} are resolved.",
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
    Kind.TARGET_BUSY: _open(
        (_GO_ON, _GIVE_UP),
        "{m.onto} could not be moved yet. When nothing is in the way there, try again: {0}, or give up: {1}",
        "{m.onto} could not be moved yet. Nothing has changed there.",
        by_hand=True,
    ),
    Kind.CUT_OFF: _open(
        (_GO_ON, _GIVE_UP),
        "A {m.operation} into {m.onto} was cut off at the step '{m.step}'. Go on: {0}, or give up: {1}",
        "The {m.operation} onto {m.onto} was cut off and can go on.",
    ),
    # What else may be in the way of a command.
    Kind.REBASE_CUT_OFF: Sentences(hindrance="The {m.operation} was cut off in its rebase; continue or abort it first"),
    Kind.NO_SCRIPT: Sentences(hindrance="This session has no test script"),
    Kind.NOTHING_TO_UNDO: Sentences(hindrance="There is no squash, rebase or merge to undo"),
    Kind.CANNOT_UNDO: Sentences(hindrance="The branch or its target has moved since; nothing can be undone"),
}
