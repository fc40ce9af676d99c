"""Squashing: one commit on the branch point, the same files, nobody else's changes (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.workflows.finishing.squash import SquashResult, squash_session
from tests.support.drawn import Drawn
from tests.support.world import World

Make = Callable[..., Drawn]


def test_one_commit_on_the_branch_point(drawn: Make) -> None:
    d = drawn("main: base a | session: base > s1* s2* s3*")
    before = d.state()
    found = squash_session(d.ctx, d.session.id, message="feat: all of it\n\nwith a body\n# and no comment\n")
    assert d.tip == found.commit and (found.squashed, found.kept) == (3, 0)
    assert d.git("rev-parse", f"{d.tip}^") == d.graph["base"]
    assert d.git("log", "-1", "--format=%B", d.tip) == "feat: all of it\n\nwith a body\n# and no comment\n"
    assert d.git("rev-parse", found.backup_ref or "") == d.graph["s3"]
    after = d.state()
    assert after[1:] == before[1:] and {**after[0], f"refs/heads/{d.session.branch}": d.graph["s3"]} == before[0]
    assert d.git("status", "--porcelain", at=d.worktree) == ""


def test_upstream_is_not_reverted(drawn: Make) -> None:
    """An older tool squashed by resetting to the moved base: the squashed commit took upstream's changes back."""
    d = drawn("main: base{app.py=1\\n} a{app.py=2\\n} b | session: base > s1* s2*")
    found = squash_session(d.ctx, d.session.id, message="m")
    assert d.git("diff", "--name-only", f"{found.commit}^", found.commit).split() == ["s1.txt", "s2.txt"]
    assert d.git("rev-parse", f"{found.commit}^") == d.graph["base"]


def test_never_below_the_branch_point(drawn: Make) -> None:
    """An older tool did a soft reset to the recorded base, below a merge of it: upstream's commits went into the
    squash, in the session's name."""
    d = drawn("main: base a b | session: base > s1* m+b s2*")
    found = squash_session(d.ctx, d.session.id, message="m")
    assert d.git("rev-parse", f"{found.commit}^") == d.graph["b"]
    assert d.git("diff", "--name-only", d.graph["b"], found.commit).split() == ["s1.txt", "s2.txt"]


def test_a_rewritten_base(drawn: Make) -> None:
    """The base was rewritten: the session's commits still begin where it started, not where the histories part."""
    d = drawn("main: root base | session: base > s1* s2* | main: root > base2 c")
    found = squash_session(d.ctx, d.session.id, message="m")
    assert d.git("rev-parse", f"{found.commit}^") == d.graph["base"]
    assert d.git("diff", "--name-only", d.graph["base"], found.commit).split() == ["s1.txt", "s2.txt"]


def test_exclude_keeps_manual_commits(drawn: Make) -> None:
    d = drawn("main: base a | session: base > s1* h1 s2* h2{s1.txt=mended\\n} s3*")
    shown = "%an %ae %aI %B"
    before = [d.git("log", "-1", f"--format={shown}", d.graph[name]) for name in ("h1", "h2")]
    found = squash_session(d.ctx, d.session.id, message="the agent's", include_manual="exclude")
    assert (found.squashed, found.kept) == (3, 2)
    assert d.subjects(f"{d.graph['base']}..{d.tip}") == ["h2", "h1", "the agent's"]
    assert [d.git("log", "-1", f"--format={shown}", f"{d.tip}~{n}") for n in (1, 0)] == before
    assert d.git("rev-parse", f"{d.tip}^{{tree}}") == d.git("rev-parse", f"{d.graph['s3']}^{{tree}}")
    assert d.git("diff", "--name-only", d.graph["base"], f"{d.tip}~2").split() == ["s1.txt", "s2.txt", "s3.txt"]
    again = squash_session(d.ctx, d.session.id, message="m", include_manual="exclude")
    assert (again.squashed, again.kept) == (1, 2), "what was squashed before is the agent's"


@pytest.mark.parametrize(
    ("history", "why"),
    [
        ("main: base | session: base > s1*{f=1\\n} h1{f=2\\n} s2*{f=3\\n}", "before it"),
        ("main: base a | session: base > s1* m+a h1", "merge commit"),
    ],
)
def test_what_cannot_be_separated_changes_nothing(drawn: Make, history: str, why: str) -> None:
    d = drawn(history)
    before = d.state()
    with pytest.raises(UserError, match=why) as refused:
        squash_session(d.ctx, d.session.id, message="m", include_manual="exclude")
    assert (refused.value.code, refused.value.exit_code) == ("cannot-separate", 5)
    assert d.state() == before
    assert (refused.value.hint or "").startswith(f"amp-sessions squash {d.session.id} --message '…'  ")
    assert squash_session(d.ctx, d.session.id, message="m").kept == 0


def test_only_manual_commits_are_left_as_they_are(drawn: Make) -> None:
    d = drawn("main: base | session: base > h1 h2")
    found = squash_session(d.ctx, d.session.id, message="m", include_manual="exclude")
    assert found == SquashResult(d.graph["h2"], squashed=0, kept=2, backup_ref=None)
    assert squash_session(d.ctx, d.session.id, message="m").squashed == 2


