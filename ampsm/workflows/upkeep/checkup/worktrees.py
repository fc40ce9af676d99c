"""Every session's place: its repository, its branch, its worktree."""

from __future__ import annotations

from ampsm.model.session import Session
from ampsm.workflows.session import recover
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import Condition, true_of
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.git_state import load_place
from ampsm.workflows.status.kind import ELSEWHERE, Kind
from ampsm.workflows.status.merge_status import merge_status
from ampsm.workflows.status.observed import Observed
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings

#: What each kind is called among the findings.
_IDS = {
    Kind.REPOSITORY_GONE: "repository-missing",
    Kind.BRANCH_GONE: "branch-missing",
    Kind.WORKTREE_GONE: "worktree-missing",
    Kind.LINK_BROKEN: "wrong-worktree",
    Kind.PLACE_TAKEN: "wrong-worktree",
    Kind.OPERATION_OPEN: "operation-open",
    Kind.LEFT_BRANCH: "branch-moved",
}


def check(checkup: Checkup) -> Findings:
    lost: set[str] = set()
    for session in checkup.at_rest():
        condition = _wrong(checkup, session)
        # An iteration that began meanwhile may be anywhere.
        if condition is None or session.repo in lost or recover.worker_lives(checkup.ctx, session.id):
            continue
        if condition.kind is Kind.REPOSITORY_GONE:
            lost.add(session.repo)
        yield finding(condition)


def _wrong(checkup: Checkup, session: Session) -> Condition | None:
    """What is wrong with the place of a session."""
    observed = Observed(session, load_place(session), merge=merge_status(checkup.ctx, session))
    return next((Condition(kind, Facts(observed)) for kind in true_of(observed) if kind in _IDS), None)


def finding(condition: Condition) -> Finding:
    """What `doctor` says of a condition, with the step that leads on."""
    session = condition.facts.session
    of_repository = condition.kind is Kind.REPOSITORY_GONE
    fix = "put it back where it was" if of_repository else condition.steps[0].text
    if condition.kind is Kind.PLACE_TAKEN:
        fix = f"move it away, then: {fix}"
    return Finding(
        _IDS[condition.kind], WARNING if condition.kind in ELSEWHERE else ERROR,
        session.repo if of_repository else session.id, wording.complaint(condition), fix,
    )  # fmt: skip
