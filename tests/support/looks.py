"""Everything that looks at a session, what it says, and whether it left the data as it was."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from ampsm.context import Context, open_context
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.system.paths import resolve_paths
from ampsm.workflows.finishing import cleanup_preview, merge_course, merge_outlook, squash_preview
from ampsm.workflows.review import (
    iteration_details,
    iteration_journals,
    journal_events,
    session_history,
    session_tool_calls,
    session_usage,
    tool_call_details,
    tool_calls_from,
)
from ampsm.workflows.session import list_sessions, recent_repositories
from ampsm.workflows.session.open_merge import MergeOptions
from ampsm.workflows.status import (
    Positions,
    session_situation,
    session_status,
    sessions_overview,
    today,
    view_session,
)
from ampsm.workflows.upkeep import examine_health
from tests.support.world import World

#: Commands that look at a session; what they say, they say before and after a dead worker's iteration is settled.
COMMANDS = (
    ("status",), ("tools",), ("usage",), ("logs",), ("path",), ("queue",), ("diff",), ("undo", "--list"),
    ("tools", "--last"), ("usage", "--last"), ("logs", "--lines", "3"), ("logs", "--follow"),
)  # fmt: skip


def stored() -> dict[str, str]:
    """Everything the program keeps: the content of each file, and of each table of the database."""
    paths = resolve_paths(None, os.environ)
    found = {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in paths.data_dir.rglob("*") if file.is_file()
    }
    with closing(sqlite3.connect(f"file://{paths.database}?mode=ro", uri=True)) as connection:
        return found | {"database": "\n".join(connection.iterdump())}


def type_looks(world: World, session_id: str) -> dict[str, Any]:
    """What the commands say that look, but for times that only settling sets. Proves that none has written."""
    before = stored()
    said = {"list": world.ok("list", "--all", "--json").json}
    for command, *options in COMMANDS:
        said[" ".join([command, *options])] = world.ok(command, session_id, *options, "--json").json
    world.cli("doctor", "--json")
    assert stored() == before
    return {what: _without_times(document) for what, document in said.items()}


def look(session_id: str) -> dict[str, Any]:
    """The same of what commands and window ask the core."""
    before = stored()
    with open_context() as ctx:
        said = _looks(ctx, session_id)
    assert stored() == before
    return {what: _without_times(document) for what, document in said.items()}


def _looks(ctx: Context, session_id: str) -> dict[str, Any]:
    today(ctx)
    Positions().of(ctx, [session_id])
    recent_repositories(ctx)
    for look in (squash_preview, cleanup_preview, merge_course, partial(merge_outlook, options=MergeOptions())):
        _refused_or(look, ctx, session_id)
    examine_health(ctx)
    journals = iteration_journals(ctx, session_id)
    calls = tool_calls_from(ctx, session_id, 0, 0)
    return {
        "list": [document(session) for session in list_sessions(ctx, include_cleaned=True)],
        "status": document(session_status(ctx, session_id)),
        "tools": document(session_tool_calls(ctx, session_id)),
        "failed": document(session_tool_calls(ctx, session_id, last=True, failed=True, limit=1)),
        "usage": document(session_usage(ctx, session_id)),
        "logs": [to_builtins(event) for event in journal_events(ctx, session_id)[1]],
        "tail": [to_builtins(event) for event in journal_events(ctx, session_id, lines=3)[1]],
        "overview": [asdict(row) for row in sessions_overview(ctx, include_cleaned=True)],
        "view": document(view_session(ctx, session_id)),
        "situation": document(session_situation(ctx, session_id)),
        "history": document(session_history(ctx, session_id)),
        "journals": [document(iteration) for iteration, _ in journals],
        "details": [document(iteration_details(ctx, session_id, iteration.number)) for iteration, _ in journals],
        "calls": document(calls),
        "call": [document(tool_call_details(ctx, session_id, call.iteration, call.seq)) for call in calls[-3:]],
    }


def _refused_or(read: Callable[[Context, str], object], ctx: Context, session_id: str) -> None:
    try:
        read(ctx, session_id)
    except UserError:
        pass


def _without_times(found: Any) -> Any:
    """Settling is an activity, ends the iteration, and writes two events."""
    if isinstance(found, list):
        return [_without_times(item) for item in found]
    if not isinstance(found, dict):
        return str(found) if isinstance(found, Path) else found
    times = {"lastActivityAt", "last_activity_at"}
    if "startSha" in found:
        times |= {"endedAt"}
    if found.get("code") == "output-cut" or found.get("type") == "iteration_finished":
        times |= {"at"}
    return {key: _without_times(value) for key, value in found.items() if key not in times}
