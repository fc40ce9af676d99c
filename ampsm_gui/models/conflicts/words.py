"""The sentences of the page for conflicts."""

from __future__ import annotations

from ampsm.model.conflicts import Choice, ConflictFile, ConflictSide, Hunk, HunkKind
from ampsm.workflows.finishing import WholeSide, WholeSides, facts_of, outcome_chosen
from ampsm_gui.look import figures

CHOICES = {
    None: "Open",
    Choice.TARGET: "Target",
    Choice.SESSION: "Session",
    Choice.BOTH: "Both, target first",
    Choice.BOTH_REVERSED: "Both, session first",
    Choice.BASE: "Ancestor",
    Choice.TEXT: "Edited",
    Choice.DELETE: "Delete",
    Choice.KEEP: "Keep",
}
_ONE_SIDED = {
    HunkKind.TARGET: "Only Target changed this",
    HunkKind.SESSION: "Only Session changed this",
    HunkKind.SAME: "Both changed this in the same way",
}
CHANGED_OUTSIDE = "This file was changed outside. Nothing is overwritten before you say which one counts."
BY_AGENT = "The agent has changed this file, and has not ended. Nothing is taken before that."
PUT_IN = "Git has put in how this was resolved before. Nothing is overwritten before you say whether that counts."
MARKED = (
    "Line {line} of this file is still a conflict marker, though it is staged. Nothing goes on before that is gone."
)
BY_GIT = "Git has put this file together by itself: there is nothing to choose."
NO_FILE = "There is no conflict"
STORED = "Choices are stored as you make them. Files change only when you resolve them."


def state_of(hunk: Hunk) -> str:
    """What is chosen for a hunk, or who changed it."""
    return CHOICES[hunk.choice] if hunk.kind is HunkKind.CONFLICT else _ONE_SIDED[hunk.kind]


def lines_words(first: int, text: str) -> str:
    """`Lines 38–41`, `Line 7`, or where nothing is left `Before line 7`."""
    count = text.count("\n") + (bool(text) and not text.endswith("\n"))
    if count == 0:
        return f"Before line {first:,}"
    return f"Line {first:,}" if count == 1 else f"Lines {first:,}–{first + count - 1:,}"


def side_words(side: ConflictSide) -> tuple[str, str]:
    """The name of a side, its commit shortened: (`main`, `66ab0f1`)."""
    return side.label, (side.commit or "")[:7]


def fact_of(file: ConflictFile) -> str:
    """The second line of a file: what is left to do with it."""
    if file.resolved and file.marker is not None:
        return f"Line {file.marker:,} is a marker"
    if file.resolved:
        return "Resolved, changed outside since" if file.outside_edit else "Resolved"
    if begun := _begun(file):
        return f"{begun}, {f'{file.open} left' if file.hunks and file.open else _chosen(file)}"
    if file.hunks and file.open:
        return f"{file.open} of {figures.count(file.hunks, 'conflict')} left"
    chosen = _chosen(file)
    return chosen[:1].upper() + chosen[1:]


def _begun(file: ConflictFile) -> str:
    """Who has been at it besides; first, where there is little room."""
    if file.proposed_in is not None:
        return "Agent's proposal"
    if not file.outside_edit:
        return ""
    return "Agent at work" if file.at_work else "Resolved before" if file.put_in else "Changed outside"


def _chosen(file: ConflictFile) -> str:
    if file.hunks:
        return "all chosen"
    outcome = outcome_chosen(file)
    return outcome.words if outcome else CHOICES[file.choice] if file.choice else "not chosen yet"


def outside_words(file: ConflictFile) -> tuple[str, str]:
    """What a strip says of a file that is not as git left it, and is no proposal: its token and a sentence."""
    if file.at_work:
        return "info", BY_AGENT
    return ("info", PUT_IN) if file.put_in else ("warning", CHANGED_OUTSIDE)


def why_whole(file: ConflictFile) -> str:
    """Why a file is shown as a whole, without its hunks."""
    if file.resolved:
        return "This file is resolved. Un-resolve it to choose again."
    if file.hunks:
        return "The whole file was given. Un-choose that to choose conflict by conflict."
    return "Git does not merge this file line by line. One outcome is chosen for all of it."


def left_words(left: int, of: int, marked: int = 0) -> str:
    """Above the files; in so many of those that git takes for resolved a conflict marker is left."""
    if not of:
        return "No conflicted files"
    if left:
        return f"Conflicted, {left} of {of} left"
    if marked:
        return f"Markers left in {figures.count(marked, 'file')}"
    return "The file is resolved" if of == 1 else f"All {figures.count(of, 'file')} resolved"


def first_facts(file: ConflictFile) -> tuple[str, str, str]:
    """What target, session and ancestor have, before their content is read."""

    def side(mode: str | None, size: int | None) -> WholeSide | None:
        return WholeSide(mode, size, None) if mode else None

    modes, sizes = file.mode, file.size
    return facts_of(WholeSides(
        file.path, side(modes.base, sizes.base), side(modes.target, sizes.target), side(modes.session, sizes.session)
    ))  # fmt: skip
