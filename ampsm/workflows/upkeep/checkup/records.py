"""The small files beside the database that cannot be read: those of sessions, of repositories, of creations.

What can be told from elsewhere is written again. What is replaced is put beside, and never deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from ampsm.git.programs.known import RepositoryPrograms
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.store import sessions
from ampsm.system.record_file import RecordFile, is_withheld
from ampsm.workflows.finishing.cleanup.note import note_file
from ampsm.workflows.finishing.merge.conflicts.drafts import drafts_file
from ampsm.workflows.session import create, open_merge, operations, outside, queue, session_file
from ampsm.workflows.session.in_conflict.record import file as agent_file
from ampsm.workflows.upkeep import recall
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings


@record
class RecordKind:
    """A kind of file: what its finding is called, what it holds, and what becomes of that."""

    id: str
    holds: str
    fix: str


_FACTS = RecordKind("facts-unreadable", "the session's own facts", "writes what else is known of the session")
_QUEUE = RecordKind("queue-unreadable", "the follow-ups that wait", "begins an empty queue")
_MERGE = RecordKind("merge-unreadable", "how far a merge or rebase has come", "forgets that it was open")
_CHOICES = RecordKind("choices-unreadable", "what was chosen for conflicts", "begins it anew; the files stay")
_AGENT = RecordKind("agent-unreadable", "what the agent did at conflicts", "begins it anew; the files stay")
_OPERATIONS = RecordKind(
    "operations-unreadable", "what `undo` can take back", "begins it anew; the branch as it was is kept in git"
)
_OUTSIDE = RecordKind("outside-unreadable", "what iterations changed outside the branch", "begins it anew")
_CLEANUP = RecordKind("cleanup-note-unreadable", "how far a cleanup has come", "lets `cleanup` or `restore` begin anew")
_PROGRAMS = RecordKind("programs-unreadable", "which programs of a repository are trusted", "trusts none of them")
_CREATION = RecordKind("creation-unreadable", "what a `new` that was killed has made", "names what it has left")


def check_records(checkup: Checkup) -> Findings:
    """One finding for each file."""
    ctx = checkup.ctx
    for session_id in sorted({*session_file.known_ids(ctx), *(session.id for session in checkup.sessions())}):
        yield from _facts(checkup, session_id)
        yield from _found(_QUEUE, session_id, queue.queue_file(ctx, session_id))
        yield from _found(_MERGE, session_id, open_merge.file(ctx, session_id), _kept_tips(checkup, session_id))
        yield from _found(_CHOICES, session_id, drafts_file(ctx, session_id))
        yield from _found(_AGENT, session_id, agent_file(ctx, session_id))
        yield from _found(
            _OPERATIONS, session_id, operations.operations_file(ctx, session_id), _kept_tips(checkup, session_id)
        )
        yield from _found(_OUTSIDE, session_id, outside.outside_file(ctx, session_id))
        yield from _found(_CLEANUP, session_id, note_file(ctx, session_id))
    for path in _named(ctx.paths.repositories_dir):
        yield from _found(_PROGRAMS, str(path), RecordFile(path, RepositoryPrograms))
    for path in _named(ctx.paths.creating_dir):
        yield from _found(_CREATION, path.stem, create.creation_file(ctx, path.stem))


def _facts(checkup: Checkup, session_id: str) -> Findings:
    """What the store has goes before what journals and git tell."""
    ctx, file = checkup.ctx, session_file.facts_file(checkup.ctx, session_id)

    def put_back() -> None:
        session = sessions.session_by_id(checkup.store, session_id) if checkup.store else None
        session = session or recall.require_recalled(ctx, session_id, checkup.all_repositories())
        file.set_aside()
        session_file.write_facts(ctx, session)

    yield from _found(_FACTS, session_id, file, load=partial(session_file.load_facts, ctx, session_id), mend=put_back)


def _kept_tips(checkup: Checkup, session_id: str) -> str:
    """How the earlier tips of a session's branch are found without the file."""
    session = next((found for found in checkup.sessions() if found.id == session_id), None)
    if session is None:
        return ""
    return f" Earlier tips of its branch: git -C {quoted(session.repo)} for-each-ref refs/ampsm/backup/{session_id}"


def _found(
    kind: RecordKind,
    subject: str,
    file: RecordFile[Any],
    more: str = "",
    *,
    load: Callable[[], object] | None = None,
    mend: Callable[[], object] | None = None,
) -> Findings:
    try:
        (load or file.load)()
    except UserError as error:
        message = f"{error.message}. It holds {kind.holds}."
        if is_withheld(error.__cause__):
            yield Finding(kind.id, ERROR, subject, message, error.hint)
            return
        fix = f"doctor --fix puts it beside, as {file.path.name}.unreadable, and {kind.fix}"
        yield Finding(kind.id, ERROR, subject, f"{message}{more}", fix, mend or file.set_aside)


def _named(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.json")) if folder.is_dir() else []
