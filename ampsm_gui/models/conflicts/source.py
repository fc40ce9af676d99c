"""What the pool is asked about conflicts: the files, the hunks of one, what is chosen for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ampsm.context import Context
from ampsm.model.conflicts import Choice, Conflicts, FileHunks
from ampsm.model.errors import UserError
from ampsm.model.record import with_texts
from ampsm.workflows.finishing import (
    ConflictLook,
    HunkCommit,
    choose,
    conflict_hunks,
    hunk_commits,
    remembers_resolutions,
)
from ampsm_gui.models.conflicts.hunk_lines import coloured
from ampsm_gui.models.conflicts.order import kept_order, path_to_show
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
    """The files, whether git remembers resolutions in their repository, and the file to be shown, where that could be
    read with them."""

    found: Conflicts
    remembers: bool
    file: ReadFile | None


def read_conflicts(ctx: Context, session_id: str, known: Sequence[str], path: str) -> ReadConflicts:
    """All files in conflict, resolved ones too, and the hunks of that at `path`; is that none of them, of the one that
    comes first. `known` is how they stood in the list. What commits say of themselves is without secrets."""
    look = ConflictLook(ctx, session_id)
    found = look.conflicts()
    found = replace(found, sides=with_texts(found.sides, ctx.redactor_at_hand.redact))
    shown = path_to_show(kept_order(known, found.files), path)
    try:
        file = ready(look.hunks(shown)) if shown else None
    except UserError:
        file = None  # it says so itself when it is asked for
    return ReadConflicts(found, remembers_resolutions(ctx, session_id), file)


def read_hunks(ctx: Context, session_id: str, path: str) -> ReadFile:
    """One file. It is shown by its hunks while these are what it is made of."""
    return ready(conflict_hunks(ctx, session_id, path))


def keep_choice(ctx: Context, session_id: str, chosen: Chosen) -> ReadFile:
    """Writes a draft; the answer is the file as it is with that."""
    what, seen = chosen.choice, chosen.seen
    return ready(choose(ctx, session_id, chosen.path, what, hunks=chosen.hunks, text=chosen.text, seen=seen))


def ready(found: FileHunks) -> ReadFile:
    """Cut into what is between the hunks, unless the file as a whole has a text of its own. Its language is looked
    for here: that takes a while the first time."""
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
