"""What each step of a merge has run, as one would type it: for people who want to know what git was told."""

from __future__ import annotations

from pathlib import Path

from ampsm.model.errors import quoted
from ampsm.model.merge import MergeStep
from ampsm.model.session import Session
from ampsm.workflows.session.open_merge import OpenMerge

_SHORT = 10


def command_of(step: MergeStep, before: OpenMerge, state: OpenMerge, session: Session) -> str | None:
    """The command of a step, of a merge that stood so `before` it and does now; None for one that is no single
    command, and for one that depends on more than the merge: that announces what it runs."""
    onto, point, tip = (sha[:_SHORT] for sha in (state.onto, before.branch_point, state.tip))
    match step:
        case MergeStep.SQUASH:
            return f"git commit-tree -p {point} {(state.pending or state.tip)[:_SHORT]}^{{tree}}"
        case MergeStep.REBASE:
            return f"git rebase --onto {onto} {point}"
        case MergeStep.TEST:
            return session.script_command
        case MergeStep.PATCH:
            return f"git format-patch --stdout {point}..{tip}"
        case _:
            return None


def moving(ref: str, old: str, new: str, worktree: Path | None) -> str:
    """What moves a target: in the worktree that has it checked out, else by its ref alone."""
    if worktree is not None:
        return f"git -C {quoted(worktree)} merge --ff-only {new[:_SHORT]}"
    return f"git update-ref {quoted(ref)} {new[:_SHORT]} {old[:_SHORT]}"


def pushing(remote: str, commit: str, ref: str, *, lease: str | None = None) -> str:
    """What pushes a commit to a ref of a remote; with `lease` only from that commit (empty: only a new ref)."""
    leased = f"{quoted(f'--force-with-lease={ref}:{lease[:_SHORT]}')} " if lease is not None else ""
    return f"git push {leased}{quoted(remote)} {quoted(f'{commit[:_SHORT]}:{ref}')}"
