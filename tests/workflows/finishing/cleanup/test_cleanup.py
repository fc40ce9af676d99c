"""`cleanup` removes what is found elsewhere, and nothing else (SPEC section 6)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.trash import snapshot as trash
from ampsm.git.worktree import removal
from ampsm.model.errors import UserError
from ampsm.workflows.review import logs, tool_calls
from ampsm.workflows.session import operations, session_file
from ampsm.workflows.session.operations import MovedTarget, Operation
from ampsm.workflows.upkeep.doctor import examine_health
from tests.support.place import Place
from tests.support.worktree_state import refs_of
from tests.support.world import Result

# --- what may go --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["fast-forward", "merge", "cherry-pick", "squash", "upstream"])
def test_work_that_the_base_has_in_any_form_may_go(
    place: Place, run_git: Callable[..., str], tmp_path: Path, by: str
) -> None:
    session, repo = place.new(), place.repo
    first = place.commit(session, {"a": "a\n", "image": os.urandom(3000)})
    tip = place.commit(session, {"b": "b\n"})
    place.commit(repo, {"x": "x\n"}, "the base goes on")
    match by:
        case "merge":
            run_git(repo, "merge", "-q", "--no-ff", "-m", "merge", tip)
        case "cherry-pick":
            run_git(repo, "cherry-pick", first, tip)
        case "squash":
            run_git(repo, "merge", "-q", "--squash", tip)
            run_git(repo, "commit", "-q", "-m", "all at once")
            place.commit(repo, {"a": "changed later\n"})
        case "upstream":
            remote = tmp_path / "remote.git"
            run_git(repo, "init", "-q", "--bare", str(remote))
            run_git(repo, "remote", "add", "origin", str(remote))
            run_git(repo, "push", "-q", "-u", "origin", "main")
            run_git(repo, "worktree", "add", "-q", "--detach", str(tmp_path / "other"))
            run_git(tmp_path / "other", "cherry-pick", first, tip)
            run_git(tmp_path / "other", "push", "-q", "origin", "HEAD:main")
            run_git(repo, "fetch", "-q")
        case _:
            run_git(repo, "reset", "-q", "--hard", tip)
    done = place.cleanup(session)
    assert done == {
        "removed": {"worktree": session.worktree, "branch": session.branch},
        "snapshotRef": f"refs/ampsm/trash/{session.id}", "alreadyGone": [],
    }  # fmt: skip
    assert not Path(session.worktree).exists() and not list((repo / ".worktrees").glob("[!.]*"))
    assert run_git(repo, "config", "--get-regexp", "^branch\\.amp", check=False) == ""


def test_a_binary_file_that_differs_is_not_taken_for_the_merged_one(place: Place) -> None:
    session = place.new()
    place.commit(session, {"image": b"\0mine" * 100})
    place.commit(place.repo, {"image": b"\0theirs" * 100})
    assert place.refused(session).code == "not-merged"


def test_a_session_in_which_nothing_was_done_may_go(place: Place, run_git: Callable[..., str]) -> None:
    session = place.new()
    run_git(place.repo, "commit", "-q", "--amend", "-m", "the base was rewritten")
    assert place.cleanup(session)["removed"]["branch"] == session.branch


def test_the_same_tree_by_other_commits_may_go(place: Place, run_git: Callable[..., str]) -> None:
    session = place.new()
    place.commit(session, {"a": "a\n"})
    place.commit(session, {"a": "b\n"})
    place.commit(place.repo, {"a": "b\n"})
    place.commit(place.repo, {"c": "c\n"})
    place.cleanup(session)


def test_what_a_recorded_merge_went_to_counts(place: Place) -> None:

    session = place.new()
    tip = place.commit(session, {"a": "a\n"})
    place.git(place.repo, "branch", "release", tip)
    assert place.refused(session).code == "not-merged"
    operations.push(
        place.ctx, session,
        Operation(
            n=1, operation="merge", at=session.created_at, from_sha=tip, to_sha=tip, backup_ref="",
            status_before="idle",
            target=MovedTarget(ref="refs/heads/release", from_sha=session.base_sha, to_sha=tip),
            branch_point=session.base_sha,
        ),
    )  # fmt: skip
    place.cleanup(session)


# --- what stays ---------------------------------------------------------------------------------------------------


def test_commits_that_are_nowhere_else_are_named(place: Place) -> None:
    session = place.new()
    first = place.commit(session, {"a": "a\n"}, "Add a")
    place.commit(session, {"b": "b\n"}, "Add b")
    place.commit(place.repo, {"x": "x\n"})
    place.git(place.repo, "cherry-pick", first)
    (Path(session.worktree) / "wip").write_text("w\n")
    error = place.refused(session)
    assert error.code == "not-merged" and "2 commits" in error.message and "wip" in error.message
    assert [commit["subject"] for commit in error.details["commits"]] == ["Add a", "Add b"]  # type: ignore[attr-defined]
    assert error.details["files"] == ["wip"] and "--force" in error.message


@pytest.mark.parametrize("dirt", ["untracked", "changed", "staged", "deleted", "nested", "intended"])
def test_a_dirty_worktree_is_not_cleaned_up(place: Place, run_git: Callable[..., str], dirt: str) -> None:
    session = place.new()
    tree = Path(session.worktree)
    match dirt:
        case "untracked":
            (tree / "f").write_text("f\n")
        case "changed":
            (tree / "README.md").write_text("f\n")
        case "staged":
            (tree / "README.md").write_text("f\n")
            run_git(tree, "add", "README.md")
            (tree / "README.md").write_text("hello\n")
        case "deleted":
            (tree / "README.md").unlink()
        case "intended":
            (tree / "f").write_text("f\n")
            run_git(tree, "add", "-N", "f")
        case _:
            (tree / "f").mkdir()
            run_git(tree / "f", "init", "-q")
    error = place.refused(session)
    assert error.code == "uncommitted-changes"
    assert error.details["files"] == ["f" if (tree / "f").exists() else "README.md"]


def test_unchanged_leftovers_of_a_test_are_no_dirt(place: Place) -> None:
    from ampsm.system.test_leftovers import fingerprints

    session = place.new()
    tree = Path(session.worktree)
    (tree / "report.xml").write_text("r\n")
    session_file.save_session(place.ctx, session, test_leftovers=fingerprints(tree, ["report.xml"]))
    before = place.state(session)
    place.cleanup(session)
    place.restore(session)
    assert place.state(session) == before
    (tree / "report.xml").write_text("a person's\n")
    assert place.refused(session).details["files"] == ["report.xml"]


def test_a_locked_worktree_stays_also_by_force(place: Place, run_git: Callable[..., str]) -> None:
    session = place.new()
    run_git(place.repo, "worktree", "lock", "--reason", "on a stick", session.worktree)
    error = place.refused(session, force=True)
    assert error.code == "worktree-locked" and "on a stick" in error.message
    away = place.repo.parent / "away"
    Path(session.worktree).rename(away)
    assert place.refused(session, force=True).code == "worktree-locked"
    away.rename(session.worktree)
    run_git(place.repo, "worktree", "unlock", session.worktree)
    place.cleanup(session)


@pytest.mark.parametrize("held", ["commits", "changes", "stash", "ignored", "linked", "bare", "unreadable"])
def test_a_repository_inside_with_work_of_its_own_stays_also_by_force(
    place: Place, run_git: Callable[..., str], tmp_path: Path, held: str
) -> None:
    place.commit(place.repo, {".gitignore": "vendor/\n"})
    session = place.new()
    inner = Path(session.worktree) / ("vendor/inner" if held in ("ignored", "bare") else "inner")
    upstream = tmp_path / "upstream"
    run_git(tmp_path, "init", "-q", upstream)
    place.commit(upstream, {"x": "x\n"})
    match held:
        case "linked":
            run_git(place.repo, "worktree", "add", "-q", "-b", "inner", str(inner))
            (inner / "wip").write_text("w\n")
        case "bare":
            run_git(tmp_path, "clone", "-q", "--bare", str(upstream), str(inner))
            (inner / "large").write_bytes(b"x")
            place.ctx.settings.get("trashIgnoredMaxMiB")
            from ampsm.workflows.upkeep.settings import set_setting

            set_setting(place.ctx, "trashIgnoredMaxMiB", "0")
            place.ctx.forget_settings()
        case _:
            run_git(tmp_path, "clone", "-q", str(upstream), str(inner))
    if held in ("commits", "ignored"):
        place.commit(inner, {"y": "y\n"})
    if held in ("changes", "stash"):
        (inner / "x").write_text("changed\n")
    if held == "stash":
        run_git(inner, "stash", "-q")
    if held == "unreadable":
        run_git(inner, "config", "extensions.unheardOf", "true")
        run_git(inner, "config", "core.repositoryFormatVersion", "1")
    error = place.refused(session, force=True)
    assert error.code == "nested-repository" and str(inner.relative_to(session.worktree)) in error.message


def test_only_a_proven_worktree_is_deleted(place: Place, run_git: Callable[..., str], tmp_path: Path) -> None:
    """A link, a folder with a copied `.git` file, another repository, another branch: none is the session's."""
    session, other = place.new(), place.new("Other")
    tree = Path(session.worktree)
    moved = tmp_path / "moved"
    tree.rename(moved)
    tree.symlink_to(other.worktree)
    assert place.refused(session, force=True).code == "wrong-worktree"
    tree.unlink()
    tree.mkdir()
    shutil.copy(Path(other.worktree) / ".git", tree / ".git")
    (tree / "precious").write_text("p\n")
    assert place.refused(session, force=True).code == "wrong-worktree"
    shutil.rmtree(tree)
    run_git(tmp_path, "init", "-q", tree)
    place.commit(tree, {"precious": "p\n"})
    assert place.refused(session, force=True).code == "wrong-worktree"
    shutil.rmtree(tree)
    moved.rename(tree)
    run_git(tree, "switch", "-q", "-c", "elsewhere")
    assert place.refused(session, force=True).code == "branch-moved"
    run_git(tree, "switch", "-q", session.branch)
    run_git(place.repo, "worktree", "add", "-q", "-f", str(tmp_path / "second"), session.branch)
    assert place.refused(session, force=True).code == "branch-checked-out"
    assert Path(other.worktree, "README.md").exists()


