"""Taking back what an agent changed besides, killed before everything that it does: no file is half written, nothing is
lost, and the next one does the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.context import Context
from ampsm.git.rewrite.rebase import stopped_step
from ampsm.store import sessions
from ampsm.workflows.session import open_merge
from ampsm.workflows.session.in_conflict import taking_back
from ampsm.workflows.session.in_conflict.record import agent_work
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merge_kills import Kills
from tests.workflows.finishing.merge.merges import CONFLICTED, Make, run

#: What a person and the agent have each made of files that are not in conflict; None: it is gone.
BEFORE = {"base.txt": "base\n", "mine.txt": "mine\n", "new.txt": None, "s2.txt": "s2\n"}
AFTER = {"base.txt": "agent\n", "mine.txt": "agent's\n", "new.txt": "new\n", "s2.txt": None}


def content(d: Drawn, path: str) -> str | None:
    file = d.worktree / path
    return file.read_text() if file.exists() else None


def end(ctx: Context, ref: str) -> None:
    session = sessions.session_by_id(ctx.store, ref)
    assert session
    taking_back.end(ctx, session)


@pytest.mark.faults
def test_killed_anywhere(drawn: Make, tmp_path: Path) -> None:
    d = drawn(CONFLICTED)
    assert run(d).exit_code == 4
    d.worktree.joinpath("mine.txt").write_text("mine\n")
    before = {path: content(d, path) for path in BEFORE}
    index = d.git("ls-files", "--stage", at=d.worktree)
    assert taking_back.begin(d.ctx, d.session, 3) is not None
    for path, text in AFTER.items():
        if text is None:
            (d.worktree / path).unlink(missing_ok=True)
        else:
            (d.worktree / path).write_text(text)
    (d.worktree / "a.txt").write_text("both\n")
    d.git("add", "-A", at=d.worktree)
    changed = {path: content(d, path) for path in BEFORE}
    kills = Kills(d, tmp_path / "kept")
    kills.save("start")
    number = 0
    while True:
        number += 1
        kills.put_back("start")
        if not kills.killed(end, number, every=False):
            break
        with kills.opened() as now:
            for path in BEFORE:
                assert content(now, path) in (before[path], changed[path]), (number, path)
            end(now.ctx, now.session.id)
            assert {path: content(now, path) for path in BEFORE} == before, number
            assert now.git("ls-files", "--stage", at=now.worktree) == index
            merge = open_merge.load(now.ctx, now.session.id)
            assert merge is not None
            work = agent_work(now.ctx, now.session.id, merge.merge_id, stopped_step(now.worktree))
            assert work is not None and [one.path for one in work.proposals] == ["a.txt"]
            for path, text in changed.items():
                if text is not None and text != before[path]:
                    kept = {now.git("show", f"{one.ref}:{path}") for one in work.taken_back if path in one.paths}
                    assert text.strip() in kept, (number, path)
    assert number > 5, "there was hardly anything to kill"
