"""The conflicts of a merge that waits, and what is chosen for them: drafts, that touch neither worktree nor index."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.git.command import GitError
from ampsm.model.conflicts import Choice, ConflictKind, HunkKind
from ampsm.model.errors import UserError
from ampsm.system.record_file import RecordFile
from ampsm.workflows.finishing import abort_merge, choose, conflict_hunks, conflicts_of
from ampsm.workflows.finishing.merge.conflicts.conflicted import all_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft, HunkDraft, change_draft
from ampsm.workflows.finishing.merge.conflicts.waiting import stop_of
from ampsm.workflows.session import open_merge
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.merges import CONFLICTED, Make, run

#: Two conflicts, and a change on each side.
LINES = (
    "main: base{a=1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n} u{a=T\\n2\\n3\\n4\\nT\\n6\\nT\\n8\\n9\\n} "
    "| session: base > s1*{a=S\\n2\\n3\\n4\\nS\\n6\\n7\\n8\\nS\\n}"
)


def outcome(d: Drawn) -> tuple[str, str]:
    return d.git("ls-files", "--stage", at=d.worktree), (d.worktree / "a").read_text()


def test_sides_step_and_hunks(drawn: Make) -> None:
    d = drawn(LINES)
    assert run(d).exit_code == 4
    found = conflicts_of(d.ctx, d.session.id)
    assert (found.operation, found.step.n, found.step.of) == ("merge", 1, 1)
    assert found.sides.target.label == "main"
    assert found.sides.target.commit == d.graph["u"]
    assert found.sides.session.label == d.session.name
    assert found.sides.base.commit == d.graph["base"]
    (file,) = found.files
    assert (file.path, file.kind, file.hunks, file.open) == ("a", ConflictKind.BOTH_MODIFIED, 2, 2)
    assert (file.resolved, file.outside_edit, file.binary, file.old_path) == (False, False, False, None)
    hunks = conflict_hunks(d.ctx, d.session.id, "a")
    assert [(hunk.kind, hunk.line) for hunk in hunks.hunks] == [
        (HunkKind.CONFLICT, 1), (HunkKind.CONFLICT, 5), (HunkKind.TARGET, 7), (HunkKind.SESSION, 9),
    ]  # fmt: skip
    assert hunks.result == "1\n2\n3\n4\n5\n6\nT\n8\nS\n"


def test_what_is_chosen_is_a_draft_and_can_be_taken_back(drawn: Make) -> None:
    d = drawn(LINES)
    run(d)
    before = outcome(d)
    assert choose(d.ctx, d.session.id, "a", Choice.SESSION, hunks=[2]).file.open == 1
    assert choose(d.ctx, d.session.id, "a", Choice.TARGET).result == "T\n2\n3\n4\nS\n6\nT\n8\nS\n"
    own = choose(d.ctx, d.session.id, "a", Choice.TEXT, hunks=[1], text="mine")
    assert own.result == "mine\n2\n3\n4\nS\n6\nT\n8\nS\n"
    assert [hunk.choice for hunk in own.hunks] == [Choice.TEXT, Choice.SESSION, None, None]
    whole = choose(d.ctx, d.session.id, "a", Choice.TEXT, text="all of it")
    assert (whole.result, whole.file.open, whole.file.choice) == ("all of it\n", 0, Choice.TEXT)
    assert conflict_hunks(d.ctx, d.session.id, "a") == whole
    for choice, hunks in ((Choice.TARGET, (1,)), (Choice.TEXT, (1,)), (Choice.TARGET, ())):
        with pytest.raises(UserError) as refused:
            choose(d.ctx, d.session.id, "a", choice, hunks=hunks, text="x")
        assert (refused.value.code, str(refused.value.hint)[-9:]) == ("invalid-value", " a --undo")
    assert conflict_hunks(d.ctx, d.session.id, "a") == whole, "no text is dropped that nobody took back"
    assert choose(d.ctx, d.session.id, "a", Choice.TEXT, text="all of it, again").result == "all of it, again\n"
    assert choose(d.ctx, d.session.id, "a", None, hunks=[1]).file.open == 1
    assert choose(d.ctx, d.session.id, "a", None).file.open == 2
    assert outcome(d) == before


def test_a_choice_that_the_file_does_not_have(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    run(d)
    for path, choice, hunks in (
        ("a.txt", Choice.DELETE, ()), ("b.txt", Choice.BOTH, ()), ("a.txt", Choice.BASE, (7,)),
        ("b.txt", Choice.KEEP, (1,)),
    ):  # fmt: skip
        with pytest.raises(UserError) as refused:
            choose(d.ctx, d.session.id, path, choice, hunks=hunks)
        assert refused.value.code == "invalid-value"
    with pytest.raises(UserError) as unknown:
        conflict_hunks(d.ctx, d.session.id, "nowhere")
    assert unknown.value.code == "no-such-file"


def test_drafts_end_with_abort(drawn: Make) -> None:
    d = drawn(LINES)
    with pytest.raises(UserError) as nothing:
        conflicts_of(d.ctx, d.session.id)
    assert nothing.value.code == "nothing-in-progress"
    run(d)
    choose(d.ctx, d.session.id, "a", Choice.TARGET)
    assert open_merge.choices_path(d.ctx, d.session.id).exists()
    abort_merge(d.ctx, d.session.id)
    assert not open_merge.choices_path(d.ctx, d.session.id).exists()
    run(d)
    assert conflicts_of(d.ctx, d.session.id).files[0].open == 2


def test_git_is_asked_as_often_for_many_files_as_for_few(
    drawn: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for number, count in enumerate((2, 9)):
        base, target, session = (",".join(f"f{n}={side}" for n in range(count)) for side in "bts")
        d = drawn(f"main: base{{{base}}} u{{{target}}} | session: base > s1*{{{session}}}")
        run(d)
        trace = tmp_path / f"trace-{number}"
        monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
        found = conflicts_of(d.ctx, d.session.id)
        monkeypatch.delenv("GIT_TRACE2_EVENT")
        assert len(found.files) == count
        asked.append(trace.read_text().count('"event":"start"'))
    assert asked[0] == asked[1] > 0


def test_what_is_chosen_for_one_conflict_never_becomes_that_of_the_next(drawn: Make) -> None:
    d = drawn("main: base{a=1\\n} u{a=T\\n} | session: base > s1*{a=S1\\n} s2*{a=S2\\n}")
    run(d, squash=False)
    seen, before = conflict_hunks(d.ctx, d.session.id, "a"), stop_of(d.ctx, d.session.id)
    (d.worktree / "a").write_text("mine\n")
    d.git("add", "a", at=d.worktree)
    with pytest.raises(GitError):
        d.git("rebase", "--continue", at=d.worktree)
    now = choose(d.ctx, d.session.id, "a", Choice.SESSION)
    assert now.result == "S2\n" and not now.has_sides_of(seen)
    sides = all_conflicted(before, {})[0].stages
    for late in (
        lambda: choose(d.ctx, d.session.id, "a", Choice.TARGET, hunks=[1], seen=seen),
        lambda: change_draft(d.ctx, before, "a", sides, lambda draft: draft),
    ):
        with pytest.raises(UserError) as refused:
            late()
        assert refused.value.code == "branch-moved"
    assert conflict_hunks(d.ctx, d.session.id, "a") == now
    assert choose(d.ctx, d.session.id, "a", Choice.TARGET, hunks=[1], seen=now).result == "mine\n"


@pytest.mark.parametrize("kind", [FileDraft, HunkDraft])
def test_a_text_that_the_file_has_lost_is_not_taken_for_an_empty_one(tmp_path: Path, kind: type) -> None:
    file: RecordFile[object] = RecordFile(tmp_path / "draft.json", kind)
    file.path.write_text('{"path": "a", "sides": [], "n": 1, "choice": "text", "text": null}')
    with pytest.raises(UserError, match="needs one"):
        file.load()