def test_a_recorded_path_outside_is_never_deleted(place: Place, tmp_path: Path) -> None:
    """Whatever the record says: a recursive delete happens below `.worktrees/` only."""
    session = place.new()
    elsewhere = tmp_path / "elsewhere"
    place.git(place.repo, "worktree", "move", session.worktree, str(elsewhere))
    session = session_file.save_session(place.ctx, session, worktree=str(elsewhere))
    assert place.refused(session, force=True).code == "wrong-worktree"


def test_an_open_merge_is_finished_first(place: Place) -> None:
    session = place.new()
    folder = place.ctx.paths.journal_dir(session.id)
    (folder / "merge.json").write_text("{}")
    with pytest.raises(UserError) as caught:
        place.cleanup(session, force=True)
    assert caught.value.code in ("merge-in-progress", "failed") and Path(session.worktree).exists()


# --- what is gone already -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [{"worktree"}, {"branch"}, {"worktree", "branch"}])
def test_what_is_gone_already_is_said_and_the_rest_goes(
    place: Place, run_git: Callable[..., str], gone: set[str]
) -> None:
    session = place.new()
    tip = place.commit(session, {"a": "a\n"})
    place.git(place.repo, "merge", "-q", tip)
    if "worktree" in gone:
        shutil.rmtree(session.worktree)
    if "branch" in gone:
        run_git(place.repo, "update-ref", "-d", f"refs/heads/{session.branch}")
        session_file.save_session(place.ctx, session, base_sha=tip)
    done = place.cleanup(session)
    assert set(done["alreadyGone"]) == gone
    assert {what for what, name in done["removed"].items() if name} == {"worktree", "branch"} - gone
    assert run_git(place.repo, "worktree", "list").count("\n") == 0 and place.again(session).cleaned_up_at
    place.restore(session)
    assert (Path(session.worktree) / "a").read_text() == "a\n"
    assert run_git(session.worktree, "status", "--porcelain") == ""


