"""A merge that is asked for, as every check of a preflight sees it, and what a check is (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from ampsm.context import Context
from ampsm.git.content.committed import Committed
from ampsm.git.repository import Head
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.workflows.finishing.merge.plan import MergePlan
from ampsm.workflows.finishing.not_taken import NotTaken
from ampsm.workflows.session.branch_point import Target
from ampsm.workflows.session.open_merge import MergeOptions
from ampsm.workflows.session.worktree_of import LocalChanges

#: The status of a check, its message and, unless all is well, the next command to type.
Verdict = tuple[str, str] | tuple[str, str, str]


@record
class Asked:
    """What a merge is asked to do, and what is known before it does anything.

    `changed` are the paths that it writes on the target, each with git's letter. The rest is about the session's
    branch, and nobody asks for it when only the target is still to be moved, to the `tip`: `plan` (None, as `tip`: the
    branch is gone), `local` and `head` of the worktree, the iteration whose work is `pending` and committed first, or
    why git would refuse it (`refused`).
    `merging`: the merge itself asks. With `moves_target` false it ends before the target moves. `brought` is what the
    commits bring, as soon as a check has looked.
    """

    ctx: Context
    session: Session
    options: MergeOptions
    target: Target
    tip: str | None = None
    plan: MergePlan | None = None
    changed: tuple[tuple[str, str], ...] = ()
    local: LocalChanges | None = None
    head: Head | None = None
    pending: Iteration | None = None
    refused: NotTaken | None = None
    merging: bool = False
    moves_target: bool = True
    brought: list[Committed] = field(default_factory=list)


@record
class Check:
    """One question about a merge, by the name that its answer has in `preflight`.

    `ask` changes nothing. What it fails, a merge refuses before it has changed anything. With `at_target` it is asked
    again just before the target moves, when all that is known is `session`, `options`, `target`, `tip` and `changed`;
    then a failure keeps the merge open. With `before_rebase` a rebase alone is refused by it as well.
    """

    id: str
    ask: Callable[[Asked], Verdict]
    at_target: bool = False
    before_rebase: bool = False
