"""What is said of files that an iteration changed besides those in conflict."""

from __future__ import annotations

from pathlib import Path

from ampsm.model.arguments import pathspec
from ampsm.model.errors import quoted
from ampsm.model.phrases import few
from ampsm.workflows.session.in_conflict.record import TakenBack

#: As many files are named in a command; of more, the snapshot as a whole is shown.
_MOST_NAMED = 20


def taken_back_words(worktree: Path | str, taken: TakenBack) -> str:
    """Which files they are, and how the agent's versions are brought back."""
    command = bring_back_command(worktree, taken)
    return taken_back_sentence(taken) + (f". To bring back the agent's: {command}" if command else "")


def taken_back_sentence(taken: TakenBack) -> str:
    """Which files they are, and how they are now."""
    one = len(taken.paths) == 1
    said = f"The agent also changed {few(taken.paths, 3)}, which {'is' if one else 'are'} not in conflict"
    if not taken.left:
        return f"{said}: {'it is' if one else 'they are'} as before again"
    left = "it" if len(taken.left) == 1 else "them"
    return f"{said}: {few(taken.left, 3)} could not be put back, and continue-merge would take {left}"


def kept_words(worktree: Path | str, kept: str | None) -> str:
    """Where what was uncommitted before the iteration is to be found, as the end of a sentence."""
    if kept is None:
        return ""
    return f". What was uncommitted before is kept: git -C {quoted(worktree)} show --stat {kept}"


def bring_back_command(worktree: Path | str, taken: TakenBack) -> str | None:
    """Puts the agent's versions in place, or shows them where they are many; None where it only deleted."""
    there = [path for path in taken.paths if path not in taken.deleted]
    git = f"git -C {quoted(worktree)}"
    if not there:
        return None
    if len(there) > _MOST_NAMED:
        return f"{git} show --stat {taken.ref}"
    return f"{git} restore --source={taken.ref} -- {' '.join(map(pathspec, there))}"
