"""Rebasing onto the target's tip, and the conflicts that it leaves open (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite import resolving
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.rebase import finish, rebase_session
from ampsm.workflows.finishing.squash import squash_session
from ampsm.workflows.session import open_merge, operations, session_file
from ampsm.workflows.session.held import held
from tests.support.drawn import Drawn, refs_of
from tests.support.world import World

Make = Callable[..., Drawn]


def session_of(d: Drawn) -> Session:
    found = sessions.session_by_id(d.ctx.store, d.session.id)
    assert found
    return found


def test_only_the_sessions_branch_moves(drawn: Make) -> None:
    d = drawn("main: base a b | session: base > s1* h1 | other: a > c")
    before = refs_of(d.repo)
    d.git("checkout", "-q", "other")
    (d.repo / "mine.txt").write_text("m\n")
    found = rebase_session(d.ctx, d.session.id)
    assert found.error is None and found.status == "rebased" and found.onto == d.graph["b"]
    assert d.subjects(f"{d.graph['b']}..{d.tip}") == ["h1", "s1"]
    changed = {name for name, sha in refs_of(d.repo).items() if before.get(name) != sha}
    assert changed == {f"refs/heads/{d.session.branch}", found.backup_ref}
    assert d.git("rev-parse", found.backup_ref or "") == d.graph["h1"]
    assert d.git("symbolic-ref", "HEAD") == "refs/heads/other" and d.git("status", "--porcelain") == "?? mine.txt"
    assert d.git("status", "--porcelain", at=d.worktree) == "" and session_of(d).status == "idle"


def test_already_there(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1*")
    before = d.state()
    found = rebase_session(d.ctx, d.session.id)
    assert found.error is None and found.status == "rebased" and found.backup_ref is None
    assert d.state() == before and operations.operations(d.ctx, d.session.id) == ()


def test_a_session_without_commits_follows_its_base(drawn: Make) -> None:
    d = drawn("main: base a")
    rebase_session(d.ctx, d.session.id)
    assert d.tip == d.graph["a"]


def test_a_rewritten_base_is_not_brought_along(drawn: Make) -> None:
    d = drawn("main: root base | session: base > s1* | main: root > other")
    rebase_session(d.ctx, d.session.id)
    assert d.subjects(d.tip) == ["s1", "other", "root"]


def test_onto_another_branch(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1* | release: base > r1 r2")
    found = rebase_session(d.ctx, d.session.id, onto="release")
    assert found.onto == d.graph["r2"] and d.subjects(d.tip) == ["s1", "r2", "r1", "base"]
    assert session_of(d).base_branch == "main"


@pytest.mark.parametrize(("onto", "code"), [("nowhere", 3), (None, 2), ("SESSION", 2)])
def test_targets_that_are_none(drawn: Make, onto: str | None, code: int) -> None:
    d = drawn("main: base a | session: base > s1*")
    if onto is None:
        session_file.save_session(d.ctx, d.session, base_branch=None)
    before = d.state()
    with pytest.raises(UserError) as refused:
        rebase_session(d.ctx, d.session.id, onto=d.session.branch if onto == "SESSION" else onto)
    assert refused.value.exit_code == code and d.state() == before


def test_a_remote_branch_means_what_the_remote_has(drawn: Make) -> None:
    d = drawn("main: base a | session: base > s1* | other: a > b")
    d.git("remote", "add", "origin", ".")
    d.git("update-ref", "refs/remotes/origin/main", d.graph["b"])
    found = rebase_session(d.ctx, d.session.id, onto="origin/main")
    assert found.onto == d.graph["b"]


def test_the_users_settings_change_nothing(drawn: Make) -> None:
    d = drawn("main: base a | session: base > s1* s2* s3*")
    d.git("branch", "stacked", d.graph["s1"])
    for setting in (
        "rebase.updateRefs=true", "rebase.autoStash=true", "rebase.autoSquash=true", "rebase.backend=apply",
        "rebase.rebaseMerges=true", "rebase.missingCommitsCheck=error", "core.editor=false", "sequence.editor=false",
        "core.commentChar=s", "commit.cleanup=strip", "rebase.stat=true", "rebase.forkPoint=true",
    ):  # fmt: skip
        d.git("config", *setting.split("=", 1))
    rebase_session(d.ctx, d.session.id)
    assert d.subjects(f"{d.graph['a']}..{d.tip}") == ["s3", "s2", "s1"]
    assert d.git("rev-parse", "stacked") == d.graph["s1"]


def conflicted(drawn: Make) -> Drawn:
    return drawn(
        "main: base{a.txt=1\\n,b.txt=1\\n} u{a.txt=upstream\\n,-b.txt}"
        "| session: base > s1*{a.txt=session\\n,b.txt=2\\n} s2*"
    )


def test_conflicts_leave_it_open(drawn: Make) -> None:
    d = conflicted(drawn)
    before = d.state()
    found = rebase_session(d.ctx, d.session.id)
    assert found.error and (found.error.code, found.error.exit_code) == ("conflicts", 4)
    assert found.status == "conflict" and found.conflicts == ("a.txt", "b.txt")
    assert found.error.details["conflicts"] == ["a.txt", "b.txt"]
    assert d.state()[0] == before[0] and session_of(d).status == "awaiting-input"
    help_page = (d.worktree / "AGENT_CONTEXT/REBASE_HELP.md").read_text()
    assert (
        "`a.txt`: changed on both sides" in help_page and "deleted on the target, changed in the session" in help_page
    )
    assert f"amp-sessions continue-merge {d.session.id}" in help_page
    for action in (
        lambda: rebase_session(d.ctx, d.session.id),
        lambda: squash_session(d.ctx, d.session.id, message="m"),
    ):
        with pytest.raises(UserError) as refused:
            action()
        assert (refused.value.code, refused.value.exit_code) == ("merge-in-progress", 5)
    assert resolving.unresolved(d.worktree) == ["a.txt", "b.txt"]
    (d.worktree / "a.txt").write_text("both\n")
    assert resolving.unresolved(d.worktree) == ["b.txt"], "delete/modify counts only when it is staged"
    d.git("rm", "-q", "b.txt", at=d.worktree)
    resolving.stage_resolved(d.worktree)
    assert git_rebase.go_on(d.worktree) == [] and git_rebase.in_progress(d.worktree) is None
    assert d.subjects(f"{d.graph['u']}..{d.tip}") == ["s2", "s1"]


def test_messages_survive_a_conflict_to_the_letter(drawn: Make) -> None:
    """Older tools lost lines that begin with `#`: git takes them for comments when it goes on."""
    d = conflicted(drawn)
    squash_session(d.ctx, d.session.id, message="#12: fix\n\n# a heading\n\ntext   \n\n\nend")
    rebase_session(d.ctx, d.session.id)
    (d.worktree / "a.txt").write_text("both\n")
    d.git("rm", "-q", "b.txt", at=d.worktree)
    resolving.stage_resolved(d.worktree)
    assert git_rebase.go_on(d.worktree) == []
    assert d.git("log", "-1", "--format=%B", d.tip) == "#12: fix\n\n# a heading\n\ntext   \n\n\nend\n"


def test_a_rebase_that_cannot_begin_changes_nothing(drawn: Make) -> None:
    d = drawn("main: base a{new.txt=1\\n} | session: base > s1*")
    hook = d.repo / ".git/hooks/pre-rebase"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not today' >&2\nexit 1\n")
    hook.chmod(0o755)
    before = d.state()
    with pytest.raises(UserError) as refused:
        rebase_session(d.ctx, d.session.id)
    assert refused.value.exit_code == 1 and d.state() == before
    assert open_merge.load(d.ctx, d.session.id) is None and session_of(d).status == "idle"


def test_test_leftovers_in_the_way_are_left_alone(drawn: Make) -> None:
    from ampsm.system.test_leftovers import fingerprints

    d = drawn("main: base a{out/report=theirs\\n} | session: base > s1*")
    (d.worktree / "out").mkdir()
    (d.worktree / "out/report").write_text("mine\n")
    session_file.save_session(d.ctx, d.session, test_leftovers=fingerprints(d.worktree, ["out/report"]))
    before = d.state()
    with pytest.raises(UserError):
        rebase_session(d.ctx, d.session.id)
    assert d.state() == before and open_merge.load(d.ctx, d.session.id) is None


def test_finishing_twice_records_once(drawn: Make) -> None:
    d = drawn("main: base a | session: base > s1*")
    state = open_merge.new_merge(
        d.session, "rebase", step=MergeStep.REBASE, target_ref="refs/heads/main", target_name="main", onto=d.graph["a"],
        branch_point=d.graph["base"], tip_before=d.tip, tip=d.tip,
        backup_ref=f"refs/ampsm/backup/{d.session.id}/1",
    )  # fmt: skip
    with held(d.ctx, d.session.id, "rebase") as (session, lock):
        git_rebase.start(d.worktree, d.graph["a"], d.graph["base"])
        for found in (state, replace(state, waiting_for=WaitsFor.CONFLICTS)):
            finish(Merging(d.ctx, session, lock, found, lambda event: None))
    assert [done.operation for done in operations.operations(d.ctx, d.session.id)] == ["rebase"]


class TestResolved:
    """Which conflicts count as resolved."""

    @pytest.fixture
    def d(self, drawn: Make) -> Drawn:
        d = drawn(
            "main: base{t.txt=1\\n,r.rst=Title\\n=======\\n} u{t.txt=u\\n,r.rst=Upper\\n=======\\n}"
            " | session: base > s1*{t.txt=s\\n,r.rst=Session\\n=======\\n}"
        )
        rebase_session(d.ctx, d.session.id)
        return d

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("both\n", []),
            ("", []),
            ("<<<<<<< HEAD\nu\n=======\ns\n>>>>>>> x\n", ["t.txt"]),
            ("u\n=======\ns\n", ["t.txt"]),
            ("u\n>>>>>>> 1234 (s1)\n", ["t.txt"]),
            ("u\r\n=======\r\ns\r\n", ["t.txt"]),
            ("==========\nmore = than a marker\n", []),
            ("u\0s", ["t.txt"]),
        ],
    )
    def test_text(self, d: Drawn, text: str, left: list[str]) -> None:
        (d.worktree / "r.rst").write_text("Both\n=======\n")
        (d.worktree / "t.txt").write_bytes(text.encode())
        assert resolving.unresolved(d.worktree) == left
        resolving.stage_resolved(d.worktree)
        assert d.git("diff", "--name-only", "--diff-filter=U", at=d.worktree).split() == left

    def test_lines_that_a_side_had_are_no_markers(self, d: Drawn) -> None:
        (d.worktree / "t.txt").write_text("both\n")
        assert resolving.unresolved(d.worktree) == ["r.rst"], "as git left it"
        (d.worktree / "r.rst").write_text("Upper\n=======\nSession\n=======\n")
        assert resolving.unresolved(d.worktree) == ["r.rst"], "one more than any side had"
        (d.worktree / "r.rst").write_text("Upper and session\n=======\n")
        assert resolving.unresolved(d.worktree) == []

    def test_a_missing_file_is_not_resolved(self, d: Drawn) -> None:
        (d.worktree / "t.txt").unlink()
        assert "t.txt" in resolving.unresolved(d.worktree)

    def test_other_edits_go_along(self, drawn: Make) -> None:
        d = drawn("main: base{t=1\\n,x=1\\n} u{t=u\\n} | session: base > s1*{t=s\\n}")
        rebase_session(d.ctx, d.session.id)
        (d.worktree / "t").write_text("both\n")
        (d.worktree / "x").write_text("follows\n")
        resolving.stage_resolved(d.worktree)
        assert git_rebase.go_on(d.worktree) == []
        assert d.git("show", f"{d.tip}:x") == "follows"


@pytest.mark.parametrize("attribute", ["-merge", "binary", "merge=lock"])
def test_without_markers_only_when_staged(drawn: Make, attribute: str) -> None:
    d = drawn(
        f"main: base{{.gitattributes=t {attribute}\\n,t=1\\n}} u{{t=u\\n}} | session: base > s1*{{t=s\\n}}"
    )  # fmt: skip
    d.git("config", "merge.lock.driver", "false")
    found = rebase_session(d.ctx, d.session.id)
    assert list(found.conflicts) == ["t"] == resolving.unresolved(d.worktree)
    (d.worktree / "t").write_text("both\n")
    assert resolving.unresolved(d.worktree) == ["t"]
    d.git("add", "t", at=d.worktree)
    assert resolving.unresolved(d.worktree) == []


def test_marker_size_and_added_on_both_sides(drawn: Make) -> None:
    d = drawn(
        "main: base{.gitattributes=* conflict-marker-size=12\\n} u{n=u\\n} | session: base > s1*{n=s\\n}"
    )  # fmt: skip
    rebase_session(d.ctx, d.session.id)
    assert resolving.unresolved(d.worktree) == ["n"]
    (d.worktree / "n").write_text("=======\nseven are no marker here\n")
    assert resolving.unresolved(d.worktree) == []


def test_an_abort_does_not_keep_the_squash(drawn: Make, world: World) -> None:
    """An older tool squashed, met a conflict, and left the squashed commit on the branch when that was aborted."""
    d = conflicted(drawn)
    before = d.state()
    stopped = world.cli("merge", d.session.id, "--message", "all of it", "--json")
    assert stopped.code == 4 and d.state()[1:] != before[1:]
    assert world.ok("abort-merge", d.session.id, "--json").json["commit"] == d.graph["s2"]
    assert d.state() == before and d.subjects(f"{d.graph['base']}..{d.tip}") == ["s2", "s1"]
    assert session_of(d).status == "idle"
    assert world.ok("undo", d.session.id, "--list", "--json").json["operations"] == []


def test_continue_and_abort_serve_a_rebase(drawn: Make, world: World) -> None:
    d = conflicted(drawn)
    before = d.state()
    rebase_session(d.ctx, d.session.id)
    (d.worktree / "a.txt").write_text("half resolved\n")
    aborted = world.ok("abort-merge", d.session.id, "--json").json
    assert (aborted["operation"], d.state()) == ("rebase", before) and session_of(d).status == "idle"
    assert d.git("show", f"{aborted['snapshotRef']}:a.txt") == "half resolved"
    rebase_session(d.ctx, d.session.id)
    (d.worktree / "a.txt").write_text("both\n")
    waits = world.cli("continue-merge", d.session.id, "--json")
    assert waits.code == 4 and waits.json["conflicts"] == ["b.txt"] and waits.json["operation"] == "rebase"
    d.git("add", "b.txt", at=d.worktree)
    assert world.ok("continue-merge", d.session.id, "--json").json["status"] == "rebased"
    assert d.subjects(f"{d.graph['u']}..{d.tip}") == ["s2", "s1"] and session_of(d).status == "idle"
    assert not (d.worktree / "AGENT_CONTEXT/REBASE_HELP.md").exists()
    world.ok("undo", d.session.id)
    assert d.state() == before


def test_at_the_command_line(world: World) -> None:
    repo = world.make_repo()
    world.use(edits={"README.md": "session\n"})
    session = world.new(repo)
    world.iterate(session)
    (repo / "README.md").write_text("upstream\n")
    world.git(repo, "commit", "-qam", "upstream")
    done = world.cli("rebase", session["id"], "--json")
    assert done.code == 4 and done.json["conflicts"] == ["README.md"] and done.json["error"]["code"] == "conflicts"
    assert set(done.json) == {"status", "onto", "conflicts", "backupRef", "error"}
    worktree = Path(session["worktree"])
    assert "<<<<<<<" in (worktree / "README.md").read_text()
    again = world.cli("rebase", session["id"])
    assert again.code == 5 and "continue-merge" in again.err
