"""What an iteration commits: before it what lies in the worktree, after it what the agent changed, or what a failed one
left (SPEC sections 5.3 and 5.6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.git.diff import diff
from ampsm.git.staging import not_taken
from ampsm.git.status import Status, worktree_status
from ampsm.git.unfinished import Unfinished, require_finished, unfinished
from ampsm.git.worktree import emptied, proof
from ampsm.journal.events import Commit
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.iteration.content import tell_content
from ampsm.workflows.iteration.outcome import Outcome, status_of
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.session.commit import commit_left_work, commit_work, marked
from ampsm.workflows.session.worktree_of import go_back, hinting_the_way_back


@record
class Start:
    """What an iteration starts from: the commit its branch is at, the commits made just before, and the worktree's
    status where it is known."""

    sha: str
    commits: tuple[Commit, ...] = ()
    status: Status | None = None


def commit_edits_before(
    ctx: Context, session: Session, earlier: Sequence[Iteration], number: int, *, tip: str, hooks: bool
) -> Start:
    """Commits what lies in the worktree before the agent starts, so that nobody's work is mixed: what an interrupted
    iteration left as its partial commit, a person's edits as a manual one. What a refusing hook held back, or git
    could not take, stays: the coming iteration is asked to mend and commits it. The branch is at `tip`.

    Raises `unfinished-operation` (exit 5) while git has not finished something there, `worktree-missing` (exit 5) when
    it was emptied, and `commit-refused`.
    """
    last = earlier[-1] if earlier else None
    found = worktree_status(session.worktree)
    require_finished(session.worktree, found)
    emptied.require_not_emptied(session.worktree, found, f"amp-sessions restore {session.id}")
    if last and last.left_work:
        try:
            left = commit_left_work(ctx, session, last, found)
        except commits.CommitRefused as refused:
            if not refused.not_converted:
                raise
            return Start(tip, status=found)
        return Start(left[-1].sha if left else tip, tuple(left))
    if last and last.held_back(tip):
        return Start(tip, status=found)
    subject = f"manual: edits before iteration {number}"
    try:
        made = commits.commit_changes(
            Path(session.worktree), subject + "\n", changes=found, leave_out=unchanged_leftovers(session), hooks=hooks,
            env=marked(session, number),
        )  # fmt: skip
    except commits.CommitRefused as refused:
        what = "Your edits in the worktree cannot be committed before the iteration"
        raise _refused(refused, f"amp-sessions iterate {session.id} --no-verify", refused.output, what) from None
    if made.sha is None:
        return Start(made.head, status=found)
    return Start(made.sha, (Commit(sha=made.sha, kind="manual", subject=subject),))


def commit_changes(session: Session, recorder: Recorder, failure: UserError | None, *, hooks: bool) -> Outcome:
    """Commits whatever the agent changed. `failure` is why the agent failed; its work is kept as a partial commit.

    Raises `worktree-missing` or `wrong-worktree` when the worktree was taken away meanwhile, and GitError.
    """
    worktree, root, view = Path(session.worktree), Path(session.repo), recorder.view
    start, end_ref = recorder.iteration.start_sha, refs.iteration_ref(session.id, view.number, "end")
    with hinting_the_way_back(session):
        found = proof.prove_worktree(worktree, root)
    changes = worktree_status(worktree)
    waiting = unfinished(worktree, changes)
    moved = None if waiting and waiting.operation == "rebase" else _branch_moved(session, start, found)
    if moved is not None:
        recorder.warn("branch-moved", moved.message)
        if found.sha:  # commits that the agent made elsewhere must outlive a `git gc`
            refs.keep(root, end_ref, found.sha)
        return Outcome(status="failed", error=moved)
    head, own = _tip(session, found) or start, None
    for commit in commits.commits_between(worktree, start, head):  # that the agent made itself
        recorder.emit(Commit(sha=commit.sha, kind="agent", subject=commit.subject))
        own = commit.sha
    if waiting is not None:
        return _left_unfinished(session, recorder, failure, waiting, own)
    hook_output = None
    made: Commit | None = None
    try:
        if failure is not None:
            reason = {"cancelled": "cancelled", "timed-out": "timed out"}.get(failure.code, failure.message)
            made = commit_work(session, view.number, view.thread_id, reason, changes, partial=True)
        else:
            made = commit_work(session, view.number, view.thread_id, view.final_text, changes, hooks=hooks)
    except commits.CommitRefused as refused:
        if failure is not None and not refused.not_converted:
            raise
        hook_output = recorder.ctx.redactor.redact(refused.output)
        error = _refused(refused, f"amp-sessions iterate {session.id}", hook_output)
        if failure is not None:
            recorder.warn("not-committed", error.message)
        elif refused.not_converted:  # the agent is asked to mend that as well
            error.hint = f"amp-sessions iterate {session.id}"
        failure = failure or error
    if made:
        recorder.emit(made)
        head = made.sha
    for path in changes.nested:
        recorder.warn("nested-repository", f"The repository the agent made at {path} was not committed")
    refused_names = [] if hook_output else not_taken(worktree, changes, leave_out=unchanged_leftovers(session))
    if refused_names:
        recorder.warn(
            "not-committed", f"git takes no files of these names, they stay uncommitted: {few(refused_names)}"
        )
    refs.keep(root, end_ref, head)
    made_of = diff(worktree, base=start, mode="all" if hook_output else ("range", start, head), patch=False)
    waits = not hook_output and tell_content(session, recorder, head, made_of)
    files, insertions, deletions = made_of.counts
    return Outcome(
        status=status_of(failure), error=failure, commit_sha=made.sha if made else own, end_sha=head,
        changed_files=files, insertions=insertions, deletions=deletions, hook_output=hook_output,
        needs_person=waits or bool(hook_output or changes.nested or refused_names),
    )  # fmt: skip


def _left_unfinished(
    session: Session, recorder: Recorder, failure: UserError | None, waiting: Unfinished, own: str | None
) -> Outcome:
    """The outcome when the agent left an operation of git open, or files in conflict: nothing is committed, and what it
    changed stays the iteration's, for the next command that writes once that is finished. `own` is its last commit."""
    message = f"The agent left {waiting.what} in the worktree, so nothing was committed"
    recorder.warn("unfinished-operation", message)
    files, insertions, deletions = commits.diff_stat(session.worktree, recorder.iteration.start_sha, None)
    return Outcome(
        status=status_of(failure) if failure else "failed", error=failure or waiting.error(message), commit_sha=own,
        changed_files=files, insertions=insertions, deletions=deletions, needs_person=True,
    )  # fmt: skip


