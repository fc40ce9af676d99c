"""What is said of files that an iteration changed besides those in conflict."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ampsm.model.arguments import pathspec
from ampsm.model.errors import quoted
from ampsm.model.phrases import few
from ampsm.workflows.session.in_conflict.record import AgentWork, Spared, TakenBack

#: What is said, with the reason behind it.
FAILED = "What the agent changed besides the conflicts could not be taken back"
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


def spared_words(worktree: Path | str, spared: Spared) -> str:
    """Which files may be a person's, and how they become what they were."""
    commands = take_back_commands(worktree, spared)
    what = "see" if len(spared.paths) > _MOST_NAMED else "take back"
    return spared_sentence(spared) + (f". To {what} that: {' && '.join(commands)}" if commands else "")


def spared_sentence(spared: Spared) -> str:
    """Which files they are, and why they are as they are."""
    since = "since the agent's worker was killed, by the agent or by you"
    said = []
    if spared.paths:
        one = len(spared.paths) == 1
        said.append(f"{few(spared.paths, 3)} {'was' if one else 'were'} changed {since}, and left alone")
    if staged := [path for path in spared.staged if path not in spared.paths]:
        one = len(staged) == 1
        said.append(f"{few(staged, 3)} {'was' if one else 'were'} staged {since}, and {'stays' if one else 'stay'} so")
    return "; ".join(said)


def take_back_commands(worktree: Path | str, spared: Spared) -> tuple[str, ...]:
    """Make the files what they were before the iteration, or show them where they are many."""
    if len(spared.paths) > _MOST_NAMED:
        return (f"git -C {quoted(worktree)} diff --stat {spared.source}",)
    new = [path for path in spared.paths if path not in spared.there and path not in spared.staged]
    back = [path for path in spared.paths if path not in new]
    which = "--staged --worktree " if set(back) & set(spared.staged) else ""
    restore, clean = (" ".join(map(pathspec, paths)) for paths in (back, new))
    commands = []
    if restore:
        commands.append(f"git -C {quoted(worktree)} restore --source={spared.source} {which}-- {restore}")
    if clean:
        commands.append(f"git -C {quoted(worktree)} clean -fq -- {clean}")
    return tuple(commands)


def told_of_last(worktree: Path | str, work: AgentWork) -> tuple[str, ...]:
    """All that is said of the last iteration at a stop."""
    spared = work.spared if work.spared and work.spared.iteration == work.iteration else None
    said = told_of(worktree, [one for one in work.taken_back if one.iteration == work.iteration], spared)
    if work.failed is None:
        return said
    look = f"git -C {quoted(worktree)} status"
    return (*said, f"{failed_sentence(work)}. To see what is there: {look}")


def failed_sentence(work: AgentWork) -> str:
    """Why that of an iteration could not be taken back, and whether it may still be."""
    if work.failed is None:
        return ""
    again = "it is tried again when something is resolved or goes on" if not work.ended else "it stays as it is"
    return f"{FAILED}: {work.failed.why.rstrip('.')}; {again}"


def told_of(worktree: Path | str, taken: Iterable[TakenBack], spared: Spared | None) -> tuple[str, ...]:
    """All that is said of one iteration."""
    said = [taken_back_words(worktree, one) for one in taken]
    return (*said, *((spared_words(worktree, spared),) if spared else ()))


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
