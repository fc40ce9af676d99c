"""The single checks of a preflight, each a statement about a merge that changes nothing (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.git import repository
from ampsm.git.checkouts import checkouts, obstacles
from ampsm.model.errors import quoted
from ampsm.model.merge import FAIL, PASS, SKIP, WARN
from ampsm.model.phrases import counted, few
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.workflows.finishing.merge.plan import MergePlan
from ampsm.workflows.iteration.test_run import how_it_failed
from ampsm.workflows.session.worktree_of import LocalChanges

#: The status of a check, its message and, unless all is well, the next command to type.
Verdict = tuple[str, str] | tuple[str, str, str]


def worktree_clean(session: Session, local: LocalChanges | None, *, interrupted: bool) -> Verdict:
    """Nothing uncommitted; what an interrupted iteration left counts as clean, since the merge commits it first.
    `local` is None without a branch: then git takes every file for a new one."""
    if local is None:
        return SKIP, "Cannot be told without the branch"
    status, changed = local.status, few(local.paths)
    if status.unmerged:
        message = f"Files with unresolved conflicts: {few(status.unmerged)}"
        return FAIL, message, f"git -C {quoted(session.worktree)} status"
    if changed and interrupted:
        message = f"What the interrupted iteration left is committed first: {changed}"
        return WARN, message, f"amp-sessions diff {session.id} --working"
    if changed:
        message = f"Uncommitted changes in the worktree: {changed}"
        return FAIL, message, f"amp-sessions commit {session.id} --message '…'"
    if status.nested:
        message = f"A repository inside is no part of the merge: {few(status.nested)}"
        return WARN, message, f"amp-sessions status {session.id}"
    return PASS, "The worktree has no uncommitted changes"


def commits(session: Session, plan: MergePlan | None, target: str, *, pending: bool) -> Verdict:
    """There is something to merge, and `exclude` can keep manual commits apart; `pending` when more will be committed
    first."""
    if plan is None:
        return SKIP, "Cannot be counted"
    if not (plan.commits or pending):
        message = f"There is nothing to merge: {session.branch} has no commits that {target} lacks"
        return FAIL, message, f"amp-sessions iterate {session.id}"
    if not plan.prediction.separable:
        message = "The manual commits cannot be separated from the agent's without conflict"
        return FAIL, message, "merge with --include-manual include, or with --no-squash"
    kinds = [f"{part} {whose}" for part, whose in ((plan.amp, "by the agent"), (plan.manual, "by hand")) if part]
    message = f"{counted(len(plan.commits), 'commit')} to merge into {target}"
    return PASS, message + (f" ({', '.join(kinds)})" if kinds else "")


def base_up_to_date(session: Session, target: str) -> Verdict:
    """The target has all that its upstream had when it was last fetched."""
    behind = repository.behind_upstream(session.repo, target)
    if behind is None:
        return SKIP, f"{target} has no upstream"
    if not behind:
        return PASS, f"{target} has all that its upstream had at the last fetch"
    lacking = quoted(f"{target}..{target}@{{upstream}}")
    message = f"{target} is {counted(behind, 'commit')} behind its upstream"
    return WARN, message, f"git -C {quoted(session.repo)} log --oneline {lacking}"


def conflicts(session: Session, plan: MergePlan | None, target: str, *, only_warn: bool) -> Verdict:
    """What the merge would meet."""
    if plan is None or not plan.prediction.separable:
        return SKIP, "Cannot be predicted"
    if not plan.prediction.conflicts:
        return PASS, f"No conflicts with {target} are expected"
    message = f"Conflicts with {target} are expected in {few(plan.prediction.conflicts)}"
    notes = quoted(f"Adapt to the changes on {target}")
    return WARN if only_warn else FAIL, message, f"amp-sessions iterate {session.id} --notes {notes}"


def tests(session: Session, result: TestResult | None, why_not: str | None) -> Verdict:
    """How the test script judges what is merged; `why_not` when it was not asked."""
    if result is None:
        return SKIP, why_not or "The test script did not run"
    if result.passed:
        return PASS, f"The test script passed: {result.command}"
    return FAIL, how_it_failed(result), f"amp-sessions iterate {session.id} --notes 'Make the tests pass'"


def target_checkout(session: Session, target: str, changed: Sequence[tuple[str, str]]) -> Verdict:
    """Where the target is checked out nothing waits to be finished, and nothing is in the way of the paths that the
    merge changes."""
    found = checkouts(Path(session.repo), target)
    if not found:
        return PASS, f"{target} is checked out nowhere, only the branch moves"
    wrong = next((message for place in found if (message := place.why_not_moved(target))), None)
    if wrong is None and len(found) > 1:
        wrong = f"{target} is checked out in {len(found)} worktrees: {few([str(c.worktree) for c in found])}"
    place = found[0].worktree
    if wrong is None and (in_the_way := obstacles(place, changed)):
        wrong = f"{place} has local changes where the merge would write: {few(in_the_way)}"
    if wrong is None:
        return PASS, f"{target} is checked out in {place}, nothing there is in the way"
    return FAIL, wrong, f"git -C {quoted(place)} status"


def branch(session: Session, head: repository.Head, tip: str | None, recorded: str | None) -> Verdict:
    """HEAD is the session's branch, and its tip contains the last commit that was recorded."""
    git = f"git -C {quoted(session.worktree)}"
    if tip is None:
        return FAIL, f"The branch {session.branch} does not exist", f"amp-sessions status {session.id}"
    if head.branch != session.branch:
        where = f"on {head.branch}" if head.branch else "on no branch (detached HEAD)"
        return FAIL, f"The worktree is {where}, not on {session.branch}", f"{git} switch {quoted(session.branch)}"
    if recorded and not repository.is_ancestor(session.repo, recorded, tip):
        message = f"{session.branch} was rewritten: it no longer contains {recorded[:10]}"
        return FAIL, message, f"{git} log --oneline --graph {quoted(session.branch)} {recorded[:10]}"
    return PASS, f"The worktree is on {session.branch}"
