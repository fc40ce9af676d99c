"""A session's own facts, kept twice: `session.json` beside its journals (the durable truth) and a row in the store."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import STORE_OUTAGES, UserError
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.system.files import atomic_write, locked, make_private_dir
from ampsm.system.os_errors import os_errors_in_words
from ampsm.system.redaction import MARK

#: The facts in session.json: what cannot be derived from journals, worktrees and refs.
_FACTS = (
    "id",
    "name",
    "prompt",
    "repo",
    "base_branch",
    "base_sha",
    "branch",
    "worktree",
    "status",
    "model",
    "script_command",
    "thread_id",
    "created_at",
    "last_activity_at",
    "merged_at",
    "cleaned_up_at",
    "blocked_by_tests",
    "test_leftovers",
    "adopted",
)

#: Those without which nothing can be done in a session.
_NEEDED = (
    "id", "name", "prompt", "repo", "base_sha", "branch", "worktree", "status", "created_at", "last_activity_at"
)  # fmt: skip


def add_session(ctx: Context, session: Session) -> None:
    """Makes a new session known: file first, then row."""
    write_facts(ctx, session)
    sessions.insert_session(ctx.store, session)


def save_session(ctx: Context, session: Session, **changes: Any) -> Session:
    """Changes facts of a session, and the time of its last activity; returns the session as it is now.

    Others may change other facts at the same time (`set` beside a running iteration): only what is given changes.
    """
    changes.setdefault("last_activity_at", utc_now())
    path = ctx.paths.session_file(session.id)
    with os_errors_in_words(path), locked(path.with_suffix(".lock")):
        ctx.store.unsettled.clear()
        changed = replace(sessions.session_by_id(ctx.store, session.id) or session, **changes)
        write_facts(ctx, changed)
        sessions.update_session(ctx.store, session.id, **changes)
    return changed


def save_if_it_can(ctx: Context, session: Session, **changes: Any) -> Session:
    """As `save_session` for a running iteration, which a store that is locked or full must not end: then the file has
    the facts, if there is room for it, and the next command that writes brings both up to date from the journal."""
    try:
        return save_session(ctx, session, **changes)
    except UserError as error:
        if error.code not in STORE_OUTAGES:
            raise
    changed = replace(session, **changes, last_activity_at=utc_now())
    try:
        write_facts(ctx, changed)
    except UserError as error:
        if error.code not in STORE_OUTAGES:
            raise
    return changed


def write_facts(ctx: Context, session: Session) -> None:
    """Writes `session.json` atomically; secrets in prompt and script are redacted (SPEC section 5, "Secrets").

    Raises `disk-full` or `database-unavailable`.
    """
    path = ctx.paths.session_file(session.id)
    facts = ctx.redactor.redact_value({_key(name): getattr(session, name) for name in _FACTS})
    text = json.dumps(facts, indent=1)  # in ASCII, which can hold file names that are no UTF-8
    with os_errors_in_words(path):
        make_private_dir(path.parent)
        atomic_write(path, text.encode(), mode=0o600)


def load_facts(ctx: Context, session_id: str) -> dict[str, Any] | None:
    """The facts of a session as last written; None when there are none that can be read."""
    try:
        facts = json.loads(ctx.paths.session_file(session_id).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(facts, dict):
        return None
    return {name: facts[_key(name)] for name in _FACTS if _key(name) in facts}


def _key(name: str) -> str:
    """`base_branch` → `baseBranch`, as in every JSON document."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def known_ids(ctx: Context) -> list[str]:
    """The ids of all sessions that have a folder of journals, in order."""
    folder = ctx.paths.journals_dir
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def known_session(ctx: Context, session_id: str) -> Session | None:
    """The session that a `session.json` describes; None when there is none, or none that is whole."""
    found = load_facts(ctx, session_id)
    if found is None or found.get("id") != session_id or any(not found.get(name) for name in _NEEDED):
        return None
    return Session(**found)


def differences(ctx: Context, row: Session) -> dict[str, Any]:
    """What `session.json` says differently from the session's row, by field; nothing when it cannot be read. Text that
    was redacted is no difference."""
    found = load_facts(ctx, row.id) or {}
    return {
        name: value
        for name, value in found.items()
        if value != getattr(row, name) and MARK not in json.dumps(value) and (value or name not in _NEEDED)
    }


def find_facts(ctx: Context, ref: str) -> Session | None:
    """The session that a reference names, by `session.json` files alone: exact id, exact name, or unique id prefix."""
    complete = [session for found in known_ids(ctx) if (session := known_session(ctx, found))]
    for matches in (
        [s for s in complete if s.id == ref],
        [s for s in complete if s.name == ref],
        [s for s in complete if len(ref) >= 3 and s.id.startswith(ref)],
    ):
        if matches:
            return matches[0] if len(matches) == 1 else None
    return None
