"""The session's lock and the name of its holder (SPEC section 5.1)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.system.activity import Activity, activity
from ampsm.system.locks import LOOK, lock_holder, session_lock


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


def test_who_only_looks_is_waited_for(tmp_path: Path) -> None:
    """Whoever comes second gets the lock when the look is over; the name that it has then is its own."""
    path, looking, got = tmp_path / "s.lock", threading.Event(), threading.Event()
    found: list[str] = []

    def work() -> None:
        looking.wait()
        with session_lock(path, "s", "merge"):
            holder = lock_holder(path)
            found.append(holder.what if holder else "nobody")
            got.set()

    worker = threading.Thread(target=work)
    worker.start()
    with session_lock(path, "s", LOOK):
        assert activity(path, "s", cut_off=False) == Activity(), "nobody is told that somebody is at work"
        looking.set()
        assert not got.wait(0.5), "longer than a glance"
    worker.join(20)
    assert found == ["merge"]


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
