"""`adopt` makes sessions of what is there, and `cleanup` leaves it there (SPEC sections 3 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.workflows.session import session_file
from ampsm.workflows.upkeep import rebuild
from ampsm.workflows.upkeep.doctor import examine_health
from tests.support.place import Place
from tests.support.worktree_state import files_in, refs_of, worktree_state
from tests.support.world import Result


@pytest.fixture
def topic(place: Place, tmp_path: Path) -> Path:
    """A worktree elsewhere, on the branch `topic` with a commit of its own, dirty."""
    tree = tmp_path / "topic tree"
    place.git(place.repo, "worktree", "add", "-q", "-b", "topic", str(tree))
    place.commit(tree, {"t.txt": "t\n"}, "topic")
    (tree / "wip").write_text("w\n")
    (tree / "README.md").write_text("changed\n")
    return tree


def _without_context(state: dict[str, object]) -> dict[str, object]:
    files = state["files"]
    assert isinstance(files, dict)
    kept = {path: fact for path, fact in files.items() if path.split("/")[0] != "AGENT_CONTEXT"}
    return {**state, "files": kept, "status": str(state["status"]).replace("! AGENT_CONTEXT/\0", "")}


@pytest.mark.parametrize("named", ["path", "inside", "branch"])
def test_a_worktree_becomes_a_session_as_it_is(place: Place, topic: Path, named: str) -> None:
    base = place.git(place.repo, "rev-parse", "main")
    place.commit(place.repo, {"later": "l\n"})
    before, refs = worktree_state(place.git, topic), refs_of(place.git, place.repo)
    (topic / "empty").mkdir()
    where = str({"path": topic, "inside": topic / "empty", "branch": "topic"}[named])
    session = place.adopt(where, repo=str(place.repo) if named == "branch" else None)
    (topic / "empty").rmdir()
    assert (session.branch, session.worktree, session.status) == ("topic", str(topic), "idle")
    assert (session.base_branch, session.base_sha, session.repo) == ("main", base, str(place.repo))
    assert session.name == "topic" and session.id.startswith("topic-") and "topic" in session.prompt
    assert _without_context(worktree_state(place.git, topic)) == before
    own = [f"refs/ampsm/tips/{session.id} {place.git(topic, 'rev-parse', 'HEAD')}"]
    assert sorted(refs_of(place.git, place.repo).splitlines()) == sorted([*refs.splitlines(), *own])
    assert (topic / "AGENT_CONTEXT/SESSION.md").exists()
    assert [finding.id for finding in examine_health(place.ctx).findings if finding.left] == []


def test_a_branch_gets_a_worktree(place: Place) -> None:
    place.git(place.repo, "branch", "topic")
    session = place.adopt("topic", repo=str(place.repo / "src"), name="My topic")
    assert session.name == "My topic" and session.worktree == str(place.repo / ".worktrees" / session.id)
    assert place.git(Path(session.worktree), "status", "--porcelain", "--branch") == "## topic"
    place.commit(session, {"a": "a\n"})
    before = place.state(session)
    done = place.cleanup(session)
    assert done["removed"] == {"worktree": session.worktree, "branch": None}
    assert place.git(place.repo, "branch", "--list", "topic").strip() == "topic"
    place.restore(session)
    assert place.state(session) == before


def test_what_the_program_did_not_make_stays(place: Place, topic: Path) -> None:
    session = place.adopt(topic)
    before = files_in(topic), place.git(place.repo, "for-each-ref"), place.git(place.repo, "worktree", "list")
    done = place.cleanup(session)
    assert done == {"removed": {"worktree": None, "branch": None}, "snapshotRef": None, "alreadyGone": []}
    assert (files_in(topic), place.git(place.repo, "for-each-ref"), place.git(place.repo, "worktree", "list")) == before
    assert place.cleanup(session)["alreadyGone"] == []
    assert place.again(session).cleaned_up_at
    assert place.restore(session).cleaned_up_at is None


def test_that_it_was_adopted_outlives_a_lost_database(place: Place, topic: Path) -> None:
    session = place.adopt(topic)
    assert session.adopted and "adopted" not in document(session)
    place.ctx.close()
    for file in place.ctx.paths.database.parent.glob("sessions.sqlite*"):
        file.unlink()
    place.ctx.make_store()
    assert rebuild.rebuild(place.ctx, session.id).adopted
    assert place.cleanup(session)["removed"] == {"worktree": None, "branch": None}


def test_the_way_out_of_the_main_checkout_leads_somewhere(place: Place) -> None:
    """To switch to the branch that is there already would be refused with the same words."""

    def hint(branch: str) -> str | None:
        with pytest.raises(UserError) as caught:
            place.adopt(branch, repo=str(place.repo))
        assert caught.value.code == "main-checkout"
        return caught.value.hint

    assert hint("main") == f"amp-sessions new --repo {place.repo} --name '…' --prompt '…'"
    place.git(place.repo, "branch", "-q", "-m", "main", "master")
    place.git(place.repo, "switch", "-q", "-c", "feature")
    assert hint("feature") == f"git -C {place.repo} switch master"
    place.git(place.repo, "switch", "-q", "master")
    assert place.adopt("feature", repo=str(place.repo)).branch == "feature"


def test_what_cannot_be_a_session_is_refused_clearly(place: Place, topic: Path, tmp_path: Path) -> None:
    def code(where: Path | str, **options: str) -> tuple[str, int]:
        before = files_in(tmp_path / "repo"), files_in(topic)
        with pytest.raises(UserError) as caught:
            place.adopt(where, **options)
        assert (files_in(tmp_path / "repo"), files_in(topic)) == before, caught.value
        return caught.value.code, caught.value.exit_code

    repo = str(place.repo)
    assert code(place.repo) == code(place.repo / "src") == code("main", repo=repo) == ("main-checkout", 5)
    assert code("no-such", repo=repo) == ("no-such-branch", 3)
    assert code(tmp_path / "nowhere") == ("not-a-repository", 3)
    assert code(tmp_path) == ("not-a-repository", 3)
    place.git(place.repo, "switch", "-q", "-c", "other")
    assert code("main", repo=repo) == ("no-base-branch", 2)
    place.git(topic, "switch", "-q", "--detach")
    assert code(topic) == ("no-such-branch", 3)
    place.git(topic, "switch", "-q", "topic")
    (topic / "AGENT_CONTEXT").mkdir()
    (topic / "AGENT_CONTEXT/mine.md").write_text("mine\n")
    assert code(topic) == ("context-folder-tracked", 5)
    place.git(topic, "add", "AGENT_CONTEXT")
    place.git(topic, "commit", "-q", "-m", "mine")
    assert code(topic) == ("context-folder-tracked", 5)


def test_a_session_is_adopted_once(place: Place, topic: Path) -> None:
    first, made = place.adopt(topic), place.new()
    for where in (topic, Path(made.worktree)):
        with pytest.raises(UserError) as caught:
            place.adopt(where)
        assert caught.value.code == "already-a-session"
    with pytest.raises(UserError) as caught:
        place.adopt("topic", repo=str(place.repo))
    assert caught.value.details["sessionId"] == first.id
    place.cleanup(first)
    assert place.adopt(topic).id != first.id


def test_a_worktree_of_a_lost_session_can_be_adopted(place: Place) -> None:
    from ampsm.store import sessions

    lost = place.new()
    (Path(lost.worktree) / "wip").write_text("w\n")
    before = place.state(lost)
    sessions.delete_session(place.ctx.store, lost.id)
    place.ctx.paths.session_file(lost.id).unlink()
    found = place.adopt(lost.worktree, name="Found again")
    assert found.branch == lost.branch
    state, then = (_without_context(facts_) for facts_ in (place.state(found), before))
    assert state == then
    done = place.cleanup(found, force=True)
    assert done["removed"] == {"worktree": lost.worktree, "branch": None}


def test_a_failure_leaves_no_worktree(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.git(place.repo, "branch", "topic")

    def full(*_: object) -> None:
        raise UserError("disk-full", "no room")

    monkeypatch.setattr(session_file, "add_session", full)
    with pytest.raises(UserError):
        place.adopt("topic", repo=str(place.repo))
    assert place.git(place.repo, "worktree", "list").count("\n") == 0
    assert place.git(place.repo, "branch", "--list", "topic").strip() == "topic"


def test_the_command_shows_the_session(
    place: Place, topic: Path, cli: Callable[..., Result], make_agent: Callable[..., Path]
) -> None:
    cli("config", "set", "ampPath", make_agent(edits={"new.txt": "n\n"}))
    shown = cli("adopt", ".", cwd=topic)
    assert shown.code == 0 and "topic" in shown.out and "next" in shown.out
    [session] = cli("list", "--json").json["sessions"]
    assert cli("iterate", session["id"]).code == 0
    subjects = place.git(topic, "log", "--format=%s").splitlines()
    assert subjects[1:] == ["manual: edits before iteration 1", "topic", "first"]
