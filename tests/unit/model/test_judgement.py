"""What the checks of a preflight come to: the worst decides."""

from __future__ import annotations

from ampsm.model.merge import PreflightCheck, judge


def checks(**statuses: str) -> list[PreflightCheck]:
    return [PreflightCheck(name, status, f"{name} says {status}") for name, status in statuses.items()]


def test_the_worst_comes_first() -> None:
    judged = judge(checks(commits="pass", tests="fail", content="warn", branch="fail", signing="skip"))
    assert [check.id for check in judged.checks] == ["branch", "tests", "content", "signing", "commits"]
    assert [check.id for check in judged.blocking] == ["branch"]
    assert [check.id for check in judged.waiting] == ["tests"]
    assert [check.id for check in judged.warning] == ["content"]
    assert not judged.can_begin


def test_a_merge_begins_and_waits_for_conflicts_and_tests() -> None:
    judged = judge(checks(conflicts="fail", tests="fail", commits="pass"))
    assert judged.can_begin and [check.id for check in judged.waiting] == ["conflicts", "tests"]
    assert judge(checks(commits="pass", signing="skip")).can_begin
