"""Undo: every ref, file and status as before (SPEC section 6)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.git import refs, target
from ampsm.git.checkouts import where_checked_out
from ampsm.model.errors import UserError
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.rewrite import back_up
from ampsm.workflows.finishing.squash import squash_session
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session import operations, session_file
from ampsm.workflows.session.open_merge import load
from ampsm.workflows.session.operations import MovedTarget, Operation
from ampsm.workflows.session.undo_stack import TargetMove, undo_list
from ampsm.workflows.upkeep.doctor import examine_health
from tests.support.drawn import Drawn, files_of, refs_of
from tests.support.world import World

Make = Callable[..., Drawn]


def session_of(d: Drawn) -> Session:
    found = sessions.session_by_id(d.ctx.store, d.session.id)
    assert found
    return found


def fast_forward(d: Drawn, branch: str = "main") -> Operation:
    """A merge as far as undo sees it: the target follows the session's tip."""
    ref, before = f"refs/heads/{branch}", d.git("rev-parse", f"refs/heads/{branch}")
    backup = back_up(d.ctx, d.session, d.tip)
    session = session_of(d)
    operation = operations.push(d.ctx, session, Operation(
        n=0, operation="merge", at=utc_now(), from_sha=d.tip, to_sha=d.tip, backup_ref=backup,
        status_before=session.status, merged_at_before=session.merged_at,
        blocked_by_tests_before=session.blocked_by_tests,
        target=MovedTarget(ref=ref, from_sha=before, to_sha=d.tip),
        branch_point=before,
    ))  # fmt: skip
    target.advance(d.repo, ref, before, d.tip, where_checked_out(d.repo, branch), reason="test")
    session_file.save_session(d.ctx, session, status="done", merged_at=utc_now(), blocked_by_tests=False)
    return operation


def test_a_stack(drawn: Make) -> None:
    d = drawn("main: base a | session: base > s1* s2*{base.txt>moved.txt,s1.txt!} h3")
    session_file.save_session(d.ctx, d.session, status="awaiting-input", blocked_by_tests=True)
    states = [d.state()]
    squash_session(d.ctx, d.session.id, message="m", include_manual="exclude")
    states.append(d.state())
    rebase_session(d.ctx, d.session.id)
    states.append(d.state())
    squash_session(d.ctx, d.session.id, message="all")
    listed = undo_list(d.ctx, d.session.id)
    assert [(op.n, op.operation, op.undoable) for op in listed] == [
        (3, "squash", True), (2, "rebase", True), (1, "squash", True),
    ]  # fmt: skip
    assert [op.to for op in listed] == [d.tip, listed[0].from_, listed[1].from_]
    for before, operation in zip(reversed(states), ("squash", "rebase", "squash"), strict=True):
        at = d.tip
        undone = undo_operation(d.ctx, d.session.id)
        assert (undone.operation, undone.branch, undone.target) == (operation, d.session.branch, None)
        assert (undone.from_, undone.to) == (at, d.tip)
        assert d.state() == before and d.git("status", "--porcelain", at=d.worktree) == ""
    assert session_of(d).status == "awaiting-input" and session_of(d).blocked_by_tests
    with pytest.raises(UserError) as refused:
        undo_operation(d.ctx, d.session.id)
    assert (refused.value.code, refused.value.exit_code) == ("nothing-to-undo", 5)
    assert undo_list(d.ctx, d.session.id) == []


@pytest.mark.parametrize("dirt", ["edited", "untracked", "in the way"])
def test_needs_a_clean_worktree(drawn: Make, dirt: str) -> None:
    d = drawn("main: base a{-base.txt} | session: base > s1*")
    rebase_session(d.ctx, d.session.id)
    name = {"edited": "s1.txt", "untracked": "new", "in the way": "base.txt"}[dirt]
    (d.worktree / name).write_text("mine\n")
    before = d.state()
    with pytest.raises(UserError) as refused:
        undo_operation(d.ctx, d.session.id)
    assert (refused.value.code, d.state()) == ("uncommitted-changes", before)


