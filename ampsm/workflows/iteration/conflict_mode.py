"""An iteration while a rebase waits for its conflicts to be resolved: the one place other than the session's branch
where the agent may work (SPEC section 5.2). Nothing is staged or committed; going on is left to `continue-merge`."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.iteration.outcome import Outcome, status_of
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.session import open_merge, worktree_of

#: What the agent is told that it is about, before what the user has to say.
TASK = (
    "A rebase of this branch has stopped at conflicts. Read AGENT_CONTEXT/REBASE_HELP.md and resolve them in the files "
    "of this worktree, so that both sides' intentions are kept and no conflict marker is left. Do not commit, do not "
    "run `git rebase`, and do not switch branches."
)


def is_awaited(ctx: Context, session: Session) -> bool:
    """Whether exactly the state is there that the program left: HEAD detached in the recorded rebase of the session's
    branch. Raises `session-cleaned-up`, `worktree-missing` or `wrong-worktree` (exit 5) when one is recorded, and the
    worktree is not the session's."""
    state = open_merge.load(ctx, session.id)
    if state is None or state.waiting_for != "conflicts":
        return False
    worktree_of.require_worktree(session)
    found = git_rebase.in_progress(session.worktree)
    if found is None or (found.branch, found.onto) != (session.branch, state.onto):
        return False
    return repository.head(session.worktree).branch is None


def outcome_of(session: Session, recorder: Recorder, failure: UserError | None) -> Outcome:
    """How the iteration ended; its work stays in the worktree as it is."""
    start = recorder.iteration.start_sha
    if git_rebase.in_progress(session.worktree) is None:
        recorder.warn("rebase-ended", "The agent ended the rebase itself; continue-merge goes on from what it left")
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, recorder.iteration.number, "end"), start)
    return Outcome(status=status_of(failure), error=failure, end_sha=start, needs_person=True)
