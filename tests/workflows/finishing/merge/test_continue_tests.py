"""The test script at a stop with every conflict resolved: asked before the merge goes on, and not asked again after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.workflows.finishing import continue_tests
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.iteration import run_test_script
from ampsm.workflows.session import open_merge
from tests.support.drawn import Drawn, refs_of
from tests.workflows.finishing.merge.merges import CONFLICTED, Make, give_script, resolve, run, runs, session_of


def stopped(drawn: Make, script: str, **options: object) -> tuple[Drawn, Path]:
    """A merge that has stopped, with everything resolved and staged; and the file that counts runs of the script."""
    d = drawn(CONFLICTED)
    log = give_script(d, script)
    assert run(d, **options).status == "conflict"  # type: ignore[arg-type]
    resolve(d)
    d.git("add", "a.txt", at=d.worktree)
    return d, log


def test_it_judges_what_the_merge_goes_on_with(drawn: Make) -> None:
    d, log = stopped(drawn, "touch left-behind ignored")
    exclude = d.repo / ".git/info/exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text("ignored\n")
    asked = runs(log)
    refs, index = refs_of(d.repo), (d.repo / ".git" / "worktrees" / d.worktree.name / "index").read_bytes()
    assert continue_tests(d.ctx, d.session.id) is not None and runs(log) == asked
    assert (d.repo / ".git" / "worktrees" / d.worktree.name / "index").read_bytes() == index, "a look writes nothing"
    result, _ = run_test_script(d.ctx, d.session.id)
    assert result.passed and runs(log) == asked + 1
    found = continue_tests(d.ctx, d.session.id)
    assert found is not None and found.wanted and found.result is not None and found.result.passed
    assert refs_of(d.repo) == refs and session_of(d).status == "awaiting-input"
    merge = open_merge.load(d.ctx, d.session.id)
    assert merge is not None and merge.waiting_for == "conflicts"
    assert continue_merge(d.ctx, d.session.id).status == "merged"
    assert runs(log) == asked + 1, "what is known of this tree is not asked again"


def test_what_fails_there_keeps_waiting_and_is_asked_again(drawn: Make) -> None:
    d, log = stopped(drawn, "! grep -q both a.txt")
    result, _ = run_test_script(d.ctx, d.session.id)
    assert not result.passed and session_of(d).status == "awaiting-input" and not session_of(d).blocked_by_tests
    found = continue_tests(d.ctx, d.session.id)
    assert found is not None and found.result is not None and not found.result.passed
    asked, before = runs(log), d.git("rev-parse", "main")
    assert continue_merge(d.ctx, d.session.id).status == "tests-failed"
    assert runs(log) == asked + 1 and d.git("rev-parse", "main") == before


@pytest.mark.parametrize("more", ["unstaged", "untracked"])
def test_a_result_counts_only_for_what_is_staged(drawn: Make, more: str) -> None:
    d, _ = stopped(drawn, "true")
    (d.worktree / ("s1.txt" if more == "unstaged" else "new.txt")).write_text("more\n")
    run_test_script(d.ctx, d.session.id)
    found = continue_tests(d.ctx, d.session.id)
    assert found is not None and found.wanted and not found.staged and found.result is None


def test_resolved_again_it_is_another_tree(drawn: Make) -> None:
    d, _ = stopped(drawn, "true")
    run_test_script(d.ctx, d.session.id)
    (d.worktree / "a.txt").write_text("otherwise\n")
    d.git("add", "a.txt", at=d.worktree)
    found = continue_tests(d.ctx, d.session.id)
    assert found is not None and found.staged and found.result is None


def test_not_while_something_is_left(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    log = give_script(d, "true")
    assert run(d).status == "conflict"
    asked = runs(log)
    assert continue_tests(d.ctx, d.session.id) is None
    with pytest.raises(UserError) as refused:
        run_test_script(d.ctx, d.session.id)
    assert refused.value.exit_code == 5 and runs(log) == asked


def test_it_is_wanted_at_the_last_stop_alone(drawn: Make, make_repo: Callable[..., Path]) -> None:
    """Commits that are kept come after: what stands there is not what would be merged."""
    d, _ = stopped(drawn, "true", squash=False)
    found = continue_tests(d.ctx, d.session.id)
    assert found is not None and not found.wanted
    d, _ = stopped(drawn, "true", test=False)
    found = continue_tests(d.ctx, d.session.id)
    assert found is not None and not found.wanted
