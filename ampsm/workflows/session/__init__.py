"""A session itself: found, held, made, and what is recorded of it beside its worktree.

`lookup` finds sessions and writes nothing. Whoever writes takes the session first: `held` is its lock, and settles what
a dead worker left. `ending` decides how such an iteration ended; `recover` writes that down, `unsettled` only shows it
to look-ups. Both read the journal by `replay`; `journal_rows` makes rows of it. `session_file` keeps the session's own
facts, `open_merge` the merge or rebase that is under way, `in_conflict` what an agent does at its conflicts,
`operations` what `undo` could take back (`undo_stack`), `merge_records` what became of merges, `outside` what was
changed in the repository besides (`unharmed` keeps merges off it until it is put right), `queue` the follow-ups.
`repository_of` proves that the repository is there, `worktree_of` the place before anything is done in it, and says
whether it is dirty; `branch_point` says where the branches are, where the session's commits begin and where they lead,
`arrival` where they have gone, `commit_origin` whose they are, `known_tip` where a branch was last, `moved` what it is
called now, and where the worktree was put; `commit` makes them. `create` and `adopt` make sessions, `change` alters
their settings, `names` says what they may be called, `repositories` looks at one before that, `agent_context` writes
what the agent may read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.session.adopt import adopt_session
    from ampsm.workflows.session.change import change_session
    from ampsm.workflows.session.commit import commit_manually
    from ampsm.workflows.session.commit_origin import SessionCommit
    from ampsm.workflows.session.create import create_session
    from ampsm.workflows.session.lookup import list_sessions, require_session
    from ampsm.workflows.session.open_merge import MergeOptions, StepTaken, has_open_merge
    from ampsm.workflows.session.outside import accept_changes
    from ampsm.workflows.session.queue import FollowUp, edit_queued, queued, remove_queued
    from ampsm.workflows.session.repositories import (
        BaseFacts,
        RepositoryFacts,
        inspect_repository,
        model_choices,
        recent_repositories,
        resolve_session_base,
    )
    from ampsm.workflows.session.repository_of import missing_repositories
    from ampsm.workflows.session.undo_stack import TargetMove, UndoStep, undo_list
    from ampsm.workflows.session.worktree_of import session_path
else:
    __getattr__, __all__ = exports(__name__, {
        "adopt": "adopt_session",
        "change": "change_session",
        "commit": "commit_manually",
        "commit_origin": "SessionCommit",
        "create": "create_session",
        "lookup": "list_sessions require_session",
        "open_merge": "MergeOptions StepTaken has_open_merge",
        "outside": "accept_changes",
        "queue": "FollowUp edit_queued queued remove_queued",
        "repository_of": "missing_repositories",
        "repositories": "BaseFacts RepositoryFacts inspect_repository model_choices recent_repositories "
        "resolve_session_base",
        "undo_stack": "TargetMove UndoStep undo_list",
        "worktree_of": "session_path",
    })  # fmt: skip