def test_again_is_fine_and_keeps_the_snapshot(place: Place) -> None:
    session = place.new()
    (Path(session.worktree) / "wip").write_text("w\n")
    first = place.cleanup(session, force=True)
    kept = refs_of(place.git, place.repo)
    again = place.cleanup(session)
    assert again == {**first, "removed": {"worktree": None, "branch": None}, "alreadyGone": ["worktree", "branch"]}
    assert refs_of(place.git, place.repo) == kept
    place.restore(session)
    assert (Path(session.worktree) / "wip").exists()


def test_a_repository_that_is_not_there_is_never_gone_already(place: Place) -> None:
    session = place.new()
    away = place.repo.with_name("away")
    place.repo.rename(away)
    for force in (False, True):
        with pytest.raises(UserError) as caught:
            place.cleanup(session, force=force)
        assert (caught.value.code, caught.value.exit_code) == ("not-a-repository", 3)
        assert str(place.repo) in caught.value.message
    away.rename(place.repo)
    assert place.again(session).cleaned_up_at is None and place.cleanup(session)["removed"]["branch"]


# --- ways in which older tools lost work --------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["at once", "at the end"])
def test_a_database_error_leaves_nothing_half_deleted(place: Place, when: str) -> None:
    session = place.new()
    (Path(session.worktree) / "wip").write_text("w\n")
    before = place.state(session)
    condition = "" if when == "at once" else "WHEN NEW.cleaned_up_at IS NOT NULL"
    database = sqlite3.connect(place.ctx.paths.database)
    database.execute(
        f"CREATE TRIGGER no BEFORE UPDATE ON sessions {condition} BEGIN SELECT RAISE(FAIL, 'disk I/O'); END"
    )
    with pytest.raises(sqlite3.Error):
        place.cleanup(session, force=True)
    assert (Path(session.worktree) / "wip").exists() == (when == "at once")
    database.execute("DROP TRIGGER no")
    database.close()
    if when == "at once":
        assert place.state(session) == before
    place.cleanup(session, force=True)
    assert place.again(session).cleaned_up_at
    place.restore(session)
    assert place.state(session) == before


