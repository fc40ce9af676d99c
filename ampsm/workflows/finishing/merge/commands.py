"""What each step of a merge has run, as one would type it: for people who want to know what git was told."""

from __future__ import annotations

from ampsm.model.errors import quoted
from ampsm.model.merge import MergeStep
from ampsm.model.session import Session
from ampsm.workflows.session.open_merge import OpenMerge

_SHORT = 10


def command_of(step: MergeStep, before: OpenMerge, state: OpenMerge, session: Session) -> str | None:
    """The command of a step, of a merge that stood so `before` it and does now; None for one that is no single
    command."""
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
        case MergeStep.TARGET:
            return f"git merge --ff-only {(state.target_to or state.tip)[:_SHORT]}"
        case MergeStep.PUSH if state.options.pr:
            return f"git push {state.options.remote or 'origin'} {quoted(session.branch)}"
        case MergeStep.PUSH:
            return f"git push {state.options.remote or 'origin'} {quoted(state.target_name)}"
        case _:
            return None