def _tip(session: Session, head: repository.Head) -> str | None:
    """The commit that the session's branch is at; while a rebase of the agent's waits, HEAD is on none."""
    return head.sha if head.branch == session.branch else refs.read_ref(session.repo, refs.branch_ref(session.branch))


def _branch_moved(session: Session, start: str, head: repository.Head) -> UserError | None:
    """Whether the agent left the branch, rewound it or detached HEAD: then nothing is moved."""
    git = f"git -C {quoted(session.worktree)}"
    if head.branch != session.branch:
        where = f"on {head.branch}" if head.branch else "on no branch"
        return UserError(
            "branch-moved", f"The agent left the branch {session.branch}: the worktree is {where}",
            hint=go_back(session), details={"expected": session.branch, "found": head.branch},
        )  # fmt: skip
    if head.sha is None or (head.sha != start and not repository.is_ancestor(session.worktree, start, head.sha)):
        return UserError(
            "branch-moved", f"The agent rewound or rewrote {session.branch}: it no longer contains {start[:10]}",
            hint=f"{git} log --oneline --graph {quoted(session.branch)} {start[:10]}",
            details={"expected": start, "found": head.sha},
        )  # fmt: skip
    return None


def _refused(refused: commits.CommitRefused, hint: str, output: str, what: str = "") -> UserError:
    """Of signing, and of files that git cannot take, the hint is its own: no hook left out puts that right."""
    message = f"{what}: {refused.message.partition(': ')[2]}" if what else refused.message
    return UserError("commit-refused", message, hint=refused.hint or hint, details={"output": output})