def test_a_live_worktree_is_no_orphan_because_of_a_link_or_a_slash(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "by link"
    link.symlink_to(place.repo)
    session, other = place.new("Live", f"{link}/"), place.new("Other", f"{link}/src/..")
    (Path(session.worktree) / "wip").write_text("w\n")
    (place.repo / ".worktrees").rename(tmp_path / "worktrees")
    (place.repo / ".worktrees").symlink_to(tmp_path / "worktrees")
    assert place.refused(other, force=True).code == "wrong-worktree"
    (place.repo / ".worktrees").unlink()
    (tmp_path / "worktrees").rename(place.repo / ".worktrees")
    before = place.everything(session)
    place.cleanup(other)
    report = examine_health(place.ctx, fix=True)
    assert [finding.id for finding in report.findings if finding.left] == []
    assert place.git(place.repo, "worktree", "list").count("\n") == 1
    assert place.everything(session)[0] == before[0] and Path(session.worktree).is_dir()


def test_no_other_session_goes_because_its_name_looks_like_it(place: Place) -> None:
    named = [place.new(name) for name in ("fix", "fix", "fix 2", "fix_2", "f%")]
    with pytest.raises(UserError) as caught:
        place.cleanup("fix")
    assert caught.value.code == "ambiguous-session"
    for words in ("fi", "%", "f_x", "fix-"):
        with pytest.raises(UserError) as caught:
            place.cleanup(words)
        assert caught.value.code in ("no-such-session", "ambiguous-session"), words
    place.cleanup(named[4])
    place.cleanup(named[0])
    assert [Path(session.worktree).exists() for session in named] == [False, True, True, True, False]
    left = place.git(place.repo, "branch", "--list", "amp/*").split()
    assert set(left) - {"+"} == {session.branch for session in named[1:4]}


def test_no_force_grows_out_of_a_refusal(place: Place) -> None:
    """Nothing is tried again with force: refused a hundred times is refused."""
    session = place.new()
    (Path(session.worktree) / "wip").write_text("w\n")
    for _ in range(3):
        place.refused(session)
    assert place.git(place.repo, "for-each-ref", "refs/ampsm/trash") == ""


def test_what_changes_while_the_snapshot_is_taken_is_in_it_or_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = place.new()
    (Path(session.worktree) / "wip").write_text("w\n")
    real, late = trash.scan_worktree, Path(session.worktree) / "late"
    looks = iter(["plan", "proof"])

    def scan(worktree: Path) -> object:
        if next(looks, None) == "proof":
            late.write_text("just saved\n")
        return real(worktree)

    monkeypatch.setattr(trash, "scan_worktree", scan)
    place.cleanup(session, force=True)
    place.restore(session)
    assert late.read_text() == "just saved\n"
    late.unlink()
    (Path(session.worktree) / "wip").unlink()
    looks = iter(["plan", "proof"])
    with pytest.raises(UserError) as caught:
        place.cleanup(session)
    assert caught.value.code == "uncommitted-changes" and late.exists()


# --- what is left and what is said --------------------------------------------------------------------------------


def test_what_was_recorded_stays_and_doctor_finds_nothing(place: Place) -> None:
    session = place.new()
    place.cleanup(session)
    assert logs.journal_events(place.ctx, session.id)[0] is None
    assert tool_calls.session_tool_calls(place.ctx, session.id) == []
    assert place.ctx.paths.session_file(session.id).exists()
    report = examine_health(place.ctx)
    assert [finding.id for finding in report.findings if finding.left] == []
    kept = next(finding for finding in report.findings if finding.id == "kept-refs")
    assert "1 trash" in kept.message and kept.severity == "info"


def test_doctor_finishes_a_killed_cleanup(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    session = place.new()
    (Path(session.worktree) / "wip").write_text("w\n")
    before = place.state(session)
    real = removal.delete_aside

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(removal, "delete_aside", killed)
    with pytest.raises(KeyboardInterrupt):
        place.cleanup(session, force=True)
    monkeypatch.setattr(removal, "delete_aside", real)
    assert "cleanup-unfinished" in {finding.id for finding in examine_health(place.ctx).findings if finding.left}
    assert examine_health(place.ctx, fix=True).ok and place.again(session).cleaned_up_at
    place.restore(session)
    assert place.state(session) == before


def test_doctor_removes_snapshots_that_are_older_than_is_wished(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    old, young, foreign = place.new("Old"), place.new("Young"), place.new("Foreign")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
    place.cleanup(old)
    place.git(place.repo, "update-ref", "refs/ampsm/trash/of-another-database", trash.trash_ref(old.id))
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    place.cleanup(young)
    before = refs_of(place.git, place.repo)
    looked = examine_health(place.ctx)
    assert looked.ok and [f.subject for f in looked.findings if f.id == "snapshot-old"] == [trash.trash_ref(old.id)]
    assert refs_of(place.git, place.repo) == before
    assert examine_health(place.ctx, fix=True).ok
    assert set(before.splitlines()) - set(refs_of(place.git, place.repo).splitlines()) == {
        line for line in before.splitlines() if line.startswith(trash.trash_ref(old.id) + " ")
    }
    assert Path(foreign.worktree).exists()


def test_the_command_says_what_it_did(place: Place, cli: Callable[..., Result], run_git: Callable[..., str]) -> None:
    session = place.new()
    place.commit(session, {"src/feature.py": "f\n"}, "Add the feature")
    asked = cli("cleanup", session.id)
    assert asked.code == 2 and "--yes" in asked.err
    refused = cli("cleanup", session.id, "--yes")
    assert refused.code == 5 and "Add the feature" in refused.err and refused.out == ""
    document = cli("cleanup", session.id, "--yes", "--json").json
    assert document["error"]["code"] == "not-merged" and document["error"]["details"]["files"] == []
    done = cli("cleanup", session.id, "--yes", "--force")
    assert done.code == 0 and session.worktree in done.out and f"amp-sessions restore {session.id}" in done.out
    assert cli("cleanup", session.id, "--yes", "--json").json["alreadyGone"] == ["worktree", "branch"]
    assert "cleaned up" in cli("list", "--all").out and session.id not in cli("list").out
    assert cli("iterate", session.id).code == 5
    restored = cli("restore", session.id, "--json")
    assert restored.code == 0 and restored.json["session"]["cleanedUpAt"] is None
