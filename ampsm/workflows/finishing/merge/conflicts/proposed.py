"""What the agent does at the conflicts that wait, and what it proposes for a file (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.context import Context
from ampsm.git.content.text_patch import text_patch
from ampsm.git.objects import read_blobs
from ampsm.git.rewrite.left_by_git import in_the_worktree, is_binary
from ampsm.git.rewrite.stages import unmerged
from ampsm.model.record import record
from ampsm.model.session import Iteration
from ampsm.store import iterations
from ampsm.workflows.finishing.merge.conflicts.conflicted import one_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import draft_of, drafts_of
from ampsm.workflows.finishing.merge.conflicts.laid import laid
from ampsm.workflows.finishing.merge.conflicts.matching import texts_between
from ampsm.workflows.finishing.merge.conflicts.waiting import stop_of
from ampsm.workflows.session.in_conflict.holding import that_holds
from ampsm.workflows.session.in_conflict.words import (
    bring_back_command,
    failed_sentence,
    spared_sentence,
    take_back_commands,
    taken_back_sentence,
    told_of_last,
)


@record
class AgentAtConflicts:
    """The last iteration at the conflicts that wait, which `asked` for so many files; `proposed` are those that are
    unresolved, and still as the agent left them. `taken_back` says what was changed besides and still holds, of so many
    sentences as were `told`; `bring_back` are the commands for that, or where all of it was left those that take it
    back."""

    iteration: Iteration
    asked: int
    proposed: tuple[str, ...]
    taken_back: tuple[str, ...]
    bring_back: tuple[str, ...]
    told: int = 0

    @property
    def works(self) -> bool:
        return self.iteration.status == "running"


@record
class Proposal:
    """What the agent of an iteration made of a file: `text` is all of it, None where it deleted it or it is no text;
    `patch` leads from what would be written now to that, without file headers. `hunks` have its text for each
    conflict, None where that cannot be told."""

    iteration: int
    text: str | None
    patch: str
    hunks: Mapping[int, str | None]


def agent_at_conflicts(ctx: Context, ref: str) -> AgentAtConflicts | None:
    """What the agent does, or did, where the open merge or rebase waits; None when it was not asked there. Raises as
    `stop_of`."""
    stop = stop_of(ctx, ref)
    work = stop.agent
    if work is None:
        return None
    found = next((row for row in iterations.iterations_of(ctx.store, stop.session.id) if row.number == work.iteration),
                 None)  # fmt: skip
    if found is None:
        return None
    left = unmerged(stop.worktree)
    open_ = [one for one in work.proposals if one.path in left]
    now = in_the_worktree(stop.worktree, [one.path for one in open_], stop.width)
    proposed = tuple(one.path for one in open_ if now.get(one.path) == one.entry)
    told = len(told_of_last(stop.worktree, work))
    work = that_holds(stop.worktree, work)
    commands = tuple(command for one in work.taken_back if (command := bring_back_command(stop.worktree, one)))
    said = tuple(map(taken_back_sentence, work.taken_back))
    if work.spared:
        said = (*said, spared_sentence(work.spared))
        commands = commands or take_back_commands(stop.worktree, work.spared)
    if work.failed:
        said = (*said, failed_sentence(work))
    return AgentAtConflicts(found, len(work.asked), proposed, said, commands, told)


def proposal_for(ctx: Context, ref: str, path: str) -> Proposal | None:
    """What the agent proposes for a file, also when it has been edited since; None when it does not. Raises as
    `conflict_hunks`."""
    stop = stop_of(ctx, ref)
    drafts = drafts_of(ctx, stop)
    file = one_conflicted(ctx, stop, drafts, path)
    found = stop.agent.proposal(file.path) if stop.agent else None
    if found is None:
        return None
    entry = found.entry
    content = read_blobs(stop.root, [entry.blob])[entry.blob] if entry and entry.is_file else None
    if content is None or not file.has_hunks or is_binary(content):
        return Proposal(found.iteration, None, "", {})
    text = laid(stop.root, file)
    say = text.encoding.decode
    patch = text_patch(text.result(draft_of(drafts, file.path, file.stages)), content)
    hunks = {n: None if one is None else say(one) for n, one in texts_between(text.three, content).items()}
    return Proposal(found.iteration, say(content), say(patch), hunks)
