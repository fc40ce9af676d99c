"""The steps of a merge up to the moving of the target, each of which can be done again (SPEC section 6).

squash → rebase → test → patch → target. From the rebase on, the target is held against the program's other merges.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.git import rebase as git_rebase
from ampsm.git import refs, repository, target
from ampsm.git.checkouts import where_checked_out
from ampsm.git.patch import mailbox
from ampsm.git.squash import Squashed
from ampsm.journal.events import Waiting
from ampsm.model.errors import ExitCode, UserError
from ampsm.model.merge import FAIL, MergeStep, WaitsFor
from ampsm.model.session import utc_now
from ampsm.system.files import atomic_write
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge import checks, open_rebase, rebase_help, target_lock, tests
from ampsm.workflows.finishing.merge.machine import Halted, Merging
from ampsm.workflows.finishing.merge.plan import squashes
from ampsm.workflows.finishing.rebase import conflict_error
from ampsm.workflows.finishing.squash import squash_held
from ampsm.workflows.iteration.test_run import known_result
from ampsm.workflows.session import commit_origin, operations
from ampsm.workflows.session.operations import MovedTarget, Operation

#: How often a merge rebases again because others have moved the target meanwhile.
ATTEMPTS = 3

_ON_TARGET = ("rebase", "test", "patch", "target")


def up_to_target(merging: Merging) -> None:
    """Does what is left of these steps. Raises Halted when it cannot go on by itself, GitError and other UserErrors
    when a step failed; whatever it raises, the merge stays open at the step that did not end."""
    if merging.state.step == MergeStep.SQUASH:
        squash(merging)
    if merging.state.step not in _ON_TARGET:
        return
    name = merging.state.target_name

    def on_wait() -> None:
        merging.on_progress(Waiting(message=f"Another merge into {name} is at work; waiting for it"))

    with target_lock.held(merging.ctx, merging.session, merging.state.target_ref, on_wait=on_wait):
        _onto_target(merging)


def squash(merging: Merging) -> None:
    """Makes one commit of the session's commits, where that is wanted."""
    state = merging.state
    merging.enter(MergeStep.SQUASH)
    if state.pending and merging.branch_tip() == state.pending:
        merging.save(tip=state.pending, pending=None)
    merging.require_exact()
    found = commit_origin.classify(merging.ctx, merging.session, state.branch_point, merging.state.tip)
    if state.pending == merging.state.tip or not squashes(state.options, len(found)):
        message = "every commit is kept" if not state.options.squash else "it is one commit"
        merging.enter(MergeStep.REBASE, pending=None)
        merging.end(MergeStep.SQUASH, message, "skipped" if state.pending is None else "done")
        return

    def announce(made: Squashed, _backup_ref: str) -> None:
        merging.save(pending=made.commit)

    made = squash_held(
        merging.ctx, merging.session, message=state.options.message or "", include=state.options.include,
        target_sha=state.branch_point, announce=announce,
    )  # fmt: skip
    merging.save(step=MergeStep.REBASE, tip=made.commit, pending=None)
    number = "1 commit is" if made.squashed == 1 else f"{made.squashed} commits are"
    kept = f", {made.kept} kept" if made.kept else ""
    merging.end(MergeStep.SQUASH, f"{number} {made.commit[:10]} now{kept}")


def _onto_target(merging: Merging) -> None:
    if merging.state.step in ("test", "patch") and merging.target_tip() != merging.state.onto:
        merging.save(step=MergeStep.REBASE)
    steps: dict[str, Callable[[Merging], None]] = {"rebase": rebase, "test": test, "patch": patch}
    while True:
        while merging.state.step in steps:
            steps[merging.state.step](merging)
        if merging.state.step != MergeStep.TARGET or move_target(merging):
            return
        if merging.state.attempts >= ATTEMPTS:
            raise merging.halt(
                WaitsFor.TARGET, "target-moved", _moved(merging), attempts=0, step=MergeStep.REBASE, target_to=None
            )
        merging.save(step=MergeStep.REBASE, attempts=merging.state.attempts + 1, target_to=None)


def rebase(merging: Merging) -> None:
    """Puts the session's commits on top of the target's tip, or goes on with the rebase that is under way."""
    merging.enter(MergeStep.REBASE)
    if git_rebase.in_progress(merging.worktree) and (conflicts := open_rebase.resume(merging)):
        raise _conflict(merging, conflicts)
    state, tip = merging.state, merging.branch_tip()
    if tip != state.tip:
        _take_rebased(merging, tip)
        return
    merging.require_exact()
    onto = merging.target_tip()
    if state.branch_point == onto:
        merging.save(step=MergeStep.TEST, onto=onto)
        merging.end(MergeStep.REBASE, f"it is on top of {state.target_name} already", "skipped")
        return
    rewrite.back_up(merging.ctx, merging.session, tip)
    merging.save(onto=onto)
    conflicts = git_rebase.start(merging.worktree, onto, state.branch_point)
    if conflicts:
        raise _conflict(merging, conflicts)
    _take_rebased(merging, merging.branch_tip())


def test(merging: Merging) -> None:
    """Asks the test script again when the rebase has moved anything."""
    merging.enter(MergeStep.TEST)
    session, state = merging.session, merging.state
    if why_not := _why_no_tests(merging):
        merging.save(step=MergeStep.PATCH)
        merging.end(MergeStep.TEST, why_not, "skipped")
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
    merging.save(step=MergeStep.PATCH)
    merging.end(MergeStep.TEST, f"passed: {result.command}")


