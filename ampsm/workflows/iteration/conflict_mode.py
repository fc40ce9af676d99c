"""An iteration while a rebase waits for its conflicts to be resolved: the one place other than the session's branch
where the agent may work (SPEC section 5.2). Nothing is staged or committed; going on is left to `continue-merge`."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.command import answer_or, git, paths_of
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite import resolving
from ampsm.git.rewrite.left_by_git import in_the_worktree
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.model.errors import UserError
from ampsm.model.phrases import few
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.iteration.outcome import Outcome, status_of
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.session import open_merge, worktree_of

_TASK = (
    "A rebase of this branch has stopped at conflicts. Read AGENT_CONTEXT/REBASE_HELP.md and resolve them in the files "
    "below, so that both sides' intentions are kept and no conflict marker is left. Change no other file. Do not "
    "commit, do not run `git rebase`, and do not switch branches."
)
#: As many files are named to the agent; the page that it reads has all of them.
_MOST_NAMED = 100


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


@record
class OtherFiles:
    """What the agent is not asked to change: every file but those `asked` for, as it differs from HEAD in the
    worktree."""

    asked: frozenset[str]
    entries: dict[str, StagedEntry | None]

    def changed_since(self, before: OtherFiles) -> list[str]:
        """The paths of those that are not what they were, sorted."""
        paths = {*before.entries, *self.entries} - before.asked
        nowhere = StagedEntry("", "")
        return sorted(
            path for path in paths if before.entries.get(path, nowhere) != self.entries.get(path, nowhere)
        )  # fmt: skip


def other_files(session: Session) -> OtherFiles:
    """How they are now. Raises GitError."""
    worktree = session.worktree
    paths = paths_of(git(worktree, "diff-index", "-z", "--name-only", "--no-renames", "HEAD", "--").stdout)
    found = in_the_worktree(worktree, paths, len(repository.require_head(worktree)))
    return OtherFiles(frozenset(resolving.unresolved(worktree)), {path: found.get(path) for path in paths})


def task(before: OtherFiles) -> str:
    """What the agent is told that it is about, before what the user has to say: the files, and what not to do."""
    named = sorted(before.asked)
    listed = [f"- {path}" for path in named[:_MOST_NAMED]]
    if len(named) > _MOST_NAMED:
        listed.append(f"- and {len(named) - _MOST_NAMED} more, which that page names")
    return "\n".join([_TASK, "", *listed])


def outcome_of(session: Session, recorder: Recorder, failure: UserError | None, before: OtherFiles) -> Outcome:
    """How the iteration ended; its work stays in the worktree as it is. What it has changed besides is told."""
    start = recorder.iteration.start_sha
    no_paths: list[str] = []
    if git_rebase.in_progress(session.worktree) is None:
        recorder.warn("rebase-ended", "The agent ended the rebase itself; continue-merge goes on from what it left")
    elif others := answer_or(no_paths, _changed_since, session, before):
        message = f"The agent changed files that are not in conflict: {few(others, 3)}; continue-merge would take them"
        recorder.warn("other-files-changed", message)
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, recorder.iteration.number, "end"), start)
    return Outcome(status=status_of(failure), error=failure, end_sha=start, needs_person=True)


def _changed_since(session: Session, before: OtherFiles) -> list[str]:
    return other_files(session).changed_since(before)
