"""The next step of a session in one sentence with the command to type (`nextStep` of `status`, SPEC section 3)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from ampsm.model.session import Iteration, Session
from ampsm.workflows.status.activity import Activity
from ampsm.workflows.status.git_state import GitState
from ampsm.workflows.status.merge_status import merge_step

_SHOWN_PATHS = 3


def next_step(session: Session, git: GitState, activity: Activity, merge: dict[str, Any] | None = None) -> str:
    """What to do now; the most urgent thing when there are several. `merge` is that part of the `status` document."""
    last = session.last_iteration
    return next(
        chain(
            _gone(session, git),
            _running(session, activity),
            [merge_step(session, merge)] if merge else (),
            _left_branch(session, git),
            _after_failure(session, last),
            _after_tests(session, last),
            _waiting(session, git),
            _with_work(session, git),
        )
    )


def _gone(session: Session, git: GitState) -> Iterator[str]:
    if session.cleaned_up_at:
        yield f"The session was cleaned up. Bring it back: amp-sessions restore {session.id}"
    elif not git.repository_there:
        yield f"The repository {session.repo} cannot be read. Put it back where it was, then: {_status(session)}"
    elif not git.branch_there:
        sha = _last_commit(session)
        yield (
            f"The branch {session.branch} is gone. Its last recorded commit was {sha[:12]}. Bring it back: "
            f"{_git(session.repo)} branch {session.branch} {sha}"
        )
    elif not git.worktree_there and Path(session.worktree).is_dir():
        yield (
            "The worktree's link to its repository is broken; its files are left alone. Mend the link: "
            f"{_git(session.repo)} worktree repair {shlex.quote(session.worktree)}"
        )
    elif not git.worktree_there:
        yield f"The worktree is gone, the branch is still there. Bring it back: amp-sessions restore {session.id}"


def _running(session: Session, activity: Activity) -> Iterator[str]:
    if activity.orphans:
        pids = ", ".join(str(pid) for pid in activity.orphans)
        yield (
            "The worker of the last iteration was killed, but what it had started still runs "
            f"({'process' if len(activity.orphans) == 1 else 'processes'} {pids}). "
            f"End that and go on: amp-sessions iterate {session.id}"
        )
    elif session.status == "running":
        number = session.last_iteration.number if session.last_iteration else 1
        process = f" (process {activity.holder})" if activity.holder else ""
        yield f"Iteration {number} is running{process}. Watch it: amp-sessions logs {session.id} --follow"
    elif activity.holder:
        yield f"Process {activity.holder} is at work in the session. Wait for it, then: {_status(session)}"


def _left_branch(session: Session, git: GitState) -> Iterator[str]:
    if git.checked_out != session.branch:
        where = f"on {git.checked_out}" if git.checked_out else "on no branch (detached HEAD)"
        yield (
            f"The worktree is {where}, not on {session.branch}. Look at it, then go back: "
            f"{_git(session.worktree)} switch {session.branch}"
        )


def _after_failure(session: Session, last: Iteration | None) -> Iterator[str]:
    if session.status not in ("error", "awaiting-input") or last is None or session.blocked_by_tests:
        return
    again = f"amp-sessions iterate {session.id}"
    code = last.error["code"] if last.error else last.status
    reason = f": {last.error['message'].rstrip('.')}" if last.error else ""
    if code == "permission-needed":
        yield (
            f"Amp wanted to use a tool that its rules do not allow{reason}. Allow it in Amp's settings, or allow all: "
            f"amp-sessions config set ampPermissions allow-all, then: {again}"
        )
    elif code == "commit-refused":
        yield (
            f"A commit hook refused the changes of iteration {last.number}, they are uncommitted in the worktree. Let "
            f"the agent mend them: {again}, or commit them yourself: amp-sessions commit {session.id} --message '…'"
        )
    elif code == "branch-moved":
        yield f"The agent left its branch or rewound it{reason}. Look at {session.worktree}, then: {again}"
    elif last.status == "interrupted":
        yield f"Iteration {last.number} was cut off; its changes are in the worktree. Go on: {again}"
    elif last.status == "cancelled":
        yield f"Iteration {last.number} was stopped; what it had done is kept. Go on: {again}"
    elif last.status == "timed-out":
        yield f"Iteration {last.number} took too long; what it had done is kept. Allow more: {again} --timeout 7200"
    elif last.status == "failed":
        hint = last.error.get("hint") if last.error else None
        cure = f"Try: {hint}, then: {again}" if hint and again not in hint else f"Try again: {again}"
        yield f"Iteration {last.number} failed{reason}. {cure}"


def _after_tests(session: Session, last: Iteration | None) -> Iterator[str]:
    failed = last is not None and last.test is not None and not last.test.passed
    if session.status == "awaiting-input" and (session.blocked_by_tests or failed):
        ending = "took too long" if last and last.test and last.test.timed_out else "failed"
        yield (
            f"The test script {ending}. Let the agent mend it: amp-sessions iterate {session.id} "
            f"--notes 'Fix the failing tests', or run it again: amp-sessions run {session.id}"
        )


def _waiting(session: Session, git: GitState) -> Iterator[str]:
    if session.status != "awaiting-input":
        return
    if git.nested:
        yield (
            f"The agent made a repository inside the worktree, which is never committed: {_listed(git.nested)}. Move "
            f"it away, or remove its .git folder and commit the files: amp-sessions commit {session.id} --message '…'"
        )
    else:
        yield f"The session waits for you. Look at the last iteration: amp-sessions logs {session.id}"


def _with_work(session: Session, git: GitState) -> Iterator[str]:
    if git.dirty and session.status != "done":
        yield (
            "The worktree has uncommitted changes. See them: "
            f"amp-sessions diff {session.id} --working, commit them: amp-sessions commit {session.id} --message '…'"
        )
    elif session.status == "done":
        yield f"The session is merged. Remove worktree and branch: amp-sessions cleanup {session.id}"
    elif git.conflicts:
        yield (
            f"Conflicts with {session.base_branch or 'the base'} are expected in {_listed(git.conflicts)}. Let the "
            f"agent settle them: amp-sessions iterate {session.id} "
            f"--notes 'Adapt to the changes on {session.base_branch or session.base_sha[:12]}'"
        )
    elif git.ahead:
        commits = "1 commit" if git.ahead == 1 else f"{git.ahead} commits"
        yield (
            f"{commits} to review: amp-sessions diff {session.id}. Then merge: "
            f"amp-sessions merge {session.id} --message '…', or go on: amp-sessions iterate {session.id} --notes '…'"
        )
    elif session.last_iteration is None:
        yield f"Let the agent start: amp-sessions iterate {session.id}"
    else:
        yield (
            f"The agent has changed nothing so far. Tell it more: amp-sessions iterate {session.id} --notes '…', or "
            f"read what it said: amp-sessions logs {session.id}"
        )


def _last_commit(session: Session) -> str:
    last = session.last_iteration
    return (last and (last.end_sha or last.commit_sha or last.start_sha)) or session.base_sha


def _listed(paths: tuple[str, ...]) -> str:
    more = len(paths) - _SHOWN_PATHS
    return ", ".join(paths[:_SHOWN_PATHS]) + (f" and {more} more" if more > 0 else "")


def _git(place: str) -> str:
    return f"git -C {shlex.quote(place)}"


def _status(session: Session) -> str:
    return f"amp-sessions status {session.id}"
