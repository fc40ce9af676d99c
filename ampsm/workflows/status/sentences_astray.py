"""What all surfaces say of a session whose repository, branch or worktree is not there, or not what it was: rows as in
`sentences`."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.sentences import Sentences

ASTRAY = {
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
        "Something else is in the place of the worktree, or not all of it is there; it is left alone. Once you have "
        "moved it away, the worktree can be brought back.",
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
        by_hand=True,
    ),
    Kind.UNRESOLVED: Sentences(
        ("git {f.session.worktree} status",),
        "Files in the worktree have conflicts: {f.in_conflict}. Look at them: {0}, then resolve them, and stage "
        "them with git add",
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
}
