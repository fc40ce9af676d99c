"""What a session changed, and a person's own commits in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context, open_context
from ampsm.git.status import worktree_status
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.store.iterations import insert_iteration, iterations_of
from ampsm.store.sessions import session_by_id, update_session
from ampsm.system.locks import session_lock
from ampsm.system.test_leftovers import fingerprint
from ampsm.workflows.review.changes import Compared, session_diff
from ampsm.workflows.session.commit import commit_manually
from ampsm.workflows.session.create import create_session
from tests.support.records import an_iteration

RunGit = Callable[..., str]


@pytest.fixture
def session(ctx: Context, make_repo: Callable[..., Path]) -> Session:
    return create_session(ctx, repo=str(make_repo("mein repo ä")), name="Fix it", prompt="Fix it")


def changed(ctx: Context, **what: Any) -> dict[str, str]:
    found = session_diff(ctx, "Fix it", Compared(**what))
    return {file.path: file.status for file in found.files}


def code_of(call: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(UserError) as error:
        call()
    return error.value.code, int(error.value.exit_code)


class TestDiff:
    def test_a_new_session_has_changed_nothing(self, ctx: Context, session: Session) -> None:
        found = session_diff(ctx, session.id)
        assert (found.base, found.files, found.patch) == (session.base_sha, (), b"")

    def test_committed_uncommitted_and_untracked(self, ctx: Context, session: Session, run_git: RunGit) -> None:
        place = Path(session.worktree)
        (place / "README.md").write_text("committed\n")
        run_git(place, "commit", "-qam", "x")
        (place / "staged").write_text("1\n")
        run_git(place, "add", "staged")
        (place / "src" / "app.py").write_text("unstaged\n")
        (place / "new").write_text("1\n")
        assert changed(ctx) == {
            "README.md": "modified", "staged": "added", "src/app.py": "modified", "new": "added",
        }  # fmt: skip
        assert changed(ctx, working=True) == {"staged": "added", "src/app.py": "modified", "new": "added"}
        assert changed(ctx, staged=True) == {"staged": "added"}
        head = run_git(place, "rev-parse", "HEAD")
        assert session_diff(ctx, session.id, Compared(staged=True)).base == head
        assert session_diff(ctx, session.id, Compared(working=True), patch=False).patch is None

    def test_a_base_that_goes_on_or_is_rewritten_does_not_show(
        self, ctx: Context, session: Session, run_git: RunGit
    ) -> None:
        (Path(session.worktree) / "mine").write_text("1\n")
        repo = Path(session.repo)
        (repo / "README.md").write_text("theirs\n")
        run_git(repo, "commit", "-qam", "theirs")
        assert changed(ctx) == {"mine": "added"}
        run_git(session.worktree, "merge", "-q", "main")
        assert changed(ctx) == {"mine": "added"}
        run_git(repo, "commit", "-q", "--amend", "-m", "rewritten")
        run_git(repo, "branch", "-q", "-m", "main", "gone")
        assert set(changed(ctx)) == {"mine", "README.md"}

    def test_unchanged_leftovers_are_left_out(self, ctx: Context, session: Session) -> None:
        place = Path(session.worktree)
        for name in ("coverage", "report"):
            (place / name).write_text("1\n")
        known = {name: fingerprint(place / name) or "" for name in ("coverage", "report")}
        update_session(ctx.store, session.id, test_leftovers=known)
        assert changed(ctx) == {}
        (place / "report").write_text("edited\n")
        assert changed(ctx) == {"report": "added"} == changed(ctx, working=True)

    def test_one_iteration(self, ctx: Context, session: Session, run_git: RunGit) -> None:
        place = Path(session.worktree)
        shas = [session.base_sha]
        for name in ("one", "two"):
            (place / name).write_text("1\n")
            run_git(place, "add", name)
            run_git(place, "commit", "-qm", name)
            shas.append(run_git(place, "rev-parse", "HEAD"))
        (place / "three").write_text("1\n")
        insert_iteration(ctx.store, an_iteration(session.id, 1, start_sha=shas[0], end_sha=shas[1]))
        insert_iteration(ctx.store, an_iteration(session.id, 2, start_sha=shas[1], end_sha=shas[2]))
        refused = UserError("commit-refused", "x").document()
        last = an_iteration(session.id, 3, status="failed", start_sha=shas[2], end_sha=shas[2], error=refused)
        insert_iteration(ctx.store, last)
        for number, name in enumerate(("one", "two", "three"), 1):
            assert changed(ctx, iteration=number) == {name: "added"}
        assert session_diff(ctx, session.id, Compared(iteration=2)).base == shas[1]
        assert code_of(lambda: changed(ctx, iteration=4)) == ("no-such-iteration", 3)
        insert_iteration(ctx.store, an_iteration(session.id, 4, start_sha="1" * 40))
        assert code_of(lambda: changed(ctx, iteration=4)) == ("no-such-commit", 3)

    def test_places_that_cannot_be_looked_at(self, ctx: Context, session: Session, run_git: RunGit) -> None:
        run_git(session.worktree, "switch", "-q", "--detach")
        assert changed(ctx) == {}
        pointer = Path(session.worktree) / ".git"
        pointer.unlink()
        assert code_of(lambda: changed(ctx)) == ("wrong-worktree", 5)
        Path(session.worktree).rename(Path(session.repo) / "away")
        assert code_of(lambda: changed(ctx)) == ("worktree-missing", 5)
        update_session(ctx.store, session.id, cleaned_up_at="2026-01-01T00:00:00.000Z")
        assert code_of(lambda: changed(ctx)) == ("session-cleaned-up", 5)


class TestCommit:
    def test_the_person_s_message_is_kept(self, ctx: Context, session: Session, run_git: RunGit) -> None:
        place = Path(session.worktree)
        (place / "new").write_text("1\n")
        (place / "README.md").unlink()
        (place / "coverage").write_text("1\n")
        known = {"coverage": fingerprint(place / "coverage") or ""}
        update_session(ctx.store, session.id, test_leftovers=known)
        message = "Rename größe\n\n# why\nbecause"
        made = commit_manually(ctx, "Fix it", message)
        assert (made.commit, made.files) == (run_git(place, "rev-parse", "HEAD"), 2)
        assert run_git(place, "log", "-1", "--format=%B") == message + "\n"
        assert worktree_status(place).paths == ["coverage"]
        found = session_by_id(ctx.store, session.id)
        assert found
        assert found.last_activity_at > session.last_activity_at

    def test_nothing_to_commit(self, ctx: Context, session: Session, run_git: RunGit) -> None:
        assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("nothing-to-commit", 5)
        run_git(session.worktree, "init", "-q", "nested")
        with pytest.raises(UserError, match="nested"):
            commit_manually(ctx, "Fix it", "x")

    def test_hooks_may_refuse_or_are_skipped_by_the_setting(self, ctx: Context, session: Session) -> None:
        hook = Path(session.repo) / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        (Path(session.worktree) / "new").write_text("1\n")
        assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("commit-refused", 1)
        with open_context(overrides={"commitHooks": "skip"}) as other:
            assert commit_manually(other, "Fix it", "x").files == 1

    def test_another_holder_a_wrong_place_and_conflicts(self, ctx: Context, session: Session, run_git: RunGit) -> None:
        place = Path(session.worktree)
        (place / "README.md").write_text("mine\n")
        with session_lock(ctx.paths.lock(session.id), session.id, "iteration"):
            assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("busy", 6)
        run_git(place, "switch", "-q", "--detach")
        assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("branch-moved", 5)
        run_git(place, "switch", "-q", session.branch)
        run_git(place, "commit", "-qam", "mine")
        (Path(session.repo) / "README.md").write_text("theirs\n")
        run_git(session.repo, "commit", "-qam", "theirs")
        run_git(place, "merge", "-q", "main", check=False)
        assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("unfinished-operation", 5)
        assert worktree_status(place).unmerged == ("README.md",)

    def test_without_an_identity(
        self, ctx: Context, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "nobody").write_text("[user]\n    useConfigOnly = true\n")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "nobody"))
        (Path(session.worktree) / "new").write_text("1\n")
        assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("no-identity", 1)

    def test_the_work_of_an_interrupted_iteration_is_committed_as_its_own(
        self, ctx: Context, session: Session, run_git: RunGit
    ) -> None:
        place = Path(session.worktree)
        interrupted = replace(an_iteration(session.id), status="interrupted", start_sha=session.base_sha)
        insert_iteration(ctx.store, interrupted)
        (place / "agent").write_text("1\n")
        assert code_of(lambda: commit_manually(ctx, "Fix it", "x")) == ("nothing-to-commit", 5)
        assert run_git(place, "log", "-1", "--format=%s") == "amp: partial: interrupted"
        assert iterations_of(ctx.store, session.id)[0].end_sha == run_git(place, "rev-parse", "HEAD")
        (place / "mine").write_text("1\n")
        assert commit_manually(ctx, "Fix it", "mine").files == 1
        assert os.fsencode("amp: partial: interrupted") in run_git(place, "log", "--format=%s").encode()
