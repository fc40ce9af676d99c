"""What is true of a session now, and what comes next. Reads only.

`git_state` and `merge_status` ask git; `facts` puts what they say, and who works there, beside what the store knows;
`at_work` says what somebody does there.
`condition` decides from that what is true, as one or more `kind`s of which the first is the session's condition, with
the `steps` that lead on. The tables `sentences`, `sentences_astray` and `sentences_at_rest` have a row for every kind,
with its commands to type and its words; the surfaces only show these, by `wording`. `availability` says which commands
can work now, `changed_files` what was changed in all. `overview` is the list of all sessions, which asks no git, and
notices that somebody has changed the database, as `git_version` does of git and `merge_version` of one merge;
`session_view` is `status`, what the page of a session shows and what to type next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.status.git_version import GitVersion
    from ampsm.workflows.status.merge_version import MergeVersion
    from ampsm.workflows.status.overview import Position, Positions, SessionRow, StoreVersion, sessions_overview, today
    from ampsm.workflows.status.session_view import next_command, session_situation, session_status, view_session
    from ampsm.workflows.status.wording import Situation
else:
    __getattr__, __all__ = exports(__name__, {
        "git_version": "GitVersion",
        "merge_version": "MergeVersion",
        "overview": "Position Positions SessionRow StoreVersion sessions_overview today",
        "session_view": "next_command session_situation session_status view_session",
        "wording": "Situation",
    })  # fmt: skip
