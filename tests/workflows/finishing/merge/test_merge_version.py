"""Whether a merge stands differently than before, whoever has let it go on."""

from __future__ import annotations

import pytest

from ampsm.git.command import GitError
from ampsm.workflows.status import MergeVersion
from tests.workflows.finishing.merge.merges import Make, run


def test_files_are_watched_at_which_a_rebase_has_stopped_that_went_on_by_hand(drawn: Make) -> None:
    d = drawn("main: base{a=1\\n,b=1\\n} u{a=T\\n,b=T\\n} | session: base > s1*{a=S\\n} s2*{b=S\\n}")
    run(d, squash=False)
    version = MergeVersion(d.ctx, d.session.id)
    version.moved()
    (d.worktree / "a").write_text("mine\n")
    assert version.moved() and not version.moved()
    d.git("add", "a", at=d.worktree)
    with pytest.raises(GitError):
        d.git("rebase", "--continue", at=d.worktree)
    assert version.moved() and not version.moved()
    (d.worktree / "b").write_text("mine too\n")
    assert version.moved()
