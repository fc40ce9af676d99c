"""Of sessions at rest, and what else may be in the way of a command."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.wording.words import Words

_UNCOMMITTED = "The worktree has changes that are not committed"
_NO_COMMITS = "The session has no commits of its own"

WORDS = {
    Kind.UNCOMMITTED: Words(
        next="The worktree has uncommitted changes. See them: {0}, commit them: {1}",
        sentence=f"{_UNCOMMITTED}. They are in Changes.",
        label="Iterate",
        reason="{f.tests}",
        hindrance=_UNCOMMITTED,
    ),
    Kind.LEFT_WORK: Words(
        next="The worktree has changes of the last iteration that are not committed yet. See them: {0}, go on: {1}",
        sentence="The worktree has changes of the last iteration that are not committed yet. They are in Changes.",
        label="Iterate",
        reason="{f.tests}",
        hindrance="What the last iteration left is not committed yet; the next one does that",
    ),
    Kind.MERGED: Words(
        next="The session is merged. Remove worktree and branch: {0}",
        sentence="Merged{f.into_base}. Worktree and branch are not needed any more.",
        label="Clean up",
        reason="{f.merged_into}",
    ),
    Kind.CONFLICTS_EXPECTED: Words(
        next="Conflicts with {f.base} are expected in {f.expected}. Let the agent settle them: {0}",
        sentence="Conflicts with {f.base} are expected in {f.expected}.",
        label="Let the agent adapt",
        reason="{f.tests}",
    ),
    Kind.NO_BASE: Words(
        next="{f.commits} to review: {0}. Say which branch they go into: {1}, or merge: {2}",
        sentence="{f.commits_are} ready for review. The session has no base branch that they could go into.",
        reason="{f.tests}",
        hindrance="The session has no base branch; use the command with --onto",
    ),
    Kind.READY: Words(
        next="{f.commits} to review: {0}. Then merge: {1}, or go on: {2}",
        sentence="{f.commits_are} ready for review and for {f.base}.",
        label="Merge…",
        reason="{f.tests}",
    ),
    Kind.NOT_STARTED: Words(
        next="Let the agent start: {0}",
        sentence="Nothing has happened yet. The agent starts with the prompt.",
        label="Start",
        reason="not started",
        hindrance=_NO_COMMITS,
    ),
    Kind.NOTHING_CHANGED: Words(
        next="The agent has changed nothing so far. Tell it more: {0}, or read what it said: {1}",
        sentence="The agent has changed nothing so far. Tell it more.",
        label="Iterate",
        reason="{f.tests}",
        hindrance=_NO_COMMITS,
    ),
    Kind.RESTS: Words(
        next="The last iteration is done. Go on: {0}",
        sentence="The last iteration is done.",
        label="Iterate",
        reason="{f.tests}",
    ),
    Kind.NO_SCRIPT: Words(hindrance="This session has no test script"),
    Kind.NOTHING_TO_UNDO: Words(hindrance="There is no squash, rebase or merge to undo"),
    Kind.CANNOT_UNDO: Words(hindrance="The branch or its target has moved since; nothing can be undone"),
}
