"""A page of a session asks git only when something may be new."""

from __future__ import annotations

from typing import Any

import pytest

from ampsm_gui.models.session.reading import read_session
from ampsm_gui.runtime.workspace import Workspace
from tests.gui.conftest import World


@pytest.mark.session("Old name")
def test_what_did_not_change_is_not_read_again_until_it_is_old(session: dict[str, Any]) -> None:
    with Workspace().open() as ctx:
        first = read_session(ctx, session["id"], None, 0)
        assert first.view is not None and first.view["session"]["name"] == "Old name"
        again = read_session(ctx, session["id"], first, 500)
        assert (again.view, again.changed, again.later) == (None, False, False)
        assert read_session(ctx, session["id"], first, 60_000).view is not None


@pytest.mark.session("Old name")
def test_what_another_command_changed_is_read_at_once(world: World, session: dict[str, Any]) -> None:
    with Workspace().open() as ctx:
        first = read_session(ctx, session["id"], None, 0)
        world.ok("set", session["id"], "--name", "New name")
        again = read_session(ctx, session["id"], first, 0)
        assert again.changed and again.view is not None and again.view["session"]["name"] == "New name"


def test_figures_of_an_iteration_at_work_are_read_once_a_second(
    world: World, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.use(lines=400, sleep=0.05)
    world.ok("iterate", session["id"], "--detach")
    with Workspace().open() as ctx:
        first = read_session(ctx, session["id"], None, 0)
        assert first.session.status == "running"
        again = read_session(ctx, session["id"], first, 300)
        assert (again.view, again.changed, again.later) == (None, True, True)
        with monkeypatch.context() as patched:  # and the history, which has no more steps meanwhile, not at all
            patched.setattr("ampsm.workflows.review.timeline.session_history", lambda *_: pytest.fail("read again"))
            patched.setattr(
                "ampsm.workflows.review.session_history", lambda *_: pytest.fail("read again"), raising=False
            )
            assert read_session(ctx, session["id"], again, 1_500).steps == first.steps == 2
        assert read_session(ctx, session["id"], first, 1_500).view is not None
    world.ok("stop", session["id"])


def test_what_git_moved_is_read_at_once_and_of_a_session_at_work_soon(world: World, session: dict[str, Any]) -> None:
    world.use(lines=400, sleep=0.05)
    with Workspace().open() as ctx:
        first = read_session(ctx, session["id"], None, 0)
        assert read_session(ctx, session["id"], first, 0, moved=True).view is not None
        world.ok("iterate", session["id"], "--detach")
        first = read_session(ctx, session["id"], None, 0)
        assert first.session.status == "running"
        again = read_session(ctx, session["id"], first, 100, moved=True)
        assert (again.view, again.changed, again.later) == (None, True, True)
        assert read_session(ctx, session["id"], first, 700, moved=True).view is not None
    world.ok("stop", session["id"])
