"""The merge tool that people have told git to use."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.command import git_answer
from ampsm.workflows.session import lookup
from ampsm.workflows.session.repository_of import require_repository


def merge_tool(ctx: Context, ref: str) -> str | None:
    """Its name in git's settings, one with windows first; None: none is set up. Raises as `require_session`, and
    `not-a-repository` (exit 3)."""
    session = lookup.require_session(ctx, ref)
    require_repository(session)
    settings = ("merge.guitool", "merge.tool")
    return next(filter(None, (git_answer(session.repo, "config", name) for name in settings)), None)