def test_one_commit_gets_the_new_message(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1*")
    squash_session(d.ctx, d.session.id, message="better words")
    assert d.subjects(f"{d.graph['base']}..{d.tip}") == ["better words"]


def test_nothing_to_merge(drawn: Make) -> None:
    d = drawn("main: base a")
    with pytest.raises(UserError) as refused:
        squash_session(d.ctx, d.session.id, message="m")
    assert (refused.value.code, refused.value.exit_code) == ("nothing-to-merge", 5)


def test_merged_by_hand_is_nothing_to_squash(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1*")
    d.git("merge", "-q", "--ff-only", d.session.branch)
    with pytest.raises(UserError, match="no commits") as refused:
        squash_session(d.ctx, d.session.id, message="m")
    assert refused.value.code == "nothing-to-merge"


@pytest.mark.parametrize("dirt", ["edited", "untracked", "staged"])
def test_uncommitted_changes_are_refused(drawn: Make, dirt: str) -> None:
    d = drawn("main: base | session: base > s1* s2*")
    (d.worktree / ("s1.txt" if dirt == "edited" else "new.txt")).write_text("mine\n")
    if dirt == "staged":
        d.git("add", "new.txt", at=d.worktree)
    before = d.state()
    with pytest.raises(UserError) as refused:
        squash_session(d.ctx, d.session.id, message="m")
    assert (refused.value.code, refused.value.exit_code) == ("uncommitted-changes", 5)
    assert d.state() == before


def test_another_history_is_refused(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1*")
    d.git("checkout", "-q", "--orphan", "x", at=d.worktree)
    d.git("commit", "-q", "-m", "alone", at=d.worktree)
    d.git("checkout", "-q", "-B", d.session.branch, at=d.worktree)
    before = d.state()
    with pytest.raises(UserError) as refused:
        squash_session(d.ctx, d.session.id, message="m")
    assert (refused.value.code, d.state()) == ("branch-moved", before)


def hook(d: Drawn, name: str, script: str) -> None:
    file = d.repo / ".git/hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_the_commit_msg_hook_is_honoured(drawn: Make) -> None:
    d = drawn("main: base | session: base > s1* s2*")
    hook(d, "commit-msg", 'grep -q "^feat" "$1" || { echo "say what it is" >&2; exit 1; }; echo "Change-Id: 1" >> "$1"')
    before = d.state()
    with pytest.raises(UserError, match="say what it is") as refused:
        squash_session(d.ctx, d.session.id, message="stuff")
    assert (refused.value.code, refused.value.exit_code) == ("commit-refused", 1)
    assert d.state() == before
    squash_session(d.ctx, d.session.id, message="feat: x")
    assert d.git("log", "-1", "--format=%B", d.tip) == "feat: x\nChange-Id: 1\n"


def test_signing_is_asked_for(drawn: Make, tmp_path: Path) -> None:
    d = drawn("main: base | session: base > s1* h1")
    signer = tmp_path / "signer"
    signer.write_text(
        '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho "-----BEGIN PGP SIGNATURE-----"\n'
    )
    signer.chmod(0o755)
    d.git("config", "commit.gpgSign", "true")
    d.git("config", "gpg.program", str(tmp_path / "missing"))
    before = d.state()
    with pytest.raises(UserError) as refused:
        squash_session(d.ctx, d.session.id, message="m")
    assert (refused.value.code, d.state()) == ("commit-refused", before)
    d.git("config", "gpg.program", str(signer))
    squash_session(d.ctx, d.session.id, message="m", include_manual="exclude")
    for commit in (d.tip, f"{d.tip}^"):
        assert "gpgsig" in d.git("cat-file", "commit", commit)


def test_commits_of_the_agents_own_are_the_agents(world: World) -> None:
    """Without a trailer they are known by the iteration that made them, also after a squash and a rebase."""
    repo = world.make_repo()
    world.use(shell=["echo 1 > one && git add one && git commit -qm 'by the agent'"], edits={"two": "2\n"})
    session = world.new(repo)
    world.iterate(session)
    worktree = Path(session["worktree"])
    (worktree / "mine").write_text("m\n")
    world.ok("commit", session["id"], "--message", "by me")
    done = world.ok("squash", session["id"], "--message", "the task", "--include-manual", "exclude", "--json").json
    assert (done["squashed"], done["kept"]) == (2, 1)
    (repo / "up").write_text("u\n")
    world.git(repo, "add", "up")
    world.git(repo, "commit", "-qm", "upstream")
    world.ok("rebase", session["id"])
    again = world.ok("squash", session["id"], "--message", "again", "--include-manual", "exclude", "--json").json
    assert (again["squashed"], again["kept"]) == (1, 1)
    assert world.subjects(session)[:2] == ["by me", "again"]


def test_the_session_is_told_from_the_command_line(world: World) -> None:
    repo = world.make_repo()
    world.use(edits={"a": "1\n"})
    session = world.new(repo)
    missing = world.cli("squash", session["id"], "--json")
    assert (missing.code, missing.json["error"]["code"]) == (2, "usage")
    nothing = world.cli("squash", session["id"], "--message", "m", "--json")
    assert (nothing.code, nothing.json["error"]["code"]) == (5, "nothing-to-merge")
    world.iterate(session)
    for words in (("--json",), ("--stream-json",), ()):
        done = world.ok("squash", "Task", "--message", f"-m: a message {' '.join(words)}".strip(), *words)
        if words:
            document = done.events[-1]
            assert set(document) - {"type"} == {"commit", "squashed", "kept", "backupRef", "error"}
            assert document["backupRef"].startswith(f"refs/ampsm/backup/{session['id']}/")
        else:
            assert "Squashed 1 commit into one." in done.out and "amp-sessions undo Task" in done.out
    assert world.subjects(session)[0] == "-m: a message"
