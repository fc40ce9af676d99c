"""One merge at a time into one target: the program's own merges wait for each other (SPEC section 6)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.context import Context
from ampsm.git.repository import common_dir
from ampsm.model.session import Session
from ampsm.system.files import locked


@contextmanager
def held(ctx: Context, session: Session, target_ref: str, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds the target against other merges, waiting as long as it takes; `on_wait` is called once when it does.

    A signal that raises ends the wait. The lock goes with the process.
    """
    import hashlib

    name = hashlib.sha256(f"{common_dir(Path(session.repo))}\0{target_ref}".encode("utf-8", "surrogateescape"))
    path = ctx.paths.data_dir / "locks" / f"target-{name.hexdigest()[:32]}.lock"
    waited = False
    while True:
        with locked(path, wait=False) as mine:
            if mine:
                yield
                return
        if not waited:
            waited = True
            on_wait()
        # Looked at again and again: a signal that comes just before a wait for the lock itself would not end it.
        time.sleep(0.05)
