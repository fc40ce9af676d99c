"""What git would meet in the middle of a merge is known before it, or the merge stays open with a way on."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session import open_merge
from tests.support.drawn import Drawn, files_of, refs_of
from tests.support.world import World
from tests.workflows.finishing.merge.merges import (
    CONFLICTED,
    Make,
    check,
    checks,
    give_script,
    hook,
    run,
    session_of,
)

#: Both sides change files of their own, and one that the other has as well.
BOTH = (
    "main: base{both=1\\n2\\n3\\n4\\n5\\n6\\n,theirs=1\\n,mine=1\\n} u{both=one\\n2\\n3\\n4\\n5\\n6\\n,theirs=2\\n} "
    "| session: base > s1*{both=1\\n2\\n3\\n4\\n5\\nsix\\n,mine=2\\n} h1{new=n\\n}"
)


def everything(d: Drawn) -> Any:
    indexes = [d.git("ls-files", "--stage", "-v", at=place) for place in (d.repo, d.worktree)]
    return refs_of(d.repo), files_of(d.repo), files_of(d.worktree), indexes, session_of(d).status


def is_refused(d: Drawn, name: str, **options: Any) -> UserError:
    """By preflight's check and by the merge, and nothing has changed; what the merge says."""
    before = everything(d)
    found, outcome = check(d, **options), run(d, **options)
    assert not found["ready"] and checks(found)[name] == "fail", found
    assert (outcome.status, outcome.exit_code) == ("refused", 5) and outcome.error and outcome.error.hint
    assert everything(d) == before and open_merge.load(d.ctx, d.session.id) is None
    return outcome.error


@pytest.mark.parametrize("word", ["--skip-worktree", "--assume-unchanged"])
class TestHiddenEdits:
    """Edits in files that git was told not to look at."""

    @pytest.mark.parametrize("path", ["both", "mine"])
    @pytest.mark.rounds(2)
    def test_at_the_target(self, drawn: Make, word: str, path: str) -> None:
        d = drawn(BOTH)
        d.git("update-index", word, path)
        (d.repo / path).write_text("my own\n")
        error = is_refused(d, "target-checkout")
        assert path in error.message and f"update-index --no-skip-worktree {path}" in str(error.hint)
        subprocess.run(str(error.hint), shell=True, check=True)
        assert d.git("ls-files", "-v", path, at=d.repo) == f"H {path}"

    @pytest.mark.parametrize("options", [{}, {"squash": False}], ids=["squash", "each"])
    @pytest.mark.rounds(2)
    def test_in_the_session(self, drawn: Make, word: str, options: dict[str, Any]) -> None:
        d = drawn(BOTH)
        d.git("update-index", word, "theirs", at=d.worktree)
        (d.worktree / "theirs").write_text("my own\n")
        error = is_refused(d, "worktree-free", **options)
        assert "theirs" in error.message
        before = everything(d)
        with pytest.raises(UserError) as refused:
            rebase_session(d.ctx, d.session.id)
        assert refused.value.exit_code == 5 and "theirs" in refused.value.message and everything(d) == before

    def test_elsewhere(self, drawn: Make, word: str) -> None:
        """Where nothing is written they stay, whatever happens."""
        d = drawn(BOTH + " | other: base >")
        for place, path in ((d.repo, "theirs"), (d.worktree, "new")):
            d.git("update-index", word, path, at=place)
            (place / path).write_text("my own\n")
        found = check(d, squash=False)
        assert found["ready"] is False, "`new` is written again on top of the target"
        (d.worktree / "new").write_text("n\n")
        assert check(d)["ready"] and run(d).status == "merged"
        assert (d.repo / "theirs").read_text() == "my own\n"
        undo_operation(d.ctx, d.session.id)
        assert (d.repo / "theirs").read_text() == "my own\n"

    def test_giving_up_leaves_them(self, drawn: Make, word: str) -> None:
        """git's own way back writes over them without asking."""
        d = drawn("main: base{a=1\\n,b=1\\n} u{a=u\\n} | session: base > s1*{a=s\\n,new=n\\n} h1{a=h\\n}")
        d.git("update-index", word, "b", at=d.worktree)
        (d.worktree / "b").write_text("my own\n")
        before = everything(d)
        assert run(d).status == "conflict"
        abort_merge(d.ctx, d.session.id)
        assert (d.worktree / "b").read_text() == "my own\n" and everything(d)[1:4] == before[1:4]

    def test_marked_and_not_edited(self, drawn: Make, word: str) -> None:
        d = drawn(BOTH)
        for place in (d.repo, d.worktree):
            d.git("update-index", word, "both", at=place)
        assert check(d)["ready"] and run(d).status == "merged"

    @pytest.mark.parametrize("options", [{}, {"squash": False}], ids=["squash", "each"])
    @pytest.mark.rounds(2)
    def test_marked_and_written_anew(self, drawn: Make, word: str, options: dict[str, Any]) -> None:
        """git goes by their times, and would refuse."""
        d = drawn(BOTH + " | other: base >")
        d.git("update-index", word, "mine", at=d.repo)
        for name in ("new", "mine", "both", "theirs"):
            d.git("update-index", word, name, at=d.worktree)
        later = time.time() + 100
        for file in (d.repo / "mine", *(d.worktree / name for name in ("new", "mine", "both"))):
            os.utime(file, (later, later))
        assert check(d, **options)["ready"] and run(d, **options).status == "merged"
        assert (d.repo / "mine").read_text() == "2\n"


