"""The single checks of a preflight, each a statement about a merge that changes nothing (SPEC section 6)."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from ampsm.git import repository
from ampsm.git.checkouts import Checkout, checkouts, obstacles
from ampsm.model.merge import FAIL, PASS, SKIP, WARN, PreflightCheck
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.workflows.finishing.merge.plan import MergePlan
from ampsm.workflows.session.worktree_of import LocalChanges

_SHOWN = 3


def worktree_clean(session: Session, local: LocalChanges, *, interrupted: bool) -> PreflightCheck:
    """Nothing uncommitted; what an interrupted iteration left counts as clean, since the merge commits it first."""
    status, changed = local.status, local.paths
    if status.unmerged:
        return PreflightCheck(
            "worktree-clean", FAIL, f"Files with unresolved conflicts: {listed(status.unmerged)}",
            f"git -C {shlex.quote(session.worktree)} status",
        )  # fmt: skip
    if changed and interrupted:
        return PreflightCheck(
            "worktree-clean", WARN,
            f"What the interrupted iteration left is committed first: {listed(changed)}",
            f"amp-sessions diff {session.id} --working",
        )  # fmt: skip
    if changed:
        return PreflightCheck(
            "worktree-clean", FAIL, f"Uncommitted changes in the worktree: {listed(changed)}",
            f"amp-sessions commit {session.id} --message '…'",
        )  # fmt: skip
    if status.nested:
        return PreflightCheck(
            "worktree-clean", WARN, f"A repository inside is no part of the merge: {listed(status.nested)}",
            f"amp-sessions status {session.id}",
        )  # fmt: skip
    return PreflightCheck("worktree-clean", PASS, "The worktree has no uncommitted changes")


def commits(session: Session, plan: MergePlan | None, target: str, *, pending: bool) -> PreflightCheck:
    """There is something to merge, and `exclude` can keep manual commits apart; `pending` when more will be committed
    first."""
    number = len(plan.commits) if plan else 0
    if plan is None or (not number and not pending):
        return PreflightCheck(
            "commits", FAIL, f"There is nothing to merge: {session.branch} has no commits that {target} lacks",
            f"amp-sessions iterate {session.id}",
        )  # fmt: skip
    if not plan.prediction.separable:
        return PreflightCheck(
            "commits", FAIL, "The manual commits cannot be separated from the agent's without conflict",
            "merge with --include-manual include, or with --no-squash",
        )  # fmt: skip
    kinds = [f"{part} {whose}" for part, whose in ((plan.amp, "by the agent"), (plan.manual, "by hand")) if part]
    total = f"{number} commit{'' if number == 1 else 's'}"
    return PreflightCheck(
        "commits", PASS, f"{total} to merge into {target}" + (f" ({', '.join(kinds)})" if kinds else "")
    )


def base_up_to_date(session: Session, target: str) -> PreflightCheck:
    """The target has all that its upstream had when it was last fetched."""
    root = Path(session.repo)
    behind = repository.behind_upstream(root, target)
    if behind is None:
        return PreflightCheck("base-up-to-date", SKIP, f"{target} has no upstream")
    if not behind:
        return PreflightCheck("base-up-to-date", PASS, f"{target} has all that its upstream had at the last fetch")
    commits_ = "1 commit" if behind == 1 else f"{behind} commits"
    return PreflightCheck(
        "base-up-to-date", WARN, f"{target} is {commits_} behind its upstream",
        f"git -C {shlex.quote(session.repo)} log --oneline {shlex.quote(f'{target}..{target}@{{upstream}}')}",
    )  # fmt: skip


def conflicts(session: Session, plan: MergePlan | None, target: str, *, only_warn: bool) -> PreflightCheck:
    """What the merge would meet."""
    if plan is None or not plan.prediction.separable:
        return PreflightCheck("conflicts", SKIP, "Cannot be predicted")
    paths = plan.prediction.conflicts
    if not paths:
        return PreflightCheck("conflicts", PASS, f"No conflicts with {target} are expected")
    return PreflightCheck(
        "conflicts", WARN if only_warn else FAIL, f"Conflicts with {target} are expected in {listed(paths)}",
        f"amp-sessions iterate {session.id} --notes {shlex.quote(f'Adapt to the changes on {target}')}",
    )  # fmt: skip


def tests(session: Session, result: TestResult | None, why_not: str | None) -> PreflightCheck:
    """How the test script judges what is merged; `why_not` when it was not asked."""
    if result is None:
        return PreflightCheck("tests", SKIP, why_not or "The test script did not run")
    if result.passed:
        return PreflightCheck("tests", PASS, f"The test script passed: {result.command}")
    how = "timed out" if result.timed_out else f"failed with exit code {result.exit_code}"
    return PreflightCheck(
        "tests", FAIL, f"The test script {how}: {result.command}",
        f"amp-sessions iterate {session.id} --notes 'Make the tests pass'",
    )  # fmt: skip


def target_checkout(session: Session, target: str, changed: Sequence[tuple[str, str]]) -> PreflightCheck:
    """Where the target is checked out nothing waits to be finished, and nothing is in the way of the paths that the
    merge changes."""
    root = Path(session.repo)
    found = checkouts(root, target)
    if not found:
        return PreflightCheck("target-checkout", PASS, f"{target} is checked out nowhere, only the branch moves")
    wrong = next((message for place in found if (message := _why_not_in(place, target))), None)
    if wrong is None and len(found) > 1:
        wrong = f"{target} is checked out in {len(found)} worktrees: {listed([str(c.worktree) for c in found])}"
    place = found[0].worktree
    if wrong is None and (in_the_way := obstacles(place, changed)):
        wrong = f"{place} has local changes where the merge would write: {listed(in_the_way)}"
    if wrong is None:
        return PreflightCheck(
            "target-checkout", PASS, f"{target} is checked out in {place}, nothing there is in the way"
        )
    return PreflightCheck("target-checkout", FAIL, wrong, f"git -C {shlex.quote(str(place))} status")


def branch(session: Session, head: repository.Head, tip: str | None, recorded: str | None) -> PreflightCheck:
    """HEAD is the session's branch, and its tip contains the last commit that was recorded."""
    back = f"git -C {shlex.quote(session.worktree)} switch {session.branch}"
    if tip is None:
        return PreflightCheck("branch", FAIL, f"The branch {session.branch} does not exist",
                     f"amp-sessions status {session.id}")  # fmt: skip
    if head.branch != session.branch:
        where = f"on {head.branch}" if head.branch else "on no branch (detached HEAD)"
        return PreflightCheck("branch", FAIL, f"The worktree is {where}, not on {session.branch}", back)
    if recorded and not repository.is_ancestor(Path(session.repo), recorded, tip):
        return PreflightCheck(
            "branch", FAIL, f"{session.branch} was rewritten: it no longer contains {recorded[:10]}",
            f"git -C {shlex.quote(session.worktree)} log --oneline --graph {session.branch} {recorded[:10]}",
        )  # fmt: skip
    return PreflightCheck("branch", PASS, f"The worktree is on {session.branch}")


def listed(paths: Sequence[str]) -> str:
    """The first few of some paths, and how many more there are."""
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _why_not_in(place: Checkout, target: str) -> str | None:
    if not place.there:
        return f"{target} is checked out in {place.worktree}, which is locked and cannot be reached"
    if place.operation:
        return f"A {place.operation} waits to be finished in {place.worktree}, which has {target} checked out"
    return None
