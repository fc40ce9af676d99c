"""Resolving and unresolving killed before everything that they do: no file is ever half written, what was chosen is
there, and doing it again gets there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context, open_context
from ampsm.model.conflicts import Choice, Resolved
from ampsm.workflows.finishing import choose, conflicts_of, resolve_file, unresolve_file
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merge_kills import Kills
from tests.workflows.finishing.merge.merges import CONFLICTED, Make, run

TEXT = "a.txt"
DELETED = "b.txt"
CHOSEN = {TEXT: Choice.BOTH, DELETED: Choice.DELETE}
AFTER = {TEXT: "upstream\nsession\n", DELETED: None}


def content(d: Drawn, path: str) -> str | None:
    file = d.worktree / path
    return file.read_text() if file.exists() else None


def index(d: Drawn, path: str) -> str:
    return d.git("ls-files", "--stage", path, at=d.worktree)


@pytest.mark.faults
@pytest.mark.parametrize("path", [TEXT, DELETED])
@pytest.mark.parametrize("back", [False, True])
def test_killed_anywhere(drawn: Make, tmp_path: Path, path: str, back: bool) -> None:
    d = drawn(CONFLICTED)
    assert run(d).exit_code == 4
    before = index(d, path), content(d, path)
    choose(d.ctx, d.session.id, path, CHOSEN[path])
    kills = Kills(d, tmp_path / "kept")
    with open_context() as ctx:
        if back:
            resolve_file(ctx, d.session.id, path)
    work: Callable[[Context, str], Any] = (unresolve if back else resolve)(path)
    kills.save("start")
    number = 0
    while True:
        number += 1
        kills.put_back("start")
        if not kills.killed(work, number, every=False):
            break
        with kills.opened() as now:
            assert content(now, path) in (before[1], AFTER[path]), number
            assert not list(now.worktree.glob(".*.tmp")), "nothing is left beside it"
            (file,) = [file for file in conflicts_of(now.ctx, now.session.id).files if file.path == path]
            assert (file.outside_edit, file.open) == (False, 0), number
            assert file.resolved or index(now, path) == before[0]
            if file.resolved:
                assert content(now, path) == AFTER[path], "going on would commit what is there"
            found: Resolved = work(now.ctx, now.session.id)
            assert found.files[0].resolved is not back
            assert (index(now, path) == before[0]) is back
            assert content(now, path) == (before[1] if back else AFTER[path]), number
    assert number > 3, "there was hardly anything to kill"


def resolve(path: str) -> Callable[[Context, str], Resolved]:
    return lambda ctx, ref: resolve_file(ctx, ref, path)


def unresolve(path: str) -> Callable[[Context, str], Resolved]:
    return lambda ctx, ref: unresolve_file(ctx, ref, path)