def test_needs_the_tip_where_it_was_left(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1* s2*")
    squash_session(d.ctx, d.session.id, message="m")
    d.git("commit", "--allow-empty", "-q", "-m", "later", at=d.worktree)
    before = d.state()
    with pytest.raises(UserError) as refused:
        undo_operation(d.ctx, d.session.id)
    assert (refused.value.code, refused.value.exit_code, d.state()) == ("undo-not-possible", 5, before)
    assert "refs/ampsm/backup/" in str(refused.value.details["backupRef"])
    assert [op.undoable for op in undo_list(d.ctx, d.session.id)] == [False]
    d.git("reset", "-q", "--hard", "HEAD^", at=d.worktree)
    undo_operation(d.ctx, d.session.id)
    assert d.tip == d.graph["s2"]


@pytest.mark.parametrize("where", ["checked out", "another branch", "detached", "other worktree", "own edits"])
def test_of_a_merge_the_target_goes_back(drawn: Make, where: str, tmp_path: Path) -> None:
    d = drawn("main: base{keep.txt=1\\n} | session: base > s1*{gone.txt=1\\n,keep.txt!} | other: base >")
    if where == "another branch":
        d.git("checkout", "-q", "other")
    elif where == "detached":
        d.git("checkout", "-q", "--detach")
    tree = d.repo
    if where == "other worktree":
        d.git("checkout", "-q", "other")
        tree = tmp_path / "elsewhere"
        d.git("worktree", "add", "-q", str(tree), "main")
    before, before_refs = files_of(tree), refs_of(d.repo)
    fast_forward(d)
    if where == "own edits":
        (d.repo / "mine.txt").write_text("untracked, not in the way\n")
        before = {**before, "mine.txt": files_of(tree)["mine.txt"]}
    assert session_of(d).status == "done"
    undone = undo_operation(d.ctx, d.session.id)
    assert undone.target == TargetMove("main", "refs/heads/main", d.graph["s1"], d.graph["base"])
    assert files_of(tree) == before
    assert {n: s for n, s in refs_of(d.repo).items() if "/backup/" not in n} == before_refs
    assert (session_of(d).status, session_of(d).merged_at) == ("idle", None)


def _moved_on(d: Drawn) -> None:
    d.git("commit", "-q", "--allow-empty", "-m", "next")


def _pushed(d: Drawn) -> None:
    d.git("update-ref", "refs/remotes/origin/main", "main")


def _edited(d: Drawn) -> None:
    (d.repo / "s1.txt").write_text("edited\n")


def _bisecting(d: Drawn) -> None:
    d.git("bisect", "start")


@pytest.mark.parametrize("meanwhile", [_moved_on, _pushed, _edited, _bisecting])
def test_of_a_merge_nothing_moves_when_the_target_cannot(drawn: Make, meanwhile: Callable[[Drawn], None]) -> None:
    d = drawn("main: base | session: base > s1*")
    fast_forward(d)
    meanwhile(d)
    before, files = d.state(), files_of(d.repo)
    with pytest.raises(UserError) as refused:
        undo_operation(d.ctx, d.session.id)
    assert refused.value.exit_code == 5
    assert d.state() == before and files_of(d.repo) == files and session_of(d).status == "done"
    assert [op.undoable for op in undo_list(d.ctx, d.session.id)] == [False]


class Killed(BaseException):
    """The end of the process at some point."""


@pytest.mark.parametrize("point", ["operations.mark", "target.retreat", "facts.save_session", "refs.update_ref"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.rounds(5)
def test_killed_anywhere_and_done_again(
    drawn: Make, monkeypatch: pytest.MonkeyPatch, point: str, when: str, call: int
) -> None:
    """An undo that was cut off is finished by the next one, and takes back nothing more."""
    d = drawn("main: base | session: base > s1* s2*")
    squash_session(d.ctx, d.session.id, message="one")
    before, files = d.state(), files_of(d.repo)
    squashed = d.tip
    fast_forward(d)
    module = {"operations": operations, "target": target, "facts": session_file, "refs": refs}[point.split(".")[0]]
    name = point.split(".")[1]
    real = getattr(module, name)
    calls = 0

    def dies(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and when == "before":
            raise Killed
        answer = real(*args, **options)
        if calls == call:
            raise Killed
        return answer

    monkeypatch.setattr(module, name, dies)
    try:
        undo_operation(d.ctx, d.session.id)
    except Killed:
        monkeypatch.undo()
        undo_operation(d.ctx, d.session.id) if not _is_undone(d) else None
    monkeypatch.undo()
    assert d.state() == before and files_of(d.repo) == files and d.tip == squashed
    assert (session_of(d).status, session_of(d).merged_at) == ("idle", None)
    assert [op.operation for op in undo_list(d.ctx, d.session.id)] == ["squash"]


def test_killed_when_the_files_are_back_and_the_branch_is_not(drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    d = drawn("main: base{base.txt=1\\n} a{base.txt=2\\n} | session: base > s1*")
    before = d.state()
    rebase_session(d.ctx, d.session.id)
    rebased = d.tip

    def dies(*_args: Any, **_options: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(refs, "update_ref", dies)
        patched.setattr(target, "_take_back", lambda *_args: None)  # who is killed does nothing any more
        with pytest.raises(Killed):
            undo_operation(d.ctx, d.session.id)
    assert d.tip == rebased and d.git("status", "--porcelain", at=d.worktree)
    (d.worktree / "mine.txt").write_text("written since\n")
    undo_operation(d.ctx, d.session.id)
    assert (d.worktree / "mine.txt").read_text() == "written since\n"
    (d.worktree / "mine.txt").unlink()
    assert d.state() == before and d.git("status", "--porcelain", at=d.worktree) == ""


def _is_undone(d: Drawn) -> bool:
    return operations.operations(d.ctx, d.session.id)[-1].undone


def test_a_squash_that_was_cut_off_is_no_operation(drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    d = drawn("main: base | session: base > s1* s2* s3*")
    squash_session(d.ctx, d.session.id, message="one")
    d.git("commit", "--allow-empty", "-q", "-m", "more", at=d.worktree)
    real, at = refs.update_ref, d.tip

    def dies(root: Any, ref: str, *args: Any, **options: Any) -> None:
        if ref.startswith("refs/heads/"):
            raise Killed
        real(root, ref, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(refs, "update_ref", dies)
        with pytest.raises(Killed):
            squash_session(d.ctx, d.session.id, message="two")
    assert d.tip == at and load(d.ctx, d.session.id) is None
    assert [op.n for op in undo_list(d.ctx, d.session.id)] == [1]
    squash_session(d.ctx, d.session.id, message="two")
    undo_operation(d.ctx, d.session.id)
    assert d.tip == at


def test_a_lost_database_loses_no_way_back(world: World) -> None:
    repo = world.make_repo()
    world.use(edits={"a": "1\n"})
    session = world.new(repo)
    world.iterate(session)
    (Path(session["worktree"]) / "mine").write_text("m\n")
    world.ok("commit", session["id"], "--message", "by me")
    tip = world.git(repo, "rev-parse", session["branch"])
    world.ok("squash", session["id"], "--message", "m")
    database = next(path for path in repo.parent.glob("db/*") if path.name == "sessions.sqlite")
    for path in database.parent.glob("sessions.sqlite*"):
        path.unlink()
    world.ok("doctor", "--fix")
    listed = world.ok("undo", session["id"], "--list")
    assert "squash" in listed.out and f"amp-sessions undo {session['id']}" in listed.out and "would move" in listed.out
    done = world.ok("undo", session["id"], "--json").json
    assert set(done) == {"operation", "branch", "from", "to", "target", "error"} and done["to"] == tip
    assert world.git(repo, "rev-parse", session["branch"]) == tip
    again = world.cli("undo", session["id"])
    assert (again.code == 5 and "nothing" in again.err.lower()) or "no squash" in again.err


def test_doctor_gives_up_backups_that_are_older_than_is_wished(drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    d = drawn("main: base a | session: base > s1* s2*")
    squash_session(d.ctx, d.session.id, message="old")
    old = operations.operations(d.ctx, d.session.id)[0].backup_ref
    with monkeypatch.context() as earlier:
        now = time.time()
        earlier.setattr("ampsm.workflows.upkeep.checkup.kept.time.time", lambda: now + 89 * 86_400)
        assert "backup-old" not in {finding.id for finding in examine_health(d.ctx, fix=True).findings}
    with monkeypatch.context() as later:
        now = time.time()
        later.setattr("ampsm.workflows.upkeep.checkup.kept.time.time", lambda: now + 91 * 86_400)
        assert [f.subject for f in examine_health(d.ctx).findings if f.id == "backup-old"] == [old]
        assert old in refs_of(d.repo)
        assert examine_health(d.ctx, fix=True).ok
    assert old not in refs_of(d.repo)
