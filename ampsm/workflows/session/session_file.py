"""A session's own facts, kept twice: `session.json` beside its journals (the durable truth) and a row in the store."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta, field, structs

from ampsm.context import Context
from ampsm.model.errors import DespiteOutages, UserError
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.system.record_file import Record, RecordFile
from ampsm.system.secrecy.redaction import MARK

#: Not empty.
_Filled = Annotated[str, Meta(min_length=1)]


class SessionFacts(Record, frozen=True):
    """What `session.json` holds: what cannot be derived from journals, worktrees and refs. Named as in Session; without
    those that have no default nothing can be done in a session."""

    id: _Filled
    name: _Filled
    prompt: _Filled
    repo: _Filled
    base_sha: _Filled
    branch: _Filled
    worktree: _Filled
    status: _Filled
    created_at: _Filled
    last_activity_at: _Filled
    base_branch: str | None = None
    model: str | None = None
    script_command: str | None = None
    thread_id: str | None = None
    merged_at: str | None = None
    cleaned_up_at: str | None = None
    blocked_by_tests: bool = False
    test_leftovers: dict[str, str] = field(default_factory=dict)
    adopted: bool = False


def add_session(ctx: Context, session: Session) -> None:
    """Makes a new session known: file first, then row. A file beside no store would mean that it was lost."""
    store = ctx.store
    write_facts(ctx, session)
    sessions.insert_session(store, session)


def save_session(ctx: Context, session: Session, **changes: Any) -> Session:
    """Changes facts of a session, and the time of its last activity; returns the session as it is now.

    Others may change other facts at the same time (`set` beside a running iteration): only what is given changes. What
    the store could not be told before, it is told now.
    """
    with facts_file(ctx, session.id).locked():
        ctx.store.unsettled.clear()
        row = sessions.session_by_id(ctx.store, session.id) or session
        changed = replace(as_recorded(ctx, row), **{"last_activity_at": utc_now(), **changes})
        write_facts(ctx, changed)
        update_row(ctx, row, changed)
    return changed


def save_if_it_can(ctx: Context, session: Session, **changes: Any) -> Session:
    """As `save_session` for work that a store that is locked or full must not end: then the file has the facts, if
    there is room for it, and the next command that writes brings the store up to date."""
    with DespiteOutages():
        return save_session(ctx, session, **changes)
    changed = replace(session, **changes, last_activity_at=utc_now())
    with DespiteOutages():
        write_facts(ctx, changed)
    return changed


def write_facts(ctx: Context, session: Session) -> None:
    """Writes `session.json`; secrets in prompt and script are redacted (SPEC section 5, "Secrets").

    Raises `disk-full` or `database-unavailable`.
    """
    facts = {name: getattr(session, name) for name in SessionFacts.__struct_fields__}
    facts_file(ctx, session.id).save(SessionFacts(**ctx.redactor.redact_value(facts)))


def update_row(ctx: Context, row: Session, changed: Session) -> None:
    """Makes a session's row say what differs in the changed session."""
    sessions.update_session(ctx.store, row.id, **{name: getattr(changed, name) for name in differing(row, changed)})


def load_facts(ctx: Context, session_id: str) -> Session | None:
    """The session that a `session.json` describes, as last written; None when there is no file. Raises `failed` for one
    that cannot be read, or that is another session's."""
    file = facts_file(ctx, session_id)
    facts = file.load()
    if facts is not None and facts.id != session_id:
        raise UserError("failed", f"{file.path} is that of session {facts.id}", hint=f"mend or move away {file.path}")
    return Session(**structs.asdict(facts)) if facts else None


def known_session(ctx: Context, session_id: str) -> Session | None:
    """As `load_facts`, and None for a file that cannot be read."""
    try:
        return load_facts(ctx, session_id)
    except UserError:
        return None


def known_ids(ctx: Context) -> list[str]:
    """The ids of all sessions that have a folder of journals, in order."""
    folder = ctx.paths.journals_dir
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def as_recorded(ctx: Context, row: Session) -> Session:
    """A session's row with what its `session.json` says differently; as it is when that cannot be read. Text that was
    redacted is no difference."""
    found = known_session(ctx, row.id) or row
    values = {name: getattr(found, name) for name in differing(row, found)}
    return replace(row, **{name: value for name, value in values.items() if MARK not in repr(value)})


def differing(one: Session, other: Session) -> list[str]:
    """The facts, by field, in which two states of a session differ."""
    return [name for name in SessionFacts.__struct_fields__ if getattr(one, name) != getattr(other, name)]


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


def facts_file(ctx: Context, session_id: str) -> RecordFile[SessionFacts]:
    return RecordFile(ctx.paths.session_file(session_id), SessionFacts)
