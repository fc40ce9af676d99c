"""What the files of sessions say (the truth) against the rows of the store (the index): the sessions' own facts, their
iterations, their merges."""

from __future__ import annotations

from functools import partial

from ampsm.git.command import answer_or
from ampsm.model.errors import UserError, quoted
from ampsm.model.merge import Merge
from ampsm.model.phrases import counted
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ModelUsage, Usage, add_usage
from ampsm.store import iterations, merges, telemetry
from ampsm.store.connection import Store
from ampsm.store.usage_columns import usage_from, usage_values
from ampsm.system.locks import lock_holder
from ampsm.workflows.session import recover, session_file
from ampsm.workflows.session.create import pending
from ampsm.workflows.session.journal_rows import priced
from ampsm.workflows.session.merge_records import index_earlier_merges, index_merges, recorded_merges
from ampsm.workflows.session.replay import Replay, journals, replay
from ampsm.workflows.upkeep import rebuild, recall
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check_sessions(checkup: Checkup) -> Findings:
    half_made = pending(checkup.ctx)
    rows = {session.id: session for session in checkup.sessions()}
    for session_id in sorted({*session_file.known_ids(checkup.ctx), *rows}):
        if session_id in half_made and not journals(checkup.ctx, session_id):
            continue
        yield from _session(checkup, session_id, rows.get(session_id))


def check_iterations(checkup: Checkup) -> Findings:
    if checkup.store is None:
        return
    for session in checkup.sessions():
        rows = {row.number: row for row in iterations.iterations_of(checkup.store, session.id)}
        numbers = journals(checkup.ctx, session.id)
        under_way = max(numbers, default=0) if recover.worker_lives(checkup.ctx, session.id) else None
        for number in sorted({*rows, *numbers} - {under_way}):
            if number in numbers:
                try:
                    yield from _with_journal(checkup, checkup.store, session, number, rows.get(number))
                except OSError as error:  # what is ill with others is still to be found
                    yield Finding(
                        "journal-unreadable", ERROR, f"{session.id}/{number}",
                        f"Its journal cannot be read: {error.strerror or error}.",
                        f"ls -ld {quoted(checkup.ctx.paths.journal(session.id, number))}",
                    )  # fmt: skip
            else:
                yield Finding(
                    "journal-missing", WARNING, f"{session.id}/{number}",
                    f"The journal {checkup.ctx.paths.journal(session.id, number)} is gone. What the database knows of "
                    "the iteration stays, but its log cannot be shown.", "put the file back from a backup",
                )  # fmt: skip


def check_merges(checkup: Checkup) -> Findings:
    """Rows that are still to be made, since an earlier release knew none, are no fault."""
    if checkup.store is None:
        return
    if checkup.fixing:
        index_earlier_merges(checkup.ctx)
    to_come = merges.sessions_to_index(checkup.store)
    for session in checkup.sessions():
        if lock_holder(checkup.ctx.paths.lock(session.id)) is not None:
            continue  # one may be at work
        try:
            recorded = recorded_merges(checkup.ctx, session.id)
        except UserError:
            continue  # `check_records` has said so
        if session.id not in to_come and recorded != _indexed(checkup.store, session.id):
            yield Finding(
                "merges-differ", WARNING, session.id,
                "The database says something else than the session's files about its merges and rebases.",
                "doctor --fix makes the database say what the files say",
                partial(index_merges, checkup.ctx, session.id),
            )  # fmt: skip


def _session(checkup: Checkup, session_id: str, row: Session | None) -> Findings:
    ctx, path = checkup.ctx, checkup.ctx.paths.session_file(session_id)
    if path.exists() and session_file.known_session(ctx, session_id) is None:
        return  # `check_records` has said so
    if not path.exists() and row is not None:
        yield Finding(
            "facts-missing", WARNING, session_id,
            f"{path} is gone; without it the session cannot be brought back when the database is lost.",
            "doctor --fix writes it again from the database", partial(session_file.write_facts, ctx, row),
        )  # fmt: skip
    elif not path.exists() and (numbers := journals(ctx, session_id)):
        yield _unknown(checkup, session_id, len(numbers))
    elif path.exists() and row is None and checkup.store is not None:
        yield Finding(
            "session-without-row", ERROR, session_id,
            "The session has its facts and journals, but the database does not know it.",
            "doctor --fix makes its rows again from session.json, journals and refs",
            partial(rebuild.rebuild, ctx, session_id),
        )  # fmt: skip
    elif row is not None and checkup.store is not None:
        changed = session_file.differing(row, session_file.as_recorded(ctx, row))
        if not changed or recover.worker_lives(ctx, session_id):
            return  # while the store cannot be written its facts go ahead
        yield Finding(
            "session-differs", WARNING, session_id,
            f"The database says something else than session.json about: {', '.join(changed)}.",
            "doctor --fix makes the database say what session.json says",
            partial(rebuild.rebuild_session, ctx, session_id),
        )  # fmt: skip


