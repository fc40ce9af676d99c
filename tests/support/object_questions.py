"""The same questions about a repository's objects, put to git and to libgit2, which must not differ."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import methodcaller
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ampsm.git import objects
from ampsm.git.command import GitError
from ampsm.git.objects import libgit2
from ampsm.git.objects.command_line import GitCommandLine
from ampsm.git.objects.reader import CannotTell, Reader

Question = Callable[[Reader], Any]


def require_same(where: Path, questions: Sequence[tuple[str, Question]]) -> None:
    """libgit2 answers every question itself, and as git does."""
    for name, question in questions:
        try:
            answer = libgit2.ask(where, question)
        except CannotTell as error:
            raise AssertionError(f"{name}: libgit2 has no answer") from error
        assert answer == question(GitCommandLine(where)), name


def require_left_to_git(where: Path, questions: Sequence[tuple[str, Question]]) -> None:
    """libgit2 answers no question; who asks in a process that lives long has git's answer all the same."""
    for name, question in questions:
        with pytest.raises(CannotTell):
            print(name, libgit2.ask(where, question))
    require_same_through_the_interface(where, questions)


def require_same_through_the_interface(where: Path, questions: Sequence[tuple[str, Question]]) -> None:
    """Whoever answers in a process that lives long, it is what git says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "_in_process", True)
        for name, question in questions:
            expected = _outcome(partial(question, GitCommandLine(where)))
            found = _outcome(partial(objects._read, where, question))
            assert found == expected, name


def about_commits(commits: Sequence[str], *, pairs: int = 12, seed: int = 1) -> list[tuple[str, Question]]:
    """Every question about single commits, and those about two for some pairs of them."""
    found: list[tuple[str, Question]] = [("subjects", methodcaller("subjects", commits))]
    for sha in commits:
        found.append((f"commit {sha}", methodcaller("resolve_commit", sha)))
        found.append((f"tree {sha}", methodcaller("tree_of", sha)))
    every = list(itertools.product(commits, repeat=2))
    for one, other in every if len(every) <= pairs else Random(seed).sample(every, pairs):
        found += about_two(one, other)
    return found


def about_two(one: str, other: str) -> Iterator[tuple[str, Question]]:
    """Every question about two commits but the merge base, which only git knows where there are several."""
    yield f"ahead and behind {one} {other}", methodcaller("ahead_behind", one, other)
    yield f"ancestor {one} {other}", methodcaller("is_ancestor", one, other)
    yield f"between {one} {other}", methodcaller("commits_between", one, other)


def _outcome(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except GitError as error:
        return type(error), error.code
