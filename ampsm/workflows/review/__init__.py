"""What a session did, to be looked at: reads journals, rows and git, and changes nothing.

`changes` is the diff, `file_versions` a changed file before and after, `timeline` every step in time order,
`iteration_words` what was said in one of them, `logs` the events of a journal (and how to follow it), `tool_calls` and
`usage` what the agent did and spent, `since` what the option of that name means, `numbers` what other options take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.review.changes import session_diff
    from ampsm.workflows.review.file_versions import LIMIT, session_commits, session_iterations, versions_of_file
    from ampsm.workflows.review.iteration_words import iteration_details
    from ampsm.workflows.review.logs import iteration_journals, journal_events
    from ampsm.workflows.review.timeline import session_history
    from ampsm.workflows.review.tool_calls import (
        ToolSummary,
        session_tool_calls,
        summary_by_tool,
        tool_call_details,
        tool_calls_from,
    )
    from ampsm.workflows.review.usage import (
        ModelSpent,
        SessionUsage,
        Spent,
        Statistics,
        as_rows,
        cache_share,
        known_cost,
        session_usage,
        statistics,
    )
else:
    __getattr__, __all__ = exports(__name__, {
        "changes": "session_diff",
        "file_versions": "LIMIT session_commits session_iterations versions_of_file",
        "iteration_words": "iteration_details",
        "logs": "iteration_journals journal_events",
        "timeline": "session_history",
        "tool_calls": "ToolSummary session_tool_calls summary_by_tool tool_call_details tool_calls_from",
        "usage": "ModelSpent SessionUsage Spent Statistics as_rows cache_share known_cost session_usage statistics",
    })  # fmt: skip
