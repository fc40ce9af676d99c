"""What a session is waiting for, in a sentence without command lines, and the one action that does the next step.

The desktop app's counterpart of `nextStep`: it stands in the header of the session page, with a button beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.workflows.status.activity import Activity
from ampsm.workflows.status.git_state import GitState


@record
class Situation:
    """`sentence` says what is, what happens next and what stays untouched. `action` names what the button does
    (iterate, stop, run, merge, continue-merge, restore, cleanup, open-worktree), None when there is nothing to press;
    `label` are the words on it."""

    sentence: str
    action: str | None = None
    label: str | None = None

    def document(self) -> dict[str, Any]:
        return {"sentence": self.sentence, "action": self.action, "label": self.label}


def session_situation(ctx: Context, ref: str) -> Situation:
    """The situation of one session. Raises what `require_session` does."""
    from ampsm.workflows.status.session_state import read_state

    state = read_state(ctx, ref)
    return judge(state.session, state.git, state.activity, state.merge)


def judge(session: Session, git: GitState, activity: Activity, merge: dict[str, Any] | None = None) -> Situation:
    """The most urgent thing when there are several; arguments as those of `next_step`."""
    last = session.last_iteration
    return next(
        chain(
            _gone(session, git),
            _running(session, activity),
            _merging(merge),
            _left_branch(session, git),
            _after_failure(session, last),
            _after_tests(session, last),
            _at_rest(session, git),
        )
    )


def _gone(session: Session, git: GitState) -> Iterator[Situation]:
    if session.cleaned_up_at:
        sentence = "The session was cleaned up. Branch, worktree and uncommitted files are kept in a snapshot."
        yield Situation(sentence, "restore", "Restore")
    elif not git.repository_there:
        yield Situation(f"The repository {session.repo} cannot be read. Put it back where it was.")
    elif not git.branch_there:
        yield Situation("The branch of this session is gone. Its recorded commits can still be brought back with git.")
    elif not git.worktree_there:
        sentence = "The worktree of this session is gone or cannot be read. The branch is still there."
        yield Situation(sentence, *(() if Path(session.worktree).is_dir() else ("restore", "Bring it back")))


def _running(session: Session, activity: Activity) -> Iterator[Situation]:
    number = session.last_iteration.number if session.last_iteration else 1
    if activity.orphans:
        sentence = f"The worker of iteration {number} was killed, but what it had started still runs."
        yield Situation(f"{sentence} The next iteration ends that first.", "iterate", "Iterate")
    elif session.status == "running" and session.last_iteration and session.last_iteration.status == "running":
        yield Situation(f"Iteration {number} is running. It goes on when you close this window.", "stop", "Stop")
    elif activity.doing == "test":
        yield Situation("The test script is running.", "stop", "Stop")
    elif activity.holder:
        yield Situation("A command is at work in this session and ends by itself.")


def _merging(merge: dict[str, Any] | None) -> Iterator[Situation]:
    if merge is None:
        return
    what, onto, waiting = merge["operation"], merge["onto"], merge["waitingFor"]
    conflicts = merge.get("conflicts") or []
    if waiting == "conflicts" and conflicts:
        files = "1 file" if len(conflicts) == 1 else f"{len(conflicts)} files"
        yield Situation(
            f"The {what} onto {onto} stopped at conflicts in {files}. Your checkout is untouched. Resolve them in the "
            "worktree, or let the agent.", "iterate", "Let the agent resolve",
        )  # fmt: skip
    elif waiting == "conflicts":
        yield Situation(f"All conflicts of the {what} are resolved.", "continue-merge", f"Continue the {what}")
    elif waiting == "tests":
        sentence = f"The tests fail on what would be merged into {onto}. Nothing has moved there."
        yield Situation(sentence, "iterate", "Let the agent mend it")
    elif waiting == "target":
        sentence = f"{onto} moved while this was being merged. Nothing has moved there."
        yield Situation(sentence, "continue-merge", "Continue the merge")
    else:
        yield Situation(f"The {what} onto {onto} was cut off and can go on.", "continue-merge", f"Continue the {what}")


def _left_branch(session: Session, git: GitState) -> Iterator[Situation]:
    if git.checked_out != session.branch:
        where = f"on {git.checked_out}" if git.checked_out else "on no branch"
        sentence = f"The worktree is {where}, not on the branch of the session. Its files are left alone."
        yield Situation(sentence, "open-worktree", "Open the worktree")


def _after_failure(session: Session, last: Iteration | None) -> Iterator[Situation]:
    if session.status not in ("error", "awaiting-input") or last is None or session.blocked_by_tests:
        return
    number = last.number
    code = last.error["code"] if last.error else last.status
    reason = f": {last.error['message'].rstrip('.')}" if last.error else ""
    if code == "permission-needed":
        yield Situation(f"Amp wanted to use a tool that its rules do not allow{reason}.", "iterate", "Iterate again")
    elif code == "commit-refused":
        sentence = f"A commit hook refused the changes of iteration {number}. They are uncommitted in the worktree."
        yield Situation(sentence, "iterate", "Let the agent mend it")
    elif code == "branch-moved":
        yield Situation(f"The agent left its branch or rewound it{reason}.", "open-worktree", "Open the worktree")
    elif last.status == "interrupted":
        yield Situation(f"Iteration {number} was cut off. Its changes are in the worktree.", "iterate", "Go on")
    elif last.status == "cancelled":
        yield Situation(f"Iteration {number} was stopped. What it had done is kept.", "iterate", "Go on")
    elif last.status == "timed-out":
        yield Situation(f"Iteration {number} took too long. What it had done is kept.", "iterate", "Go on")
    elif last.status == "failed":
        yield Situation(f"Iteration {number} failed{reason}.", "iterate", "Try again")


def _after_tests(session: Session, last: Iteration | None) -> Iterator[Situation]:
    failed = last is not None and last.test is not None and not last.test.passed
    if session.status == "awaiting-input" and (session.blocked_by_tests or failed):
        ending = "took too long" if last and last.test and last.test.timed_out else "failed"
        sentence = f"The tests {ending}. Everything the agent did is committed."
        yield Situation(sentence, "iterate", "Let the agent mend it")


def _at_rest(session: Session, git: GitState) -> Iterator[Situation]:
    base = session.base_branch or session.base_sha[:10]
    if session.status == "awaiting-input" and git.nested:
        sentence = f"The agent made a repository inside the worktree, which is never committed: {git.nested[0]}."
        yield Situation(sentence, "open-worktree", "Open the worktree")
    elif session.status == "awaiting-input":
        yield Situation("The session waits for you. Look at what the last iteration did.", "iterate", "Iterate")
    elif session.status == "done":
        sentence = (
            f"Merged into {base}. Worktree and branch are not needed any more." if session.base_branch else "Merged."
        )
        yield Situation(sentence, "cleanup", "Clean up")
    elif git.dirty:
        yield Situation("The worktree has changes that are not committed. They are in Changes.", "iterate", "Iterate")
    elif git.conflicts:
        sentence = f"Conflicts with {base} are expected in {_listed(git.conflicts)}."
        yield Situation(sentence, "iterate", "Let the agent adapt")
    elif git.ahead:
        commits = "1 commit is" if git.ahead == 1 else f"{git.ahead} commits are"
        yield Situation(f"{commits} ready for review and for {base}.", "merge", "Merge…")
    elif session.last_iteration is None:
        yield Situation("Nothing has happened yet. The agent starts with the prompt.", "iterate", "Start")
    else:
        yield Situation("The agent has changed nothing so far. Tell it more.", "iterate", "Iterate")


def _listed(paths: tuple[str, ...]) -> str:
    more = len(paths) - 2
    return ", ".join(paths[:2]) + (f" and {more} more" if more > 0 else "")
