"""What a session did, to be looked at: reads journals, rows and git, and changes nothing.

`changes` is the diff, and a changed file before and after; `timeline` every step in time order, of the kinds in `past`;
`about` what an iteration was about; `logs` the events of a journal (and how to follow it), and what was said last;
`test_counts` how many tests failed, `looked_at` the image that a call told of, `tool_calls` and `usage` what the agent
did and spent; `since` what the option of that name means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.review.about import subject_lines
    from ampsm.workflows.review.changes import (
        LIMIT,
        Compared,
        session_commits,
        session_diff,
        session_iterations,
        versions_of_file,
    )
    from ampsm.workflows.review.logs import iteration_details, iteration_journals, journal_events
    from ampsm.workflows.review.looked_at import picture_looked_at
    from ampsm.workflows.review.test_counts import counts_of_tests
    from ampsm.workflows.review.timeline import session_history, steps_between
    from ampsm.workflows.review.tool_calls import (
        ToolSummary,
        result_in_full,
        session_tool_calls,
        summary_by_tool,
        tool_call_details,
        tool_calls_from,
    )
    from ampsm.workflows.review.usage import ModelSpent, SessionUsage, Spent, session_usage
else:
    __getattr__, __all__ = exports(__name__, {
        "about": "subject_lines",
        "changes": "LIMIT Compared session_commits session_diff session_iterations versions_of_file",
        "logs": "iteration_details iteration_journals journal_events",
        "looked_at": "picture_looked_at",
        "test_counts": "counts_of_tests",
        "timeline": "session_history steps_between",
        "tool_calls": "ToolSummary result_in_full session_tool_calls summary_by_tool tool_call_details tool_calls_from",
        "usage": "ModelSpent SessionUsage Spent session_usage",
    })  # fmt: skip
