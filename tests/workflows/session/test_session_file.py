"""`session.json` and its row: the file goes first, and what the store missed it learns with the next change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.session import session_file
from tests.support.locked import locked_store
from tests.support.records import a_session, at


@pytest.fixture
def session(ctx: Context) -> Session:
    made = a_session(prompt="p")
    session_file.add_session(ctx, made)
    return made


def row_of(ctx: Context, session: Session) -> Session:
    found = sessions.session_by_id(ctx.store, session.id)
    assert found
    return found


def test_what_the_store_missed_it_is_told_with_the_next_change(ctx: Context, session: Session) -> None:
    with locked_store(ctx):
        changed = session_file.save_if_it_can(ctx, session, status="done", merged_at=at(9))
        assert (changed.status, changed.merged_at) == ("done", at(9))
        assert row_of(ctx, session).status == "idle"
    assert session_file.known_session(ctx, session.id) == changed
    named = session_file.save_session(ctx, session, name="Better")
    assert named == replace(changed, name="Better", last_activity_at=named.last_activity_at)
    assert row_of(ctx, session) == named == session_file.known_session(ctx, session.id)


def test_any_other_change_says_that_the_store_is_not_there(ctx: Context, session: Session) -> None:
    with locked_store(ctx), pytest.raises(UserError) as error:
        session_file.save_session(ctx, session, name="Better")
    assert error.value.code == "database-unavailable"


def test_only_what_is_given_changes(ctx: Context, session: Session) -> None:
    session_file.save_session(ctx, session, model="opus")
    changed = session_file.save_session(ctx, session, name="Better")
    assert (changed.name, changed.model) == ("Better", "opus")


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"id": ""}'])
def test_a_file_that_cannot_be_read_is_written_again_and_kept(ctx: Context, session: Session, content: str) -> None:
    path = ctx.paths.session_file(session.id)
    path.write_text(content)
    assert session_file.known_session(ctx, session.id) is None
    assert session_file.as_recorded(ctx, session) == session
    changed = session_file.save_session(ctx, session, name="Better")
    assert session_file.known_session(ctx, session.id) == changed
    assert path.with_name("session.json.unreadable").read_text() == content


def test_the_file_of_another_session_is_none(ctx: Context, session: Session) -> None:
    session_file.add_session(ctx, a_session("other-bbbbbb"))
    ctx.paths.session_file(session.id).write_bytes(ctx.paths.session_file("other-bbbbbb").read_bytes())
    with pytest.raises(UserError, match="that of session other-bbbbbb"):
        session_file.load_facts(ctx, session.id)
    assert session_file.known_session(ctx, session.id) is None


def test_what_a_later_release_adds_survives(ctx: Context, session: Session) -> None:
    path = ctx.paths.session_file(session.id)
    path.write_text(path.read_text().replace('"adopted": false', '"adopted": false, "labels": ["a"]'))
    session_file.save_session(ctx, session, name="Better")
    assert '"labels": [\n  "a"\n ]' in path.read_text()
