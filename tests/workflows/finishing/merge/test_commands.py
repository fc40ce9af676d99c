"""What a merge says that it ran: typed again from before the step, it does the same."""

from __future__ import annotations

import os

import pytest

from ampsm.system.calls import run as call
from ampsm.workflows.finishing.merge.course import merge_course
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merges import MOVED, Make, add_remote, give_script, hook, run


def ran(d: Drawn) -> dict[str, str | None]:
    """The command of each step of the session's merge."""
    course = merge_course(d.ctx, d.session.id)
    assert course is not None
    return {step.step: step.command for step in course.steps}


def type_it(d: Drawn, command: str | None) -> None:
    assert command is not None
    done = call(["/bin/sh", "-c", command], cwd=d.repo, env=dict(os.environ), timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_target_in_a_checkout(drawn: Make) -> None:
    d = drawn(MOVED)
    before = d.git("rev-parse", "main")
    run(d)
    merged, command = d.git("rev-parse", "main"), ran(d)["target"]
    assert command == f"git -C {d.repo} merge --ff-only {merged[:10]}"
    d.git("reset", "-q", "--hard", before)
    type_it(d, command)
    assert d.git("rev-parse", "main") == merged


def test_a_target_that_is_checked_out_nowhere(drawn: Make) -> None:
    d = drawn(MOVED)
    before = d.git("rev-parse", "main")
    d.git("switch", "-q", "--detach")
    run(d)
    merged, command = d.git("rev-parse", "main"), ran(d)["target"]
    assert command == f"git update-ref refs/heads/main {merged[:10]} {before[:10]}"
    d.git("update-ref", "refs/heads/main", before)
    type_it(d, command)
    assert d.git("rev-parse", "main") == merged


@pytest.mark.parametrize(("remote", "upstream"), [("origin", "main"), ("origin", "trunk"), ("it's", "main")])
def test_a_push(drawn: Make, remote: str, upstream: str) -> None:
    """To the remote and branch that it went to: those of the target's upstream, which may be called otherwise."""
    d = drawn(MOVED)
    place = add_remote(d)
    if remote != "origin":
        d.git("remote", "rename", "origin", remote)
    if upstream != "main":
        d.git("push", "-q", "-u", remote, f"main:{upstream}")
    before = d.git("rev-parse", upstream, at=place)
    assert run(d, push=True).pushed
    merged, command = d.git("rev-parse", "main"), ran(d)["push"]
    d.git("update-ref", f"refs/heads/{upstream}", before, at=place)
    type_it(d, command)
    assert d.git("rev-parse", upstream, at=place) == merged


def test_a_push_that_fails(drawn: Make) -> None:
    d = drawn(MOVED)
    place = add_remote(d)
    refuses = hook(d.repo, "pre-push", "exit 1")
    assert run(d, push=True).warnings
    refuses.unlink()
    type_it(d, ran(d)["push"])
    assert d.git("rev-parse", "main", at=place) == d.git("rev-parse", "main")


def test_a_target_that_is_refused_was_not_moved(drawn: Make) -> None:
    d = drawn(MOVED)
    give_script(d, f"echo mine > '{d.repo}/s1.txt'")
    assert run(d).status == "refused"
    assert ran(d)["target"] is None
