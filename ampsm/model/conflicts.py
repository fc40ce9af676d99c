"""The conflicts of a rebase or merge that waits: its sides, its files, their hunks, and what may be chosen (SPEC 12).

Sides have names: the *target* is the branch that the commits are put on, the *session* the commit that is put there,
the *base* what both began with. Lines are counted from 1, sizes are bytes.
"""

from __future__ import annotations

from enum import StrEnum

from ampsm.model.record import record


class ConflictKind(StrEnum):
    """What the sides did to a path."""

    BOTH_MODIFIED = "both-modified"
    BOTH_ADDED = "both-added"
    DELETED_BY_TARGET = "deleted-by-target"
    DELETED_BY_SESSION = "deleted-by-session"
    RENAMED_APART = "renamed-apart"
    MODE = "mode"
    BINARY = "binary"
    SUBMODULE = "submodule"
    SYMLINK = "symlink"
    TYPE = "type"


class Choice(StrEnum):
    """What a hunk, or a file as a whole, becomes. `text` is a text of one's own; `delete` and `keep`
    are about files."""

    TARGET = "target"
    SESSION = "session"
    BOTH = "both"
    BOTH_REVERSED = "both-reversed"
    BASE = "base"
    TEXT = "text"
    DELETE = "delete"
    KEEP = "keep"


class HunkKind(StrEnum):
    """Who changed the lines of a hunk: both differently (`conflict`), one side, or both in the same way (`same`)."""

    CONFLICT = "conflict"
    TARGET = "target"
    SESSION = "session"
    SAME = "same"


@record
class ConflictSide:
    """One side by its name: `ref` a branch where there is one, `commit` with its subject; None where there is none."""

    label: str
    ref: str | None
    commit: str | None
    subject: str | None


@record
class ConflictSides:
    target: ConflictSide
    session: ConflictSide
    base: ConflictSide


@record
class RebaseStep:
    """Which of the commits that a rebase takes over it has stopped at: the `n`th `of` all."""

    n: int
    of: int


@record
class SideSizes:
    """The bytes of a file on each side; None where it has none."""

    base: int | None
    target: int | None
    session: int | None


@record
class SideModes:
    """The mode of a file on each side as git writes it (`100644`); None where there is none."""

    base: str | None
    target: str | None
    session: str | None


@record
class ConflictFile:
    """A path with a conflict. `hunks` counts those in conflict, `open` those without a choice (of a file without hunks:
    1 until something is chosen for it). `resolved`: the index has no stages of it any more. `outside_edit`: the file in
    the worktree, or its entry, is not what git or the app left. `choice` is what is chosen for the file as a whole,
    `choices` what may be; `sentence` says what the sides did. `proposed_in` is the iteration whose agent made the file
    what it is, where it is that still; `put_in`: where it is not as git merged it, git itself began with a resolution
    that it remembered. `marker` is the line of a proposal that still has a conflict marker, so that it cannot be taken
    as it is; among all files also that of one that was staged so. `at_work`: an iteration that has not ended has made
    it what it is."""

    internal = ("put_in", "marker", "at_work")

    path: str
    old_path: str | None
    kind: ConflictKind
    hunks: int
    open: int
    resolved: bool
    outside_edit: bool
    binary: bool
    size: SideSizes
    mode: SideModes
    sentence: str
    choices: tuple[Choice, ...]
    choice: Choice | None
    proposed_in: int | None = None
    put_in: bool = False
    marker: int | None = None
    at_work: bool = False


@record
class Hunk:
    """Changed lines of a file, with their line ends. `line` is where they begin in the result. `choice` is None while a
    conflict is open; `result` is what they become, for an open conflict the base's lines."""

    n: int
    kind: HunkKind
    line: int
    base: str
    target: str
    session: str
    choice: Choice | None
    result: str


@record
class Conflicts:
    """The answer of `conflicts`: every file, resolved ones too. `merged` are the paths that both sides changed and git
    has put together by itself, at this step. `notes` say what the agent has changed there besides, and what became of
    it. `marked` says, once nothing is in conflict for git, where conflict markers would be committed: files with the
    number of a line."""

    internal = ("marked",)

    operation: str
    step: RebaseStep
    sides: ConflictSides
    files: tuple[ConflictFile, ...]
    merged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    marked: tuple[tuple[str, int], ...] = ()


@record
class FileHunks:
    """The answer of `conflicts S PATH`. `result` is the whole text as it would be written now; None: it has
    none."""

    file: ConflictFile
    hunks: tuple[Hunk, ...]
    result: str | None

    def has_sides_of(self, other: FileHunks) -> bool:
        """Whether the sides are the same, whatever is chosen: what is chosen for the one is meant for the other."""
        ours, theirs = ((found.file.kind, found.file.size, found.file.mode) for found in (self, other))
        return ours == theirs and [_sides(hunk) for hunk in self.hunks] == [_sides(hunk) for hunk in other.hunks]


@record
class Resolved:
    """The answer of `resolve`: the files it was about, and how many of all are `left` unresolved. `snapshot_refs` keep
    the worktree as it was each time before somebody else's edit was written over."""

    files: tuple[ConflictFile, ...]
    left: int
    snapshot_refs: tuple[str, ...] = ()


def _sides(hunk: Hunk) -> tuple[object, ...]:
    return hunk.n, hunk.kind, hunk.base, hunk.target, hunk.session
