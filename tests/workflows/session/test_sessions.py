"""Naming, listing, describing and changing sessions, on real repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.store import iterations
from ampsm.store.sessions import insert_session, session_by_id
from ampsm.system.activity import Activity, LeftRunning
from ampsm.system.locks import session_lock
from ampsm.system.test_leftovers import fingerprint
from ampsm.workflows.session import change, lookup, worktree_of
from ampsm.workflows.session.session_file import load_facts, save_session
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import condition_of
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.git_state import GitState
from ampsm.workflows.status.session_view import session_status
from tests.support.records import a_session, an_iteration, at

RunGit = Callable[..., str]


@pytest.fixture
def live(ctx: Context, make_repo: Callable[..., Path], run_git: RunGit) -> Session:
    """A session with branch and worktree, as `new` makes it, on a repository with two files."""
    repo = make_repo()
    worktree = repo / ".worktrees" / "add-login-aaaaaa"
    session = a_session(
        repo=str(repo), worktree=str(worktree), base_sha=run_git(repo, "rev-parse", "main"), branch="amp/add-login/1"
    )
    run_git(repo, "worktree", "add", "-q", "-b", session.branch, worktree, session.base_sha)
    insert_session(ctx.store, session)
    return session


def commit(run_git: RunGit, place: Path | str, path: str, text: str) -> str:
    target = Path(place) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    run_git(place, "add", path)
    run_git(place, "commit", "-q", "-m", f"change {path}")
    return run_git(place, "rev-parse", "HEAD")


def status_of(ctx: Context, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = document(session_status(ctx, ref))
    return found


def git_part(ctx: Context) -> dict[str, Any]:
    found: dict[str, Any] = status_of(ctx, "add-login")["git"]
    return found


def test_a_session_is_found_by_id_name_and_prefix(ctx: Context) -> None:
    insert_session(ctx.store, a_session(name="Add a login"))
    for words in ("add-login-aaaaaa", "Add a login", "add"):
        assert lookup.require_session(ctx, words).id == "add-login-aaaaaa"


def test_an_unknown_session_gets_a_suggestion(ctx: Context) -> None:
    insert_session(ctx.store, a_session(name="Add a Login"))
    with pytest.raises(UserError) as error:
        lookup.require_session(ctx, "add a logni")
    assert error.value.code == "no-such-session"
    assert error.value.exit_code == 3
    assert "Did you mean 'Add a Login'?" in error.value.message
    assert error.value.details["nearest"] == "Add a Login"
    with pytest.raises(UserError) as error:
        lookup.require_session(ctx, "zzz")
    assert error.value.details["nearest"] is None


def test_ambiguous_words_name_the_candidates(ctx: Context) -> None:
    for session_id in ("fix-aaaaaa", "fix-bbbbbb"):
        insert_session(ctx.store, a_session(session_id))
    with pytest.raises(UserError) as error:
        lookup.require_session(ctx, "fix")
    assert error.value.code == "ambiguous-session"
    assert error.value.exit_code == 2
    assert error.value.details["candidates"] == ["fix-aaaaaa", "fix-bbbbbb"]


def test_list_by_repository_and_status(
    ctx: Context, live: Session, make_repo: Callable[..., Path], tmp_path: Path
) -> None:
    insert_session(ctx.store, a_session("other-bbbbbb", status="error", last_activity_at=at(1)))
    insert_session(ctx.store, a_session("gone-cccccc", cleaned_up_at=at(2), last_activity_at=at(2)))

    def listed(**filters: Any) -> list[str]:
        return [session.id for session in lookup.list_sessions(ctx, **filters)]

    assert listed() == ["other-bbbbbb", live.id]
    assert listed(include_cleaned=True) == ["gone-cccccc", "other-bbbbbb", live.id]
    assert listed(status="error") == ["other-bbbbbb"]
    (tmp_path / "link").symlink_to(live.repo)
    for inside in (live.repo, f"{live.repo}/", f"{live.repo}/src", live.worktree, str(tmp_path / "link")):
        assert listed(repo=inside) == [live.id], inside
    assert listed(repo="/srv/repo") == ["other-bbbbbb"], "a repository that is gone still has sessions"
    assert listed(repo=str(make_repo("empty"))) == []


@pytest.mark.parametrize(("filters", "code"), [({"status": "sleeping"}, 2), ({"repo": "/nowhere"}, 3)])
def test_list_refuses_unknown_words(ctx: Context, filters: dict[str, str], code: int) -> None:
    with pytest.raises(UserError) as error:
        lookup.list_sessions(ctx, **filters)  # type: ignore[arg-type]
    assert error.value.exit_code == code


def test_listing_needs_neither_settings_nor_heavy_modules(ctx: Context, live: Session) -> None:
    ctx.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    ctx.paths.config_file.write_text("ampPath: [unclosed")
    script = (
        "import sys; from ampsm.context import open_context; from ampsm.workflows.session.lookup import list_sessions\n"
        "print(*[s.id for s in list_sessions(open_context())])\n"
        "heavy = 'msgspec yaml rich psutil keyring subprocess asyncio concurrent platformdirs'.split()\n"
        "print(*[name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [live.id, ""]


def test_status_of_a_new_session(ctx: Context, live: Session) -> None:
    shown = status_of(ctx, live.id)
    assert shown["session"] == document(live)
    assert shown["git"] == {
        "head": live.base_sha, "mergeBase": live.base_sha, "ahead": 0, "behind": 0, "staged": 0, "unstaged": 0,
        "untracked": 0, "testLeftovers": [], "conflictsWithBase": [],
    }  # fmt: skip
    assert (shown["iterations"], shown["queue"], shown["merge"]) == ([], [], None)
    assert f"amp-sessions iterate {live.id}" in shown["nextStep"]


def test_status_counts_commits_changes_and_conflicts(ctx: Context, live: Session, run_git: RunGit) -> None:
    worktree = Path(live.worktree)
    commit(run_git, worktree, "src/app.py", "print('session')\n")
    commit(run_git, live.repo, "src/app.py", "print('main')\n")
    commit(run_git, live.repo, "other.txt", "x\n")
    (worktree / "staged.txt").write_text("s")
    run_git(worktree, "add", "staged.txt")
    (worktree / "README.md").write_text("changed\n")
    (worktree / "un tracked\n.txt").write_text("u")
    found = git_part(ctx)
    assert found == {
        **found, "mergeBase": live.base_sha, "ahead": 1, "behind": 2, "staged": 1, "unstaged": 1, "untracked": 1,
        "conflictsWithBase": ["src/app.py"],
    }  # fmt: skip
    assert found["head"] == run_git(worktree, "rev-parse", "HEAD")


def test_facts_with_file_names_of_any_bytes_can_be_read_again(ctx: Context, live: Session) -> None:
    odd = {"l\udcfft \n": "1:1"}
    save_session(ctx, live, name="Größe", test_leftovers=odd)
    facts = load_facts(ctx, live.id)
    assert facts is not None and (facts.name, facts.test_leftovers) == ("Größe", odd)


def test_unchanged_test_leftovers_are_no_dirt(ctx: Context, live: Session) -> None:
    worktree = Path(live.worktree)
    for name in ("kept.log", "touched.log", "mine.txt"):
        (worktree / name).write_text(name)
    leftovers = {name: fingerprint(worktree / name) or "" for name in ("kept.log", "touched.log")}
    save_session(ctx, live, test_leftovers={**leftovers, "gone.log": "1:1"})
    (worktree / "touched.log").write_text("by a person")
    found = git_part(ctx)
    assert found["testLeftovers"] == ["kept.log"]
    assert found["untracked"] == 2


def test_status_when_the_base_is_rewritten_or_gone(ctx: Context, live: Session, run_git: RunGit) -> None:
    commit(run_git, live.worktree, "new.txt", "n\n")
    run_git(live.repo, "commit", "-q", "--amend", "-m", "rewritten")
    assert git_part(ctx)["mergeBase"] == live.base_sha
    run_git(live.repo, "switch", "-q", "-c", "elsewhere")
    run_git(live.repo, "branch", "-q", "-D", "main")
    assert git_part(ctx) == {**git_part(ctx), "mergeBase": live.base_sha, "ahead": 1, "behind": 0}


def test_status_without_worktree_branch_or_repository(ctx: Context, live: Session, run_git: RunGit) -> None:
    sha = commit(run_git, live.worktree, "new.txt", "n\n")
    shutil.rmtree(live.worktree)
    document = status_of(ctx, live.id)
    nothing: dict[str, Any] = {"staged": None, "unstaged": None, "untracked": None, "testLeftovers": []}
    assert document["git"] == {**document["git"], **nothing, "head": sha, "ahead": 1}
    assert document["nextStep"].endswith(f"Bring it back: amp-sessions restore {live.id}")
    run_git(live.repo, "worktree", "prune")
    run_git(live.repo, "branch", "-D", live.branch)
    document = status_of(ctx, live.id)
    assert document["git"] == {
        **nothing, "head": None, "mergeBase": None, "ahead": None, "behind": None, "conflictsWithBase": [],
    }  # fmt: skip
    assert f"last seen at {live.base_sha[:12]}" in document["nextStep"]
    shutil.rmtree(live.repo)
    document = status_of(ctx, live.id)
    assert document["git"]["head"] is None
    assert live.repo in document["nextStep"]


def test_the_commands_that_bring_back_branch_and_worktree_work(ctx: Context, live: Session, run_git: RunGit) -> None:
    shutil.rmtree(live.worktree)
    run_git(live.repo, "worktree", "prune")
    run_git(live.repo, "branch", "-q", "-D", live.branch)
    command = status_of(ctx, live.id)["nextStep"].rpartition("Bring it back: ")[2]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        command, shell=True, check=True, capture_output=True,
        env={**os.environ, "PATH": path, "AMPSM_DB_PATH": str(ctx.paths.database)},
    )  # fmt: skip
    assert status_of(ctx, live.id)["git"]["head"] == live.base_sha


def test_status_tells_who_works_in_the_session(ctx: Context, live: Session) -> None:
    save_session(ctx, live, status="running")
    iterations.insert_iteration(ctx.store, an_iteration(status="running", start_sha=live.base_sha))
    with session_lock(ctx.paths.lock(live.id), live.id, "iteration"):
        text = status_of(ctx, live.id)["nextStep"]
    assert f"process {os.getpid()}" in text
    assert f"amp-sessions logs {live.id} --follow" in text


def test_a_session_whose_worker_died_is_put_right(ctx: Context, live: Session) -> None:
    save_session(ctx, live, status="running")
    iterations.insert_iteration(ctx.store, an_iteration(status="running", start_sha=live.base_sha))
    assert [session.status for session in lookup.list_sessions(ctx)] == ["awaiting-input"]
    document = status_of(ctx, live.id)
    assert document["iterations"][0]["status"] == "interrupted"
    assert "cut off" in document["nextStep"]


def test_the_path_of_a_session(ctx: Context, live: Session) -> None:
    assert worktree_of.session_path(ctx, live.id) == Path(live.worktree)
    shutil.rmtree(live.worktree)
    with pytest.raises(UserError) as error:
        worktree_of.session_path(ctx, live.id)
    assert error.value.code == "worktree-missing"
    save_session(ctx, live, cleaned_up_at=at(5))
    with pytest.raises(UserError) as error:
        worktree_of.session_path(ctx, live.id)
    assert error.value.code == "session-cleaned-up"


def test_settings_of_a_session_change_and_last(ctx: Context, live: Session, run_git: RunGit) -> None:
    run_git(live.repo, "branch", "develop")
    changed = change.change_session(ctx, live.id, name="Better", model="gpt-5", script="make test", base="develop")
    expected = replace(live, name="Better", model="gpt-5", script_command="make test", base_branch="develop")
    assert replace(changed, last_activity_at=live.last_activity_at) == expected
    assert session_by_id(ctx.store, live.id) == changed
    facts = load_facts(ctx, live.id)
    assert facts is not None
    assert facts.name == "Better"
    assert changed.last_activity_at > live.last_activity_at
    cleared = change.change_session(ctx, "Better", model="", script=" ")
    assert (cleared.model, cleared.script_command, cleared.base_branch) == (None, None, "develop")


def test_settings_of_a_session_hold_no_secrets_and_its_name_is_one_line(ctx: Context, live: Session) -> None:
    key = "sk-ant-api03-abcdefghijklmnop0123"
    changed = change.change_session(ctx, live.id, name=f"Try\n {key}", script=f"KEY={key} make test")
    assert (changed.name, changed.script_command) == ("Try [REDACTED]", "KEY=[REDACTED] make test")
    assert session_by_id(ctx.store, live.id) == changed
    with pytest.raises(UserError, match="holds a secret") as refused:
        change.change_session(ctx, live.id, model=key)
    assert refused.value.hint == f"amp-sessions set {live.id} --model smart"
    assert session_by_id(ctx.store, live.id) == changed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "usage"),
        ({"name": " "}, "invalid-value"),
        ({"base": "nowhere"}, "no-such-branch"),
        ({"name": "New", "base": "v1"}, "no-base-branch"),
    ],
)
def test_a_wrong_change_changes_nothing(
    ctx: Context, live: Session, run_git: RunGit, changes: dict[str, str], code: str
) -> None:
    run_git(live.repo, "tag", "v1")
    with pytest.raises(UserError) as error:
        change.change_session(ctx, live.id, **changes)
    assert error.value.code == code
    assert session_by_id(ctx.store, live.id) == live


GIT = GitState(worktree_there=True, branch_there=True, checked_out="amp/x", head="a" * 40, ahead=0, behind=0)
FAILED_TEST = TestResult("make test", 1, False, 10)


def next_step(session: Session, git: GitState, activity: Activity) -> str:
    return wording.next_step(condition_of(Facts(session, git, activity)))


def error_of(code: str, hint: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": f"it was {code}", "hint": hint, "details": {}}


@pytest.mark.parametrize(
    ("status", "last", "git", "words"),
    [
        ("idle", None, {}, ["iterate"]),
        ("idle", {}, {}, ["nothing", "iterate"]),
        ("idle", {}, {"ahead": 1}, ["1 commit ", "diff", "merge"]),
        (
            "idle", {}, {"ahead": 2, "conflicts_with_base": ("a", "b", "c", "d")},
            ["a, b, c and 1 more", "main", "iterate"],
        ),
        ("idle", {}, {"untracked": 1, "ahead": 1}, ["uncommitted", "commit"]),
        ("idle", {}, {"checked_out": "main"}, ["main", "switch amp/x"]),
        ("idle", {}, {"checked_out": None}, ["detached", "switch amp/x"]),
        ("done", {}, {"ahead": 1}, ["merged", "cleanup"]),
        ("awaiting-input", {"test": FAILED_TEST}, {"ahead": 1}, ["test script failed", "iterate", "run"]),
        ("awaiting-input", {}, {"nested": ("vendor",)}, ["vendor"]),
        ("awaiting-input", {}, {}, ["logs"]),
        ("awaiting-input", {"status": "failed", "error": error_of("permission-needed")}, {},
         ["ampPermissions allow-all"]),
        ("awaiting-input", {"status": "failed", "error": error_of("commit-refused")}, {"staged": 1},
         ["uncommitted", "iterate", "commit"]),
        ("awaiting-input", {"status": "failed", "error": error_of("branch-moved")}, {}, ["left its branch"]),
        ("awaiting-input", {"status": "interrupted", "error": error_of("interrupted")}, {"unstaged": 1}, ["cut off"]),
        ("awaiting-input", {"status": "cancelled", "error": error_of("cancelled")}, {}, ["stopped", "iterate"]),
        ("error", {"status": "timed-out", "error": error_of("timed-out")}, {}, ["--timeout"]),
        ("error", {"status": "failed", "error": error_of("not-logged-in", "amp login")}, {},
         ["it was not-logged-in", "amp login", "iterate"]),
        ("error", {"status": "failed", "error": error_of("crashed", "amp-sessions iterate add-login-aaaaaa")}, {},
         ["Try again: amp-sessions iterate"]),
    ],
)  # fmt: skip
def test_the_next_step(status: str, last: dict[str, Any] | None, git: dict[str, Any], words: list[str]) -> None:
    session = a_session(status=status, branch="amp/x", last_iteration=None if last is None else an_iteration(**last))
    text = next_step(session, replace(GIT, **git), Activity())
    assert not [word for word in words if word not in text], text
    assert "\n" not in text


def test_the_next_step_of_a_session_at_work_or_gone() -> None:
    session = a_session(branch="amp/x", last_iteration=an_iteration(status="interrupted"))
    assert "restore" in next_step(replace(session, cleaned_up_at=at(1)), GIT, Activity())
    assert "processes 7, 8" in next_step(
        session, GIT, Activity(orphans=(LeftRunning(7, "sh"), LeftRunning(8, "sleep")))
    )
    assert "Process 7" in next_step(session, GIT, Activity(holder=7))