def patch(merging: Merging) -> None:
    """Writes the session's commits as a file that `git am` applies."""
    state = merging.state
    following = "push" if state.options.pr else "target"
    if state.options.patch is None:
        merging.save(step=following)
        return
    merging.enter(MergeStep.PATCH)
    atomic_write(Path(state.options.patch), mailbox(merging.root, state.branch_point, state.tip))
    merging.save(step=following)
    merging.end(MergeStep.PATCH, f"written to {state.options.patch}")


def move_target(merging: Merging) -> bool:
    """Moves the target to what was tested; False when others have moved it meanwhile and nothing was done."""
    merging.enter(MergeStep.TARGET)
    state, now = merging.state, merging.target_tip()
    if state.target_to and repository.is_ancestor(merging.root, state.target_to, now):
        _record(merging)
        return True
    if now != state.onto:
        return False
    if merging.branch_tip() != state.tip:
        raise UserError(
            "branch-moved", f"{merging.session.branch} was moved while its merge is open",
            hint=f"amp-sessions continue-merge {merging.session.id}",
        )  # fmt: skip
    commit = state.tip
    if state.options.no_ff and commit != now:
        announced = state.target_to if state.target_from == now else None
        commit = announced or target.merge_commit(merging.root, now, commit, merge_message(merging))
    merging.save(target_from=now, target_to=commit)
    try:
        _require_target_free(merging, now, commit)
        if commit != now:
            where = where_checked_out(merging.root, state.target_name)
            reason = f"amp-sessions merge {merging.session.id}"
            target.advance(merging.root, state.target_ref, now, commit, where, reason=reason)
    except refs.RefMoved:
        return False
    except UserError as error:
        if error.exit_code != ExitCode.REFUSED:
            raise
        raise merging.halt(WaitsFor.TARGET, "refused", _in_the_way(merging, error)) from error
    _record(merging)
    return True


def merge_message(merging: Merging) -> str:
    """The message of a merge commit."""
    return f"Merge session '{' '.join(merging.session.name.split())}' ({merging.session.branch})\n"


def record_operation(merging: Merging) -> None:
    """Puts what the merge did on the stack of `undo`."""
    state = merging.state
    moved = state.target_from and state.target_to and state.target_from != state.target_to
    operations.push(
        merging.ctx, merging.session,
        Operation(
            n=0, operation="merge", at=utc_now(), from_sha=state.tip_before, to_sha=state.tip,
            backup_ref=state.backup_ref or "", status_before=state.status_before,
            merged_at_before=state.merged_at_before, blocked_by_tests_before=state.blocked_by_tests_before,
            target=MovedTarget(ref=state.target_ref, from_sha=state.target_from or "", to_sha=state.target_to or "")
            if moved else None,
            branch_point=state.branch_point,
        ),
    )  # fmt: skip


def _record(merging: Merging) -> None:
    record_operation(merging)
    rebase_help.remove(merging.session)
    merging.save_session(status="done", merged_at=utc_now(), blocked_by_tests=False)
    merging.save(step=MergeStep.PUSH)
    state = merging.state
    merging.end(MergeStep.TARGET, f"{state.target_name} is at {(state.target_to or state.onto)[:10]} now")


def _why_no_tests(merging: Merging) -> str | None:
    if not merging.session.script_command:
        return "there is no test script"
    if not merging.state.options.test:
        return "left out, as asked for"
    return None if merging.state.rebased else "nothing has moved"


def _take_rebased(merging: Merging, tip: str) -> None:
    """Takes the branch as the rebase left it, by whose hand ever it was finished."""
    state = merging.state
    if not repository.is_ancestor(merging.root, state.onto, tip):
        raise UserError(
            "branch-moved", f"{merging.session.branch} was moved meanwhile, and not onto {state.target_name}",
            hint=f"amp-sessions abort-merge {merging.session.id}", details={"expected": state.tip, "found": tip},
        )  # fmt: skip
    commit_origin.note_rebase(merging.ctx, merging.session, (state.branch_point, state.tip), (state.onto, tip))
    rebase_help.remove(merging.session)
    merging.save(step=MergeStep.TEST, tip=tip, branch_point=state.onto, rebased=True)
    merging.end(MergeStep.REBASE, f"on top of {state.target_name} at {state.onto[:10]}: {tip[:10]}")


def _conflict(merging: Merging, paths: list[str]) -> Halted:
    state = merging.state
    rebase_help.write(
        merging.ctx, merging.session, operation="merge", target=state.target_name, onto=state.onto, conflicts=paths
    )
    return merging.halt(WaitsFor.CONFLICTS, "conflict", conflict_error(merging.session, paths), conflicts=tuple(paths))


def _require_target_free(merging: Merging, old: str, new: str) -> None:
    """Where the target is checked out, nothing waits to be finished and nothing is in the way."""
    changed = repository.changed_paths(merging.root, old, new)
    check = checks.target_checkout(merging.session, merging.state.target_name, changed)
    if check.status == FAIL:
        raise UserError("uncommitted-changes", check.message, hint=check.hint)


def _in_the_way(merging: Merging, error: UserError) -> UserError:
    session_id = merging.session.id
    return UserError(
        error.code, error.message, details=error.details,
        hint=f"clear that, then: amp-sessions continue-merge {session_id}, or give up: amp-sessions abort-merge "
        f"{session_id}",
    )  # fmt: skip


def _moved(merging: Merging) -> UserError:
    return UserError(
        "target-moved", f"{merging.state.target_name} was moved by others {ATTEMPTS + 1} times while this was merged",
        hint=f"amp-sessions continue-merge {merging.session.id}",
    )  # fmt: skip
