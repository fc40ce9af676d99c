"""What all surfaces say of sessions that wait for a person, or rest: rows as in `sentences`."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.sentences import MEND, UNDER_WAY, Sentences
from ampsm.workflows.status.sentences_astray import ASTRAY

_UNCOMMITTED = "The worktree has changes that are not committed"
_NO_COMMITS = "The session has no commits of its own"
_TELL_MORE, _COMMIT = "iterate {id} --notes …", "commit {id} --message …"


def _ended(
    steps: tuple[str, ...], next_step: str, sentence: str, label: str = "Go on", reason: str = "{f.failure}"
) -> Sentences:
    """How the last iteration ended; its error names what to do next."""
    return Sentences(steps, next_step, sentence, label, reason, cured=True)


#: Of every kind.
SENTENCES = {
    **ASTRAY,
    **UNDER_WAY,
    # The last iteration waits for a person.
    Kind.REWOUND: Sentences(
        ("git {f.session.worktree} reset --keep {f.last_tip}", "iterate {id}"),
        "The branch {f.session.branch} was at {f.last_tip:.12} when it was last seen. Somebody has put it back to "
        "{f.git.tip:.12}, without that. Bring it back: {0}, or go on from here: {1}",
        "The branch was at {f.last_tip:.12} when it was last seen. Somebody has put it back to {f.git.tip:.12}. "
        "Both are kept. This command brings it back; the next iteration goes on from here.",
        label="Open the worktree",
        reason="branch moved back",
        complaint="Its branch {f.session.branch} was at {f.last_tip:.12} when it was last seen, and is at "
        "{f.git.tip:.12} now, without that. The next command that writes takes it so, and keeps the other as a backup.",
    ),
    Kind.PERMISSION_NEEDED: _ended(
        ("config set ampPermissions allow-all", "iterate {id}"),
        "Amp wanted to use a tool that its rules do not allow{f.cause}. Allow it in Amp's settings, or allow all: {0}, "
        "then: {1}",
        "Amp wanted to use a tool that its rules do not allow{f.cause}.",
        label="Iterate again",
    ),
    Kind.COMMIT_REFUSED: _ended(
        ("iterate {id}", _COMMIT),
        "The changes of iteration {f.number} are uncommitted in the worktree{f.cause}. Let the "
        "agent mend them: {0}, or commit them yourself: {1}",
        "The changes of iteration {f.number} are uncommitted in the worktree{f.cause}.",
        label="Let the agent mend it",
    ),
    Kind.BRANCH_MOVED: _ended(
        ("git {f.session.worktree} log --oneline --graph", "iterate {id}"),
        "The agent left its branch or rewound it{f.cause}. Look at {f.session.worktree}, then: {1}",
        "The agent left its branch or rewound it{f.cause}.",
        label="Open the worktree",
    ),
    Kind.INTERRUPTED: _ended(
        ("iterate {id}",),
        "Iteration {f.number} was cut off; its changes are in the worktree. Go on: {0}",
        "Iteration {f.number} was cut off. Its changes are in the worktree.",
        reason="interrupted",
    ),
    Kind.CANCELLED: _ended(
        ("iterate {id}",),
        "Iteration {f.number} was stopped; what it had done is kept. Go on: {0}",
        "Iteration {f.number} was stopped. What it had done is kept.",
        reason="stopped",
    ),
    Kind.TIMED_OUT: _ended(
        ("iterate {id} --timeout {f.more_time}",),
        "Iteration {f.number} took too long; what it had done is kept. Allow more: {0}",
        "Iteration {f.number} took too long. What it had done is kept.",
        reason="timed out",
    ),
    Kind.FAILED: _ended(
        ("iterate {id}",),
        "Iteration {f.number} failed{f.cause}. {f.try_first}{0}",
        "Iteration {f.number} failed{f.cause}.",
        label="Try again",
    ),
    Kind.TESTS_FAILED: Sentences(
        (MEND, "run {id}"),
        "The test script {f.test_ending}. Let the agent mend it: {0}, or run it again: {1}",
        "The tests {f.test_ending}. Everything the agent did is committed.",
        label="Let the agent mend it",
        more=(("run", "Run them again"),),
    ),
    Kind.NESTED: Sentences(
        ("git {f.session.worktree} status", _COMMIT),
        "The agent made a repository inside the worktree, which is never committed: {f.nested}. Move it away, or "
        "remove its .git folder and commit the files: {1}",
        "The agent made a repository inside the worktree, which is never committed: {f.nested}. Move it away, or "
        "remove its .git folder and commit the files.",
        label="Open the worktree",
        reason="nested repository",
    ),
    Kind.LINKED: Sentences(
        ("git {f.session.worktree} rm --cached {f.git.linked[0]}",),
        "A nested repository is committed as a bare link, without its files: {f.linked}. Take the link out and commit "
        "that: {0}",
        "A nested repository is committed as a bare link, without its files: {f.linked}. Take the link out with this "
        "command, and commit that.",
        label="Open the worktree",
        reason="nested repository",
    ),
    Kind.UNPUBLISHED: Sentences(
        (
            "git {f.session.worktree}/{f.git.unpublished[0][0]} push origin "
            "{f.git.unpublished[0][1]}:refs/heads/{f.session.branch}",
        ),
        "A submodule is at a commit that exists nowhere else: {f.unpublished}. Publish it: {0}",
        "A submodule is at a commit that exists nowhere else: {f.unpublished}. Publish it with this command.",
        label="Open the worktree",
        reason="unpublished submodule",
    ),
    Kind.WAITS: Sentences(
        ("logs {id}", "iterate {id}"),
        "The session waits for you. Look at the last iteration: {0}",
        "The session waits for you. Look at what the last iteration did.",
        reason="see its warnings",
    ),
    # The session rests.
    Kind.UNCOMMITTED: Sentences(
        ("diff {id} --working", _COMMIT, "iterate {id}"),
        "The worktree has uncommitted changes. See them: {0}, commit them: {1}",
        f"{_UNCOMMITTED}. They are in Changes.",
        hindrance=_UNCOMMITTED,
    ),
    Kind.LEFT_WORK: Sentences(
        ("diff {id} --working", "iterate {id}"),
        "The worktree has changes of the last iteration that are not committed yet. See them: {0}, go on: {1}",
        "The worktree has changes of the last iteration that are not committed yet. They are in Changes.",
        hindrance="What the last iteration left is not committed yet; the next one does that",
    ),
    Kind.MERGE_GONE: Sentences(
        ("merge {id} --onto {f.target} --message …", "diff {id}"),
        "The session was merged{f.into_target}, and {f.target} does not have its commits any more: only its own branch "
        "has them. Merge them again: {0}, or look at them: {1}",
        "The session was merged{f.into_target}, and {f.target} does not have its commits any more: only its own branch "
        "has them.",
        label="Merge…",
        reason="gone from {f.target}",
    ),
    Kind.MERGED: Sentences(
        ("cleanup {id}",),
        "The session is merged. Remove worktree and branch: {0}",
        "Merged{f.into_target}. Worktree and branch are not needed any more.",
        label="Clean up",
        reason="{f.into_target}",
    ),
    Kind.HARMED: Sentences(
        ("status {id}",),
        "{f.git.harm[0]}. Before anything is merged, put it right: {f.git.harm[1]}, then: {0}",
        "{f.git.harm[0]}. Before anything is merged, put that right with this command.",
        label="",
        command="{f.git.harm[1]}",
        hindrance="{f.git.harm[0]}",
        by_hand=True,
    ),
    Kind.CONFLICTS_EXPECTED: Sentences(
        ("iterate {id} --notes 'Adapt to the changes on {f.base}'",),
        "Conflicts with {f.base} are expected in {f.expected}. Let the agent settle them: {0}",
        "Conflicts with {f.base} are expected in {f.expected}.",
        label="Let the agent adapt",
        more=(("merge", "Show the merge…"),),
    ),
    Kind.NO_BASE: Sentences(
        ("diff {id}", "set {id} --base BRANCH", "merge {id} --onto BRANCH --message …"),
        "{f.commits} to review: {0}. Say which branch they go into: {1}, or merge: {2}",
        "{f.commits_are} ready for review. The session has no base branch that they could go into.",
        label="",
        hindrance="The session has no base branch; use the command with --onto",
    ),
    Kind.READY: Sentences(
        ("diff {id}", "merge {id} --message …", _TELL_MORE),
        "{f.commits} to review: {0}. Then merge: {1}, or go on: {2}",
        "{f.commits_are} ready for review and for {f.base}.",
        label="Merge…",
    ),
    Kind.NOT_STARTED: Sentences(
        ("iterate {id}",),
        "Let the agent start: {0}",
        "Nothing has happened yet. The agent starts with the prompt.",
        label="Start",
        reason="not started",
        hindrance=_NO_COMMITS,
    ),
    Kind.NOTHING_CHANGED: Sentences(
        (_TELL_MORE, "logs {id}"),
        "The agent has changed nothing so far. Tell it more: {0}, or read what it said: {1}",
        "The agent has changed nothing so far. Tell it more.",
        hindrance=_NO_COMMITS,
    ),
    Kind.RESTS: Sentences((_TELL_MORE,), "The last iteration is done. Go on: {0}", "The last iteration is done."),
}
