"""A session as store, git and processes show it at one moment."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.status.activity import Activity, activity_of
from ampsm.workflows.status.git_state import GitState, load_git_state
from ampsm.workflows.status.merge_status import ObservedMerge, merge_status


@record
class Observed:
    """What is known of a session; `git` and `activity` are None where they were not asked, `merge` is None when no
    merge or rebase is open. `undoable`: whether the last operation can be undone, None when there is none."""

    session: Session
    git: GitState | None = None
    activity: Activity | None = None
    merge: ObservedMerge | None = None
    undoable: bool | None = None


def observe(ctx: Context, ref: str) -> Observed:
    """What store, git and processes say of a session at one moment. Raises what `require_session` does."""
    session = require_session(ctx, ref)
    return Observed(session, load_git_state(ctx, session), activity_of(ctx, session), merge_status(ctx, session))
