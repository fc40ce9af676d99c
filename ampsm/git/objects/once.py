"""Asking git once: what commits that are named in full have in common, and what is between them, never changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from ampsm.git.objects.command_line import GitCommandLine
from ampsm.git.objects.commit_info import CommitInfo

T = TypeVar("T")

_FULL_SHA = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")

#: What git has said within `asking_once`; None outside.
_said: ContextVar[dict[tuple[str, ...], Any] | None] = ContextVar("said", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """Within it git is asked the same about the same commits only once: for one command that ends soon. In a process
    that lives long somebody may fetch the history that a shallow clone lacks."""
    before = _said.set(_said.get() or {})
    try:
        yield
    finally:
        _said.reset(before)


def command_line(where: Path | str) -> GitCommandLine:
    """Who asks git in the directory `where`."""
    said = _said.get()
    return GitCommandLine(where) if said is None else _AskingOnce(where, said)


class _AskingOnce(GitCommandLine):
    def __init__(self, where: Path | str, said: dict[tuple[str, ...], Any]) -> None:
        super().__init__(where)
        self._said = said

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        ask = super().is_ancestor
        return self._once(lambda: ask(ancestor, descendant) or None, "is-ancestor", ancestor, descendant) or False

    def merge_base(self, one: str, other: str) -> str | None:
        ask = super().merge_base
        return self._once(lambda: ask(one, other), "merge-base", one, other)

    def commits_between(self, after: str, until: str) -> list[CommitInfo]:
        ask = super().commits_between
        return list(self._once(lambda: tuple(ask(after, until)), "commits-between", after, until) or ())

    def _once(self, ask: Callable[[], T | None], question: str, *shas: str) -> T | None:
        """The answer that was given before, else the one that is given now: None, which may change, is not kept."""
        if not all(map(_FULL_SHA.fullmatch, shas)):
            return ask()
        key = (str(self._where), question, *shas)
        if key not in self._said and (answer := ask()) is not None:
            self._said[key] = answer
        found: T | None = self._said.get(key)
        return found
