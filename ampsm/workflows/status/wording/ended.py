"""Of sessions whose last iteration waits for a person."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.wording.words import Words

WORDS = {
    Kind.PERMISSION_NEEDED: Words(
        next="Amp wanted to use a tool that its rules do not allow{f.cause}. Allow it in Amp's settings, or allow all: "
        "{0}, then: {1}",
        sentence="Amp wanted to use a tool that its rules do not allow{f.cause}.",
        label="Iterate again",
        reason="{f.failure}",
        cured=True,
    ),
    Kind.COMMIT_REFUSED: Words(
        next="A commit hook refused the changes of iteration {f.number}, they are uncommitted in the worktree. Let the "
        "agent mend them: {0}, or commit them yourself: {1}",
        sentence="A commit hook refused the changes of iteration {f.number}. They are uncommitted in the worktree.",
        label="Let the agent mend it",
        reason="{f.failure}",
        cured=True,
    ),
    Kind.BRANCH_MOVED: Words(
        next="The agent left its branch or rewound it{f.cause}. Look at {f.session.worktree}, then: {1}",
        sentence="The agent left its branch or rewound it{f.cause}.",
        label="Open the worktree",
        reason="{f.failure}",
        cured=True,
    ),
    Kind.INTERRUPTED: Words(
        next="Iteration {f.number} was cut off; its changes are in the worktree. Go on: {0}",
        sentence="Iteration {f.number} was cut off. Its changes are in the worktree.",
        label="Go on",
        reason="interrupted",
        cured=True,
    ),
    Kind.CANCELLED: Words(
        next="Iteration {f.number} was stopped; what it had done is kept. Go on: {0}",
        sentence="Iteration {f.number} was stopped. What it had done is kept.",
        label="Go on",
        reason="stopped",
        cured=True,
    ),
    Kind.TIMED_OUT: Words(
        next="Iteration {f.number} took too long; what it had done is kept. Allow more: {0}",
        sentence="Iteration {f.number} took too long. What it had done is kept.",
        label="Go on",
        reason="timed out",
        cured=True,
    ),
    Kind.FAILED: Words(
        next="Iteration {f.number} failed{f.cause}. {f.try_first}{0}",
        sentence="Iteration {f.number} failed{f.cause}.",
        label="Try again",
        reason="{f.failure}",
        cured=True,
    ),
    Kind.TESTS_FAILED: Words(
        next="The test script {f.test_ending}. Let the agent mend it: {0}, or run it again: {1}",
        sentence="The tests {f.test_ending}. Everything the agent did is committed.",
        label="Let the agent mend it",
        reason="{f.tests}",
    ),
    Kind.NESTED: Words(
        next="The agent made a repository inside the worktree, which is never committed: {f.nested}. Move it away, or "
        "remove its .git folder and commit the files: {1}",
        sentence="The agent made a repository inside the worktree, which is never committed: {f.nested}.",
        label="Open the worktree",
        reason="nested repository",
    ),
    Kind.WAITS: Words(
        next="The session waits for you. Look at the last iteration: {0}",
        sentence="The session waits for you. Look at what the last iteration did.",
        label="Iterate",
    ),
}
