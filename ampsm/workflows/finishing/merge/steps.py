"""The steps of a merge before its target moves: squash, rebase, test, patch. Each can be done again (SPEC section 6).

They raise Halted when a person is needed, GitError and other UserErrors when a step broke; whatever it is, the merge
stays open at the step that did not end.
"""

from __future__ import annotations

from pathlib import Path

from ampsm.git import repository
from ampsm.git.patch import mailbox
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite.squash import Squashed
from ampsm.model.errors import UserError
from ampsm.model.merge import WaitsFor
from ampsm.system.files import atomic_write
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge import open_rebase, rebase_help, tests
from ampsm.workflows.finishing.merge.merging import Halted, Merging
from ampsm.workflows.finishing.merge.plan import squashes
from ampsm.workflows.finishing.rebase import conflict_error
from ampsm.workflows.finishing.squash import squash_held
from ampsm.workflows.iteration.test_run import known_result
from ampsm.workflows.session import commit_origin


def squash(merging: Merging) -> None:
    """Makes one commit of the session's commits, where that is wanted."""
    merging.enter()
    state = merging.state
    if state.pending and merging.branch_tip() == state.pending:
        merging.save(tip=state.pending, pending=None)
    merging.require_exact()
    found = commit_origin.classify(merging.ctx, merging.session, state.branch_point, merging.state.tip)
    if state.pending == merging.state.tip or not squashes(state.options, len(found)):
        message = "every commit is kept" if not state.options.squash else "it is one commit"
        merging.advance(message, "skipped" if state.pending is None else "done", pending=None)
        return

    def announce(made: Squashed, _backup_ref: str) -> None:
        merging.save(pending=made.commit)

    made = squash_held(
        merging.ctx, merging.session, message=state.options.message or "", include=state.options.include,
        target_sha=state.branch_point, announce=announce,
    )  # fmt: skip
    number = "1 commit is" if made.squashed == 1 else f"{made.squashed} commits are"
    kept = f", {made.kept} kept" if made.kept else ""
    merging.advance(f"{number} {made.commit[:10]} now{kept}", tip=made.commit, pending=None)


def rebase(merging: Merging) -> None:
    """Puts the session's commits on top of the target's tip, or goes on with the rebase that is under way."""
    merging.enter()
    if git_rebase.in_progress(merging.worktree) and (conflicts := open_rebase.resume(merging)):
        raise _conflict(merging, conflicts)
    state, tip = merging.state, merging.branch_tip()
    if tip != state.tip:
        _take_rebased(merging, tip)
        return
    merging.require_exact()
    onto = merging.target_tip()
    if state.branch_point == onto:
        merging.advance(f"it is on top of {state.target_name} already", "skipped", onto=onto)
        return
    rewrite.back_up(merging.ctx, merging.session, tip)
    merging.save(onto=onto)
    conflicts = git_rebase.start(merging.worktree, onto, state.branch_point)
    if conflicts:
        raise _conflict(merging, conflicts)
    _take_rebased(merging, merging.branch_tip())


def test(merging: Merging) -> None:
    """Asks the test script again when the rebase has moved anything."""
    merging.enter()
    session, state = merging.session, merging.state
    if why_not := _why_no_tests(merging):
        merging.advance(why_not, "skipped")
        return
    merging.require_exact()
    result = known_result(merging.ctx, session, state.tip)
    if result is None or not result.passed:
        merging.session, result = tests.run_for_merge(
            merging.ctx, session, merging.lock, merging.on_progress, keep_status=True
        )
    if not result.passed:
        raise merging.halt(WaitsFor.TESTS, "tests-failed", tests.failed(session, result))
    merging.require_exact()
    merging.advance(f"passed: {result.command}")


def patch(merging: Merging) -> None:
    """Writes the session's commits as a file that `git am` applies, where that is wanted."""
    state = merging.state
    if state.options.patch is None:
        merging.advance(None)
        return
    merging.enter()
    atomic_write(Path(state.options.patch), mailbox(merging.root, state.branch_point, state.tip))
    merging.advance(f"written to {state.options.patch}")


def _why_no_tests(merging: Merging) -> str | None:
    if not merging.session.script_command:
        return "there is no test script"
    if not merging.state.options.test:
        return "left out, as asked for"
    return None if merging.state.rebased else "nothing has moved"


def _take_rebased(merging: Merging, tip: str) -> None:
    """Takes the branch as the rebase left it, whoever finished it."""
    state = merging.state
    if not repository.is_ancestor(merging.root, state.onto, tip):
        raise UserError(
            "branch-moved", f"{merging.session.branch} was moved meanwhile, and not onto {state.target_name}",
            hint=f"amp-sessions abort-merge {merging.session.id}", details={"expected": state.tip, "found": tip},
        )  # fmt: skip
    commit_origin.note_rebase(merging.ctx, merging.session, (state.branch_point, state.tip), (state.onto, tip))
    rebase_help.remove(merging.session)
    merging.advance(
        f"on top of {state.target_name} at {state.onto[:10]}: {tip[:10]}", tip=tip, branch_point=state.onto,
        rebased=True,
    )  # fmt: skip


def _conflict(merging: Merging, paths: list[str]) -> Halted:
    state = merging.state
    rebase_help.write(
        merging.ctx, merging.session, operation="merge", target=state.target_name, onto=state.onto, conflicts=paths
    )
    error = conflict_error(merging.session, paths)
    return merging.halt(WaitsFor.CONFLICTS, "conflict", error, conflicts=tuple(paths))
