"""Merging with every option, and what a merge leaves alone (SPEC section 6)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ampsm.git.patch import why_no_place
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.iteration import run_test_script
from ampsm.workflows.session import open_merge, operations, session_file
from ampsm.workflows.session.operations import MovedTarget
from tests.support.drawn import Drawn, files_of, refs_of
from tests.support.world import FAKES, World
from tests.workflows.finishing.merge.merges import (
    CONFLICTED,
    MOVED,
    Make,
    add_remote,
    check,
    checks,
    give_script,
    hook,
    resolve,
    run,
    runs,
    session_of,
)  # fmt: skip


def test_the_document(drawn: Make) -> None:
    d = drawn(MOVED)
    outcome = run(d)
    assert outcome.exit_code == 0 and outcome.error is None
    assert document(outcome) == {
        "status": "merged", "operation": "merge", "sessionId": d.session.id, "mergeId": outcome.merge_id,
        "branch": d.session.branch, "onto": "main", "commit": d.git("rev-parse", "main"), "message": "feat: it",
        "patch": None, "pushed": False, "pullRequest": None, "conflicts": [], "warnings": [],
    }  # fmt: skip
    assert outcome.merge_id and d.subjects("main") == ["feat: it", "a", "base"]
    session = session_of(d)
    assert session.status == "done" and session.merged_at and open_merge.load(d.ctx, session.id) is None


def test_only_the_target_and_the_session_s_branch_move(drawn: Make) -> None:
    d = drawn(MOVED + " | other: base > o1")
    before, files = refs_of(d.repo), files_of(d.repo)
    run(d)
    moved = {name for name, sha in refs_of(d.repo).items() if before.get(name) != sha}
    assert {name for name in moved if not name.startswith("refs/ampsm/backup/")} == {
        "refs/heads/main", f"refs/heads/{d.session.branch}",
    }  # fmt: skip
    kept = [d.git("rev-parse", name) for name in moved if name.startswith("refs/ampsm/backup/")]
    assert d.graph["s2"] in kept, "the tip from before is kept"
    undo_operation(d.ctx, d.session.id)
    after = {name: sha for name, sha in refs_of(d.repo).items() if not name.startswith("refs/ampsm/backup/")}
    assert after == before and files_of(d.repo) == files and session_of(d).status == "idle"


def test_merged_again_it_names_the_cleanup(drawn: Make) -> None:
    d = drawn(MOVED)
    assert run(d, message="feat: all of it").status == "merged"
    outcome = run(d, message="feat: once more")
    assert outcome.error and (outcome.error.code, outcome.exit_code) == ("nothing-to-merge", 5)
    assert outcome.error.hint == f"amp-sessions cleanup {d.session.id}"


class TestOptions:
    """One by one."""

    def test_no_squash_keeps_every_commit(self, drawn: Make) -> None:
        d = drawn(MOVED)
        outcome = run(d, None, squash=False)
        assert outcome.status == "merged" and d.subjects("main") == ["s2", "h1", "s1", "a", "base"]

    def test_exclude_keeps_manual_commits(self, drawn: Make) -> None:
        d = drawn(MOVED)
        run(d, "agent", include=False)
        assert d.subjects("main") == ["h1", "agent", "a", "base"]
        assert d.git("log", "-1", "--format=%an %ad", "main") == d.git("log", "-1", "--format=%an %ad", d.graph["h1"])

    def test_one_commit_is_kept_untouched(self, drawn: Make) -> None:
        d = drawn("main: base | session: base > s1*")
        outcome = run(d, None)
        assert outcome.commit == d.graph["s1"] == d.git("rev-parse", "main")
        assert (outcome.message or "").startswith("s1\n\nAmpsm-Session:")

    def test_a_message_for_one_commit_is_taken(self, drawn: Make) -> None:
        d = drawn("main: base | session: base > s1*")
        run(d, "#1 better\n\n# not a comment  \n")
        assert d.git("log", "-1", "--format=%B", "main") == "#1 better\n\n# not a comment  \n"

    def test_a_message_is_needed_for_more(self, drawn: Make) -> None:
        d = drawn(MOVED)
        before = d.state()
        with pytest.raises(UserError) as error:
            run(d, None)
        assert error.value.exit_code == 2 and "--message" in error.value.message and d.state() == before
        assert open_merge.load(d.ctx, d.session.id) is None

    def test_onto(self, drawn: Make) -> None:
        d = drawn(MOVED + " | release: base > r1")
        outcome = run(d, onto="release")
        assert outcome.onto == "release" and d.subjects("release") == ["feat: it", "r1", "base"]
        assert d.git("rev-parse", "main") == d.graph["a"]

    def test_no_ff(self, drawn: Make) -> None:
        d = drawn(MOVED)
        outcome = run(d, no_ff=True)
        commit = outcome.commit
        assert d.git("rev-parse", f"{commit}^1", f"{commit}^2").split() == [d.graph["a"], d.tip]
        assert d.subjects("main")[0] == f"Merge session 'Drawn' ({d.session.branch})"
        assert d.git("rev-parse", f"{commit}^{{tree}}") == d.git("rev-parse", f"{d.tip}^{{tree}}")
        assert d.git("status", "--porcelain") == "" and (d.repo / "s1.txt").exists()
        undo_operation(d.ctx, d.session.id)
        assert d.git("rev-parse", "main") == d.graph["a"] and d.tip == d.graph["s2"]

    def test_no_ff_of_a_session_that_needs_no_rebase(self, drawn: Make) -> None:
        d = drawn("main: base | session: base > s1*")
        run(d, None, no_ff=True)
        assert d.git("rev-parse", "main^1", "main^2").split() == [d.graph["base"], d.graph["s1"]]

    @pytest.mark.parametrize("squash", [True, False])
    def test_export_patch(self, drawn: Make, tmp_path: Path, squash: bool) -> None:
        d = drawn("main: base{t=1\\n} a | session: base > s1*{t=2\\n,bin=\\x00} h1{t>größe,x=x\\n} s2*{x!}")
        for setting in (
            "format.attach=yes",
            "format.signOff=true",
            "format.headers=To: x",
            "format.subjectPrefix=X",
            "diff.noprefix=true",
            "diff.renames=copies",
            "format.numbered=true",
            "format.thread=deep",
            "format.useAutoBase=true",
            "format.signature=--",
            "color.ui=always",
            "diff.external=false",
        ):
            d.git("config", *setting.split("=", 1))
        file = tmp_path / "out.patch"
        outcome = run(d, patch=str(file), squash=squash)
        assert outcome.patch == str(file)
        clone = tmp_path / "clone"
        d.git("clone", "-q", str(d.repo), str(clone))
        d.git("reset", "-q", "--hard", d.graph["a"], at=clone)
        d.git("-c", "user.name=a", "-c", "user.email=a@b", "am", "-q", str(file), at=clone)
        assert d.git("rev-parse", "HEAD^{tree}", at=clone) == d.git("rev-parse", "main^{tree}")
        assert d.git("log", "--format=%an%ad%B", "main") == d.git("log", "--format=%an%ad%B", at=clone)
        assert why_no_place(file) is None, "a patch that was written before is replaced"

    @pytest.mark.parametrize("where", ["no/such/folder/x.patch", ".", "notes.txt"])
    def test_a_patch_that_cannot_be_written(self, drawn: Make, tmp_path: Path, where: str) -> None:
        d = drawn(MOVED)
        (tmp_path / "notes.txt").write_text("From here on\n")
        before = d.state()
        with pytest.raises(UserError) as error:
            run(d, patch=str(tmp_path / where))
        assert error.value.exit_code == 2 and d.state() == before
        assert (tmp_path / "notes.txt").read_text() == "From here on\n"

    def test_push(self, drawn: Make) -> None:
        d = drawn(MOVED)
        place = add_remote(d)
        outcome = run(d, push=True)
        assert outcome.pushed is True and outcome.exit_code == 0
        assert d.git("rev-parse", "main", at=place) == d.git("rev-parse", "main", "origin/main").split()[0]
        with pytest.raises(UserError) as error:
            undo_operation(d.ctx, d.session.id)
        assert error.value.code == "undo-not-possible"

    def test_push_to_where_the_target_comes_from(self, drawn: Make) -> None:
        d = drawn(MOVED)
        place, other = add_remote(d), add_remote(d, "fork")
        d.git("config", "branch.main.remote", "fork")
        d.git("config", "branch.main.merge", "refs/heads/trunk")
        run(d, push=True)
        assert d.git("rev-parse", "trunk", at=other) == d.git("rev-parse", "main")
        assert d.git("rev-parse", "main", at=place) == d.graph["a"]

    def test_remote(self, drawn: Make) -> None:
        d = drawn(MOVED)
        add_remote(d)
        place = d.repo.with_name("backup.git")
        d.git("init", "-q", "--bare", str(place))
        d.git("remote", "add", "backup", str(place))
        run(d, push=True, remote="backup")
        assert d.git("rev-parse", "main", at=place) == d.git("rev-parse", "main")

    @pytest.mark.parametrize("remote", [None, "nowhere"])
    def test_no_such_remote(self, drawn: Make, remote: str | None) -> None:
        d = drawn(MOVED)
        before = d.state()
        with pytest.raises(UserError) as error:
            run(d, push=True, remote=remote)
        assert error.value.exit_code == 2 and d.state() == before

    def test_cleanup(self, drawn: Make) -> None:
        d = drawn(MOVED)
        outcome = run(d, cleanup=True)
        assert outcome.status == "merged" and outcome.exit_code == 0, outcome
        assert not d.worktree.exists() and session_of(d).cleaned_up_at and d.subjects("main")[0] == "feat: it"

    def test_no_test(self, drawn: Make) -> None:
        d = drawn(MOVED)
        log = give_script(d, "exit 1")
        assert run(d, test=False).status == "merged" and runs(log) == 0

    @pytest.mark.parametrize("more", [{"no_ff": True}, {"cleanup": True}])
    def test_what_makes_no_sense_with_pr(self, drawn: Make, more: dict[str, Any]) -> None:
        with pytest.raises(UserError) as error:
            run(drawn(MOVED), pr=True, **more)
        assert error.value.exit_code == 2


class TestTests:
    """What is merged was tested."""

    def test_once_when_nothing_moves(self, drawn: Make) -> None:
        d = drawn("main: base | session: base > s1* s2*")
        log = give_script(d, "true")
        assert run(d).status == "merged" and runs(log) == 1

    def test_again_after_the_rebase(self, drawn: Make) -> None:
        d = drawn(MOVED)
        log = give_script(d, "true")
        assert run(d).status == "merged" and runs(log) == 2

    def test_failing_before(self, drawn: Make) -> None:
        d = drawn(MOVED)
        before = d.state()
        give_script(d, "exit 3")
        outcome = run(d)
        assert outcome.exit_code == 8 and outcome.status == "tests-failed" and outcome.error
        assert outcome.error.code == "tests-failed" and d.state() == before
        assert open_merge.load(d.ctx, d.session.id) and session_of(d).status == "awaiting-input"
        session_file.save_session(d.ctx, session_of(d), script_command="true")
        assert continue_merge(d.ctx, d.session.id).status == "merged"
        undo_operation(d.ctx, d.session.id)
        assert session_of(d).status == "idle" and d.state() == before

    def test_failing_before_and_merged_anew(self, drawn: Make) -> None:
        d = drawn(MOVED)
        give_script(d, "exit 3")
        run(d)
        assert run(d, "other words", test=False).status == "merged"
        assert d.subjects("main")[0] == "other words" and session_of(d).status == "done"
        undo_operation(d.ctx, d.session.id)
        assert session_of(d).status == "idle"

    def test_the_script_is_asked_again_by_continue(self, drawn: Make, tmp_path: Path) -> None:
        d = drawn(MOVED)
        give_script(d, f"test -e '{tmp_path}/service'")
        assert run(d).exit_code == 8
        assert continue_merge(d.ctx, d.session.id).exit_code == 8
        (tmp_path / "service").touch()
        assert continue_merge(d.ctx, d.session.id).status == "merged"

    def test_failing_after_the_rebase_mended_and_continued(self, drawn: Make) -> None:
        d = drawn(MOVED)
        log = give_script(d, "test ! -e a.txt -o -e fix")
        outcome = run(d)
        assert outcome.exit_code == 8 and outcome.status == "tests-failed"
        assert d.git("rev-parse", "main") == d.graph["a"] and runs(log) == 2
        (d.worktree / "fix").write_text("f\n")
        refused = continue_merge(d.ctx, d.session.id)
        assert refused.exit_code == 5 and refused.error and refused.error.code == "uncommitted-changes"
        d.git("add", "fix", at=d.worktree)
        d.git("commit", "-qm", "fix", at=d.worktree)
        assert run_test_script(d.ctx, d.session.id)[0].passed
        assert (session_of(d).status, session_of(d).blocked_by_tests) == ("awaiting-input", False)
        assert continue_merge(d.ctx, d.session.id).status == "merged"
        assert d.subjects("main") == ["feat: it", "a", "base"] and (d.repo / "fix").exists()
        undo_operation(d.ctx, d.session.id)
        assert d.tip == d.graph["s2"] and d.git("rev-parse", "main") == d.graph["a"]

    def test_failing_after_the_rebase_given_up(self, drawn: Make) -> None:
        d = drawn(MOVED)
        before = d.state()
        give_script(d, "test ! -e a.txt")
        run(d)
        (d.worktree / "s1.txt").write_text("edited\n")
        (d.worktree / "notes").write_text("n\n")
        aborted = abort_merge(d.ctx, d.session.id)
        assert aborted.commit == d.graph["s2"] == d.tip and aborted.snapshot_ref
        assert d.git("show", f"{aborted.snapshot_ref}:notes") == "n"
        assert (d.worktree / "s1.txt").read_text() == "edited\n", "edits that are not in the way stay"
        d.git("checkout", "-q", "s1.txt", at=d.worktree)
        (d.worktree / "notes").unlink()
        state, now = before[0], d.state()
        assert {k: v for k, v in now[0].items() if "snapshots" not in k} == state and now[1:] == before[1:]
        assert session_of(d).status == "idle"

    def test_a_script_that_changes_tracked_files(self, drawn: Make) -> None:
        """Then what was tested is not what would be merged."""
        d = drawn(MOVED)
        give_script(d, "test ! -e a.txt || echo changed > a.txt")
        outcome = run(d)
        assert outcome.exit_code == 5 and d.git("rev-parse", "main") == d.graph["a"]
        d.git("checkout", "-q", "a.txt", at=d.worktree)
        session_file.save_session(d.ctx, session_of(d), script_command="true")
        assert continue_merge(d.ctx, d.session.id).status == "merged"


class TestConflicts:
    """Found, resolved by hand or by the agent, or given up."""

    def test_resolved(self, drawn: Make) -> None:
        d = drawn(CONFLICTED)
        log = give_script(d, "true")
        outcome = run(d)
        assert outcome.exit_code == 4 and outcome.conflicts == ("a.txt", "b.txt")
        assert outcome.error and "continue-merge" in str(outcome.error.hint) and outcome.commit is None
        assert (d.worktree / "AGENT_CONTEXT/REBASE_HELP.md").exists() and session_of(d).status == "awaiting-input"
        again = continue_merge(d.ctx, d.session.id)
        assert again.exit_code == 4 and again.conflicts == ("a.txt", "b.txt")
        (d.worktree / "a.txt").write_text("both\n")
        assert continue_merge(d.ctx, d.session.id).conflicts == ("b.txt",)
        resolve(d)
        done = continue_merge(d.ctx, d.session.id)
        assert done.status == "merged" and d.subjects("main") == ["feat: it", "u", "base"]
        assert (d.repo / "a.txt").read_text() == "both\n" and runs(log) == 2
        assert not (d.worktree / "AGENT_CONTEXT/REBASE_HELP.md").exists() and session_of(d).status == "done"

    def test_commit_by_commit(self, drawn: Make) -> None:
        d = drawn(
            "main: base{a.txt=1\\n} u{a.txt=u\\n} | session: base > s1*{a.txt=s1\\n} h1{a.txt=h1\\n} s2*{a.txt=s2\\n}"
        )
        assert run(d, squash=False).status == "conflict"
        for text in ("one", "two"):
            (d.worktree / "a.txt").write_text(f"{text}\n")
            assert continue_merge(d.ctx, d.session.id).status == "conflict"
        (d.worktree / "a.txt").write_text("three\n")
        assert continue_merge(d.ctx, d.session.id).status == "merged"
        assert d.subjects("main") == ["s2", "h1", "s1", "u", "base"] and (d.repo / "a.txt").read_text() == "three\n"

    def test_aborted(self, drawn: Make) -> None:
        d = drawn(CONFLICTED)
        before = d.state()
        run(d)
        (d.worktree / "a.txt").write_text("half resolved\n")
        aborted = abort_merge(d.ctx, d.session.id)
        assert aborted.status == "aborted" and aborted.operation == "merge"
        assert aborted.commit == d.tip == d.graph["s2"]
        assert d.git("show", f"{aborted.snapshot_ref}:a.txt") == "half resolved"
        refs, *rest = d.state()
        assert {k: v for k, v in refs.items() if "snapshots" not in k} == before[0] and tuple(rest) == before[1:]
        assert session_of(d).status == "idle"
        with pytest.raises(UserError) as error:
            abort_merge(d.ctx, d.session.id)
        assert (error.value.code, error.value.exit_code) == ("nothing-in-progress", 1)

    def test_finished_by_hand(self, drawn: Make) -> None:
        d = drawn(CONFLICTED)
        run(d)
        resolve(d)
        d.git("add", "-A", at=d.worktree)
        d.git("-c", "core.editor=true", "rebase", "--continue", at=d.worktree)
        done = continue_merge(d.ctx, d.session.id)
        assert done.status == "merged" and d.subjects("main") == ["feat: it", "u", "base"]

    def test_aborted_by_hand(self, drawn: Make) -> None:
        """The merge is open still: continue meets the conflicts anew, abort brings back the unsquashed tip."""
        d = drawn(CONFLICTED)
        before = d.state()
        run(d)
        d.git("rebase", "--abort", at=d.worktree)
        assert continue_merge(d.ctx, d.session.id).status == "conflict"
        d.git("rebase", "--abort", at=d.worktree)
        assert abort_merge(d.ctx, d.session.id).commit == d.graph["s2"] and d.state() == before

    def test_another_rebase_is_left_alone(self, drawn: Make) -> None:
        d = drawn(CONFLICTED)
        run(d)
        d.git("rebase", "--abort", at=d.worktree)
        with pytest.raises(UserError):
            d.git("rebase", d.graph["u"] + "^0", "--onto", "main", "--exec", "false", at=d.worktree)
        state = open_merge.load(d.ctx, d.session.id)
        assert state
        open_merge.save(d.ctx, d.session.id, state)
        outcome = continue_merge(d.ctx, d.session.id)
        assert outcome.exit_code in (4, 5)

    def test_a_merge_is_refused_meanwhile(self, drawn: Make) -> None:
        d = drawn(CONFLICTED)
        run(d)
        with pytest.raises(UserError) as error:
            run(d)
        assert (error.value.code, error.value.exit_code) == ("merge-in-progress", 5)
        with pytest.raises(UserError) as error:
            undo_operation(d.ctx, d.session.id)
        assert error.value.code == "merge-in-progress"

    def test_a_change_that_is_there_already_becomes_nothing(self, drawn: Make) -> None:
        d = drawn("main: base u{x=1\\n} | session: base > s1*{x=1\\n}")
        outcome = run(d, None)
        assert outcome.status == "merged" and outcome.commit == d.graph["u"]
        assert d.git("rev-parse", "main") == d.graph["u"] and session_of(d).status == "done"
        undo_operation(d.ctx, d.session.id)
        assert d.tip == d.graph["s1"] and d.git("rev-parse", "main") == d.graph["u"]


class TestRefused:
    """Exit 5, nothing changed."""

    def test_dirty_worktree(self, drawn: Make) -> None:
        d = drawn(MOVED)
        (d.worktree / "wip").write_text("w\n")
        before = d.state()
        outcome = run(d)
        assert outcome.exit_code == 5 and outcome.status == "refused" and outcome.error
        assert outcome.error.code == "uncommitted-changes" and d.state() == before
        assert open_merge.load(d.ctx, d.session.id) is None and session_of(d).status == "idle"

    def test_nothing_to_merge(self, drawn: Make) -> None:
        outcome = run(drawn("main: base a"))
        assert outcome.exit_code == 5 and outcome.error and outcome.error.code == "nothing-to-merge"

    def test_merged_again(self, drawn: Make) -> None:
        d = drawn(MOVED)
        run(d)
        assert run(d).status == "refused" and session_of(d).status == "done"

    def test_merged_then_more(self, drawn: Make) -> None:
        d = drawn(MOVED)
        run(d)
        (d.worktree / "more").write_text("m\n")
        d.git("add", "more", at=d.worktree)
        d.git("commit", "-qm", "more", at=d.worktree)
        d.git("commit", "-q", "--allow-empty", "-m", "b")
        assert run(d, None).status == "merged"
        assert d.subjects("main") == ["more", "b", "feat: it", "a", "base"]

    def test_into_two_branches_and_back(self, drawn: Make) -> None:
        d = drawn("main: base | session: base > s1* | release: base > r1")
        run(d, None)
        before = d.git("rev-parse", "main"), d.tip
        assert run(d, None, onto="release").status == "merged"
        assert d.subjects("release") == ["s1", "r1", "base"]
        undo_operation(d.ctx, d.session.id)
        assert (d.git("rev-parse", "main"), d.tip, d.git("rev-parse", "release")) == (*before, d.graph["r1"])
        undo_operation(d.ctx, d.session.id)
        assert d.git("rev-parse", "main") == d.graph["base"] and session_of(d).status == "idle"

    @pytest.mark.parametrize(("onto", "code"), [("nowhere", 3), ("SESSION", 2), ("v1", 3)])
    def test_targets_that_are_none(self, drawn: Make, onto: str, code: int) -> None:
        d = drawn(MOVED)
        d.git("tag", "v1", "main")
        before = d.state()
        with pytest.raises(UserError) as error:
            run(d, onto=d.session.branch if onto == "SESSION" else onto)
        assert error.value.exit_code == code and d.state() == before

    def test_no_identity(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        d = drawn(MOVED)
        before = d.state()
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{role}_NAME", "")
        found = check(d)
        outcome = run(d)
        assert checks(found)["signing"] == "fail" and outcome.status == "refused" and outcome.exit_code == 5
        assert outcome.error and "your name" in outcome.error.message and d.state() == before


class TestPullRequest:
    """`--pr`, with a program that stands in for `gh`."""

    @pytest.fixture
    def gh(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / "gh").write_text(f"#!{sys.executable} -IS\n" + (FAKES / "gh.py").read_text())
        (folder / "gh").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("FAKE_GH", str(tmp_path / "github.json"))
        return tmp_path / "github.json"

    def run(self, d: Drawn, message: str | None = "feat: it\n\nbecause", **options: Any) -> Any:
        d.ctx.environ.update(os.environ)
        return run(d, message, pr=True, **options)

    def test_opened(self, drawn: Make, gh: Path) -> None:
        d = drawn(MOVED)
        place = add_remote(d)
        outcome = self.run(d)
        assert outcome.exit_code == 0 and outcome.status == "pull-request", outcome
        assert outcome.pull_request == "https://github.example/pull/1" and outcome.pushed
        assert d.git("rev-parse", "main") == d.graph["a"], "the target stays"
        assert d.git("rev-parse", d.session.branch, at=place) == d.tip == outcome.commit
        assert d.subjects(d.tip) == ["feat: it", "a", "base"] and session_of(d).status == "idle"
        request = json.loads(gh.read_text())["requests"][0]
        assert request == {
            "url": "https://github.example/pull/1", "head": d.session.branch, "base": "main", "title": "feat: it",
            "body": "because",
        }  # fmt: skip
        assert undo_operation(d.ctx, d.session.id).target is None
        assert d.tip == d.graph["s2"]

    def test_brought_up_to_date(self, drawn: Make, gh: Path) -> None:
        d = drawn(MOVED)
        place = add_remote(d)
        self.run(d)
        (d.worktree / "more").write_text("m\n")
        d.git("add", "more", at=d.worktree)
        d.git("commit", "-qm", "more", at=d.worktree)
        assert self.run(d).pull_request == "https://github.example/pull/1"
        assert d.git("rev-parse", d.session.branch, at=place) == d.tip
        assert len(json.loads(gh.read_text())["requests"]) == 1

    def test_what_others_pushed_is_not_overwritten(self, drawn: Make, gh: Path) -> None:
        d = drawn(MOVED)
        place = add_remote(d)
        self.run(d)
        theirs = d.git("commit-tree", "-p", d.session.branch, "-m", "theirs", f"{d.session.branch}^{{tree}}", at=place)
        d.git("update-ref", f"refs/heads/{d.session.branch}", theirs, at=place)
        (d.worktree / "more").write_text("m\n")
        d.git("add", "more", at=d.worktree)
        d.git("commit", "-qm", "more", at=d.worktree)
        outcome = self.run(d)
        assert outcome.exit_code == 1 and outcome.error.code == "push-failed", outcome
        assert d.git("rev-parse", d.session.branch, at=place) == theirs
        abort_merge(d.ctx, d.session.id)

    def test_gh_fails_then_is_logged_in(self, drawn: Make, gh: Path) -> None:
        d = drawn(MOVED)
        add_remote(d)
        login = "To get started with GitHub CLI, please run: gh auth login\nAlternatively, populate GH_TOKEN."
        gh.write_text(json.dumps({"fail": login}))
        outcome = self.run(d)
        assert outcome.exit_code == 1 and outcome.error.code == "pull-request-failed", outcome
        assert outcome.error.message.endswith("run: gh auth login"), "not what stands below it"
        assert outcome.error.hint.startswith("gh auth login; then: amp-sessions continue-merge ")
        waits = open_merge.load(d.ctx, d.session.id)
        assert waits and (waits.steps[-1].status, waits.steps[-1].message) == ("failed", outcome.error.message)
        assert session_of(d).status == "awaiting-input", "it is not ready for anything else"
        gh.write_text("{}")
        done = continue_merge(d.ctx, d.session.id)
        assert done.status == "pull-request" and session_of(d).status == "idle"

    def test_no_gh(self, drawn: Make, gh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        d = drawn(MOVED)
        add_remote(d)
        before = d.state()
        d.ctx.environ["PATH"] = "/nowhere"
        with pytest.raises(UserError) as error:
            run(d, pr=True)
        assert (error.value.code, error.value.exit_code) == ("gh-missing", 1) and d.state() == before

    def test_commits_listed_when_they_are_kept(self, drawn: Make, gh: Path) -> None:
        d = drawn(MOVED)
        add_remote(d)
        self.run(d, None, squash=False)
        request = json.loads(gh.read_text())["requests"][0]
        assert request["title"] == "Drawn" and request["body"] == "* s1\n* h1\n* s2"


class TestLateTrouble:
    """After the target has moved, trouble is a warning: exit 1, still merged."""

    def test_rejected(self, drawn: Make) -> None:
        d = drawn(MOVED)
        place = add_remote(d)
        theirs = d.git("commit-tree", "-p", "main", "-m", "theirs", "main^{tree}", at=place)
        d.git("update-ref", "refs/heads/main", theirs, at=place)
        outcome = run(d, push=True)
        assert outcome.exit_code == 1 and outcome.status == "merged" and not outcome.pushed
        assert outcome.error and outcome.error.code == "push-failed" and "fetch first" in outcome.error.message
        commit = d.git("rev-parse", "main")
        assert f"push origin {commit}:refs/heads/main" in outcome.warnings[0]
        assert open_merge.load(d.ctx, d.session.id) is None and session_of(d).status == "done"

    def test_others_have_pushed_it_already(self, drawn: Make) -> None:
        """A later merge pushed first and contains ours: that is what was wanted."""
        d = drawn(MOVED)
        place = add_remote(d)
        hook(
            d.repo,
            "pre-push",
            f"""
            later=$(git commit-tree -p main -m later main^{{tree}})
            unset GIT_DIR; rm -f .git/hooks/pre-push
            git push -q '{place}' $later:refs/heads/main""",
        )
        outcome = run(d, push=True)
        assert outcome.exit_code == 0 and outcome.pushed, outcome

    def test_pre_push_refuses(self, drawn: Make) -> None:
        d = drawn(MOVED)
        add_remote(d)
        hook(d.repo, "pre-push", "echo 'no pushing on Fridays' >&2; exit 1")
        outcome = run(d, push=True)
        assert outcome.exit_code == 1 and outcome.status == "merged" and outcome.warnings

    def test_hangs(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        from ampsm.git import push

        monkeypatch.setattr(push, "PUSH_TIMEOUT", 1.0)
        d = drawn(MOVED)
        add_remote(d)
        hook(d.repo, "pre-push", "exec sleep 600")
        outcome = run(d, push=True)
        assert outcome.exit_code == 1 and "longer than 1 s" in outcome.warnings[0]

    def test_cleanup_refuses(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.git("worktree", "lock", str(d.worktree))
        outcome = run(d, cleanup=True)
        assert outcome.exit_code == 1 and outcome.status == "merged"
        assert outcome.error and outcome.error.code == "worktree-locked" and d.worktree.exists()

    def test_a_password_in_an_address_is_not_shown(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.git("remote", "add", "origin", "https://me:hunter2secret@localhost:1/x.git")
        outcome = run(d, push=True)
        said = [document(outcome), outcome.error and outcome.error.document()]
        assert outcome.exit_code == 1 and "hunter2" not in json.dumps(said)


class TestHooksAndSigning:
    """Of the user's, in every step."""

    def test_commit_msg_refuses(self, drawn: Make) -> None:
        d = drawn(MOVED)
        hook(d.repo, "commit-msg", "echo 'needs a ticket' >&2; exit 1")
        before = d.state()
        with pytest.raises(UserError) as error:
            run(d)
        assert error.value.code == "commit-refused" and d.state() == before and session_of(d).status == "idle"
        assert open_merge.load(d.ctx, d.session.id) is None, "nothing had changed, so nothing is open"

    def test_commit_msg_changes_it(self, drawn: Make) -> None:
        d = drawn(MOVED)
        hook(d.repo, "commit-msg", "echo 'Change-Id: I1' >> \"$1\"")
        run(d)
        assert d.git("log", "-1", "--format=%B", "main") == "feat: it\nChange-Id: I1\n"

    def test_signed(self, drawn: Make, tmp_path: Path) -> None:
        signer = tmp_path / "signer"
        signer.write_text("#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho SIGNATURE\n")
        signer.chmod(0o755)
        d = drawn(MOVED)
        d.git("config", "commit.gpgSign", "true")
        d.git("config", "gpg.program", str(signer))
        run(d, no_ff=True)
        for commit in ("main", "main^2"):
            assert "gpgsig SIGNATURE" in d.git("cat-file", "commit", commit)

    def test_the_target_s_ref_is_refused(self, drawn: Make) -> None:
        """A `reference-transaction` hook says no after git has already written the files: they go back."""
        d = drawn(MOVED)
        files = files_of(d.repo)
        hook(
            d.repo,
            "reference-transaction",
            """
            if [ "$1" = prepared ]; then while read old new ref; do [ $ref != refs/heads/main ] || exit 1; done; fi""",
        )
        outcome = run(d)
        assert outcome.exit_code == 1 and outcome.status is None, outcome
        assert d.git("rev-parse", "main") == d.graph["a"] and files_of(d.repo) == files
        assert d.git("status", "--porcelain") == ""
        (d.repo / ".git/hooks/reference-transaction").unlink()
        assert continue_merge(d.ctx, d.session.id).status == "merged"

    def test_post_merge_fails_or_hangs(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        from ampsm.git import target

        monkeypatch.setattr(target, "ADVANCE_TIMEOUT", 5.0)
        d = drawn(MOVED)
        hook(d.repo, "post-merge", "exec sleep 600")
        assert run(d).status == "merged" and d.git("status", "--porcelain") == ""

    def test_the_user_s_settings_for_merges(self, drawn: Make) -> None:
        d = drawn(MOVED)
        for setting in (
            "merge.ff=false",
            "branch.main.mergeOptions=--no-ff --squash",
            "merge.autoStash=true",
            "merge.log=true",
            "merge.stat=true",
            "pull.rebase=true",
            "core.hooksPath=/nowhere",
            "submodule.recurse=true",
            "advice.diverging=false",
        ):
            d.git("config", *setting.split("=", 1))
        run(d)
        assert d.subjects("main") == ["feat: it", "a", "base"] and d.git("status", "--porcelain") == ""


class TestAgentResolves:
    """SPEC 5.2: while a rebase waits for its conflicts, exactly that state is accepted by `iterate`."""

    def conflicted(self, world: World, script: str = "true") -> dict[str, Any]:
        repo = world.make_repo()
        world.use(edits={"README.md": "session\n"})
        session = world.new(repo, "Task", "--script", script)
        world.iterate(session)
        (repo / "README.md").write_text("upstream\n")
        world.git(repo, "commit", "-qam", "upstream")
        assert world.cli("merge", session["id"], "--message", "m").code == 4
        return session

    def test_resolved_by_the_agent(self, world: World) -> None:
        session = self.conflicted(world)
        worktree = Path(session["worktree"])
        refs = world.git(session["repo"], "for-each-ref", "refs/heads")
        status = world.status(session)
        assert status["merge"]["waitingFor"] == "conflicts" and status["merge"]["conflicts"] == ["README.md"]
        assert "continue-merge" in status["nextStep"] and "README.md" in status["nextStep"]
        world.use(edits={"README.md": "both\n", "extra.txt": "e\n"})
        done = world.iterate(session)
        assert done["iteration"]["status"] == "succeeded" and done["iteration"]["commitSha"] is None
        assert "REBASE_HELP.md" in done["iteration"]["prompt"] and done["iteration"]["test"] is None
        assert done["session"]["status"] == "awaiting-input"
        assert world.git(session["repo"], "for-each-ref", "refs/heads") == refs
        assert "UU README.md" in world.git(worktree, "status", "--porcelain"), "nothing is staged"
        assert world.git(session["repo"], "for-each-ref", "refs/ampsm/snapshots"), "kept as it was before"
        assert not (worktree / "extra.txt").exists(), "it was asked about README.md"
        said = "All conflicts of the merge are resolved, README.md as the agent proposes it. Go on: "
        assert world.status(session)["nextStep"].startswith(said), "nobody has said yet that this is the resolution"
        merged = world.ok("continue-merge", session["id"], "--json").json
        assert merged["status"] == "merged" and (Path(session["repo"]) / "README.md").read_text() == "both\n"
        assert world.status(session)["merge"] is None

    def test_what_the_agent_proposes_and_what_it_changes_besides(self, world: World) -> None:
        repo = world.make_repo(files={"other.txt": "1\n", "README.md": "1\n"})
        world.use(edits={"README.md": "session\n"})
        session = world.new(repo, "Task")
        world.iterate(session)
        (repo / "README.md").write_text("upstream\n")
        world.git(repo, "commit", "-qam", "upstream")
        assert world.cli("merge", session["id"], "--message", "m").code == 4
        world.ok("resolve", session["id"], "README.md", "--take", "target")
        world.use(edits={"README.md": "both\n"})
        prompt, warned = self.proposal(world, session)
        assert "\n- README.md" in prompt and warned == {}
        world.use(edits={"other.txt": "2\n"})
        _, warned = self.proposal(world, session)
        assert list(warned) == ["other-files-changed"] and "other.txt" in warned["other-files-changed"]
        found = world.ok("conflicts", session["id"], "README.md", "--json").json
        assert found["file"]["outsideEdit"] and found["result"] == "upstream\n"
        refused = world.cli("resolve", session["id"], "README.md", "--done", "--json")
        assert (refused.code, refused.json["error"]["code"]) == (5, "edited-outside")
        assert world.ok("resolve", session["id"], "README.md", "--outside", "--json").json["left"] == 0

    def proposal(self, world: World, session: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """What the agent was asked in an iteration, and what it was warned of."""
        events = world.ok("iterate", session["id"], "--stream-json").events
        found = {event["code"]: event["message"] for event in events if event["type"] == "warning"}
        return str(world.status(session)["iterations"][-1]["prompt"]), found

    def test_given_up_after_an_iteration(self, world: World) -> None:
        session = self.conflicted(world)
        tip = world.status(session)["iterations"][0]["commitSha"]
        world.use(edits={"README.md": "both\n"})
        world.iterate(session)
        assert world.ok("abort-merge", session["id"], "--json").json["commit"] == tip
        status = world.status(session)
        assert status["session"]["status"] == "idle" and status["git"]["unstaged"] == 0
        again = world.cli("preflight", session["id"], "--json").json
        assert {c["id"] for c in again["checks"] if c["status"] == "fail"} == {"conflicts"}
        world.iterate(session)

    def test_any_other_state_is_refused(self, world: World) -> None:
        session = self.conflicted(world)
        world.git(session["worktree"], "rebase", "--abort")
        world.git(session["worktree"], "switch", "-q", "--detach")
        assert world.cli("iterate", session["id"]).code == 5


class TestCommand:
    """`amp-sessions merge` and what stands around it."""

    def test_steps_tick_off(self, world: World) -> None:
        repo = world.make_repo()
        world.use(edits={"x": "1\n"})
        session = world.new(repo, "Task", "--script", "true")
        world.iterate(session)
        world.git(repo, "commit", "-q", "--allow-empty", "-m", "up")
        done = world.ok("merge", session["id"], "--message", "feat: x", "--export-patch", "out.patch", cwd=repo)
        assert "Merged into main." in done.out and f"amp-sessions undo {session['id']}" in done.out
        for line in ("✔ worktree-clean", "✔ squash", "✔ rebase", "✔ test", "✔ patch", "✔ target"):
            assert line in done.err, done
        assert (repo / "out.patch").exists()

    def test_stream(self, world: World) -> None:
        repo = world.make_repo()
        world.use(edits={"x": "1\n"})
        session = world.new(repo)
        world.iterate(session)
        events = world.ok("merge", session["id"], "--message", "m", "--stream-json").events
        steps = [(e["step"], e["status"]) for e in events if e["type"] == "step"]
        assert [e["type"] for e in events[:6]] == ["check"] * 6 and events[-1]["type"] == "result"
        assert steps[0] == ("squash", "started") and ("target", "done") in steps
        assert events[-1]["status"] == "merged" and events[-1]["error"] is None

    def test_conflict_says_what_to_type(self, world: World) -> None:
        session = TestAgentResolves().conflicted(world)
        done = world.cli("continue-merge", session["id"])
        assert done.code == 4 and "README.md" in done.out and f"continue-merge {session['id']}" in done.err
        shown = world.ok("status", session["id"]).out
        assert "merge" in shown and "conflicts" in shown
        done = world.ok("abort-merge", session["id"])
        assert "given up" in done.out and " restore --source=refs/ampsm/snapshots/" in done.out

    def test_nothing_in_progress(self, world: World) -> None:
        session = world.new(world.make_repo())
        for command in ("continue-merge", "abort-merge"):
            done = world.cli(command, session["id"], "--json")
            assert (done.code, done.json["error"]["code"]) == (1, "nothing-in-progress")

    def test_rebase_is_continued_and_aborted_too(self, world: World) -> None:
        repo = world.make_repo()
        world.use(edits={"README.md": "session\n"})
        session = world.new(repo)
        world.iterate(session)
        tip = world.git(repo, "rev-parse", session["branch"])
        (repo / "README.md").write_text("upstream\n")
        world.git(repo, "commit", "-qam", "upstream")
        assert world.cli("rebase", session["id"]).code == 4
        aborted = world.ok("abort-merge", session["id"], "--json").json
        assert (aborted["operation"], aborted["commit"]) == ("rebase", tip)
        assert world.cli("rebase", session["id"]).code == 4
        world.git(session["worktree"], "rebase", "--abort")
        done = world.cli("continue-merge", session["id"], "--json")
        assert (done.code, done.json["error"]["code"]) == (1, "nothing-in-progress")
        assert world.status(session)["session"]["status"] == "idle" and world.status(session)["merge"] is None
        assert world.cli("rebase", session["id"]).code == 4
        assert world.cli("continue-merge", session["id"]).code == 4
        (Path(session["worktree"]) / "README.md").write_text("both\n")
        done = world.ok("continue-merge", session["id"], "--json")
        assert (done.json["status"], done.json["operation"]) == ("rebased", "rebase")
        assert done.json["commit"] == world.git(repo, "rev-parse", session["branch"])
        assert world.git(repo, "rev-parse", "main") == world.git(repo, "rev-parse", f"{session['branch']}~1")
        assert world.status(session)["session"]["status"] == "idle"


def test_operations_say_what_a_merge_did(drawn: Make) -> None:
    d = drawn(MOVED)
    run(d)
    (found,) = operations.operations(d.ctx, d.session.id)
    assert found.operation == "merge" and (found.from_sha, found.to_sha) == (d.graph["s2"], d.tip)
    assert found.target == MovedTarget(ref="refs/heads/main", from_sha=d.graph["a"], to_sha=d.tip)
    assert found.branch_point == d.graph["a"]
