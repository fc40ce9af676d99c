"""The single checks of a preflight, each a statement about a merge that changes nothing (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ampsm.git import in_the_way, refs, repository
from ampsm.git.checkouts import checkouts, local_edits
from ampsm.git.command import answer_or
from ampsm.git.hidden_edits import hidden_edits, show_again
from ampsm.git.objects.missing import require_between
from ampsm.git.worktree import writable
from ampsm.git.worktree.convertible import require_convertible
from ampsm.model.errors import UserError, quoted
from ampsm.model.merge import FAIL, PASS, SKIP, WARN
from ampsm.model.phrases import counted, few
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.workflows.finishing import of_upstream, rewrite
from ampsm.workflows.finishing.merge.asked import Asked, Verdict
from ampsm.workflows.finishing.merge.plan import moved_commits
from ampsm.workflows.finishing.not_taken import not_taken
from ampsm.workflows.finishing.squash import without_commits
from ampsm.workflows.iteration.test_run import how_it_failed
from ampsm.workflows.session import unharmed
from ampsm.workflows.session.known_tip import lost_since, recorded_tip, tip_ref
from ampsm.workflows.session.moved import name_back, renamed_to, sentence
from ampsm.workflows.session.worktree_of import go_back


def nothing_open(asked: Asked) -> Verdict:
    """No merge or rebase of the session waits to be finished."""
    return judged(lambda: rewrite.require_nothing_open(asked.ctx, asked.session), "No merge or rebase is open")


def worktree_clean(asked: Asked) -> Verdict:
    """Nothing uncommitted, and nothing of git's that waits to be finished; what an interrupted iteration left counts as
    clean, since the merge commits it first. Without a branch git takes every file for a new one."""
    session, local = asked.session, asked.local
    if local is None and asked.refused:
        return FAIL, f"git cannot read the files in the worktree: {asked.refused.reason}", asked.refused.hint
    if local is None or asked.tip is None:
        return SKIP, "Cannot be told without the branch"
    status, changed = local.status, few(local.paths)
    if waiting := local.unfinished:
        return FAIL, waiting.sentence, waiting.hint
    if changed and asked.pending:
        message = f"What the interrupted iteration left is committed first: {changed}"
        return WARN, message, f"amp-sessions diff {session.id} --working"
    if changed:
        message = f"Uncommitted changes in the worktree: {changed}"
        if asked.head and asked.head.branch != session.branch:  # only there `commit` works
            return FAIL, message, go_back(session)
        if refused := asked.refused or not_taken(session, local):
            return FAIL, f"{message}; git cannot take them: {refused.reason}", refused.hint
        return FAIL, message, f"amp-sessions commit {session.id} --message '…'"
    if status.nested:
        message = f"A repository inside is no part of the merge: {few(status.nested)}"
        return WARN, message, f"amp-sessions status {session.id}"
    return PASS, "The worktree has no uncommitted changes"


def worktree_free(asked: Asked) -> Verdict:
    """No file that git does not track, ignored or left over, is in the session's worktree where the merge would write
    another on its way, and no edit that git was told not to look at."""
    if asked.plan is None:
        return SKIP, "Cannot be told without the branch"
    worktree = Path(asked.session.worktree)
    touched = asked.plan.prediction.touched
    if edits := hidden_edits(worktree, touched):
        message = f"{worktree} has edits hidden from git where the merge would write: {few(edits)}"
        return FAIL, message, show_again(worktree, edits[0])
    first = set(asked.local.paths) if asked.pending and asked.local else ()  # is committed before
    left = [path for path in in_the_way.untracked_at(worktree, asked.plan.prediction.arriving) if path not in first]
    if left:
        return FAIL, in_the_way.in_the_way(worktree, left).message, in_the_way.way_out(worktree, left)
    well = "No ignored file in the worktree is in the way"
    if not asked.plan.rebases:
        return PASS, well
    return judged(lambda: writable.require_writable(worktree, touched), well)


def commits(asked: Asked) -> Verdict:
    """There is something to merge, and `exclude` can keep manual commits apart."""
    session, plan, target = asked.session, asked.plan, asked.target.name
    if plan is None:
        return SKIP, "Cannot be counted"
    if not (plan.commits or asked.pending):
        message = f"There is nothing to merge: {session.branch} has no commits that {target} lacks"
        return FAIL, message, without_commits(session)
    if not plan.prediction.separable:
        message = "The manual commits cannot be separated from the agent's without conflict"
        return FAIL, message, f"amp-sessions merge {session.id} --message '…'  (one commit of all)"
    if plan.leaves_out:
        message = "The rebase drops merge commits, and with them changes that only these made"
        return WARN, message, f"amp-sessions merge {session.id} --message '…'  (one commit keeps them)"
    kinds = [f"{part} {whose}" for part, whose in ((plan.amp, "by the agent"), (plan.manual, "by hand")) if part]
    message = f"{counted(len(plan.commits), 'commit')} to merge into {target}"
    return PASS, message + (f" ({', '.join(kinds)})" if kinds else "")


def base_up_to_date(asked: Asked) -> Verdict:
    """The target has all that its upstream had when it was last fetched; what it lacks of that is not among the commits
    of the session, where the merge would take it for the session's work."""
    session, target = asked.session, asked.target.name
    behind = repository.behind_upstream(session.repo, target)
    if behind is None:
        return SKIP, f"{target} has no upstream"
    if not behind:
        return PASS, f"{target} has all that its upstream had at the last fetch"
    own = [commit.sha for commit in asked.plan.commits] if asked.plan else []
    mixed = judged(lambda: of_upstream.require_none_of_upstream(session, target, own), "")
    if mixed[0] == FAIL:
        return mixed
    lacking = quoted(f"{target}..{target}@{{upstream}}")
    message = f"{target} is {counted(behind, 'commit')} behind its upstream"
    return WARN, message, f"git -C {quoted(session.repo)} log --oneline {lacking}"


