"""Bringing a session's work home: squash, rebase, merge, undo, cleanup and restore (SPEC section 6).

Nothing here moves a ref that the session does not own, except the target of a merge and back again, and every move is a
compare-and-swap with the old tip kept first. `rewrite` says what a session must be like before its branch is rewritten,
`of_upstream` keeps out of it what others have committed to the target's upstream, `not_taken` says why uncommitted
files cannot be committed first.
`squash`, `rebase` and `undo` are one module each; `preview` says beforehand what they would do. `merge` is a room of
its own, a state machine that can be killed anywhere; `cleanup` another one, with the snapshot that `restore` needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.finishing.cleanup.cleanup import CleanedUp, cleanup_session
    from ampsm.workflows.finishing.cleanup.forget import forget_session, hinting_at_forget
    from ampsm.workflows.finishing.cleanup.plan import CleanupPlan
    from ampsm.workflows.finishing.cleanup.restore import restore_session
    from ampsm.workflows.finishing.merge.abort import abort_merge
    from ampsm.workflows.finishing.merge.conflicts.choose import choose
    from ampsm.workflows.finishing.merge.conflicts.explain import hunk_commits, verify_file
    from ampsm.workflows.finishing.merge.conflicts.merge_tool import merge_tool
    from ampsm.workflows.finishing.merge.conflicts.merged_file import verify_merged
    from ampsm.workflows.finishing.merge.conflicts.origins import HunkCommit, HunkCommits
    from ampsm.workflows.finishing.merge.conflicts.outcomes import (
        FileOutcome,
        after_words,
        facts_of,
        for_merge_tools,
        outcome_chosen,
        outcomes_of,
    )
    from ampsm.workflows.finishing.merge.conflicts.proposed import (
        AgentAtConflicts,
        Proposal,
        agent_at_conflicts,
        proposal_for,
    )
    from ampsm.workflows.finishing.merge.conflicts.reading import ConflictLook, conflict_hunks, conflicts_of
    from ampsm.workflows.finishing.merge.conflicts.remember import remember_resolutions, remembers_resolutions
    from ampsm.workflows.finishing.merge.conflicts.resolve import resolve_file
    from ampsm.workflows.finishing.merge.conflicts.texts import only_white_space
    from ampsm.workflows.finishing.merge.conflicts.unresolve import unresolve_file
    from ampsm.workflows.finishing.merge.conflicts.verify import Verified
    from ampsm.workflows.finishing.merge.conflicts.whole import WholeSide, WholeSides, whole_sides
    from ampsm.workflows.finishing.merge.continue_tests import ContinueTests, continue_tests
    from ampsm.workflows.finishing.merge.course import MergeCourse, merge_course
    from ampsm.workflows.finishing.merge.merge import merge_session
    from ampsm.workflows.finishing.merge.outcome import MergeOutcome
    from ampsm.workflows.finishing.merge.outlook import MergeOutlook, merge_outlook
    from ampsm.workflows.finishing.merge.plan import Readiness
    from ampsm.workflows.finishing.merge.preflight import preflight_session
    from ampsm.workflows.finishing.merge.resume import continue_merge
    from ampsm.workflows.finishing.preview import (
        CommitPreview,
        SquashPreview,
        cleanup_preview,
        commit_preview,
        squash_preview,
    )
    from ampsm.workflows.finishing.rebase import RebaseOutcome, rebase_session
    from ampsm.workflows.finishing.squash import SquashResult, squash_session
    from ampsm.workflows.finishing.undo import Undone, undo_operation
else:
    __getattr__, __all__ = exports(__name__, {
        "cleanup.cleanup": "CleanedUp cleanup_session",
        "cleanup.forget": "forget_session hinting_at_forget",
        "cleanup.plan": "CleanupPlan",
        "cleanup.restore": "restore_session",
        "merge.abort": "abort_merge",
        "merge.conflicts.choose": "choose",
        "merge.conflicts.explain": "hunk_commits verify_file",
        "merge.conflicts.merge_tool": "merge_tool",
        "merge.conflicts.merged_file": "verify_merged",
        "merge.conflicts.origins": "HunkCommit HunkCommits",
        "merge.conflicts.outcomes": "FileOutcome after_words facts_of for_merge_tools outcome_chosen outcomes_of",
        "merge.conflicts.texts": "only_white_space",
        "merge.conflicts.verify": "Verified",
        "merge.conflicts.proposed": "AgentAtConflicts Proposal agent_at_conflicts proposal_for",
        "merge.conflicts.reading": "ConflictLook conflict_hunks conflicts_of",
        "merge.conflicts.resolve": "resolve_file",
        "merge.conflicts.unresolve": "unresolve_file",
        "merge.conflicts.whole": "WholeSide WholeSides whole_sides",
        "merge.course": "MergeCourse merge_course",
        "merge.conflicts.remember": "remember_resolutions remembers_resolutions",
        "merge.outcome": "MergeOutcome",
        "merge.continue_tests": "ContinueTests continue_tests",
        "merge.outlook": "MergeOutlook merge_outlook",
        "merge.merge": "merge_session",
        "merge.preflight": "preflight_session",
        "merge.plan": "Readiness",
        "merge.resume": "continue_merge",
        "preview": "CommitPreview SquashPreview cleanup_preview commit_preview squash_preview",
        "rebase": "RebaseOutcome rebase_session",
        "squash": "SquashResult squash_session",
        "undo": "Undone undo_operation",
    })  # fmt: skip
