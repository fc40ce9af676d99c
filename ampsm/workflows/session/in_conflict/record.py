"""What an agent has done at a stop of a rebase, kept in `agent.json` beside the open merge (SPEC sections 5.2, 12)."""

from __future__ import annotations

from pathlib import Path

from msgspec import field

from ampsm.context import Context
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.model.errors import UserError
from ampsm.system.record_file import Record, RecordFile
from ampsm.workflows.session import open_merge


class FileBefore(Record, frozen=True):
    """A file that was not as in HEAD before the agent began: as it would be in a commit, without a blob where it was
    gone; `bits` are the permission bits of one that git did not track."""

    path: str
    mode: str = ""
    blob: str = ""
    bits: int | None = None

    @property
    def entry(self) -> StagedEntry | None:
        return StagedEntry(self.mode, self.blob) if self.blob else None


class ProposedFile(Record, frozen=True):
    """What an iteration made of a file in conflict, as it would be in a commit; without a blob it deleted it."""

    path: str
    iteration: int
    mode: str = ""
    blob: str = ""

    @property
    def entry(self) -> StagedEntry | None:
        return StagedEntry(self.mode, self.blob) if self.blob else None


class TakenBack(Record, frozen=True):
    """Files that an iteration changed besides. All are as they were before, but for those `left`; `ref` keeps them as
    they had become, those that it had `deleted` have no version there."""

    ref: str
    iteration: int
    paths: tuple[str, ...]
    deleted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Spared(Record, frozen=True):
    """Files besides that were changed after the worker of an iteration was killed and was heard of no more: the agent's
    or a person's, so they are left. `ref` keeps them as they are; those that were `there` before are in `source` as
    they were, `staged` are those that are staged otherwise."""

    ref: str | None
    source: str
    iteration: int
    paths: tuple[str, ...]
    there: tuple[str, ...] = ()
    staged: tuple[str, ...] = ()


class NotTakenBack(Record, frozen=True):
    """Why it failed to take back what an iteration changed besides; `refused`: somebody who wanted to go on was told
    that this takes it."""

    iteration: int
    why: str
    refused: bool = False


class AgentWork(Record, frozen=True):
    """What is known of the agent at one stop of a merge's rebase, at the commit `commit` that was being put on `head`.

    `iteration` is the last one that began there, with HEAD `at` a commit; until it has `ended`, `asked` are the files
    that it was about, `files` those that differed from HEAD, `kept` the snapshot of all before it, `index` and
    `ignoring` tell the index and what git ignored, and `rebase` has git's own files of the rebase. `gone_on`: the
    rebase was not where it had been when it ended, and nobody who wanted to go on was told yet.
    """

    merge_id: str
    commit: str
    head: str
    iteration: int
    at: str = ""
    asked: tuple[str, ...] = ()
    files: tuple[FileBefore, ...] = ()
    kept: str | None = None
    index: str = ""
    ignoring: str = ""
    rebase: dict[str, bytes] = field(default_factory=dict)
    ended: bool = False
    proposals: tuple[ProposedFile, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    spared: Spared | None = None
    failed: NotTakenBack | None = None
    gone_on: bool = False

    @property
    def works(self) -> bool:
        """Whether its iteration is at work, or was killed and nobody has looked since."""
        return not self.ended and (self.failed is None or self.failed.iteration != self.iteration)

    def proposal(self, path: str) -> ProposedFile | None:
        """What the agent made of a file in conflict, whatever has become of that."""
        return next((found for found in self.proposals if found.path == path), None)

    def is_of(self, merge_id: str, stop: RebaseStop | None) -> bool:
        """Whether it is about this stop of this merge."""
        return stop is not None and (self.merge_id, self.commit, self.head) == (merge_id, stop.commit, stop.head)


def agent_work(ctx: Context, session_id: str, merge_id: str, stop: RebaseStop | None) -> AgentWork | None:
    """What the agent has done at a stop of a merge; None when it has not been asked there, or what is written of it
    cannot be read: its files are somebody's edits then."""
    try:
        found = file(ctx, session_id).load()
    except UserError:
        return None
    return found if found is not None and found.is_of(merge_id, stop) else None


def file(ctx: Context, session_id: str) -> RecordFile[AgentWork]:
    """Where it is written; gone with the open merge."""
    return RecordFile(open_merge.agent_path(ctx, session_id), AgentWork)


def index_copy(ctx: Context, session_id: str) -> Path:
    """Where the index is kept as it was before the agent began."""
    return open_merge.agent_path(ctx, session_id).with_suffix(".index")


def has_not_ended(ctx: Context, session_id: str) -> bool:
    """Whether an iteration at a stop has not ended yet, or was killed and nobody has held the session since."""
    try:
        found = file(ctx, session_id).load()
    except UserError:
        return False
    return found is not None and not found.ended
