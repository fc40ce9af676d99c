"""The check that a result does to the target what the session did to the base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.model.conflicts import Choice
from ampsm.workflows.finishing.merge.conflicts.hunks import composed
from ampsm.workflows.finishing.merge.conflicts.texts import encoding_of
from ampsm.workflows.finishing.merge.conflicts.verify import verified
from tests.workflows.finishing.merge.conflicts.test_hunks import laid


def test_the_two_patches_are_alike_when_the_session_is_put_on_the_target(make_repo: Callable[..., Path]) -> None:
    sides = [b"1\n2\n3\n", b"0\n1\nT\xe9\n3\n", b"1\n2\n3\nS\n"]
    three = laid(make_repo(), sides)
    found = verified(three, composed(three, {}), encoding_of(*sides[1:]))
    assert found.alike
    assert found.target_to_result == "@@ -2,3 +2,4 @@\n 1\n Té\n 3\n+S\n"
    assert found.base_to_session == "@@ -1,3 +1,4 @@\n 1\n 2\n 3\n+S\n"


def test_what_is_left_out_of_the_session_is_seen(make_repo: Callable[..., Path]) -> None:
    sides = [b"1\n2\n3\n", b"1\nT\n3\n", b"1\nS\n3\n"]
    three = laid(make_repo(), sides)
    found = verified(three, composed(three, {1: (Choice.TARGET, None)}), encoding_of(*sides[1:]))
    assert found.target_to_result == ""
    assert "+S\n" in found.base_to_session
    assert not found.alike
    assert not verified(three, composed(three, {1: (Choice.SESSION, None)}), encoding_of(*sides[1:])).alike
