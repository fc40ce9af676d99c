"""The transition table of a merge: complete, walkable to the end, and nothing beside it reaches the disk."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.workflows.finishing.merge import machine, merge
from ampsm.workflows.finishing.merge.machine import RULES, next_step, require_allowed
from ampsm.workflows.session.open_merge import MergeOptions, OpenMerge, new_merge
from tests.support.records import a_session


def at(step: MergeStep, operation: str = "merge", *, pr: bool = False) -> OpenMerge:
    return new_merge(
        a_session(), operation, step=step, target_ref="refs/heads/main", target_name="main", onto="a",
        branch_point="a", tip_before="b", tip="b", options=MergeOptions(pr=pr),
    )  # fmt: skip


def test_every_step_has_its_rules_and_its_work() -> None:
    assert set(RULES) == set(MergeStep)
    assert set(merge.WORK) == set(MergeStep) - {MergeStep.PREFLIGHT, MergeStep.ABORT}


@pytest.mark.parametrize(
    ("operation", "pr", "expected"),
    [("merge", False, machine.MERGE), ("merge", True, machine.PULL_REQUEST), ("rebase", False, machine.REBASE)],
)
def test_each_operation_comes_to_its_end(operation: str, pr: bool, expected: tuple[MergeStep, ...]) -> None:
    step: MergeStep | None = expected[0]
    seen = []
    while step is not None:
        seen.append(step)
        now = at(step, operation, pr=pr)
        step = next_step(now)
        if step is not None:
            require_allowed(now, replace(now, step=step))
    assert tuple(seen) == expected


def test_a_pull_request_moves_no_target() -> None:
    assert MergeStep.TARGET not in machine.PULL_REQUEST


@pytest.mark.parametrize("before", MergeStep)
@pytest.mark.parametrize("after", MergeStep)
def test_all_other_changes_are_refused(before: MergeStep, after: MergeStep) -> None:
    """A step is kept, done, begun again where the table says so, or given up."""
    allowed = {before, next_step(at(before)), *RULES[before].back_to, MergeStep.ABORT}
    change = at(before), replace(at(before), step=after)
    if after in allowed:
        require_allowed(*change)
    else:
        with pytest.raises(AssertionError):
            require_allowed(*change)


@pytest.mark.parametrize("step", MergeStep)
@pytest.mark.parametrize("waiting_for", WaitsFor)
def test_it_waits_only_where_the_table_says_so(step: MergeStep, waiting_for: WaitsFor) -> None:
    change = at(step), replace(at(step), waiting_for=waiting_for)
    if waiting_for in RULES[step].waits_for:
        require_allowed(*change)
    else:
        with pytest.raises(AssertionError):
            require_allowed(*change)


def test_what_may_have_moved_the_target_is_taken_back_and_nothing_before() -> None:
    steps = list(machine.MERGE)
    may = [RULES[step].moves_target for step in steps]
    assert may == [False] * steps.index(MergeStep.TARGET) + [True] * 3
    assert RULES[MergeStep.ABORT].moves_target, "one that was cut off may have got as far"
