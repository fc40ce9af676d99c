"""What is true of a session now, and what comes next. Reads only.

`git_state` asks git, `activity` the lock and the processes, `merge_status` the open merge. `session_state` puts both
beside what the store knows. From it `next_step` (a sentence with the command to type), `situation` (a sentence and a
button), `status_reason` (two or three words for the list) and `availability` (why a command cannot work now) are made.
`overview` is the list of all sessions, `session_view` what the page of one shows, `store_version` notices that somebody
has changed the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.status.overview import Positions as Positions
    from ampsm.workflows.status.overview import SessionRow as SessionRow
    from ampsm.workflows.status.overview import sessions_overview as sessions_overview
    from ampsm.workflows.status.overview import today as today
    from ampsm.workflows.status.session_state import session_status as session_status
    from ampsm.workflows.status.session_view import view_session as view_session
    from ampsm.workflows.status.situation import Situation as Situation
    from ampsm.workflows.status.situation import session_situation as session_situation
    from ampsm.workflows.status.store_version import StoreVersion as StoreVersion
else:
    __getattr__, __all__ = exports(__name__, {
        "overview": "Positions SessionRow sessions_overview today",
        "session_state": "session_status",
        "session_view": "view_session",
        "situation": "Situation session_situation",
        "store_version": "StoreVersion",
    })  # fmt: skip
