"""What preflight says, that it changes nothing, and that its predictions come true (SPEC section 6)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.git.checkouts import checkouts
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.preflight import CHECKS
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.squash import squash_session
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session import session_file
from tests.support.drawn import Drawn, files_of, refs_of
from tests.support.histories import history
from tests.support.world import World
from tests.workflows.finishing.merge.merges import (
    CONFLICTED,
    MOVED,
    Make,
    check,
    checks,
    give_script,
    run,
    runs,
    session_of,
)

HISTORIES = 500 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 4
BLOCK = 4


def everything(d: Drawn) -> Any:
    """Refs, objects, both checkouts and indexes."""
    objects = sorted(str(path) for path in (d.repo / ".git/objects").rglob("*"))
    indexes = [d.git("ls-files", "--stage", "--debug", at=place) for place in (d.repo, d.worktree)]
    return refs_of(d.repo), objects, files_of(d.repo), files_of(d.worktree), indexes


def test_ready(drawn: Make) -> None:
    d = drawn(MOVED)
    before = everything(d)
    found = check(d)
    assert found["ready"] and found["issues"] == [] and found["conflicts"] == []
    assert found["branch"] == {
        "ahead": 3, "behind": 1, "branchPoint": d.graph["base"], "ampCommits": 2, "manualCommits": 1,
    }  # fmt: skip
    ids = [c["id"] for c in found["checks"]]
    assert ids[:5] == ["worktree-clean", "commits", "base-up-to-date", "conflicts", "tests"]
    assert sorted(ids) == sorted({"tests", *(one.id for one in CHECKS)})
    assert {name for name, status in checks(found).items() if status != "pass"} == {"base-up-to-date", "tests"}
    assert all(set(c) == {"id", "status", "message", "hint"} for c in found["checks"])
    assert everything(d) == before


def test_not_ready_says_all_that_is_wrong(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    (d.worktree / "wip").write_text("w\n")
    (d.repo / "a.txt").write_text("mine\n")
    before = everything(d)
    found = check(d)
    assert not found["ready"] and found["conflicts"] == ["a.txt", "b.txt"]
    assert {name for name, status in checks(found).items() if status == "fail"} == {
        "worktree-clean", "conflicts", "target-checkout",
    }  # fmt: skip
    assert found["issues"] == [c["message"] for c in found["checks"] if c["status"] == "fail"]
    assert all(c["hint"] for c in found["checks"] if c["status"] == "fail")
    assert everything(d) == before


def test_nothing_to_merge(drawn: Make) -> None:
    d = drawn("main: base a")
    assert checks(check(d))["commits"] == "fail"


def test_manual_commits_that_do_not_come_apart(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1*{x=1\\n} h1{x=2\\n} s2*{x=3\\n}")
    assert check(d)["ready"]
    assert checks(check(d, include=False))["commits"] == "fail"
    assert check(d, squash=False)["ready"]


def test_what_lies_in_the_worktree(drawn: Make) -> None:
    from ampsm.system.test_leftovers import fingerprints

    d = drawn(MOVED)
    (d.worktree / "report").write_text("of the tests\n")
    assert checks(check(d))["worktree-clean"] == "fail"
    session_file.save_session(d.ctx, d.session, test_leftovers=fingerprints(d.worktree, ["report"]))
    assert checks(check(d))["worktree-clean"] == "pass"
    (d.worktree / "report").write_text("touched\n")
    assert checks(check(d))["worktree-clean"] == "fail"
    (d.worktree / "report").unlink()
    d.git("init", "-q", str(d.worktree / "inner"))
    d.git("commit", "-q", "--allow-empty", "-m", "x", at=d.worktree / "inner")
    assert checks(check(d))["worktree-clean"] == "warn"


def test_upstream_as_last_fetched(drawn: Make) -> None:
    d = drawn(MOVED)
    d.git("remote", "add", "origin", ".")
    d.git("update-ref", "refs/remotes/origin/main", d.graph["base"])
    d.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    assert checks(check(d))["base-up-to-date"] == "pass"
    later = d.git("commit-tree", "-p", "main", "-m", "later", "main^{tree}")
    d.git("update-ref", "refs/remotes/origin/main", later)
    found = check(d)
    assert found["ready"] and checks(found)["base-up-to-date"] == "warn"
    assert "1 commit behind" in found["checks"][2]["message"]


def behind(d: Drawn) -> tuple[str, list[str]]:
    """`origin/main` gets a commit that `main` lacks, and the session is rebased onto it."""
    d.git("remote", "add", "origin", ".")
    later = d.git("commit-tree", "-p", "main", "-m", "later", "main^{tree}")
    d.git("update-ref", "refs/remotes/origin/main", later)
    d.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    assert rebase_session(d.ctx, d.session.id, onto="origin/main").status == "rebased"
    return later, ["bash", "-ec"]


@pytest.mark.parametrize("place", ["checked out", "nowhere", "apart"])
def test_commits_of_the_upstream_are_not_the_sessions(drawn: Make, place: str) -> None:
    d = drawn(MOVED)
    later, shell = behind(d)
    if place == "nowhere":
        d.git("switch", "-q", "--detach")
    elif place == "apart":
        d.git("commit", "-q", "--allow-empty", "-m", "here alone")
    before = refs_of(d.repo)
    found = check(d)
    (failed,) = [one for one in found["checks"] if one["status"] == "fail"]
    assert failed["id"] == "base-up-to-date" and "1 commit of origin/main that main lacks" in failed["message"]
    assert run(d, message="all").error.hint == failed["hint"]  # type: ignore[union-attr]
    with pytest.raises(UserError, match="1 commit of origin/main") as refused:
        squash_session(d.ctx, d.session.id, message="all")
    assert (refused.value.exit_code, refused.value.hint) == (5, failed["hint"])
    assert refs_of(d.repo) == before
    subprocess.run([*shell, failed["hint"]], check=True, capture_output=True)
    merged = run(d, message="all")
    assert merged.status == "merged"
    assert d.git("rev-list", "--count", f"{later}..main", "--no-merges") == ("2" if place == "apart" else "1")


def test_a_session_that_began_at_the_upstream_holds_none_of_it(drawn: Make) -> None:
    d = drawn(MOVED)
    later, _ = behind(d)
    d.git("switch", "-q", "-C", d.session.branch, later, at=d.worktree)
    assert checks(check(d))["commits"] == "pass" and checks(check(d))["base-up-to-date"] == "fail"
    d.git("update-ref", "refs/heads/main", later)
    assert checks(check(d))["base-up-to-date"] == "pass"


class TestBranch:
    """HEAD is the session's branch, and it has what was recorded."""

    def test_detached_or_elsewhere(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.git("switch", "-q", "--detach", at=d.worktree)
        assert checks(check(d))["branch"] == "fail"
        d.git("switch", "-q", "-c", "elsewhere", at=d.worktree)
        assert checks(check(d))["branch"] == "fail"
        d.git("switch", "-q", d.session.branch, at=d.worktree)
        assert check(d)["ready"]

    def test_gone(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.git("switch", "-q", "--detach", at=d.worktree)
        d.git("branch", "-q", "-D", d.session.branch)
        found = check(d)
        assert checks(found)["branch"] == "fail" and found["branch"]["ahead"] == 0

    def test_rewound_behind_what_an_iteration_made(self, world: World) -> None:
        world.use(edits={"x": "1\n"})
        session = world.new(world.make_repo())
        world.iterate(session)
        world.git(session["worktree"], "reset", "-q", "--hard", "HEAD~1")
        world.git(session["worktree"], "commit", "-q", "--allow-empty", "-m", "instead")
        done = world.cli("preflight", session["id"], "--json")
        assert done.code == 5 and checks(done.json)["branch"] == "fail"

    def test_a_squash_is_recorded_and_so_is_its_undo(self, world: World) -> None:
        world.use(edits={"x": "1\n"})
        session = world.new(world.make_repo())
        world.iterate(session)
        world.ok("squash", session["id"], "--message", "one")
        assert world.ok("preflight", session["id"], "--json").json["ready"]
        world.ok("undo", session["id"])
        assert world.ok("preflight", session["id"], "--json").json["ready"]

    def test_worktree_gone_or_cleaned_up(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.worktree.rename(d.worktree.with_name("elsewhere"))
        with pytest.raises(UserError) as missing:
            check(d)
        assert missing.value.code == "worktree-missing"


class TestTargetCheckout:
    """Where the target is checked out."""

    @pytest.fixture
    def d(self, drawn: Make) -> Drawn:
        d = drawn("main: base{a=1\\n,b=1\\n,.gitignore=*.log\\n} | session: base > s1*{a=2\\n,new.log=n\\n,d/e=x\\n}")
        d.git("branch", "other")
        return d

    def fails(self, d: Drawn) -> str:
        found = next(c for c in check(d)["checks"] if c["id"] == "target-checkout")
        assert found["status"] == "fail", found
        return str(found["message"])

    def test_edits_elsewhere_are_fine(self, d: Drawn) -> None:
        (d.repo / "b").write_text("mine\n")
        (d.repo / "untracked").write_text("mine\n")
        d.git("add", "b")
        assert check(d)["ready"]

    @pytest.mark.parametrize("path", ["a", "new.log", "d"])
    def test_files_in_the_way(self, d: Drawn, path: str) -> None:
        """Edited, ignored by git, or a file where a folder is to be."""
        (d.repo / path).write_text("mine\n")
        assert path in self.fails(d)

    def test_a_folder_in_the_way(self, d: Drawn) -> None:
        (d.repo / "new.log").mkdir()
        (d.repo / "new.log" / "x.log").write_text("mine\n")
        assert "new.log/x.log" in self.fails(d)

    def test_staged(self, d: Drawn) -> None:
        (d.repo / "a").write_text("mine\n")
        d.git("add", "a")
        assert "a" in self.fails(d)

    def test_another_worktree_has_it(self, d: Drawn, tmp_path: Path) -> None:
        d.git("switch", "-q", "other")
        place = tmp_path / "linked"
        d.git("worktree", "add", "-q", str(place), "main")
        assert check(d)["ready"]
        (place / "a").write_text("mine\n")
        assert "linked" in self.fails(d)

    def test_checked_out_nowhere(self, d: Drawn) -> None:
        d.git("switch", "-q", "other")
        (d.repo / "a").write_text("mine\n")
        assert check(d)["ready"]

    def test_checked_out_twice(self, d: Drawn, tmp_path: Path) -> None:
        d.git("worktree", "add", "-q", "--force", str(tmp_path / "linked"), "main")
        assert "2 worktrees" in self.fails(d)

    def test_bisecting(self, d: Drawn) -> None:
        d.git("commit", "-q", "--allow-empty", "-m", "1")
        d.git("commit", "-q", "--allow-empty", "-m", "2")
        d.git("bisect", "start", "main", "main~2")
        assert d.git("branch", "--show-current") == ""
        assert "bisect" in self.fails(d)

    def test_rebasing(self, d: Drawn) -> None:
        d.git("commit", "-q", "--allow-empty", "-m", "1")
        with pytest.raises(UserError):
            d.git("-c", "sequence.editor=sed -i 1s/pick/break/", "rebase", "-q", "-i", "--root", "-x", "false")
        assert d.git("branch", "--show-current") == ""
        assert "rebase" in self.fails(d)

    @pytest.mark.parametrize("what", ["merge", "cherry-pick", "revert"])
    def test_mid_operation(self, d: Drawn, what: str) -> None:
        for branch, text in (("other", "o\n"), ("main", "m\n")):
            d.git("switch", "-q", branch)
            (d.repo / "b").write_text(text)
            d.git("commit", "-qam", branch)
        with pytest.raises(UserError):
            d.git(what, "other")
        assert what in self.fails(d)

    def test_a_folder_that_cannot_be_reached(self, d: Drawn, tmp_path: Path) -> None:
        d.git("switch", "-q", "other")
        place = tmp_path / "linked"
        d.git("worktree", "add", "-q", str(place), "main")
        place.rename(tmp_path / "moved")
        assert check(d)["ready"], "the folder is gone: the branch alone moves"
        d.git("worktree", "lock", str(place))
        assert "cannot be reached" in self.fails(d)
        assert [found.there for found in checkouts(d.repo, "main")] == [False]


class TestTests:
    """The last result for exactly this tree, else the script runs."""

    def test_runs_once_and_is_believed(self, drawn: Make) -> None:
        d = drawn(MOVED)
        log = give_script(d, "true")
        assert checks(check(d))["tests"] == "pass" and runs(log) == 1
        assert checks(check(d))["tests"] == "pass" and runs(log) == 1
        assert checks(check(d, test=False))["tests"] == "skip" and runs(log) == 1
        d.git("commit", "-q", "--allow-empty", "-m", "same files", at=d.worktree)
        assert checks(check(d))["tests"] == "pass" and runs(log) == 1
        (d.worktree / "more").write_text("m\n")
        d.git("add", "more", at=d.worktree)
        d.git("commit", "-q", "-m", "more", at=d.worktree)
        assert checks(check(d))["tests"] == "pass" and runs(log) == 2

    def test_failing(self, drawn: Make) -> None:
        d = drawn(MOVED)
        log = give_script(d, "exit 3")
        for _ in range(2):
            found = check(d)
            assert not found["ready"] and checks(found)["tests"] == "fail" and runs(log) == 1
        assert session_of(d).status == "awaiting-input" and session_of(d).blocked_by_tests

    def test_not_asked_about_something_else(self, drawn: Make) -> None:
        d = drawn(MOVED)
        log = give_script(d, "true")
        (d.worktree / "wip").write_text("w\n")
        assert checks(check(d))["tests"] == "skip" and runs(log) == 0


@pytest.mark.parametrize("block", range(HISTORIES // BLOCK))
def test_predictions_come_true(drawn: Make, block: int) -> None:
    """Squashed, with manual commits kept, and commit by commit: merge meets what preflight and status say, and a
    merge that is undone or given up has left nothing."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        text = history(seed)
        try:
            d = drawn(text, name=f"History {seed}")
            for options in ({}, {"include": False}, {"squash": False}):
                before = d.state(), files_of(d.repo), session_of(d).status
                prediction_comes_true(d, options)
                assert (d.state(), files_of(d.repo), session_of(d).status) == before, options
        except AssertionError as error:
            raise AssertionError(f"history {seed}: {text}\n{error}") from error


def prediction_comes_true(d: Drawn, options: dict[str, Any]) -> None:
    target, found = d.git("rev-parse", "main"), check(d, **options)
    outcome = run(d, **options)
    if checks(found)["commits"] == "fail":
        assert outcome.status == "refused"
        return
    assert list(outcome.conflicts) == found["conflicts"], (found, outcome)
    if found["conflicts"]:
        assert outcome.status == "conflict" and d.git("rev-parse", "main") == target
        abort_merge(d.ctx, d.session.id)
        return
    assert outcome.status == "merged" and outcome.exit_code == 0, outcome
    assert outcome.commit == d.git("rev-parse", "main") == d.tip
    assert d.git("merge-base", "main", target) == target and d.git("status", "--porcelain", at=d.repo) == ""
    undo_operation(d.ctx, d.session.id)


def test_attributes_and_drivers_that_change_on_the_way(drawn: Make) -> None:
    """Commit by commit, a later commit is merged by the attributes that an earlier one brought."""
    d = drawn("main: base{x=1\\n} u{x=u\\n} | session: base > s1*{.gitattributes=x merge=ours\\n} s2*{x=s\\n}")
    d.git("config", "merge.ours.driver", "true")
    assert check(d, squash=False)["conflicts"] == [] and check(d)["conflicts"] == ["x"]
    assert run(d, squash=False).status == "merged"
    undo_operation(d.ctx, d.session.id)
    assert run(d).status == "conflict"


class TestCommand:
    """`amp-sessions preflight`."""

    def test_exit_codes_and_words(self, world: World) -> None:
        repo = world.make_repo()
        world.use(edits={"README.md": "session\n"})
        session = world.new(repo)
        assert world.cli("preflight", session["id"], "--json").code == 5
        world.iterate(session)
        done = world.ok("preflight", session["id"])
        assert "Ready to merge: 1 commit ahead" in done.out and "✔ worktree-clean" in done.err
        (Path(session["worktree"]) / "wip").write_text("x")
        done = world.cli("preflight", session["id"])
        assert done.code == 5 and "Not ready" in done.out and "amp-sessions commit" in done.out
        streamed = world.cli("preflight", session["id"], "--stream-json")
        assert streamed.code == 5 and [e["type"] for e in streamed.events] == ["check"] * (len(CHECKS) + 1) + ["result"]
        assert streamed.events[-1]["ready"] is False and streamed.events[-1]["error"] is None

    def test_no_base_branch(self, world: World) -> None:
        repo = world.make_repo()
        session = world.new(repo, "Task", "--base", world.git(repo, "rev-parse", "HEAD"))
        done = world.cli("preflight", session["id"], "--json")
        assert (done.code, done.json["error"]["code"]) == (2, "no-base-branch")
        assert world.cli("preflight", session["id"], "--onto", "main", "--json").code == 5
        assert world.cli("preflight", session["id"], "--onto", "nowhere").code == 3

    def test_what_an_interrupted_iteration_left_is_clean(
        self, world: World, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any], tmp_path: Path
    ) -> None:
        ready = tmp_path / "ready"
        world.use(edits={"x": "half\n"}, hang=300, ready=ready)
        session = world.new(world.make_repo())
        worker = spawn_cli("iterate", session["id"])
        wait_until(ready.exists)
        worker.kill()
        worker.communicate()
        world.cli("stop", session["id"])
        found = world.ok("preflight", session["id"], "--json").json
        assert checks(found)["worktree-clean"] == "warn" and found["ready"]
        merged = world.ok("merge", session["id"], "--message", "half of it", "--json").json
        assert merged["status"] == "merged" and (Path(session["repo"]) / "x").read_text() == "half\n"


def test_the_recorded_result_is_said_without_a_run(world: World) -> None:
    """Also where another check fails; nothing is made up for files that the script has not judged."""
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "Task", "--script", "echo ran >> ../runs; exit 3")
    world.iterate(session, code=8)
    runs = Path(session["worktree"]).parent / "runs"

    def told() -> dict[str, Any]:
        found = world.cli("preflight", session["id"], "--recorded-test", "--json").json
        assert runs.read_text() == "ran\n"
        return next(check for check in found["checks"] if check["id"] == "tests")

    assert (told()["status"], told()["message"]) == (
        "fail", "The test script failed with exit code 3: echo ran >> ../runs; exit 3",
    )  # fmt: skip
    (Path(session["repo"]) / "a.txt").write_text("in the way\n")
    assert told()["status"] == "fail"
    world.commit(Path(session["worktree"]), {"b.txt": "b\n"}, "By hand")
    assert (told()["status"], "has not judged" in told()["message"]) == ("skip", True)
