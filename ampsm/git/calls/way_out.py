"""The way out of a state (undo, abort, cleanup, restore) depends on nothing that a merge may have brought: within
`way_out` git runs no hook, enters no submodule, and a filter that is required and fails leaves a file's bytes as they
are (SPEC section 6)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ampsm.system.calls import Completed

_NO_HOOKS = f"core.hooksPath={os.devnull}"

#: Of the way out that is being taken: what is set for each folder that git was called in. None: no way out.
_taken: ContextVar[dict[str, tuple[str, ...]] | None] = ContextVar("way_out", default=None)


@contextmanager
def way_out() -> Iterator[None]:
    """All git that runs within is on the way out."""
    before = _taken.set(_taken.get() or {})
    try:
        yield
    finally:
        _taken.reset(before)


def settings_on_the_way_out(where: Path | str, git: Callable[..., Completed]) -> tuple[str, ...]:
    """What is set for git beside all else when it is called in a folder, as `git` tells; nothing when this is no way
    out."""
    taken = _taken.get()
    if taken is None:
        return ()
    place = os.fspath(where)
    if place not in taken:
        taken[place] = ()  # for the question itself
        taken[place] = (_NO_HOOKS, "submodule.recurse=false", *_nothing_required(place, git))
    return taken[place]


def _nothing_required(place: str, git: Callable[..., Completed]) -> list[str]:
    found = git(place, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.required$", check=False)
    names = [os.fsdecode(name) for name in found.stdout.split(b"\0") if name]
    # The name of a filter that holds an equals sign cannot be given to git in this way.
    return [f"{name}=false" for name in dict.fromkeys(names) if "=" not in name]
