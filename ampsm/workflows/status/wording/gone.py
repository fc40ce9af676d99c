"""Of sessions whose place is not there, or not what it was."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.wording.words import Words

WORDS = {
    Kind.CLEANED_UP: Words(
        next="The session was cleaned up. Bring it back: {0}",
        sentence="The session was cleaned up. Branch, worktree and uncommitted files are kept in a snapshot.",
        label="Restore",
        reason="cleaned up",
        hindrance="This session is cleaned up; restore it first",
    ),
    Kind.REPOSITORY_GONE: Words(
        next="The repository {f.session.repo} cannot be read. Put it back where it was, then: {0}",
        sentence="The repository {f.session.repo} cannot be read. Put it back where it was.",
        reason="repository gone",
        hindrance="The repository cannot be read",
        complaint="The repository of session {f.session.id}, and maybe of others, cannot be read there.",
    ),
    Kind.BRANCH_GONE: Words(
        next="The branch {f.session.branch} is gone. Its last recorded commit was {f.last_tip}. Bring it back: {0}",
        sentence="The branch of this session is gone. Its recorded commits can still be brought back with git.",
        reason="branch gone",
        hindrance="The branch is gone",
        complaint="Its branch {f.session.branch} is gone. Its last recorded commit was {f.last_tip}.",
    ),
    Kind.WORKTREE_GONE: Words(
        next="The worktree is gone, the branch is still there. Bring it back: {0}",
        sentence="The worktree of this session is gone. The branch is still there.",
        label="Bring it back",
        reason="worktree gone",
        hindrance="The worktree is gone",
        complaint="Its worktree {f.session.worktree} is gone; the branch {f.session.branch} is there.",
    ),
    Kind.LINK_BROKEN: Words(
        next="The worktree's link to its repository is broken; its files are left alone. Mend the link: {0}",
        sentence="The worktree's link to its repository is broken. Its files and the branch are left alone.",
        reason="worktree broken",
        hindrance="The worktree's link to its repository is broken",
        complaint="The link of its worktree {f.session.worktree} to the repository is broken.",
    ),
    Kind.PLACE_TAKEN: Words(
        next="{f.session.worktree} is not the session's worktree any more; it is left alone. Move it away, then: {0}",
        sentence="What lies in the place of the worktree is not this session's; it is left alone. Move it away.",
        reason="worktree gone",
        hindrance="Something else is in the place of the worktree",
        complaint="{f.session.worktree} is not its worktree any more; the branch {f.session.branch} is there.",
        by_hand=True,
    ),
    Kind.OPERATION_OPEN: Words(
        next="A {f.git.operation} waits in the worktree to be finished. Finish it, or give it up: {0}",
        sentence="A {f.git.operation} that somebody began waits in the worktree to be finished. It is left alone.",
        label="Open the worktree",
        reason="{f.git.operation} open",
        hindrance="A {f.git.operation} that somebody began waits in the worktree",
        complaint="A {f.git.operation} that somebody began waits in {f.session.worktree} to be finished.",
    ),
    Kind.LEFT_BRANCH: Words(
        next="The worktree is {f.where}, not on {f.session.branch}. Look at it, then go back: {0}",
        sentence="The worktree is {f.where}, not on the branch of the session. Its files are left alone.",
        label="Open the worktree",
        reason="not on its branch",
        hindrance="The worktree is not on the branch of the session",
        complaint="Its worktree {f.session.worktree} is {f.where}, not on {f.session.branch}.",
    ),
}
