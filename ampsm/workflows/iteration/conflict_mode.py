"""An iteration while a rebase waits for its conflicts to be resolved: the one place other than the session's branch
where the agent may work (SPEC section 5.2). Nothing is staged or committed, no file stays changed that is not in
conflict, and going on is left to `continue-merge`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.errors import UserError
from ampsm.model.phrases import few
from ampsm.model.session import Session
from ampsm.workflows.iteration.outcome import Outcome, status_of
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.iteration.surroundings import Warn
from ampsm.workflows.session import open_merge, worktree_of
from ampsm.workflows.session.in_conflict import taking_back
from ampsm.workflows.session.in_conflict.words import kept_words, taken_back_words

_TASK = (
    "A rebase of this branch has stopped at conflicts. Read AGENT_CONTEXT/REBASE_HELP.md and resolve them in the files "
    "below, so that both sides' intentions are kept and no conflict marker is left. Change no other file. Do not "
    "commit, do not run `git rebase`, and do not switch branches."
)
#: As many files are named to the agent; the page that it reads has all of them.
_MOST_NAMED = 100


def is_awaited(ctx: Context, session: Session, seen: WorktreeSeen | None = None) -> bool:
    """Whether exactly the state is there that the program left: HEAD detached in the recorded rebase of the session's
    branch. Who only reads has `seen` the worktree. Raises `session-cleaned-up`, `worktree-missing` or `wrong-worktree`
    (exit 5) when one is recorded, and the worktree is not the session's."""
    state = open_merge.load(ctx, session.id)
    if state is None or state.waiting_for != "conflicts":
        return False
    worktree_of.require_worktree(session, seen)
    found = git_rebase.in_progress(session.worktree)
    if found is None or (found.branch, found.onto) != (session.branch, state.onto):
        return False
    return (seen.status if seen else repository.head(session.worktree)).branch is None


def task(asked: Collection[str]) -> str:
    """What the agent is told that it is about, before what the user has to say: the files, and what not to do."""
    named = sorted(asked)
    listed = [f"- {path}" for path in named[:_MOST_NAMED]]
    if len(named) > _MOST_NAMED:
        listed.append(f"- and {len(named) - _MOST_NAMED} more, which that page names")
    return "\n".join([_TASK, "", *listed])


def outcome_of(session: Session, recorder: Recorder, failure: UserError | None) -> Outcome:
    """How the iteration ended; what it made of the files in conflict stays in the worktree as it is."""
    start = recorder.iteration.start_sha
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, recorder.iteration.number, "end"), start)
    return Outcome(status=status_of(failure), error=failure, end_sha=start, needs_person=True)


def take_back(ctx: Context, session: Session, warn: Warn) -> None:
    """Takes back what the agent changed besides the files it was asked about, and tells that, or why it could not be.
    Nothing of it runs any more."""
    gone = git_rebase.in_progress(session.worktree) is None
    try:
        ended = taking_back.end(ctx, session)
    except (UserError, OSError) as error:
        warn("other-files-changed", f"What the agent changed besides the conflicts could not be taken back: {error}")
        return
    if gone:
        said = "The agent ended the rebase itself, and what it left stays as it is; status says how to go on"
        warn("rebase-ended", said + kept_words(session.worktree, ended.kept))
    elif ended.gone_on:
        said = "The agent went on with the rebase, or moved HEAD; what it changed stays as it is"
        warn("rebase-went-on", said + kept_words(session.worktree, ended.kept))
    if ended.left:
        warn("branch-moved", f"The agent checked out {ended.left} in the middle of the rebase; HEAD is as before again")
    if ended.rebase:
        said = f"The agent also changed what git keeps of the rebase ({few(ended.rebase, 3)})"
        warn("rebase-changed", f"{said}, which is as before again")
    for taken in ended.taken_back:
        warn("other-files-changed", taken_back_words(session.worktree, taken))