class TestNoWriting:
    """An index that is locked, or a folder that takes no changes."""

    @pytest.mark.parametrize(("at", "name"), [("repo", "target-checkout"), ("worktree", "worktree-free")])
    def test_a_lock_that_was_left(self, drawn: Make, at: str, name: str) -> None:
        d = drawn(BOTH)
        lock = Path(d.git("rev-parse", "--absolute-git-dir", at=getattr(d, at))) / "index.lock"
        lock.touch()
        assert str(lock) in is_refused(d, name).message
        lock.unlink()
        assert run(d).status == "merged"

    def test_no_lock_is_needed_where_nothing_is_rebased(self, drawn: Make) -> None:
        d = drawn("main: base | session: base > s1* h1")
        (Path(d.git("rev-parse", "--absolute-git-dir", at=d.worktree)) / "index.lock").touch()
        assert check(d)["ready"] and run(d).status == "merged"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder(self, drawn: Make) -> None:
        d = drawn("main: base{sub/a=1\\n} u | session: base > s1*{sub/a=2\\n}")
        (d.repo / "sub").chmod(0o555)
        try:
            assert str(d.repo / "sub") in is_refused(d, "target-checkout").message
        finally:
            (d.repo / "sub").chmod(0o755)


class TestHooks:
    """What a hook will say nobody knows before: the merge ends clean."""

    def test_pre_rebase_refuses(self, drawn: Make) -> None:
        d = drawn(BOTH)
        saying_no = hook(d.repo, "pre-rebase", "exit 1")
        before = everything(d)
        assert check(d)["ready"]
        outcome = run(d)
        assert (outcome.status, outcome.exit_code) == (None, 1) and outcome.error
        assert "continue-merge" in str(outcome.error.hint)
        abort_merge(d.ctx, d.session.id)
        assert files_of(d.worktree) == before[2] and d.tip == d.graph["h1"]
        run(d)
        saying_no.unlink()
        assert continue_merge(d.ctx, d.session.id).status == "merged"

    def test_pre_rebase_refuses_a_rebase_alone(self, drawn: Make) -> None:
        d = drawn(BOTH)
        hook(d.repo, "pre-rebase", "exit 1")
        before = d.state()
        with pytest.raises(UserError) as refused:
            rebase_session(d.ctx, d.session.id)
        assert refused.value.exit_code == 1 and d.state() == before
        assert open_merge.load(d.ctx, d.session.id) is None


class TestMergesInside:
    """Sessions that have merged something themselves."""

    def test_one_commit_that_is_a_merge(self, drawn: Make) -> None:
        """git's rebase leaves merges out: what it changed by itself would be lost."""
        d = drawn("main: base u1 u2 | session: base > m1+u1{evil=e\\n}")
        d.git("config", "user.name", "Tess")
        assert check(d)["ready"]
        outcome = run(d, None)
        assert outcome.status == "merged" and (d.repo / "evil").read_text() == "e\n"
        assert d.subjects("main") == ["m1", "u2", "u1", "base"]

    def test_what_only_a_merge_changed_is_said_to_be_left_out(self, drawn: Make) -> None:
        d = drawn("main: base u1 u2 | session: base > s1* m1+u1{evil=e\\n}")
        found = check(d, squash=False)
        assert found["ready"] and checks(found)["commits"] == "warn" and checks(check(d))["commits"] == "pass"
        assert run(d, None, squash=False).status == "merged" and not (d.repo / "evil").exists()

    def test_nothing_is_replayed_on_top_of_the_target(self, drawn: Make) -> None:
        """Conflicts that a merge inside has settled do not come back where nothing is rebased."""
        d = drawn(
            "main: base{a=1\\n} | other: base > o1{a=o\\n} | session: base > s1*{a=s\\n} | session: s1 > m1+o1{a=so\\n}"
        )
        assert check(d, squash=False)["ready"] and run(d, None, squash=False).status == "merged"
        assert d.git("rev-parse", "main") == d.graph["m1"]

    def test_settled_conflicts_come_back_commit_by_commit(self, drawn: Make) -> None:
        d = drawn(
            "main: base{a=1\\n} u1{a=u\\n} | session: base > s1*{a=s\\n} | session: s1 > m1+u1{a=su\\n} | main: u1 > u2"
        )
        assert check(d)["ready"] and check(d, squash=False)["conflicts"] == ["a"]
        outcome = run(d, None, squash=False)
        assert outcome.status == "conflict" and outcome.conflicts == ("a",)
        abort_merge(d.ctx, d.session.id)
        assert run(d).status == "merged" and (d.repo / "a").read_text() == "su\n"

    @pytest.mark.parametrize("merge", ["m1*+u1", "m1+u1"], ids=["agent", "person"])
    def test_nothing_is_kept_apart(self, drawn: Make, merge: str) -> None:
        d = drawn(f"main: base u1 u2 | session: base > s1* {merge} h1")
        error = is_refused(d, "commits", include=False)
        assert "separated" in error.message

    def test_another_history(self, drawn: Make) -> None:
        d = drawn("main: base u1 | stray: j1 j2 | session: base > s1* m1+j2")
        found = check(d, squash=False)
        assert found["ready"] and run(d, None, squash=False).status == "merged"
        assert {"j1.txt", "j2.txt", "s1.txt", "u1.txt"} <= set(files_of(d.repo))


