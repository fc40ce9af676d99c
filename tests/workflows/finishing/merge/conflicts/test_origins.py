"""Which commits made a hunk, also of a session whose commits a squash has just made one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.git.objects import blob_at, line_changes, read_blobs
from ampsm.workflows.finishing.merge.conflicts.hunks import three_way
from ampsm.workflows.finishing.merge.conflicts.origins import Ends, HunkCommits, commits_of
from ampsm.workflows.session import open_merge
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merges import Make, run, session_of

HISTORY = (
    "main: base{a=1\\n2\\n3\\n4\\n5\\n} u1{a=1\\nT\\n3\\n4\\n5\\n} u2{a=1\\nT\\n3\\n4\\n} "
    "| session: base > s1*{a=1\\nS1\\n3\\n4\\n5\\n} h1{a=1\\nS1\\n3\\n4\\nS2\\n} s3*{b=1\\n}"
)


def of_every_hunk(d: Drawn) -> list[HunkCommits]:
    target, picked, base = (d.git("rev-parse", name, at=d.worktree) for name in ("HEAD", "REBASE_HEAD", "REBASE_HEAD^"))
    blobs = [blob_at(d.repo, commit, "a") or "" for commit in (base, target, picked)]
    texts = [read_blobs(d.repo, blobs)[blob] for blob in blobs]
    scripts = [line_changes(d.repo, blobs[0], blob) for blob in blobs[1:]]
    merge = open_merge.load(d.ctx, d.session.id)
    assert merge
    regions = three_way(texts[0], texts[1], texts[2], scripts[0], scripts[1]).regions
    ends = Ends(base, target, "a"), Ends(base, picked, "a")
    return [commits_of(session_of(d), merge, region, *ends) for region in regions]


@pytest.mark.parametrize("squash", [True, False])
def test_both_sides_of_every_hunk(drawn: Make, squash: bool) -> None:
    d = drawn(HISTORY)
    assert run(d, squash=squash).exit_code == 4
    first, *rest = of_every_hunk(d)
    assert [commit.subject for commit in first.target] == ["u1"]
    assert [commit.subject for commit in first.session] == ["s1"]
    assert first.target[0].iteration is None
    assert first.session[0].sha == d.graph["s1"]
    if squash:  # the first commit alone changed one place only
        assert [commit.subject for commit in rest[0].target] == ["u2"]
        assert [commit.subject for commit in rest[0].session] == ["h1"]


def test_the_iteration_that_made_a_commit(drawn: Make, tmp_path: Path) -> None:
    d = drawn(HISTORY)
    (d.worktree / "a").write_text("1\nS3\n3\n4\nS2\n")
    d.git("commit", "-qam", f"s4\n\nAmpsm-Session: {d.session.id}\nAmpsm-Iteration: 7", at=d.worktree)
    assert run(d).exit_code == 4
    assert [(commit.subject, commit.iteration) for commit in of_every_hunk(d)[0].session] == [("s4", 7)]
