"""What the pool is asked about conflicts: the files, the hunks of one, what is chosen for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ampsm.context import Context
from ampsm.model.conflicts import Choice, Conflicts, FileHunks
from ampsm.model.record import with_texts
from ampsm.workflows.finishing import (
    HunkCommit,
    choose,
    conflict_hunks,
    conflicts_of,
    hunk_commits,
    remembers_resolutions,
)
from ampsm_gui.models.conflicts.hunk_lines import coloured
from ampsm_gui.models.conflicts.texts import HunkTexts


class ReadFile(NamedTuple):
    """A file as it was read: its hunks where it has some, and what it would become."""

    texts: HunkTexts | None
    hunks: FileHunks


class Chosen(NamedTuple):
    """A choice to be kept: for hunks by their numbers, for all open ones or the whole file without. `seen` is what was
    shown of the file."""

    path: str
    choice: Choice | None
    hunks: tuple[int, ...] = ()
    text: str | None = None
    seen: FileHunks | None = None


class ReadConflicts(NamedTuple):
    """The files, and whether git remembers resolutions in their repository."""

    found: Conflicts
    remembers: bool


def read_conflicts(ctx: Context, session_id: str) -> ReadConflicts:
    """All files in conflict, resolved ones too. What commits say of themselves is without secrets."""
    found = conflicts_of(ctx, session_id)
    sides = with_texts(found.sides, ctx.redactor_at_hand.redact)
    return ReadConflicts(replace(found, sides=sides), remembers_resolutions(ctx, session_id))


def read_hunks(ctx: Context, session_id: str, path: str) -> ReadFile:
    """One file. It is shown by its hunks while these are what it is made of."""
    return ready(conflict_hunks(ctx, session_id, path))


def keep_choice(ctx: Context, session_id: str, chosen: Chosen) -> ReadFile:
    """Writes a draft; the answer is the file as it is with that."""
    what, seen = chosen.choice, chosen.seen
    return ready(choose(ctx, session_id, chosen.path, what, hunks=chosen.hunks, text=chosen.text, seen=seen))


def ready(found: FileHunks) -> ReadFile:
    """Cut into what is between the hunks, unless the file as a whole has a text of its own. Its language is looked
    for here: that takes long the first time."""
    if found.hunks:
        coloured(found.file.path, found.hunks[0].target)
    whole = found.file.resolved or found.file.choice is not None
    return ReadFile(HunkTexts(found) if found.hunks and not whole else None, found)


def read_commits(ctx: Context, session_id: str, path: str, n: int) -> str:
    """Which commits of both sides made a hunk, in words."""
    found = hunk_commits(ctx, session_id, path, n)
    said = "\n".join(
        f"{side}: {'; '.join(map(_commit_words, commits)) or 'no commit changed these lines'}"
        for side, commits in (("Target", found.target), ("Session", found.session))
    )
    return ctx.redactor_at_hand.redact(said)


def _commit_words(commit: HunkCommit) -> str:
    said = f" (iteration {commit.iteration})" if commit.iteration else f" ({commit.author})"
    return f"{commit.sha[:7]} {commit.subject}{said}"


def next_open(paths: Sequence[str], left: Sequence[str], after: str) -> str | None:
    """The file in conflict that comes after one, else the first."""
    others = [path for path in paths if path in left and path != after]
    if after in paths:
        behind = [path for path in paths[paths.index(after) + 1 :] if path in others]
        others = behind or others
    return others[0] if others else None
