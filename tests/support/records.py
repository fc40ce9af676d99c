"""Records as a session would leave them in the store, for tests that do not need a real one."""

from __future__ import annotations

from typing import Any

from ampsm.model.merge import Merge, MergeStatus
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ToolCall

BASE_SHA = "b" * 40


def at(minute: int, second: int = 0) -> str:
    """A time of the first of January 2026, as the program writes it."""
    return f"2026-01-01T{minute // 60:02}:{minute % 60:02}:{second:02}.000Z"


def a_session(session_id: str = "add-login-aaaaaa", **changes: Any) -> Session:
    facts: dict[str, Any] = {
        "id": session_id,
        "name": session_id.rpartition("-")[0],
        "prompt": "Add a login",
        "repo": "/srv/repo",
        "base_sha": BASE_SHA,
        "branch": f"amp/{session_id}/20260101-000000",
        "worktree": f"/srv/repo/.worktrees/{session_id}",
        "status": "idle",
        "created_at": at(0),
        "last_activity_at": at(0),
        "base_branch": "main",
    }
    return Session(**{**facts, **changes})


def an_iteration(session_id: str = "add-login-aaaaaa", number: int = 1, **changes: Any) -> Iteration:
    facts: dict[str, Any] = {
        "id": f"{session_id}/{number}",
        "number": number,
        "session_id": session_id,
        "status": "succeeded",
        "started_at": at(number),
        "prompt": "Go on",
        "start_sha": f"{number:040x}",
    }
    return Iteration(**{**facts, **changes})


def a_call(iteration: int = 1, seq: int = 1, **changes: Any) -> ToolCall:
    facts: dict[str, Any] = {
        "id": f"call-{seq}",
        "iteration": iteration,
        "seq": seq,
        "tool": "Bash",
        "args": {"cmd": f"echo {seq}"},
        "started_at": at(iteration, seq % 60),
        "success": True,
    }
    return ToolCall(**{**facts, **changes})


def a_merge(number: int = 1, session_id: str = "add-login-aaaaaa", **changes: Any) -> Merge:
    facts: dict[str, Any] = {
        "id": f"{session_id}/m{number}",
        "session_id": session_id,
        "operation": "merge",
        "status": MergeStatus.MERGED,
        "started_at": at(number),
        "from_sha": f"{number:040x}",
        "to_sha": f"{number + 1:040x}",
        "target": "main",
    }
    return Merge(**{**facts, **changes})
