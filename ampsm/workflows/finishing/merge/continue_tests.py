"""What the test script says of a merge whose conflicts are all resolved, before it goes on (SPEC section 12)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.record import record
from ampsm.model.telemetry import TestResult
from ampsm.store import telemetry
from ampsm.workflows.iteration.resolved_stop import is_resolved_stop, tree_of_stop
from ampsm.workflows.session import lookup, open_merge


@record
class ContinueTests:
    """`wanted`: the merge asks the script, and what it would judge is the end of the rebase: after this stop there is
    no further commit. `result` is what it has said of exactly that; None when it was not asked, and while not all in
    the worktree is `staged`, so that nothing it says counts for it."""

    wanted: bool
    staged: bool
    result: TestResult | None


def continue_tests(ctx: Context, ref: str, seen: WorktreeSeen | None = None) -> ContinueTests | None:
    """Of the open merge of a session, whose worktree is `seen` by others too; None when it does not wait with all
    conflicts resolved. Raises what `require_session` and proving the place do, and GitError."""
    session = lookup.require_session(ctx, ref)
    seen = seen or WorktreeSeen(session.worktree)
    if not is_resolved_stop(ctx, session, seen):
        return None
    state, at = open_merge.load(ctx, session.id), git_rebase.stop_seen(seen)
    merges = state is not None and state.operation == "merge" and state.options.test
    wanted = bool(merges and session.script_command and at and at.n == at.of)
    tree = tree_of_stop(session, seen) if wanted else None
    known = telemetry.last_test_of_tree(ctx.store, session.id, tree, session.script_command or "") if tree else None
    return ContinueTests(wanted, tree is not None, known)
