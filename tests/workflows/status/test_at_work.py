"""What is said to be at work in a session: the step of an open merge, or what a command holds it for."""

from __future__ import annotations

import pytest

from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.system.activity import Activity
from ampsm.workflows.status.at_work import command_words
from ampsm.workflows.status.merge_status import ObservedMerge


def observed(step: MergeStep, waiting_for: WaitsFor | None = None) -> ObservedMerge:
    return ObservedMerge("1", "merge", step, waiting_for, "main", "2026-01-01T00:00:00Z", (), False, (), None)


@pytest.mark.parametrize("step", MergeStep)
def test_every_step_of_a_merge_is_told(step: MergeStep) -> None:
    said = command_words(Activity(holder=7, doing="merge"), observed(step), "into main")
    assert said.startswith("The merge into main is ") and "{" not in said


def test_a_merge_that_waits_is_not_what_is_at_work() -> None:
    waits = observed(MergeStep.REBASE, WaitsFor.CONFLICTS)
    assert command_words(Activity(holder=7, doing="merge"), waits, "into main") == (
        "A command is at work in the open merge"
    )
    assert command_words(Activity(holder=7, doing="commit"), waits, "into main") == "A commit is being made"


def test_what_a_session_is_held_for_is_told() -> None:
    assert command_words(Activity(holder=7, doing="squash"), None, "") == "The commits are being squashed"
    assert command_words(Activity(holder=7, doing="else"), None, "") == "A command is at work in this session"
