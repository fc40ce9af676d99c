"""The session's lock and the name of its holder (SPEC section 5.1)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.system.locks import lock_holder, session_lock


def test_a_holder_is_named_as_long_as_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "s.lock"
    with session_lock(path, "s", "iteration") as lock:
        lock.name_holder("s/1000000")
        lock.name_holder("s/1")
        holder = lock_holder(path)
        assert holder is not None
        assert (holder.pid, holder.iteration_id, holder.alive) == (os.getpid(), "s/1", True)
        with pytest.raises(UserError) as refused, session_lock(path, "s", "commit"):
            pass
        assert (refused.value.code, refused.value.details["iterationId"]) == ("busy", "s/1")
    assert lock_holder(path) is None


def test_a_holder_that_is_named_anew_is_never_taken_for_dead(tmp_path: Path) -> None:
    path, done = tmp_path / "s.lock", threading.Event()
    with session_lock(path, "s", "iteration") as lock:

        def name_again() -> None:
            for number in range(500):
                lock.name_holder(f"s/{number}" if number % 2 else None)
            done.set()

        namer = threading.Thread(target=name_again)
        namer.start()
        try:
            while not done.is_set():
                holder = lock_holder(path)
                assert holder is not None and holder.alive
        finally:
            namer.join()
