"""The steps of a merge before its target moves: squash, rebase, test, patch. Each can be done again (SPEC section 6).

They raise Halted when a person is needed, GitError and other UserErrors when a step broke; whatever it is, the merge
stays open at the step that did not end.
"""

from __future__ import annotations

from pathlib import Path

from ampsm.git.commits import message_of
from ampsm.git.patch import mailbox, require_place
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite.squash import Squashed
from ampsm.git.worktree import submodules
from ampsm.model.merge import WaitsFor
from ampsm.model.phrases import counted, few
from ampsm.system.files import atomic_write
from ampsm.workflows.finishing.merge import rebase_help
from ampsm.workflows.finishing.merge.merging import Halted, Merging
from ampsm.workflows.finishing.merge.plan import is_squashed
from ampsm.workflows.finishing.squash import squash_held
from ampsm.workflows.iteration.test_run import how_it_failed, known_result, run_for_merge
from ampsm.workflows.session import commit_origin


def squash(merging: Merging) -> None:
    """Makes one commit of the session's commits, where that is wanted: a session that is one commit already is kept
    untouched, unless there is a new message for it."""
    merging.enter()
    state, options = merging.state, merging.state.options
    if state.pending and merging.branch_tip() == state.pending:
        merging.save(tip=state.pending, pending=None)
    merging.require_exact()
    commits = commit_origin.classify(merging.ctx, merging.session, state.branch_point, merging.state.tip)
    wanted = is_squashed(options, commits, rebases=merging.target_tip() != state.branch_point)
    if state.pending == merging.state.tip or not wanted:
        message = "it is one commit" if options.squash else "every commit is kept"
        merging.advance(message, "done" if state.pending else "skipped", pending=None)
        return

    def announce(made: Squashed, _backup_ref: str) -> None:
        merging.save(pending=made.commit)

    made, _ = squash_held(
        merging.ctx, merging.session, merging.state.tip,
        message=options.message or message_of(merging.root, commits[-1].sha), include=options.include,
        target_sha=state.branch_point, announce=announce,
    )  # fmt: skip
    number = counted(made.squashed, "commit") + (" is" if made.squashed == 1 else " are")
    kept = f", {made.kept} kept" if made.kept else ""
    merging.advance(f"{number} {made.commit[:10]} now{kept}", tip=made.commit, pending=None)


def rebase(merging: Merging) -> None:
    """Puts the session's commits on top of the target's tip, or goes on with the rebase that is under way."""
    merging.enter()
    if git_rebase.in_progress(merging.worktree) and (conflicts := merging.resume_rebase()):
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
    merging.back_up(tip)
    merging.save(onto=onto)
    if conflicts := git_rebase.start(merging.worktree, onto, state.branch_point):
        raise _conflict(merging, conflicts)
    _take_rebased(merging, merging.branch_tip())


def test(merging: Merging) -> None:
    """Asks the test script again when the rebase has moved anything."""
    merging.enter()
    ctx, session, state, why_not = merging.ctx, merging.session, merging.state, None
    if not session.script_command:
        why_not = "there is no test script"
    elif not state.options.test:
        why_not = "left out, as asked for"
    elif not state.rebased:
        why_not = "nothing has moved"
    if why_not is not None:
        merging.advance(why_not, "skipped")
        return
    merging.require_exact()
    result = known_result(ctx, session, state.tip)
    if result is None or not result.passed:
        merging.session, result = run_for_merge(ctx, session, merging.lock, merging.on_progress, sets_status=False)
    if not result.passed:
        raise merging.halt_for_tests(how_it_failed(result), exitCode=result.exit_code, timedOut=result.timed_out)
    merging.require_exact()
    merging.advance(f"passed: {result.command}")


def patch(merging: Merging) -> None:
    """Writes the session's commits as a file that `git am` applies, where that is wanted."""
    state = merging.state
    if state.options.patch is None:
        merging.advance(None)
        return
    merging.enter()
    require_place(Path(state.options.patch))
    atomic_write(Path(state.options.patch), mailbox(merging.root, state.branch_point, state.tip))
    merging.advance(f"written to {state.options.patch}")


def _take_rebased(merging: Merging, tip: str) -> None:
    """Takes the branch as the rebase left it, whoever finished it."""
    state = merging.state
    merging.require_rebased(tip)
    merging.require_no_markers(tip)
    submodules.follow(merging.worktree, state.tip, tip)
    commit_origin.note_rebase(merging.ctx, merging.session, (state.branch_point, state.tip), (state.onto, tip))
    rebase_help.remove(merging.session)
    message = f"on top of {state.target_name} at {state.onto[:10]}: {tip[:10]}{_left_out(merging, tip)}"
    merging.advance(message, tip=tip, branch_point=state.onto, rebased=True)


def _left_out(merging: Merging, tip: str) -> str:
    """Of which commits the rebase has made none, as the end of a sentence."""
    state = merging.state
    gone = git_rebase.left_out(merging.root, (state.branch_point, state.tip), (state.onto, tip))
    named = few([f"{commit.sha[:10]} {commit.subject}" for commit in gone], 1)
    return f"; no commit was made of {named}" if gone else ""


def _conflict(merging: Merging, paths: list[str]) -> Halted:
    error = rebase_help.write(merging, paths)
    return merging.halt(WaitsFor.CONFLICTS, "conflict", error, conflicts=tuple(paths))