@pytest.mark.parametrize(
    "options", [(), ("--no-squash",), ("--include-manual", "exclude")], ids=["squash", "each", "apart"]
)
@pytest.mark.rounds(1)
def test_what_is_committed_first_counts(
    world: World,
    spawn_cli: Callable[..., Any],
    wait_until: Callable[..., Any],
    tmp_path: Path,
    options: tuple[str, ...],
) -> None:
    """What an interrupted agent left is in no commit yet, and conflicts all the same."""
    repo = world.make_repo("repo", {"x": "1\n", "y": "1\n"})
    world.use(edits={"x": "half\n", "new": "n\n"}, hang=300, ready=tmp_path / "ready")
    session = world.new(repo)
    worktree = Path(session["worktree"])
    world.commit(worktree, {"mine": "by hand\n"})
    worker = spawn_cli("iterate", session["id"])
    wait_until((tmp_path / "ready").exists)
    worker.kill()
    worker.communicate()
    world.cli("stop", session["id"])
    world.commit(repo, {"x": "theirs\n", "y": "2\n"})
    before = world.git(repo, "for-each-ref"), world.git(worktree, "status", "--porcelain")
    found = world.cli("preflight", session["id"], *options, "--json").json
    assert found["conflicts"] == ["x"] and checks(found)["worktree-clean"] == "warn", found
    assert before == (world.git(repo, "for-each-ref"), world.git(worktree, "status", "--porcelain"))
    message = () if "--no-squash" in options else ("--message", "it")
    merged = world.cli("merge", session["id"], *options, *message, "--json")
    assert merged.code == 4 and merged.json["conflicts"] == ["x"]


def test_a_folder_that_meets_a_file_is_named_as_predicted(drawn: Make) -> None:
    d = drawn("main: base u1{clash/x=1\\n} | session: base > s1*{clash=1\\n} s2*")
    assert check(d)["conflicts"] == ["clash"]
    outcome = run(d)
    assert outcome.conflicts == ("clash",) and outcome.error
    aside = outcome.error.details["conflicts"]
    assert isinstance(aside, list) and (d.worktree / aside[0]).read_text() == "1\n"
    abort_merge(d.ctx, d.session.id)
    assert rebase_session(d.ctx, d.session.id).conflicts == ("clash",)


def test_a_merge_that_is_open(drawn: Make) -> None:
    d = drawn(CONFLICTED)
    run(d)
    assert checks(check(d))["nothing-open"] == "fail"
    with pytest.raises(UserError) as refused:
        run(d)
    assert refused.value.code == "merge-in-progress"


def test_a_submodule_follows(drawn: Make, world: World, tmp_path: Path) -> None:
    """git's rebase leaves it where it was, which would look like somebody's change: the tests' step, and the next
    commit, would take it for one."""
    library = world.make_repo("library", {"x": "1\n"})
    d = drawn("main: base")
    d.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    d.git("commit", "-qm", "With a library")
    d.git("merge", "-q", "--ff-only", "main", at=d.worktree)
    d.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", at=d.worktree)
    newer = world.commit(library, {"x": "2\n"})
    d.git("-c", "protocol.file.allow=always", "pull", "-q", at=d.repo / "lib")
    d.git("commit", "-qam", "Newer library")
    world.commit(d.worktree, {"mine": "1\n"})
    before = d.git("rev-parse", "HEAD", at=d.worktree / "lib")
    give_script(d, "true")
    assert check(d)["ready"] and run(d).status == "merged"
    assert d.git("rev-parse", "HEAD", at=d.worktree / "lib") == newer
    assert d.git("status", "--porcelain", at=d.worktree) == ""
    undo_operation(d.ctx, d.session.id)
    assert d.git("rev-parse", "HEAD", at=d.worktree / "lib") == before
    assert d.git("status", "--porcelain", at=d.worktree) == ""
