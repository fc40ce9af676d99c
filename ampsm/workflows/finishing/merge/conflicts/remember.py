"""Whether git is to remember resolutions in a session's repository, and put them in again (rerere).

What it puts in is a file's text alone: nothing is staged by it, so a merge stops there all the same.
"""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.rewrite import remembering
from ampsm.workflows.iteration.own_config_changes import note_config_change
from ampsm.workflows.session import lookup
from ampsm.workflows.session.repository_of import require_repository


def remembers_resolutions(ctx: Context, ref: str) -> bool:
    """Whether it does. Raises as `require_session`, and `not-a-repository` (exit 3)."""
    session = lookup.require_session(ctx, ref)
    require_repository(session)
    return remembering.remembers(session.repo)


def remember_resolutions(ctx: Context, ref: str, on: bool) -> None:
    """Turns it on or off for the repository, in git's own settings of it. Raises as `remembers_resolutions`."""
    session = lookup.require_session(ctx, ref)
    require_repository(session)
    note_config_change(ctx, session.repo, remembering.SETTING, "true" if on else "false")
    remembering.remember(session.repo, on)
