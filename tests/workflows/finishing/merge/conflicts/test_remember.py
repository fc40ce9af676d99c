"""Resolutions that git remembers, in a merge that meets the same conflict again."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.rewrite.remembering import put_in_again
from ampsm.workflows.finishing import (
    abort_merge,
    conflicts_of,
    continue_merge,
    remember_resolutions,
    remembers_resolutions,
    undo_operation,
)
from ampsm_cli.conflict_view import state
from ampsm_gui.models.conflicts.words import fact_of
from tests.workflows.finishing.merge.merges import CONFLICTED, Make, resolve, run


def test_what_was_resolved_is_put_in_again_and_not_staged(drawn: Make, tmp_path: Path) -> None:
    d = drawn(CONFLICTED)
    assert not remembers_resolutions(d.ctx, d.session.id)
    remember_resolutions(d.ctx, d.session.id, True)
    assert remembers_resolutions(d.ctx, d.session.id)
    assert run(d).exit_code == 4
    resolve(d, a="as I want it\n")
    assert continue_merge(d.ctx, d.session.id).status == "merged"
    undo_operation(d.ctx, d.session.id)
    again = run(d)
    assert again.exit_code == 4 and again.conflicts == ("a.txt", "b.txt")
    assert (d.worktree / "a.txt").read_text() == "as I want it\n"
    assert put_in_again(d.worktree, again.conflicts) == frozenset({"a.txt"})
    (told, other) = conflicts_of(d.ctx, d.session.id).files
    assert told.outside_edit and not told.resolved and "resolved before" in told.sentence
    assert told.put_in and "edited elsewhere" not in state(told), "nobody has edited it"
    assert fact_of(told).startswith("Resolved before, ")
    assert "resolved before" not in other.sentence
    assert "a.txt" in d.git("ls-files", "--unmerged", at=d.worktree)
    abort_merge(d.ctx, d.session.id)
    remember_resolutions(d.ctx, d.session.id, False)
    assert run(d).exit_code == 4
    assert "<<<<<<<" in (d.worktree / "a.txt").read_text()
