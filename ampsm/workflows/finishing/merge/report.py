"""What a preflight finds: the checks, and what the merge would meet (SPEC sections 3 and 6)."""

from __future__ import annotations

from ampsm.model.merge import FAIL, PreflightCheck
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.workflows.finishing.merge.plan import MergePlan
from ampsm.workflows.session.branch_point import Target


@record
class PreflightReport:
    """What is known about a merge before it is made. `interrupted` is an iteration whose changes are committed first;
    `plan` is None when the session's branch is gone."""

    session: Session
    target: Target
    plan: MergePlan | None
    branch_point: str | None
    behind: int
    checks: tuple[PreflightCheck, ...]
    interrupted: Iteration | None

    @property
    def failed(self) -> list[PreflightCheck]:
        return [check for check in self.checks if check.status == FAIL]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths in which they are expected."""
        return tuple(self.plan.prediction.conflicts) if self.plan else ()


@record
class Distance:
    """How far the session's branch and the target are apart, in commits, those of the session by whose they are."""

    ahead: int
    behind: int
    branch_point: str | None
    amp_commits: int
    manual_commits: int


@record
class Readiness:
    """The answer of `preflight`; `issues` are the messages of the checks that failed."""

    ready: bool
    checks: tuple[PreflightCheck, ...]
    issues: tuple[str, ...]
    branch: Distance
    conflicts: tuple[str, ...]


def readiness(report: PreflightReport) -> Readiness:
    plan, failed = report.plan, report.failed
    commits, amp, manual = (len(plan.commits), plan.amp, plan.manual) if plan else (0, 0, 0)
    distance = Distance(commits, report.behind, report.branch_point, amp, manual)
    return Readiness(not failed, report.checks, tuple(check.message for check in failed), distance, report.conflicts)