def _unknown(checkup: Checkup, session_id: str, journals: int) -> Finding:
    """Journals without a session: what they and git tell of it makes it again."""
    ctx, repositories = checkup.ctx, checkup.all_repositories()
    message = f"Neither a session.json nor the database knows the session of {counted(journals, 'journal')}."
    if answer_or(None, recall.recalled, ctx, session_id, repositories) is None:
        folder = quoted(ctx.paths.journal_dir(session_id))
        return Finding(
            "session-unknown", WARNING, session_id, f"{message} {recall.missing(ctx, session_id)}.",
            "put back its session.json, or call amp-sessions doctor --fix in its repository; when nobody needs the "
            f"journals: ls {folder}",
        )  # fmt: skip

    def bring_back() -> None:
        session_file.write_facts(ctx, recall.require_recalled(ctx, session_id, repositories))
        rebuild.rebuild(ctx, session_id)

    fix = "doctor --fix makes it again from its journals and what git has of it"
    return Finding("session-unknown", ERROR, session_id, message, fix, bring_back)


def _indexed(store: Store, session_id: str) -> list[Merge] | None:
    """The rows of a session's merges; None when they are none."""
    try:
        return merges.merges_of(store, session_id)
    except UserError:
        return None


def _with_journal(checkup: Checkup, store: Store, session: Session, number: int, row: Iteration | None) -> Findings:
    found, subject = replay(checkup.ctx, session.id, number), f"{session.id}/{number}"
    # One that has not ended, though nobody works, is what `left.check_workers` tells of.
    if not found.begun or (not found.ended and row is not None):
        return
    fix = "doctor --fix makes the database say what the journal says"
    repair = partial(rebuild.rebuild_iteration, checkup.ctx, session, number)
    if row is None:
        message = "The iteration has a journal, but the database does not know it."
        yield Finding("iteration-without-row", WARNING, subject, message, fix, repair)
        return
    stored = {call.seq: call for call in telemetry.tool_calls(store, session.id, iterations=[number])}
    calls = {call.seq: call for call in found.calls}
    if extra := len(stored.keys() - calls.keys()):
        yield Finding(
            "journal-cut", WARNING, subject,
            f"The database has {extra} tool calls that the journal does not have, which was cut or changed. They stay.",
            "put the journal back from a backup",
        )  # fmt: skip
    elif parts := _differences(checkup, store, row, found, same_calls=stored == calls):
        message = f"The database says something else than the journal about: {', '.join(parts)}."
        yield Finding("iteration-differs", WARNING, subject, message, fix, repair)


def _differences(checkup: Checkup, store: Store, row: Iteration, found: Replay, *, same_calls: bool) -> list[str]:
    view, spent = found.view, priced(checkup.ctx, found.view)
    kept = telemetry.usage_of(store, row.session_id).get(view.number, [])
    total = add_usage(part.usage for part in spent)
    same = {
        "status": (row.status, row.ended_at, row.error) == (view.status, view.ended_at, view.error),
        "tool calls": same_calls,
        "counts": (row.tool_calls, row.tool_failures) == (view.tool_calls, view.tool_failures),
        "usage": _by_model(kept) == _by_model(spent) and _as_stored(row.usage) == _as_stored(total),
        "model": (row.model, row.thread_id) == (view.model, view.thread_id),
    }
    return [name for name, agrees in same.items() if not agrees]


def _by_model(parts: list[ModelUsage]) -> dict[str, Usage]:
    return {part.model or "": _as_stored(part.usage) for part in parts}


def _as_stored(usage: Usage) -> Usage:
    return usage_from(usage_values(usage))
