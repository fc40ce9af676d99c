"""Killed anywhere, moved underneath, many at once: a merge ends as it would have, or everything is as before."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context, open_context
from ampsm.git import target
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge import ending
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.merge import merge_session
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session import open_merge, operations
from ampsm.workflows.session.open_merge import MergeOptions
from tests.support.drawn import Drawn, files_of, refs_of
from tests.support.variants import slow_but
from tests.support.world import World
from tests.workflows.finishing.merge.merge_kills import Kills, same_commits
from tests.workflows.finishing.merge.merges import (
    CONFLICTED,
    MOVED,
    Make,
    add_remote,
    give_script,
    resolve,
    run,
    session_of,
)

__all__ = ["same_commits"]

ALL = bool(os.environ.get("AMPSM_TEST_ALL_FAULTS"))
#: Of the places at which a merge can be killed, `make test` tries every third.
STEP = 1 if ALL else 3
Work = Callable[[Context, str], Any]

pytestmark = pytest.mark.faults


def merging(**options: Any) -> Work:
    message = "feat: it" if options.get("squash", True) else None
    return lambda ctx, session: merge_session(ctx, session, MergeOptions(message=message, **options))


def seen(d: Drawn) -> Any:
    """Everything that a merge may change, but for what is kept of the past."""
    refs = {name: sha for name, sha in refs_of(d.repo).items() if not name.startswith("refs/ampsm/")}
    indexes = [d.git("ls-files", "--stage", at=place) for place in (d.repo, d.worktree)]
    session = session_of(d)
    return refs, files_of(d.repo), files_of(d.worktree), indexes, session.status, bool(session.merged_at)


def stack(d: Drawn) -> list[tuple[str, str, str, Any]]:
    return [
        (found.operation, found.from_sha, found.to_sha, found.target)
        for found in operations.undo_stack(d.ctx, d.session.id, d.tip)
    ]


@pytest.mark.usefixtures("same_commits")
class TestKilled:
    """kill -9 before a write or a git command that changes something (with AMPSM_TEST_ALL_FAULTS before every
    git command that may): `continue-merge` ends in the same commit, `abort-merge` restores the exact tip."""

    def everywhere(
        self, d: Drawn, tmp_path: Path, work: Work, *, before_it: Work | None = None, conflict: bool = False
    ) -> None:
        """Kills the work everywhere; `before_it` has been done when it begins."""
        kills = Kills(d, tmp_path / "kept")
        with kills.opened() as now:
            before = seen(now)
        if before_it:
            with open_context() as ctx:
                before_it(ctx, d.session.id)
        kills.save("start")
        with kills.opened() as now:
            self.to_the_end(now, work)
            after, done = seen(now), stack(now)
        number = 0
        while True:
            number += STEP
            kills.put_back("start")
            if not kills.killed(work, number, every=ALL):
                break
            kills.save("killed")
            with kills.opened() as now:
                self.goes_on(now, before, after, done, number)
            kills.put_back("killed")
            with kills.opened() as now:
                self.is_given_up(now, before, after, number)
        assert number > 10, "there was hardly anything to kill"

    def to_the_end(self, d: Drawn, work: Work) -> None:
        found = work(d.ctx, d.session.id)
        if found.status == "conflict":
            resolve(d)
            found = continue_merge(d.ctx, d.session.id)
        assert found.status in ("merged", "pull-request"), found

    def goes_on(self, d: Drawn, before: Any, after: Any, done: Any, number: int) -> None:
        try:
            self.to_the_end(d, continue_merge)
        except UserError as error:
            assert error.code == "nothing-in-progress", (number, error)
            assert seen(d) in (before, after), number
            return
        assert seen(d) == after, number
        assert stack(d) == done and open_merge.load(d.ctx, d.session.id) is None, number
        if not after[0].get("refs/remotes/origin/main"):
            undo_operation(d.ctx, d.session.id)
            assert seen(d) == before, number

    def is_given_up(self, d: Drawn, before: Any, after: Any, number: int) -> None:
        try:
            aborted = abort_merge(d.ctx, d.session.id)
        except UserError as error:
            if error.code == "nothing-in-progress":
                assert seen(d) in (before, after), number
            else:  # pushed already: it cannot be taken back, and nothing was
                assert error.code == "undo-not-possible" and seen(d)[:4] == after[:4], number
            return
        assert seen(d) == before, number
        assert aborted.commit == d.tip and stack(d) == [] and open_merge.load(d.ctx, d.session.id) is None

    def test_plain(self, drawn: Make, tmp_path: Path) -> None:
        d = drawn(MOVED)
        give_script(d, "true")
        self.everywhere(d, tmp_path, merging())

    @pytest.mark.slow
    def test_merge_commit_and_patch(self, drawn: Make, tmp_path: Path) -> None:
        self.everywhere(drawn(MOVED), tmp_path, merging(no_ff=True, squash=False, patch=str(tmp_path / "out.patch")))

    @pytest.mark.slow
    def test_target_checked_out_nowhere_manual_commits_kept(self, drawn: Make, tmp_path: Path) -> None:
        d = drawn(MOVED)
        d.git("switch", "-q", "--detach")
        self.everywhere(d, tmp_path, merging(include=False))

    @pytest.mark.slow
    def test_pushed(self, drawn: Make, tmp_path: Path) -> None:
        d = drawn(MOVED)
        add_remote(d)
        self.everywhere(d, tmp_path, merging(push=True))

    @pytest.mark.slow
    def test_conflicts(self, drawn: Make, tmp_path: Path) -> None:
        self.everywhere(drawn(CONFLICTED), tmp_path, merging())

    @pytest.mark.slow
    def test_going_on(self, drawn: Make, tmp_path: Path) -> None:
        d = drawn(CONFLICTED)

        def conflicted(ctx: Context, session: str) -> None:
            merge_session(ctx, session, MergeOptions(message="feat: it"))
            resolve(d)

        self.everywhere(d, tmp_path, continue_merge, before_it=conflicted)

    @pytest.mark.slow
    @pytest.mark.parametrize("text", [MOVED, CONFLICTED])
    def test_giving_up(self, drawn: Make, tmp_path: Path, text: str) -> None:
        d = drawn(text)
        give_script(d, "test -e s2.txt && ! test -e a.txt" if text is MOVED else "true")
        kills = Kills(d, tmp_path / "kept")
        with kills.opened() as now:
            before = seen(now)
            assert merging()(now.ctx, now.session.id).exit_code in (4, 8)
        kills.save("start")
        number = 0
        while True:
            number += 1
            kills.put_back("start")
            if not kills.killed(abort_merge, number, every=ALL):
                break
            with kills.opened() as now:
                try:
                    abort_merge(now.ctx, now.session.id)
                except UserError as error:
                    assert error.code == "nothing-in-progress"
                assert seen(now) == before, number
        assert number > 3

    @pytest.mark.slow
    @pytest.mark.parametrize("work", [merging(), rebase_session], ids=["merge", "rebase"])
    def test_taking_back(self, drawn: Make, tmp_path: Path, work: Work) -> None:
        """An undo that is killed is finished by the next one."""
        d = drawn(MOVED)
        kills = Kills(d, tmp_path / "kept")
        with kills.opened() as now:
            before = seen(now)
            work(now.ctx, now.session.id)
        kills.save("start")
        number = 0
        while True:
            number += 1
            kills.put_back("start")
            if not kills.killed(undo_operation, number, every=ALL):
                break
            with kills.opened() as now:
                if stack(now):
                    undo_operation(now.ctx, now.session.id)
                assert seen(now) == before and stack(now) == [], number
        assert number > 3


class TestTargetMoves:
    """By others, while a merge is at work."""

    def moving(self, monkeypatch: pytest.MonkeyPatch, d: Drawn, times: int) -> list[str]:
        """Others commit to the target right before it is moved, so many times."""
        moved: list[str] = []
        real = target.advance

        def advance(*args: Any, **options: Any) -> None:
            if len(moved) < times:
                name = f"theirs{len(moved)}"
                (d.repo / name).write_text("t\n")
                d.git("add", name)
                d.git("commit", "-qm", name)
                moved.append(name)
            real(*args, **options)

        monkeypatch.setattr(target, "advance", advance)
        return moved

    @pytest.mark.parametrize("times", [1, 3])
    def test_rebased_again(self, drawn: Make, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        d = drawn(MOVED)
        log = give_script(d, "true")
        moved = self.moving(monkeypatch, d, times)
        assert run(d).status == "merged"
        assert d.subjects("main") == ["feat: it", *reversed(moved), "a", "base"]
        assert len(log.read_text().splitlines()) == 2 + times, "what was merged was tested"
        assert d.git("status", "--porcelain") == ""

    def test_too_often(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        d = drawn(MOVED)
        self.moving(monkeypatch, d, ending.ATTEMPTS + 1)
        outcome = run(d)
        assert outcome.exit_code == 4 and outcome.status == "target-moved" and outcome.error
        assert outcome.error.code == "target-moved" and session_of(d).status == "awaiting-input"
        went_on = continue_merge(d.ctx, d.session.id)
        assert went_on.status == "merged", went_on
        assert d.subjects("main")[0] == "feat: it" and len(d.subjects("main")) == 7

    def test_into_a_conflict(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        d = drawn("main: base a | session: base > s1*{theirs0=mine\\n}")
        self.moving(monkeypatch, d, 1)
        assert run(d, None).conflicts == ("theirs0",)
        (d.worktree / "theirs0").write_text("both\n")
        went_on = continue_merge(d.ctx, d.session.id)
        assert went_on.status == "merged", went_on
        assert d.subjects("main") == ["s1", "theirs0", "a", "base"]

    def test_rewound(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        """What others took off the target does not come back with the session."""
        d = drawn(MOVED)
        real = target.advance
        done: list[str] = []

        def advance(*args: Any, **options: Any) -> None:
            if not done:
                done.append(d.git("reset", "-q", "--hard", d.graph["base"]))
                d.git("commit", "-q", "--allow-empty", "-m", "instead")
            real(*args, **options)

        monkeypatch.setattr(target, "advance", advance)
        assert run(d).status == "merged"
        assert d.subjects("main") == ["feat: it", "instead", "base"] and not (d.repo / "a.txt").exists()

    def test_rewound_by_the_test_script(self, drawn: Make) -> None:
        """Which is no other: nothing is merged on top of that."""
        d = drawn(MOVED)
        give_script(d, f"git -C '{d.repo}' reset -q --hard {d.graph['base']}")
        outcome = run(d)
        assert outcome.status == "refused" and outcome.error
        assert "which was taken away" in outcome.error.message and d.git("rev-parse", "main") == d.graph["base"]

    def test_gone(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.git("switch", "-q", "--detach")
        before = d.tip
        give_script(d, f"git -C '{d.repo}' branch -q -D main")
        with pytest.raises(UserError) as raised:
            run(d)
        assert (raised.value.exit_code, raised.value.code) == (3, "no-such-branch")
        assert raised.value.hint == "amp-sessions doctor" and d.tip == before
        with pytest.raises(UserError, match="nothing to continue or abort"):
            abort_merge(d.ctx, d.session.id)

    def test_edited_where_it_is_checked_out(self, drawn: Make) -> None:
        """Edits made while the tests ran: the checkout is left alone, the merge waits."""
        d = drawn(MOVED)
        give_script(d, f"test ! -e a.txt || echo mine > '{d.repo}/s1.txt'")
        outcome = run(d)
        assert outcome.exit_code == 5 and outcome.status == "refused" and outcome.error
        assert (d.repo / "s1.txt").read_text() == "mine\n" and d.git("rev-parse", "main") == d.graph["a"]
        (d.repo / "s1.txt").unlink()
        went_on = continue_merge(d.ctx, d.session.id)
        assert went_on.status == "merged", went_on


class TestManyAtOnce:
    """Merges into one target wait for each other: linear, and all tests run on what was merged."""

    def sessions(self, world: World, number: int, tmp_path: Path) -> tuple[Path, list[dict[str, Any]], Path]:
        repo, log = world.make_repo(), tmp_path / "tested"
        made = []
        for n in range(number):
            session = world.new(repo, f"S{n}", "--script", f"git rev-parse HEAD^{{tree}} >> '{log}'")
            worktree = Path(session["worktree"])
            (worktree / f"file{n}").write_text(f"{n}\n")
            world.git(worktree, "add", "-A")
            world.git(worktree, "commit", "-qm", f"work {n}")
            made.append(session)
        return repo, made, log

    @pytest.mark.parametrize("number", slow_but([2, 10], [2]))
    def test_merged(self, world: World, spawn_cli: Callable[..., Any], tmp_path: Path, number: int) -> None:
        repo, made, log = self.sessions(world, number, tmp_path)
        started = [spawn_cli("merge", session["id"], "--message", session["name"], "--json") for session in made]
        for process in started:
            out, err = process.communicate(timeout=110)
            assert process.returncode == 0, (out, err)
        subjects = world.git(repo, "log", "--format=%s", "main").splitlines()
        assert sorted(subjects) == sorted([*(session["name"] for session in made), "first"]) and subjects[-1] == "first"
        assert world.git(repo, "rev-list", "--merges", "main") == "" and world.git(repo, "status", "--porcelain") == ""
        tested = set(log.read_text().split())
        merged = world.git(repo, "log", "--format=%T", "main").split()[:-1]
        assert set(merged) <= tested, "each commit's files were tested as they are"

    def test_an_interrupted_wait_leaves_nothing_broken(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C while another merge has the target: the merge is open, and goes on later."""
        from ampsm.workflows.finishing.merge import target_lock

        d = drawn(MOVED)

        def interrupted(_seconds: float) -> None:
            raise KeyboardInterrupt

        with target_lock.held(d.ctx, d.session, "refs/heads/main"), monkeypatch.context() as patched:
            patched.setattr(time, "sleep", interrupted)
            with pytest.raises(KeyboardInterrupt):
                run(d)
        assert open_merge.load(d.ctx, d.session.id) and d.git("rev-parse", "main") == d.graph["a"]
        went_on = continue_merge(d.ctx, d.session.id)
        assert went_on.status == "merged", went_on

    def test_two_threads_of_one_program_wait_too(self, drawn: Make) -> None:
        from ampsm.workflows.finishing.merge import target_lock

        d = drawn(MOVED)
        order: list[str] = []
        entered, waited = threading.Event(), threading.Event()

        def second() -> None:
            entered.wait(60)
            with target_lock.held(d.ctx, d.session, "refs/heads/main", on_wait=waited.set):
                order.append("second")

        thread = threading.Thread(target=second)
        thread.start()
        with target_lock.held(d.ctx, d.session, "refs/heads/main"):
            entered.set()
            assert waited.wait(60)
            order.append("first")
        thread.join(60)
        assert order == ["first", "second"]


class TestStopped:
    """Ctrl-C and `stop` while the test script runs."""

    def test_ctrl_c(self, world: World, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any],
                    tmp_path: Path) -> None:  # fmt: skip
        import signal

        ready = tmp_path / "ready"
        repo = world.make_repo()
        session = world.new(repo, "Task", "--script", f"test ! -e up || {{ touch '{ready}'; exec sleep 600; }}")
        worktree = Path(session["worktree"])
        (worktree / "x").write_text("1\n")
        world.git(worktree, "add", "-A")
        world.git(worktree, "commit", "-qm", "work")
        (repo / "up").write_text("u\n")
        world.git(repo, "add", "-A")
        world.git(repo, "commit", "-qm", "up")
        process = spawn_cli("merge", session["id"], "--message", "m")
        wait_until(ready.exists)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130 and f"continue-merge {session['id']}" in err, (out, err)
        assert world.status(session)["merge"]["step"] == "test"
        tip = world.git(worktree, "rev-parse", "HEAD")
        assert world.ok("abort-merge", session["id"], "--json").json["commit"] != tip
        assert world.git(worktree, "log", "--format=%s").splitlines() == ["work", "first"]