def conflicts(asked: Asked) -> Verdict:
    """What the merge would meet."""
    session, plan, target = asked.session, asked.plan, asked.target.name
    if plan is None or not plan.prediction.separable:
        return SKIP, "Cannot be predicted"
    if not plan.prediction.conflicts:
        return PASS, f"No conflicts with {target} are expected"
    first = " at first" if moved_commits(asked.options, plan.commits) > 1 else ""
    message = f"Conflicts with {target} are expected{first} in {few(plan.prediction.conflicts)}"
    notes = quoted(f"Adapt to the changes on {target}")
    return WARN if asked.merging else FAIL, message, f"amp-sessions iterate {session.id} --notes {notes}"


def tests(session: Session, result: TestResult | None, why_not: str | None) -> Verdict:
    """How the test script judges what is merged; `why_not` when it was not asked."""
    if result is None:
        return SKIP, why_not or "The test script did not run"
    if result.passed:
        return PASS, f"The test script passed: {result.command}"
    return FAIL, how_it_failed(result), f"amp-sessions iterate {session.id} --notes 'Make the tests pass'"


def target_checkout(asked: Asked) -> Verdict:
    """The target is as people left it; where it is checked out nothing waits to be finished, and nothing is in the way
    of the paths that the merge changes."""
    session, target = asked.session, asked.target.name
    harmed = judged(lambda: unharmed.require_unharmed(asked.ctx, session, asked.target.ref), "")
    if harmed[0] == FAIL:
        return harmed
    found = checkouts(Path(session.repo), target)
    if not found:
        return PASS, f"{target} is checked out nowhere, only the branch moves"
    wrong = next((message for place in found if (message := place.why_not_moved(target))), None)
    if wrong is None and len(found) > 1:
        wrong = f"{target} is checked out in {len(found)} worktrees: {few([str(c.worktree) for c in found])}"
    place = found[0].worktree
    if wrong is None and (edits := local_edits(place, asked.changed)):
        wrong = f"{place} has local changes where the merge would write: {few(edits)}"
        if hidden := hidden_edits(place, edits):
            return FAIL, wrong, show_again(place, hidden[0])
    if wrong is None and (left := in_the_way.untracked_at(place, in_the_way.arriving(asked.changed))):
        return FAIL, in_the_way.in_the_way(place, left).message, in_the_way.way_out(place, left)
    if wrong is None:
        well = f"{target} is checked out in {place}, nothing there is in the way"
        free = judged(lambda: writable.require_writable(place, [path for path, _ in asked.changed]), well)
        written = [path for path, letter in asked.changed if letter != "D"]
        return _convertible(asked, written, well) if free[0] == PASS else free
    return FAIL, wrong, f"git -C {quoted(place)} status"


def _convertible(asked: Asked, paths: Sequence[str], well: str) -> Verdict:
    """Whether git can write them as the session has them. Where they are changed meanwhile, that cannot be told."""
    tip, programs = asked.tip, asked.merging or asked.plan is None
    if tip is None:
        return PASS, well
    worktree = Path(asked.session.worktree)
    return judged(lambda: require_convertible(worktree, tip, paths, programs=programs), well)


def branch(asked: Asked) -> Verdict:
    """HEAD is the session's branch, which has a history in common with its base, and has all that it held when it was
    seen last, or was recorded by a release that noted no tip; git has every object of that."""
    session, head, tip = asked.session, asked.head or repository.head(asked.session.worktree), asked.tip
    if tip is None and (renamed := answer_or(None, renamed_to, session)):
        return FAIL, sentence(session, renamed), name_back(session, renamed)
    if tip is None:
        return FAIL, f"The branch {session.branch} does not exist", f"amp-sessions restore {session.id}"
    if head.branch != session.branch:
        where = f"on {head.branch}" if head.branch else "on no branch (detached HEAD)"
        return FAIL, f"The worktree is {where}, not on {session.branch}", go_back(session)
    seen = refs.read_ref(session.repo, tip_ref(session.id)) or recorded_tip(asked.ctx, session, tip)
    if lost := lost_since(session, tip, seen):
        message = f"{session.branch} was at {lost[:12]} when it was last seen, and has not all of that any more"
        as_it_is = f"squash {session.id} --message '…'" if asked.options.squash else f"rebase {session.id}"
        back = f"git -C {quoted(session.worktree)} reset --keep {lost}"
        return FAIL, message, f"{back}, or take it as it is: amp-sessions {as_it_is}"
    plan = asked.plan
    well = f"The worktree is on {session.branch}"
    if plan is None:
        return PASS, well
    related = judged(lambda: rewrite.require_related(session, plan.branch_point, tip), well)
    if related[0] == FAIL:
        return related
    return judged(lambda: require_between(Path(session.repo), [tip], [plan.branch_point]), well)


def judged(require: Callable[[], object], well: str) -> Verdict:
    """What a function says that raises for what is wrong: the same words whether a check asks or a step does."""
    try:
        require()
    except UserError as error:
        return FAIL, error.message, error.hint or "amp-sessions doctor"
    return PASS, well
